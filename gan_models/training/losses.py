"""What generator and discriminator minimise, and the regularisers."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Critic = Callable[[Tensor], Tensor]
"""Pictures [N, C, H, W] to logits [N]."""


def generator_loss(fake_logits: Tensor) -> Tensor:
    """-log sigmoid(D(G(z))): the non-saturating loss (Goodfellow et al. 2014, section 3)."""
    return F.softplus(-fake_logits).mean()


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log sigmoid(D(x)) - log(1 - sigmoid(D(G(z)))), the logistic loss of the same paper."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def r1_penalty(critic: Critic, real: Tensor) -> Tensor:
    """E |grad_x D(x)|^2 over real pictures (Mescheder et al. 2018, eq. 9, without gamma / 2)."""
    real = real.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(real).sum(), real, create_graph=True)
    return gradient.float().square().sum(dim=(1, 2, 3)).mean()


def path_lengths(pictures: Tensor, ws: Tensor) -> Tensor:
    """|J_w^T y|, y ~ N(0, 1) / sqrt(HW), one for each picture (Karras et al. 2020, eq. 4)."""
    noise = torch.randn_like(pictures) / math.sqrt(pictures.shape[2] * pictures.shape[3])
    (gradient,) = torch.autograd.grad((pictures * noise).sum(), ws, create_graph=True)
    return gradient.square().sum(dim=2).mean(dim=1).sqrt()
