"""Where eyes, corners of the mouth and chin are in a portrait, read off by a network of its own.

It learns from rendered heads, whose geometry is known, moved, turned and softened at random, and
judges drags, in which it took no part. Trained once, in minutes, and kept in a folder.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from gan_models.datasets.portraits import VERSION, Portraits, render, sample
from gan_models.datasets.portraits.face import EYE_X, EYE_Y, MOUTH_Y, mouth_bend
from gan_models.datasets.portraits.solids import RISE, ZOOM, pose
from gan_models.evaluation.networks import as_floats
from gan_models.files import save_tensors

LANDMARKS = ("left eye", "right eye", "left mouth corner", "right mouth corner", "chin")
SIZE = 128
FACES, HELD_OUT, PASSES, BATCH = 6000, 500, 15, 32
FIRST_SEED = 3_500_000_000
FILE = f"portraits-landmarks-{VERSION}.safetensors"
MIRRORED = [1, 0, 3, 2, 4]
"""The landmarks of a mirrored picture."""
VIEWS = ((1.0, 0.02, 0.02), (1.0, -0.02, -0.02), (1.08, 0.0, 0.0), (0.93, 0.0, 0.0))
"""Zooms and shifts of a picture whose landmarks are averaged."""
SOFTEST = 0.4
"""The lowest of resolutions, as a share of its own, to which a picture is softened."""


def places(read: dict[str, Tensor]) -> Tensor:
    """x and y, 0 to 1, of the landmarks [5, 2] of a rendered head of such a pose and expression."""
    smile, opened = (float(read[key].clamp(0, 1)) for key in ("smile", "mouth_open"))
    corner = 0.145 + 0.115 * smile, MOUTH_Y + 0.6 * float(mouth_bend(smile)), 0.42
    chin = 0.0, -0.50 - 0.055 * opened, 0.28
    local = torch.tensor(
        [
            (-EYE_X, EYE_Y, 0.45),
            (EYE_X, EYE_Y, 0.45),
            (-corner[0], *corner[1:]),
            corner,
            chin,
        ]
    )
    yaw, pitch, roll = (read[key].reshape(1, 1, 1) for key in ("yaw", "pitch", "roll"))
    head = pose(yaw, pitch, roll, (0.0, 0.04, 0.0))
    x, y, _ = (local @ head.rotation[0].T + head.origin[0]).unbind(dim=1)
    return torch.stack([(x * ZOOM + 1) / 2, (1 - (y + RISE) * ZOOM) / 2], dim=1)


class LandmarkNetwork(nn.Module):
    """Portraits [N, 3, 128, 128] in [-1, 1] to landmarks [N, 5, 2], by where maps are bright."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.near = _layers(3, width, stride=2)
        self.far = nn.Sequential(
            _layers(width, 2 * width, stride=2),
            _layers(2 * width, 4 * width, stride=2),
            _layers(4 * width, 4 * width, stride=2),
            _layers(4 * width, 4 * width),
        )
        self.narrow = nn.Conv2d(4 * width, width, 1)
        self.maps = nn.Sequential(_layers(2 * width, width), nn.Conv2d(width, len(LANDMARKS), 1))

    def forward(self, pictures: Tensor) -> Tensor:
        near = self.near(pictures)
        far = F.interpolate(self.narrow(self.far(near)), size=near.shape[2:], mode="bilinear")
        maps = self.maps(torch.cat([near, far], dim=1))
        weights = maps.flatten(2).softmax(dim=2).view_as(maps)
        line = (torch.arange(maps.shape[3]) + 0.5) / maps.shape[3]
        x, y = (weights.sum(dim=2) * line).sum(dim=2), (weights.sum(dim=3) * line).sum(dim=2)
        return torch.stack([x, y], dim=2)


def _layers(inside: int, out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, out, 3, stride, 1), nn.GroupNorm(4, out), nn.LeakyReLU(0.1)
    )


