"""Figures that compare samples with pictures."""

from __future__ import annotations

import pytest
import torch

from gan_models.evaluation.pyramids import diversity, laplacian_pyramid, sliced_wasserstein
from gan_models.layers import upsample2


def noise(seed: int, count: int = 48, size: int = 32) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return 0.3 * torch.randn(count, 3, size, size, generator=random)


def test_one_distribution_is_nearer_to_itself_than_to_a_smoother_one() -> None:
    smooth = upsample2(noise(3, size=16))
    same, other = sliced_wasserstein(noise(0), noise(1)), sliced_wasserstein(noise(0), smooth)
    assert same["mean"] < 0.7 * other["mean"]
    assert set(same) == {"32", "16", "mean"}


def test_the_same_pictures_differ_only_by_the_choice_of_patches() -> None:
    assert sliced_wasserstein(noise(0), noise(0))["mean"] < 40


def test_a_pyramid_keeps_all_of_the_picture() -> None:
    fine, coarse = laplacian_pyramid(noise(0))
    torch.testing.assert_close(fine + upsample2(coarse), noise(0))


def test_sets_of_different_size_are_refused() -> None:
    with pytest.raises(ValueError, match="one shape"):
        sliced_wasserstein(noise(0), noise(0, count=4))


def test_diversity_of_one_repeated_picture_is_zero() -> None:
    assert diversity(noise(0, count=1).expand(8, -1, -1, -1)) == 0
    assert diversity(noise(0)) == pytest.approx(0.3 * 2**0.5, rel=0.05)
