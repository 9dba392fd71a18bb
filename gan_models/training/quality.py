"""What is measured of each snapshot, against pictures of the data set, and its sample sheets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator, seed_to_z
from gan_models.datasets.arrays import PictureArray
from gan_models.evaluation.pyramids import diversity, sliced_wasserstein
from gan_models.evaluation.reference import rgb
from gan_models.evaluation.sheets import as_bytes, tile
from gan_models.families.direct import LabelMapGenerator

SAMPLES = 300
NEAREST = 100
"""Samples whose nearest training picture is looked for, among this many at most:"""
SEARCHED = 20_000
SIDE = 16
"""Pictures are compared at this size."""
ROWS = 8
BATCH = 16


@torch.no_grad()
def sample(
    generator: Generator,
    count: int,
    psi: float = 1.0,
    maps: Tensor | None = None,
    seeds: Sequence[int] = (),
) -> Tensor:
    """Pictures of seeds, 0 and on if none are named, float32 [count, C, H, W].

    Seeds and classes take turns. `maps` are the label maps [count, H, W] of generators that draw
    from such.
    """
    spec, device = generator.spec, generator.w_avg.device
    numbers = [seeds[i % len(seeds)] for i in range(count)] if seeds else list(range(count))
    drawn = []
    for start in range(0, count, BATCH):
        part = slice(start, min(start + BATCH, count))
        z = torch.cat([seed_to_z(seed, spec.z_dim) for seed in numbers[part]]).to(device)
        label = None
        if spec.label_dim:
            turns = [seed % spec.label_dim for seed in numbers[part]]
            label = torch.eye(spec.label_dim, device=device)[turns]
        ws = generator.map(z, label, psi)
        if maps is None:
            pictures = generator.synthesize(ws)
        else:
            assert isinstance(generator, LabelMapGenerator)  # no other draws from maps
            pictures = generator.synthesize(ws, label_map=maps[part].to(device))
        drawn.append(pictures.clamp(-1, 1).cpu())
    return torch.cat(drawn)


def sample_sheet(generator: Generator, rows: int = ROWS, psi: float = 0.7) -> np.ndarray:
    """The pictures of seeds 0 .. rows^2 - 1 as one, uint8 [rows H, rows W, 3]."""
    return tiled(sample(generator, rows * rows, psi), rows)


def tiled(pictures: Tensor, columns: int) -> np.ndarray:
    """Pictures [rows * columns, C, H, W] in [-1, 1] as one, uint8 [rows H, columns W, 3]."""
    return tile(rgb(as_bytes(pictures)), columns)


def measure(
    generator: Generator, data: PictureArray, kept: Tensor, held_out: Tensor
) -> dict[str, float]:
    """Figures of a snapshot; the names say what they compare.

    sliced_wasserstein x 1000 of samples at psi 1 to as many pictures of the data set; diversity,
    and that of the data; and the distance of samples to their nearest training picture, beside
    that of held-out pictures, in root mean squares at 16 pixels.
    """
    # Held-out pictures where there are enough: a distance to those learned by heart says little.
    pool = held_out if len(held_out) >= SAMPLES // 2 else kept
    count = min(SAMPLES, len(pool))
    chosen = _spread(pool, count)
    maps = data.label_maps(chosen) if generator.spec.map_classes else None
    real, samples = data.batch(chosen), sample(generator, count, maps=maps)
    figures = {"samples": float(count)}
    if count >= 2 and data.resolution >= 8:
        figures["sliced_wasserstein"] = sliced_wasserstein(samples, real)["mean"]
        figures["diversity"] = diversity(samples)
        figures["diversity_of_data"] = diversity(real)
    searched = torch.cat([_small(data.batch(part)) for part in _spread(kept, SEARCHED).split(500)])
    figures["nearest"] = _nearest(_small(samples[:NEAREST]), searched)
    if len(held_out) >= 10:
        others = _small(data.batch(held_out[:NEAREST]))
        figures["nearest_of_held_out"] = _nearest(others, searched)
    return figures


def _spread(indices: Tensor, count: int) -> Tensor:
    """At most `count` of them, from all over."""
    if len(indices) <= count:
        return indices
    return indices[torch.linspace(0, len(indices) - 1, count).long()]


def _small(pictures: Tensor) -> Tensor:
    """[N, C * SIDE^2]"""
    return F.adaptive_avg_pool2d(pictures, SIDE).flatten(1)


def _nearest(pictures: Tensor, searched: Tensor) -> float:
    distances = torch.cdist(pictures, searched).amin(dim=1)
    return round(float(distances.median()) / pictures.shape[1] ** 0.5, 4)
