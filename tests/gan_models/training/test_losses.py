"""Losses and augmentation against plain formulas."""

from __future__ import annotations

import math

import pytest
import torch

from gan_models.training import losses
from gan_models.training.augment import AUGMENTATIONS, diff_augment


def test_logistic_losses_are_the_cross_entropies_of_the_paper() -> None:
    real, fake = torch.tensor([0.3, -1.0]), torch.tensor([2.0, -0.5])
    wanted_d = -(torch.sigmoid(real).log().mean() + (1 - torch.sigmoid(fake)).log().mean())
    wanted_g = -torch.sigmoid(fake).log().mean()
    assert torch.allclose(losses.discriminator_loss(real, fake), wanted_d)
    assert torch.allclose(losses.generator_loss(fake), wanted_g)


def test_r1_of_a_linear_critic_is_its_squared_weight() -> None:
    weight = torch.randn(3, 4, 4)
    penalty = losses.r1_penalty(lambda x: (x * weight).sum(dim=(1, 2, 3)), torch.randn(5, 3, 4, 4))
    assert penalty.item() == pytest.approx(weight.square().sum().item(), rel=1e-5)


def test_path_length_of_a_linear_generator_is_the_norm_of_its_jacobian() -> None:
    torch.manual_seed(0)
    jacobian = torch.randn(3 * 8 * 8, 6)
    ws = torch.randn(4000, 1, 6, requires_grad=True)
    pictures = (ws[:, 0] @ jacobian.t()).reshape(-1, 3, 8, 8)
    mean_square = losses.path_lengths(pictures, ws).square().mean().item()
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
