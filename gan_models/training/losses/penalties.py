"""Penalties on gradients: of the discriminator in pictures, of the generator in w."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

Critic = Callable[[Tensor], Tensor]
"""Pictures [N, C, H, W] to logits [N]."""


def _gradients(critic: Critic, pictures: Tensor) -> Tensor:
    """grad_x D(x), float32 [N, C, H, W], through which gradients flow on."""
    pictures = pictures.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(pictures).sum(), pictures, create_graph=True)
    return gradient.float()


def gradient_square(critic: Critic, pictures: Tensor) -> Tensor:
    """E |grad_x D(x)|^2: R1 on real pictures, R2 on generated ones, without their gamma / 2.

    Mescheder et al. 2018, eq. 9 and 10.
    """
    return _gradients(critic, pictures).square().sum(dim=(1, 2, 3)).mean()


def gradient_penalty(critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """E (|grad_x D(x)| - 1)^2 on pictures between real and fake, `mix` [N] in [0, 1] each its own.

    Gulrajani et al. 2017, eq. 3, without lambda.
    """
    fake = fake.detach().to(real.dtype)  # a generator may draw in 16 bits
    between = torch.lerp(fake, real, mix[:, None, None, None])
    # The root has no slope at 0, which a critic that is flat somewhere would meet.
    norms = (_gradients(critic, between).square().sum(dim=(1, 2, 3)) + 1e-12).sqrt()
    return (norms - 1).square().mean()


def path_lengths(pictures: Tensor, ws: Tensor) -> Tensor:
    """|J_w^T y|, y ~ N(0, 1) / sqrt(HW), one for each picture (Karras et al. 2020, eq. 4)."""
    noise = torch.randn_like(pictures) / math.sqrt(pictures.shape[2] * pictures.shape[3])
    (gradient,) = torch.autograd.grad((pictures * noise).sum(), ws, create_graph=True)
    return gradient.square().sum(dim=2).mean(dim=1).sqrt()
