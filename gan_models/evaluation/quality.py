"""How samples compare with pictures, by figures that need no network."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator
from gan_models.evaluation.networks import as_floats
from gan_models.evaluation.portraits import rendered_portraits
from gan_models.evaluation.samples import seed_ws, synthesize_batches
from gan_models.layers import fir_filter, upsample2
from gan_models.progress import Job, Step

PATCH = 7
PATCHES_PER_PICTURE = 128
PROJECTIONS = 128
FIRST_SEED = 2_100_000_000
"""Renders to compare with are drawn from here on, away from the judge's and any training set."""


def evaluate_samples(generator: Generator, count: int = 1000) -> Job[dict[str, Any]]:
    """Samples at psi 1 against as many renders: their distance and how much they vary.

    The same figures of other renders against those tell what a perfect generator would get.
    """
    size = generator.spec.resolution
    drawn, _ = yield from rendered_portraits(FIRST_SEED, 2 * count, size)
    renders = as_floats(drawn)
    samples = []
    for pictures in synthesize_batches(generator, seed_ws(generator, range(count), psi=1.0)):
        samples.append(pictures.cpu())
        yield Step(sum(map(len, samples)), count, "drawing samples")
    sampled = torch.cat(samples)
    return {
        "samples": count,
        "sliced_wasserstein": sliced_wasserstein(sampled, renders[:count]),
        "sliced_wasserstein_of_renders": sliced_wasserstein(renders[count:], renders[:count]),
        "diversity": diversity(sampled),
        "diversity_of_renders": diversity(renders),
    }


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
    for some in directions.split(32, dim=1):
        difference = (a @ some).sort(dim=0).values - (b @ some).sort(dim=0).values
        total += float(difference.abs().mean(dim=0).sum())
    return total / PROJECTIONS


def diversity(pictures: Tensor) -> float:
    """Mean root-mean-square distance between pairs of pictures; near 0 where all look the same."""
    half = len(pictures) // 2
    a, b = pictures[:half], pictures[half : 2 * half]
    return round(float((a - b).square().mean(dim=(1, 2, 3)).sqrt().mean()), 4)
