"""A small network that reads the label map back from a picture, and what it finds.

It learns from true pictures. What it reads off generated ones, beside what it reads off true ones,
tells how well a generator draws what its map says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import DataError
from gan_models.evaluation.networks import Pictures, as_floats, read_network, write_network
from gan_models.progress import Job, Step


class SegmentationNetwork(nn.Module):
    """A U-Net of three halvings: pictures [N, 3, H, W] in [-1, 1] to logits [N, classes, H, W]."""

    def __init__(self, names: Sequence[str], width: int = 24) -> None:
        super().__init__()
        self.names, self.width = tuple(names), width
        widths = [width, 2 * width, 4 * width, 4 * width]
        entries = [3, *widths[:-1]]
        self.downs = nn.ModuleList(_block(a, b) for a, b in zip(entries, widths, strict=True))
        self.ups = nn.ModuleList(
            _block(below + beside, beside)
            for below, beside in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.head = nn.Conv2d(width, len(names), 1)

    def forward(self, pictures: Tensor) -> Tensor:
        x, kept = pictures, []
        for number, down in enumerate(self.downs):
            x = down(x if number == 0 else F.max_pool2d(x, 2, ceil_mode=True))
            kept.append(x)
        for up, beside in zip(self.ups, kept[-2::-1], strict=True):
            grown = F.interpolate(x, size=beside.shape[2:], mode="nearest")
            x = up(torch.cat([grown, beside], dim=1))
        logits: Tensor = self.head(x)
        return logits.float()

    @torch.no_grad()
    def read(self, pictures: Pictures, batch: int = 32) -> np.ndarray:
        """The label maps of pictures, uint8 [N, H, W]."""
        parts = [
            self(as_floats(pictures[start : start + batch])).argmax(dim=1).to(torch.uint8)
            for start in range(0, len(pictures), batch)
        ]
        return torch.cat(parts).cpu().numpy()

    def save(self, path: Path, dtype: torch.dtype = torch.float32) -> None:
        """Write the network as safetensors."""
        write_network(path, self, "map-reader", {"names": self.names, "width": self.width}, dtype)

    @classmethod
    def load(cls, path: Path) -> SegmentationNetwork:
        """Open a file of `save`; raises ModelLoadError."""
        return read_network(path, "map-reader", lambda h: cls(h["names"], h["width"]))[0]


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def train_segmentation(
    pictures: np.ndarray,
    maps: np.ndarray,
    names: Sequence[str],
    *,
    width: int = 24,
    seed: int = 0,
    images: int = 20_000,
    batch: int = 16,
    learning_rate: float = 2e-3,
) -> Job[SegmentationNetwork]:
    """Fit a network to pictures uint8 [N, 3, H, W] and maps uint8 [N, H, W]; half are mirrored.

    Sees `images` pictures, with repetition. Rare classes count more, by the root of how rare.
    """
    if len(pictures) != len(maps) or pictures.shape[2:] != maps.shape[1:]:
        raise DataError(f"pictures {pictures.shape} and label maps {maps.shape} do not belong")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = SegmentationNetwork(names, width)
    weights = class_weights(maps, len(names))
    random = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=0.01)
    steps = max(1, images // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps)
    for step in range(steps):
        chosen = torch.randint(len(maps), (batch,), generator=random).numpy()
        x, y = as_floats(pictures[chosen]), torch.from_numpy(maps[chosen]).long()
        if int(torch.randint(2, (1,), generator=random)):
            x, y = x.flip(3), y.flip(2)
        loss = F.cross_entropy(network(x), y, weights)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 10 == 9:
            yield Step(step + 1, steps, "learning to read label maps")
    return network.eval().requires_grad_(False)


def class_weights(maps: np.ndarray, classes: int) -> Tensor:
    """1 / sqrt(share) of each class, 1 in the mean over pixels; 0 for a class that is absent."""
    shares = torch.from_numpy(np.bincount(maps.ravel(), minlength=classes)).float() / maps.size
    weights = torch.where(shares > 0, shares.clamp(min=1e-4).rsqrt(), torch.zeros(()))
    return weights / (weights * shares).sum()


@dataclass(frozen=True)
class Agreement:
    """How well label maps were read back."""

    accuracy: float
    """The share of pixels of the right class."""
    iou: dict[str, float]
    """For each class of the true maps: shared pixels over pixels that either has."""

    @property
    def mean_iou(self) -> float:
        """The mean over the classes."""
        return float(np.mean(list(self.iou.values())))


def agreement(read: np.ndarray, true: np.ndarray, names: Sequence[str]) -> Agreement:
    """Compare label maps uint8 [N, H, W] with the true ones."""
    count = len(names)
    pairs = true.astype(np.int64).ravel() * count + read.ravel()
    table = np.bincount(pairs, minlength=count * count).reshape(count, count)
    right = table.diagonal()
    either = table.sum(axis=0) + table.sum(axis=1) - right
    iou = {name: float(right[i] / either[i]) for i, name in enumerate(names) if table[i].sum() > 0}
    return Agreement(float(right.sum() / table.sum()), iou)


def style_variety(pictures: np.ndarray) -> float:
    """Mean distance among the styles of one map over that among maps; 0 if style does nothing.

    `pictures` is uint8 [maps, styles, 3, H, W], column by column in the same style. The distance is
    the mean absolute difference.
    """
    values = pictures.astype(np.float32)
    among_styles = float(np.mean([_spread(row) for row in values]))
    among_maps = float(np.mean([_spread(column) for column in values.swapaxes(0, 1)]))
    return among_styles / max(among_maps, 1e-6)


def _spread(pictures: np.ndarray) -> float:
    """The mean absolute difference between all pairs of [n, ...]; 0 of one alone."""
    pairs = [
        np.abs(pictures[i] - pictures[j]).mean() for i in range(len(pictures)) for j in range(i)
    ]
    return float(np.mean(pairs)) if pairs else 0.0
