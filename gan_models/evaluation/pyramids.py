"""Sliced Wasserstein distance and diversity: figures that need no network."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.layers import fir_filter, upsample2

PATCH = 7
PATCHES_PER_PICTURE = 128
PROJECTIONS = 128


def sliced_wasserstein(first: Tensor, second: Tensor, seed: int = 0) -> dict[str, float]:
    """Sliced Wasserstein distances x 1000 for each level of a Laplacian pyramid, and their mean.

    Karras et al. 2018, section 5: 7 x 7 patches, normalised per channel, compared along random
    directions. Takes two sets of pictures [N, C, H, W] in [-1, 1] of one size and number.
    """
    if first.shape != second.shape:
        raise ValueError(f"two sets of one shape are compared, not {first.shape}, {second.shape}")
    random = torch.Generator().manual_seed(seed)
    result = {}
    for a, b in zip(laplacian_pyramid(first), laplacian_pyramid(second), strict=True):
        distance = _distance(_patches(a, random), _patches(b, random), random)
        result[str(a.shape[-1])] = round(1000 * distance, 2)
    result["mean"] = round(sum(result.values()) / len(result), 2)
    return result


def laplacian_pyramid(pictures: Tensor, smallest: int = 16) -> list[Tensor]:
    """Band-passed pictures, fine to coarse; the last one, of about `smallest` pixels, is whole."""
    levels = []
    while pictures.shape[-1] // 2 >= smallest:
        smaller = fir_filter(pictures, padding=1)[:, :, ::2, ::2]
        levels.append(pictures - upsample2(smaller))
        pictures = smaller
    return [*levels, pictures]


def _patches(pictures: Tensor, random: torch.Generator) -> Tensor:
    """Normalised patches [N * PATCHES_PER_PICTURE, C * PATCH^2] from random places."""
    count, channels, height, width = pictures.shape
    corner = (count, PATCHES_PER_PICTURE, 1, 1)
    top = torch.randint(height - PATCH + 1, corner, generator=random)
    left = torch.randint(width - PATCH + 1, corner, generator=random)
    span = torch.arange(PATCH)
    which = torch.arange(count)[:, None, None, None]
    # [N, P, 7, 7, C]: the channels come last when index tensors stand around a slice.
    patches = pictures[which, :, top + span[:, None], left + span].flatten(0, 1)
    mean = patches.mean(dim=(0, 1, 2))
    std = patches.std(dim=(0, 1, 2)).clamp(min=1e-8)
    return ((patches - mean) / std).reshape(-1, channels * PATCH * PATCH)


def _distance(a: Tensor, b: Tensor, random: torch.Generator) -> float:
    """Mean difference of the sorted projections on random directions."""
    directions = F.normalize(torch.randn(a.shape[1], PROJECTIONS, generator=random), dim=0)
    total = 0.0
    for some in directions.t().split(32):
        # numpy sorts rows many times faster than torch does.
        first, second = (np.sort((some @ points.t()).numpy(), axis=1) for points in (a, b))
        total += float(np.abs(first - second).mean(axis=1).sum())
    return total / PROJECTIONS


def diversity(pictures: Tensor) -> float:
    """Mean root-mean-square distance between pairs of pictures; near 0 where all look the same."""
    half = len(pictures) // 2
    a, b = pictures[:half], pictures[half : 2 * half]
    return round(float((a - b).square().mean(dim=(1, 2, 3)).sqrt().mean()), 4)
