"""The first GAN (Goodfellow et al. 2014): linear layers from z to the pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import NoiseMode, Spec
from gan_models.families.direct import DirectGenerator


class GAN(DirectGenerator):
    """The generator; `widths` are z_dim, the hidden layers and the pixels of all colours."""

    def __init__(self, *, widths: Sequence[int], channels: int = 1) -> None:
        super().__init__({"widths": list(widths), "channels": channels})
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
        resolution = math.isqrt(widths[-1] // channels)
        self.spec = Spec(
            family="gan",
            z_dim=widths[0],
            w_dim=widths[0],
            num_ws=1,
            resolution=resolution,
            channels=channels,
            has_mapping=False,
            has_noise=False,
            ws_resolutions=(resolution,),
            draft_resolutions=(resolution,),
        )

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002  # the family has no noise
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        x = ws[:, 0]
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        side = self.spec.resolution
        return torch.tanh(self.layers[-1](x)).reshape(len(x), self.spec.channels, side, side)