@torch.no_grad()
def located(network: LandmarkNetwork, pictures: Tensor) -> Tensor:
    """Landmarks [N, 5, 2], the mean of those of several views of the pictures and their mirrors."""
    found = []
    for zoom, x, y in VIEWS:
        matrix, shift = torch.eye(2) * zoom, torch.tensor([x, y])
        theta = torch.cat([matrix, shift[:, None]], dim=1).expand(len(pictures), -1, -1)
        seen = _seen(pictures, theta)
        mirrored = network(seen.flip(3))[:, MIRRORED] * torch.tensor([-1.0, 1.0])
        both = (network(seen) + mirrored + torch.tensor([1.0, 0.0])) / 2
        found.append(((both * 2 - 1) * zoom + shift + 1) / 2)
    return torch.stack(found).mean(dim=0)


def _seen(pictures: Tensor, theta: Tensor) -> Tensor:
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def softened(pictures: Tensor, share: float) -> Tensor:
    """The pictures as they look enlarged from such a share of their resolution."""
    size = pictures.shape[-1]
    small = F.interpolate(pictures, size=round(size * share), mode="bilinear", antialias=True)
    return F.interpolate(small, size=size, mode="bilinear")


def landmark_network(folder: Path) -> LandmarkNetwork:
    """The network in a folder, trained now if it is not there."""
    network, path = LandmarkNetwork(), folder / FILE
    if path.is_file():
        network.load_state_dict(load_file(path))
        return network.eval().requires_grad_(False)
    pictures, wanted = rendered(FIRST_SEED, FACES)
    _fit(network, pictures, wanted)
    folder.mkdir(parents=True, exist_ok=True)
    save_tensors(path, network.state_dict(), {})
    return network.eval().requires_grad_(False)


def rendered(first: int, count: int) -> tuple[Tensor, Tensor]:
    """Portraits uint8 [count, 3, 128, 128], and their landmarks [count, 5, 2]."""
    faces = sample(range(first, first + count))
    return render(faces, SIZE), _places_of(faces)


def _places_of(faces: Portraits) -> Tensor:
    names = ("smile", "mouth_open", "yaw", "pitch", "roll")
    return torch.stack(
        [
            places({name: faces.column(name)[number] for name in names})
            for number in range(len(faces))
        ]
    )


def reach(count: int = 2000) -> tuple[Tensor, Tensor]:
    """Where heads have each landmark, [5, 2]: from the first to the 99th percentile."""
    found = _places_of(sample(range(FIRST_SEED, FIRST_SEED + count)))
    return found.quantile(0.01, dim=0), found.quantile(0.99, dim=0)


def _fit(network: LandmarkNetwork, pictures: Tensor, wanted: Tensor) -> None:
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    optimizer = torch.optim.Adam(network.parameters(), 2e-3)
    steps = PASSES * len(pictures) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    for step in range(steps):
        chosen = torch.randint(len(pictures), (BATCH,))
        moved, where = _moved(as_floats(pictures[chosen]), wanted[chosen])
        moved = softened(moved, random.uniform(SOFTEST, 1.0))
        loss = (network(moved) - where).norm(dim=2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 200 == 0:
            pixels = float(loss) * SIZE
            print(f"landmarks: {step} of {steps} steps, {pixels:.2f} pixels", flush=True)


def _moved(pictures: Tensor, where: Tensor) -> tuple[Tensor, Tensor]:
    """The same turned, scaled and shifted at random, further than heads are in the data."""
    count = len(pictures)
    turn, scale = torch.randn(count) * math.radians(8), 1 + 0.1 * torch.randn(count)
    shift = torch.randn(count, 2) * 0.2
    cos, sin = scale * turn.cos(), scale * turn.sin()
    matrix = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
    moved = _seen(pictures, torch.cat([matrix, shift[..., None]], 2))
    # The grid says where a pixel comes from; a landmark goes the other way.
    centred = where * 2 - 1 - shift[:, None]
    return moved, (torch.linalg.solve(matrix, centred.transpose(1, 2)).transpose(1, 2) + 1) / 2


def held_out_errors(network: LandmarkNetwork, share: float = 1.0) -> Tensor:
    """Pixels by which the landmarks of heads that it was not trained on are missed, [500, 5].

    The heads are `softened` to a share.
    """
    pictures, wanted = rendered(FIRST_SEED + FACES, HELD_OUT)
    parts = [softened(as_floats(part), share) for part in pictures.split(BATCH)]
    found = torch.cat([located(network, part) for part in parts])
    return (found - wanted).norm(dim=2) * SIZE
