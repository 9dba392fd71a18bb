"""Distances of distributions, against what can be worked out by hand or written in numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_models.evaluation.distances import (
    discrepancy,
    frechet_distance,
    kernel_distance,
    nearest,
    precision_recall,
    wasserstein,
)


def exactly(mean: torch.Tensor, std: torch.Tensor, count: int = 400, seed: int = 0) -> torch.Tensor:
    """Points [count, D] whose mean and (diagonal) covariance are exactly those given."""
    random = torch.Generator().manual_seed(seed)
    x = torch.randn(count, len(mean), generator=random, dtype=torch.float64)
    x = x - x.mean(dim=0)
    root = torch.linalg.cholesky(torch.linalg.inv(x.t().cov()))
    return x @ root * std + mean


def test_the_frechet_distance_of_normal_distributions_is_the_closed_form() -> None:
    means = torch.tensor([[0.0, 1, 2], [1.0, 1, 0]])
    stds = torch.tensor([[1.0, 2, 3], [2.0, 2, 0.5]])
    expected = (means[0] - means[1]).square().sum() + (stds[0] - stds[1]).square().sum()
    found = frechet_distance(exactly(means[0], stds[0]), exactly(means[1], stds[1], seed=1))
    assert found == pytest.approx(float(expected), rel=1e-6)


def test_the_frechet_distance_of_rotated_normal_distributions_is_the_closed_form() -> None:
    """For 2 x 2 matrices tr sqrt(M) = sqrt(tr M + 2 sqrt(det M)), with M = S1 S2."""
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=torch.float64)
    a = exactly(torch.zeros(2), torch.tensor([1.0, 3.0]))
    b = exactly(torch.zeros(2), torch.tensor([2.0, 0.5]), seed=1) @ turn
    product = a.t().cov() @ b.t().cov()
    shared = (product.trace() + 2 * product.det().sqrt()).sqrt()
    expected = a.t().cov().trace() + b.t().cov().trace() - 2 * shared
    assert frechet_distance(a, b) == pytest.approx(float(expected), rel=1e-6)


def test_the_kernel_distance_is_that_of_a_plain_double_loop() -> None:
    random = np.random.default_rng(0)
    x, y = random.normal(size=(12, 4)), random.normal(0.5, 1, size=(12, 4))

    def kernel(a: np.ndarray, b: np.ndarray) -> float:
        return float((a @ b / 4 + 1) ** 3)

    same = sum(
        kernel(s[i], s[j]) for s in (x, y) for i in range(12) for j in range(12) if i != j
    ) / (12 * 11)
    cross = sum(kernel(a, b) for a in x for b in y) / 144
    found = discrepancy(torch.from_numpy(x), torch.from_numpy(y))
    assert float(found) == pytest.approx(same - 2 * cross, rel=1e-9)


def test_the_kernel_distance_of_one_distribution_is_zero_next_to_another() -> None:
    random = torch.Generator().manual_seed(0)
    one, same, other = (torch.randn(2000, 8, generator=random) + shift for shift in (0, 0, 0.3))
    near, _ = kernel_distance(one, same)
    far, error = kernel_distance(one, other)
    assert abs(near) < 0.1 * far
    assert 0 < error < far


def test_precision_and_recall_of_a_line_of_points() -> None:
    """Real 0..3, whose first neighbours are 1 away; samples at 0.5 and 9, 8.5 from each other."""
    real = torch.tensor([[0.0], [1.0], [2.0], [3.0]])
    samples = torch.tensor([[0.5], [9.0]])
    assert precision_recall(real, samples, k=1) == (0.5, 1.0)
    samples = torch.tensor([[0.5], [0.6]])
    assert precision_recall(real, samples, k=1) == (1.0, 0.0)


def test_the_nearest_come_first() -> None:
    distances, rows = nearest(torch.tensor([[0.0]]), torch.tensor([[3.0], [-1.0], [2.0]]), 2)
    assert rows.tolist() == [[1, 2]]
    assert distances.tolist() == [[1.0, 2.0]]


def test_moving_and_widening_costs_what_it_takes() -> None:
    levels = torch.linspace(-1, 1, 501)
    assert wasserstein(levels, levels + 0.3) == pytest.approx(0.3, abs=1e-4)
    assert wasserstein(levels, 3 * levels) == pytest.approx(1.0, abs=0.01)
