"""Losses, penalties and augmentation against the formulas of the papers, written out."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from gan_models.base import TrainingError
from gan_models.training.augment import AUGMENTATIONS, diff_augment
from gan_models.training.losses import penalties
from gan_models.training.losses.adversarial import LOSSES, find_loss

REAL, FAKE = torch.tensor([0.3, -1.0, 2.2]), torch.tensor([2.0, -0.5, 0.1])
P, Q = torch.sigmoid(REAL), torch.sigmoid(FAKE)

TEXTBOOK = {
    "minimax": (-P.log().mean() - (1 - Q).log().mean(), (1 - Q).log().mean()),
    "non-saturating": (-P.log().mean() - (1 - Q).log().mean(), -Q.log().mean()),
    "wgan": (FAKE.mean() - REAL.mean(), -FAKE.mean()),
    "wgan-gp": (FAKE.mean() - REAL.mean(), -FAKE.mean()),
    "lsgan": (
        ((REAL - 1) ** 2).mean() / 2 + (FAKE**2).mean() / 2,
        ((FAKE - 1) ** 2).mean() / 2,
    ),
    "lsgan-pearson": (
        ((REAL - 1) ** 2).mean() / 2 + (FAKE**2).mean() / 2,
        ((FAKE - 0.5) ** 2).mean() / 2,
    ),
    "hinge": (
        (1 - REAL).clamp(min=0).mean() + (1 + FAKE).clamp(min=0).mean(),
        -FAKE.mean(),
    ),
    "r3gan": (
        (1 + torch.exp(-(REAL - FAKE))).log().mean(),
        (1 + torch.exp(-(FAKE - REAL))).log().mean(),
    ),
}


@pytest.mark.parametrize("name", list(LOSSES))
def test_a_loss_is_that_of_its_paper(name: str) -> None:
    discriminator, generator = TEXTBOOK[name]
    loss = find_loss(name)
    torch.testing.assert_close(loss.discriminator(REAL, FAKE), discriminator)
    torch.testing.assert_close(loss.generator(REAL, FAKE), generator)


def test_pearsons_targets_are_those_of_the_paper_scaled() -> None:
    """With D = 2 D' - 1, the targets -1, 1, 0 of (D) are 0, 1, 1/2 of (D'), at a quarter."""
    loss = find_loss("lsgan-pearson")
    scaled_real, scaled_fake = 2 * REAL - 1, 2 * FAKE - 1
    paper = ((scaled_real - 1) ** 2).mean() / 2 + ((scaled_fake + 1) ** 2).mean() / 2
    torch.testing.assert_close(4 * loss.discriminator(REAL, FAKE), paper)
    torch.testing.assert_close(4 * loss.generator(REAL, FAKE), (scaled_fake**2).mean() / 2)


def test_an_unknown_loss_lists_those_there_are() -> None:
    with pytest.raises(TrainingError, match="there are: minimax, non-saturating"):
        find_loss("hinges")


def test_r1_of_a_linear_critic_is_its_squared_weight() -> None:
    weight = torch.randn(3, 4, 4)
    pictures = torch.randn(5, 3, 4, 4)
    penalty = penalties.gradient_square(lambda x: (x * weight).sum(dim=(1, 2, 3)), pictures)
    assert penalty.item() == pytest.approx(weight.square().sum().item(), rel=1e-5)


def test_the_gradient_penalty_is_taken_between_real_and_generated() -> None:
    """Of D(x) = |x|^2 / 2 the gradient is x itself."""
    real, fake, mix = torch.randn(6, 1, 4, 4), torch.randn(6, 1, 4, 4), torch.rand(6)
    between = mix[:, None, None, None] * real + (1 - mix[:, None, None, None]) * fake
    wanted = ((between.flatten(1).norm(dim=1) - 1) ** 2).mean()

    def half_square(x: Tensor) -> Tensor:
        return x.square().sum(dim=(1, 2, 3)) / 2

    torch.testing.assert_close(penalties.gradient_penalty(half_square, real, fake, mix), wanted)


def test_path_length_of_a_linear_generator_is_the_norm_of_its_jacobian() -> None:
    torch.manual_seed(0)
    jacobian = torch.randn(3 * 8 * 8, 6)
    ws = torch.randn(4000, 1, 6, requires_grad=True)
    pictures = (ws[:, 0] @ jacobian.t()).reshape(-1, 3, 8, 8)
    mean_square = penalties.path_lengths(pictures, ws).square().mean().item()
    assert mean_square == pytest.approx(jacobian.square().sum().item() / 64, rel=0.05)


@pytest.mark.parametrize("name", list(AUGMENTATIONS))
def test_augmentation_keeps_the_shape_and_lets_gradients_through(name: str) -> None:
    pictures = torch.randn(6, 3, 16, 16, requires_grad=True)
    changed = diff_augment(pictures, [name])
    assert changed.shape == pictures.shape
    assert not torch.equal(changed, pictures)
    (gradient,) = torch.autograd.grad(changed.sum(), pictures)
    assert math.isfinite(gradient.sum().item())
    assert gradient.abs().sum() > 0


def test_no_augmentation_changes_nothing() -> None:
    pictures = torch.randn(2, 3, 8, 8)
    assert torch.equal(diff_augment(pictures, ()), pictures)


def test_only_a_share_of_the_pictures_is_augmented() -> None:
    torch.manual_seed(0)
    pictures = torch.randn(400, 1, 4, 4)
    kept = (diff_augment(pictures, ["color"], 0.25) == pictures).all(dim=(1, 2, 3))
    assert 0.65 < kept.float().mean().item() < 0.85
