"""The losses of pix2pix, pix2pixHD and SPADE on the outputs of PatchGANs.

`Outputs` are those of a `MultiScaleDiscriminator`: for each scale what each of its layers says,
logits [N, 1, h, w] last.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Outputs = list[list[Tensor]]
Game = Callable[[Tensor, Tensor], Tensor]
"""(logits of real pictures, logits of generated ones) to the mean loss."""


def logistic_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """1/2 (-log sigmoid(D(x)) - log(1 - sigmoid(D(G)))), halved as in pix2pix (section 3.3)."""
    return (F.softplus(-real).mean() + F.softplus(fake).mean()) / 2


def logistic_generator(fake: Tensor) -> Tensor:
    """-log sigmoid(D(G))."""
    return F.softplus(-fake).mean()


def least_squares_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """1/2 (E (D(x) - 1)^2 + E D(G)^2), the LSGAN of pix2pixHD."""
    return ((real - 1).square().mean() + fake.square().mean()) / 2


def least_squares_generator(fake: Tensor) -> Tensor:
    """E (D(G) - 1)^2."""
    return (fake - 1).square().mean()


def hinge_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G)) (Park et al. 2019, appendix A)."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def hinge_generator(fake: Tensor) -> Tensor:
    """-E D(G)."""
    return -fake.mean()


def discriminator_loss(game: Game, real: Outputs, fake: Outputs) -> Tensor:
    """The mean over the scales of a game between their logits."""
    losses = [game(r[-1], f[-1]) for r, f in zip(real, fake, strict=True)]
    return torch.stack(losses).mean()


def generator_loss(game: Callable[[Tensor], Tensor], fake: Outputs) -> Tensor:
    """The mean over the scales of what the generator minimises."""
    return torch.stack([game(scale[-1]) for scale in fake]).mean()


def feature_matching(real: Outputs, fake: Outputs) -> Tensor:
    """Mean |D_i(x) - D_i(G)| over all layers but the logits (Wang et al. 2018, eq. 4).

    Summed over the layers and averaged over the scales; gradients go to the generated side alone.
    """
    total = fake[0][0].new_zeros(())
    for real_scale, fake_scale in zip(real, fake, strict=True):
        for r, f in zip(real_scale[:-1], fake_scale[:-1], strict=True):
            total = total + F.l1_loss(f, r.detach())
    return total / len(fake)


def style_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, sigma^2) || N(0, 1)) = -1/2 sum(1 + log sigma^2 - mean^2 - sigma^2), a picture.

    Kingma & Welling 2014, appendix B; the mean over the batch.
    """
    terms = 1 + log_variance - mean.square() - log_variance.exp()
    return -0.5 * terms.sum(dim=1).mean()
