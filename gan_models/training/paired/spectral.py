"""Spectral norm on a generator in training, and off it again in a model file."""

from __future__ import annotations

from torch import nn
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import spectral_norm

from gan_models.families.spade import SPADE


def normalise_spectrum(generator: SPADE) -> None:
    """Bound the convolutions of blocks and encoder (Miyato et al. 2018), as SPADE is trained.

    Those that read the label map stay free.
    """
    convs = [getattr(b, n, None) for b in generator.blocks for n in ("conv_0", "conv_1", "conv_s")]
    if generator.encoder is not None:
        convs += list(generator.encoder.convs)
    for conv in convs:
        if isinstance(conv, nn.Conv2d):
            spectral_norm(conv)


def bake_spectrum(generator: nn.Module) -> None:
    """Replace normalised weights by what they come to, so that the plain network is the same."""
    for module in generator.modules():
        if parametrize.is_parametrized(module, "weight"):
            parametrize.remove_parametrizations(module, "weight")
