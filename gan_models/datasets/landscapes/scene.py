"""What every layer of a landscape needs: where its classes are, how far, and in which light."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.datasets.landscapes import classes as c
from gan_models.datasets.landscapes.noise import Frame, Noise, even_weights, smoothstep
from gan_models.datasets.landscapes.style import INDEX, Palette, palette

_LEVEL = (c.GRASS, c.FLOWERS, c.SAND, c.ROAD, c.WATER)
"""Classes that lie flat, so that their upper end tells where the horizon is."""


def soften(x: Tensor, radius: int) -> Tensor:
    """Blur [N, H, W] with a bell of about 0.8 radius deviation, in samples."""
    if radius < 2:
        x = F.avg_pool2d(x[:, None], (3, 1), 1, (1, 0), count_include_pad=False)
        return F.avg_pool2d(x, (1, 3), 1, (0, 1), count_include_pad=False)[:, 0]
    # Through a coarse grid of splines there and back, which is a bell for much less work.
    down, up = _grid(x.shape[1], radius, str(x.device))
    left, right = _grid(x.shape[2], radius, str(x.device))
    return up @ (down @ x @ left.T) @ right.T


@lru_cache(maxsize=64)
def _grid(samples: int, spacing: int, device: str) -> tuple[Tensor, Tensor]:
    """Matrices that bring `samples` to knots `spacing` apart, and back."""
    up = even_weights(samples, 1.0 / spacing, math.ceil(samples / spacing) + 3, device, False)
    return up.T / up.T.sum(dim=1, keepdim=True).clamp(min=1e-6), up


def shifted(x: Tensor, down: int, right: int) -> Tensor:
    """Move [N, H, W] by whole samples; what comes in repeats the edge."""
    height, width = x.shape[1:]
    rows = (torch.arange(height, device=x.device) - down).clamp(0, height - 1)
    columns = (torch.arange(width, device=x.device) - right).clamp(0, width - 1)
    return x[:, rows][:, :, columns]


def moved(x: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """Take [N, C, H, W] from elsewhere: offsets [N, H, W] in units of the height."""
    n, _, height, width = x.shape
    rows = torch.arange(height, device=x.device).view(1, -1, 1) * 2.0 + 1.0
    columns = torch.arange(width, device=x.device).view(1, 1, -1) * 2.0 + 1.0
    u = (columns + across * (2.0 * height)) / width - 1.0
    v = (rows + down * (2.0 * height)) / height - 1.0
    grid = torch.stack([u.expand(n, height, width), v.expand(n, height, width)], dim=3)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


@dataclass
class Scene:
    """A batch of landscapes being painted, at twice the size of their maps."""

    values: Tensor
    frame: Frame
    noise: Noise
    ids: Tensor
    """[N, H, W]."""
    cover: dict[int, Tensor]
    """How much of each sample a class has, [N, H, W], for the classes that there are."""
    horizon: Tensor
    """[N, 1, 1]."""
    sun: tuple[Tensor, Tensor]
    """Where the light comes from, in the picture or beside it, [N, 1, 1] each."""
    shown: Tensor
    """1 where the map shows the sun, else 0, [N, 1, 1]."""
    light: Palette
    canvas: Tensor = field(init=False)
    """Linear-light RGB [N, 3, H, W]."""

    def __post_init__(self) -> None:
        n, height, width = self.ids.shape
        self.canvas = torch.zeros(n, 3, height, width, device=self.ids.device)

    def __getitem__(self, name: str) -> Tensor:
        """Return a column of the style as [N, 1, 1]."""
        return self.values[:, INDEX[name], None, None]

    @property
    def depth(self) -> Tensor:
        """0 at the horizon and above .. 1 at the lower edge, [N, H, 1]."""
        return ((self.frame.y - self.horizon) / (1.0 - self.horizon)).clamp(0.0, 1.0)

    @property
    def toward_sun(self) -> Tensor:
        """-1 where the light comes from the left .. 1 from the right, [N, 1, W]."""
        return ((self.sun[0] - self.frame.x) * 1.6).clamp(-1.0, 1.0)

    def mask(self, *labels: int) -> Tensor:
        """Where any of these classes is, bool [N, H, W]."""
        found = self.ids == labels[0]
        for label in labels[1:]:
            found = found | (self.ids == label)
        return found

    def paint(self, label: int, ink: Tensor) -> None:
        """Add the share of a class; the shares of all classes sum to 1."""
        self.canvas += ink * self.cover[label][:, None]

    def lit(self, albedo: Tensor, shade: Tensor, sky: Tensor | float = 1.0) -> Tensor:
        """Albedo [N, 3, ...] under direct light `shade` and `sky` of ambient, [N, H, W] each."""
        ambient = self.light.ambient * (sky[:, None] if isinstance(sky, Tensor) else sky)
        return albedo * torch.addcmul(ambient, self.light.sun, shade[:, None])

    def haze(self, picture: Tensor, distance: Tensor) -> Tensor:
        """Let air of this thickness [N, H, W] stand before a picture."""
        density = 0.16 + 1.1 * self["fog"] ** 1.5 + 0.2 * self["overcast"]
        veil = 1.0 - torch.exp(distance * -density)
        glow = smoothstep(0.7, 0.0, (self.frame.x - self.sun[0]).abs()) * 0.35
        glow = glow * (1.0 - self.light.elevation) * (1.0 - self["overcast"])
        air = torch.lerp(self.light.haze, self.light.low, glow[:, None])
        return torch.lerp(picture, air.expand_as(picture), veil[:, None])

    def height_of(self, where: Tensor) -> tuple[Tensor, Tensor]:
        """For upright runs of `where`: how far below its top and above its foot each sample is."""
        rows = torch.arange(where.shape[1], device=where.device, dtype=torch.float32).view(1, -1, 1)
        above = torch.where(where, -1.0, rows).cummax(dim=1).values
        below = torch.where(where, 1.0, -rows).flip(1).cummax(dim=1).values.flip(1)
        last = torch.where(below > 0.5, float(where.shape[1]), -below)
        step = 1.0 / self.frame.height
        return (rows - above) * step, (last - rows) * step


def _coverage(maps: Tensor) -> tuple[Tensor, dict[int, Tensor]]:
    """Smooth the outlines of maps [N, H, W] at twice their size: ids and shares of the classes."""
    present = [label for label in range(len(c.CLASSES)) if bool((maps == label).any())]
    shares = torch.stack([(maps == label).float() for label in present], dim=1)
    padded = F.pad(shares, (1, 1, 1, 1), mode="replicate")
    soft = F.avg_pool2d(padded, 3, 1) * 0.55 + shares * 0.45
    large = F.interpolate(soft, scale_factor=2.0, mode="bilinear", align_corners=False)
    sharp = large.square_().square_()
    sharp = sharp.div_(sharp.sum(dim=1, keepdim=True))
    ids, most = torch.full_like(sharp[:, 0], present[0], dtype=torch.uint8), sharp[:, 0]
    for i, label in enumerate(present[1:], 1):
        ids.masked_fill_(sharp[:, i] > most, label)
        most = torch.maximum(most, sharp[:, i])
    return ids, {label: sharp[:, i] for i, label in enumerate(present)}


def _find_horizon(maps: Tensor) -> Tensor:
    """The highest row of which level ground fills a tenth, or snow at our feet half, [N, 1, 1]."""
    level, upright, snow = (
        torch.isin(maps, torch.tensor(labels, dtype=torch.uint8, device=maps.device))
        for labels in (_LEVEL, (c.TREE, c.BUSH, c.ROCK), (c.SNOW,))
    )
    ground = (level | upright | snow).flip(1).cumprod(dim=1).flip(1).bool()
    filled = (level.float().mean(dim=2) > 0.1) | ((snow & ground).float().mean(dim=2) > 0.5)
    height = maps.shape[1]
    rows = torch.arange(height, device=maps.device, dtype=torch.float32)
    first = torch.where(filled, rows, float(height)).amin(dim=1) / height
    first = torch.where(first >= 1.0, torch.full_like(first, 0.6), first)
    return first.clamp(0.12, 0.85).view(-1, 1, 1)


def _find_sun(maps: Tensor, values: Tensor, frame: Frame) -> tuple[Tensor, Tensor, Tensor]:
    """The middle of the sun in each map, or of where the style has it; whether it is shown."""
    disc = (maps == c.SUN).float()
    area = disc.sum(dim=(1, 2)).view(-1, 1, 1)
    height, width = maps.shape[1:]
    x = torch.arange(width, device=maps.device).add(0.5).div(height).view(1, 1, -1)
    y = torch.arange(height, device=maps.device).add(0.5).div(height).view(1, -1, 1)
    shown = (area > 0).float()
    middle = [(disc * place).sum(dim=(1, 2)).view(-1, 1, 1) / area.clamp(min=1) for place in (x, y)]
    beside = (0.5 + 0.9 * values[:, INDEX["sun_x"]].view(-1, 1, 1)) * frame.aspect
    return (
        torch.where(shown > 0, middle[0], beside),
        torch.where(shown > 0, middle[1], torch.full_like(area, -0.1)),
        shown,
    )


def prepare(maps: Tensor, values: Tensor) -> Scene:
    """Look at maps [N, H, W] and styles [N, S]; the scene has twice their size."""
    ids, cover = _coverage(maps)
    frame = Frame(ids.shape[1], ids.shape[2], maps.device)
    keys = (values[:, INDEX["detail"]].double() * 2.0**24).round().cpu().numpy().astype(np.uint64)
    x, y, shown = _find_sun(maps, values, frame)
    columns = {name: values[:, number, None, None] for name, number in INDEX.items()}
    return Scene(
        values=values,
        frame=frame,
        noise=Noise(keys + np.uint64(0x632BE59BD9B4E019), frame),
        ids=ids,
        cover=cover,
        horizon=_find_horizon(maps),
        sun=(x, y),
        shown=shown,
        light=palette(columns["time"], columns["overcast"], columns["warmth"]),
    )
