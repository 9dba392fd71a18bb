"""Spectral norm on a generator in training; a model file holds what its weights come to."""

from __future__ import annotations

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from gan_models.families.spade import SPADE


def normalise_spectrum(generator: SPADE) -> None:
    """Bound the convolutions of the blocks (Miyato et al. 2018), as SPADE is trained.

    Those that read the label map stay free.
    """
    convs = [getattr(b, n, None) for b in generator.blocks for n in ("conv_0", "conv_1", "conv_s")]
    for conv in convs:
        if isinstance(conv, nn.Conv2d):
            spectral_norm(conv)
