"""What is measured of each snapshot, against pictures of the data set, and its sample sheets."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator, seed_to_z
from gan_models.datasets.arrays import PictureArray
from gan_models.evaluation.pyramids import diversity, sliced_wasserstein

SAMPLES = 300
NEAREST = 100
"""Samples whose nearest training picture is looked for, among this many at most:"""
SEARCHED = 20_000
SIDE = 16
"""Pictures are compared at this size."""
ROWS = 8
BATCH = 16


@torch.no_grad()
def sample(generator: Generator, count: int, psi: float = 1.0) -> Tensor:
    """The pictures of seeds 0 .. count - 1, float32 [count, C, H, W]; classes take turns."""
    spec, device = generator.spec, generator.w_avg.device
    drawn = []
    for start in range(0, count, BATCH):
        seeds = range(start, min(start + BATCH, count))
        z = torch.cat([seed_to_z(seed, spec.z_dim) for seed in seeds]).to(device)
        label = None
        if spec.label_dim:
            turns = [seed % spec.label_dim for seed in seeds]
            label = torch.eye(spec.label_dim, device=device)[turns]
        drawn.append(generator.synthesize(generator.map(z, label, psi)).clamp(-1, 1).cpu())
    return torch.cat(drawn)


def sample_sheet(generator: Generator, rows: int = ROWS, psi: float = 0.7) -> np.ndarray:
    """The pictures of seeds 0 .. rows^2 - 1 as one, uint8 [rows H, rows W, 3]."""
    tiles = (sample(generator, rows * rows, psi) * 127.5 + 128).clamp(0, 255).byte()
    sheet = tiles.unflatten(0, (rows, rows)).permute(0, 3, 1, 4, 2)
    height, width = rows * sheet.shape[1], rows * sheet.shape[3]
    pixels = sheet.reshape(height, width, -1).numpy()
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


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
    real, samples = data.batch(_spread(pool, count)), sample(generator, count)
    figures = {"samples": float(count)}
    if count >= 2 and data.resolution >= 8:
        figures["sliced_wasserstein"] = sliced_wasserstein(samples, real)["mean"]
        figures["diversity"] = diversity(samples)
        figures["diversity_of_data"] = diversity(real)
    searched = _small(data.batch(_spread(kept, SEARCHED)))
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
