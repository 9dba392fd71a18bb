"""Distances between two sets of pictures, given as features [N, D] of a network."""

from __future__ import annotations

import torch
from torch import Tensor

SUBSETS = 50
SUBSET = 500
NEIGHBOURS = 3


def frechet_distance(first: Tensor, second: Tensor) -> float:
    """|m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^1/2) of the two sets' means and covariances.

    Frechet 1957, for normal distributions. tr (S1 S2)^1/2 is taken from the eigenvalues of the
    symmetric S1^1/2 S2 S1^1/2, which are those of S1 S2.
    """
    a, b = first.double(), second.double()
    sa, sb = a.t().cov(), b.t().cov()
    values, vectors = torch.linalg.eigh(sa)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.t()
    shared = torch.linalg.eigvalsh(root @ sb @ root).clamp(min=0).sqrt().sum()
    between = (a.mean(dim=0) - b.mean(dim=0)).square().sum()
    return float((between + sa.trace() + sb.trace() - 2 * shared).clamp(min=0))


def kernel_distance(first: Tensor, second: Tensor, seed: int = 0) -> tuple[float, float]:
    """Unbiased squared maximum mean discrepancy: its mean and spread (std) over random subsets.

    Kernel (x.y / D + 1)^3, as of Binkowski et al. 2018; may be a little below zero.
    """
    size = min(SUBSET, len(first) // 2, len(second) // 2)
    random = torch.Generator().manual_seed(seed)
    found = torch.stack(
        [
            discrepancy(
                first[torch.randperm(len(first), generator=random)[:size]].double(),
                second[torch.randperm(len(second), generator=random)[:size]].double(),
            )
            for _ in range(SUBSETS)
        ]
    )
    return float(found.mean()), float(found.std())


def discrepancy(x: Tensor, y: Tensor) -> Tensor:
    """Unbiased squared maximum mean discrepancy of two sets [N, D] of one size (Gretton 2012)."""
    count, size = x.shape
    same = sum(k.sum() - k.trace() for k in (_kernel(x, x, size), _kernel(y, y, size)))
    return same / (count * (count - 1)) - 2 * _kernel(x, y, size).mean()


def _kernel(x: Tensor, y: Tensor, size: int) -> Tensor:
    return (x @ y.t() / size + 1) ** 3


def precision_recall(real: Tensor, samples: Tensor, k: int = NEIGHBOURS) -> tuple[float, float]:
    """Share of samples among the real pictures, and of real ones among the samples.

    Kynkaanniemi et al. 2019: one is among a set if it is no further from some member than that
    member's `k`th nearest neighbour in its set.
    """
    between = torch.cdist(samples, real)
    precision = (between <= _radius(real, k)).any(dim=1).float().mean()
    recall = (between.t() <= _radius(samples, k)).any(dim=1).float().mean()
    return float(precision), float(recall)


def _radius(points: Tensor, k: int) -> Tensor:
    """Distance of each point [N] to its `k`th neighbour; it is its own zeroth."""
    return torch.cdist(points, points).topk(k + 1, dim=1, largest=False).values[:, -1]


def nearest(points: Tensor, others: Tensor, count: int = 1) -> tuple[Tensor, Tensor]:
    """Distances and rows [N, count] of the nearest of `others` to each point, nearest first."""
    found = torch.cdist(points, others).topk(count, dim=1, largest=False)
    return found.values, found.indices


def wasserstein(first: Tensor, second: Tensor, levels: int = 1000) -> float:
    """Wasserstein-1 distance of two sets of numbers: the mean difference of their quantiles."""
    at = (torch.arange(levels, device=first.device, dtype=first.dtype) + 0.5) / levels
    return float((first.quantile(at) - second.quantile(at)).abs().mean())
