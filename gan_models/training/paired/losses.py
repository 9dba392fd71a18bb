"""The losses of pix2pix, pix2pixHD and SPADE on the outputs of PatchGANs.

`Outputs` are those of a `MultiScaleDiscriminator`: for each scale what each of its layers says,
logits [N, 1, h, w] last.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.training.losses.adversarial import Game

Outputs = list[list[Tensor]]
PERCEPTUAL = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1.0)
"""Weights of VGG19's features, fine to coarse (Wang et al. 2018, section 4; Park et al. 2019)."""


def judged(game: Game, real: Outputs, fake: Outputs) -> Tensor:
    """The mean over the scales of a game between their logits."""
    losses = [game(r[-1], f[-1]) for r, f in zip(real, fake, strict=True)]
    return torch.stack(losses).mean()


def feature_matching(real: Outputs, fake: Outputs) -> Tensor:
    """Mean |D_i(x) - D_i(G)| over all layers but the logits (Wang et al. 2018, eq. 4).

    Summed over the layers and averaged over the scales; gradients go to the generated side alone.
    """
    total = fake[0][0].new_zeros(())
    for real_scale, fake_scale in zip(real, fake, strict=True):
        for r, f in zip(real_scale[:-1], fake_scale[:-1], strict=True):
            total = total + F.l1_loss(f, r.detach())
    return total / len(fake)


def perceptual_distance(network: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """The weighted sum of mean |V_i(x) - V_i(G)| over the features of a network that is fixed.

    Grey pictures are shown to it in three equal colours.
    """
    with torch.no_grad():
        of_real = network(real.expand(-1, 3, -1, -1))
    of_fake = network(fake.expand(-1, 3, -1, -1))
    pairs = zip(PERCEPTUAL, of_real, of_fake, strict=True)
    return torch.stack([weight * F.l1_loss(f, r) for weight, r, f in pairs]).sum()


def style_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, sigma^2) || N(0, 1)) = -1/2 sum(1 + log sigma^2 - mean^2 - sigma^2), a picture.

    Kingma & Welling 2014, appendix B; the mean over the batch.
    """
    terms = 1 + log_variance - mean.square() - log_variance.exp()
    return -0.5 * terms.sum(dim=1).mean()


def draw_style(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """mean + sigma noise, through which gradients flow (Kingma & Welling 2014, section 2.4)."""
    return mean + torch.exp(0.5 * log_variance) * noise
