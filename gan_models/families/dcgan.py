"""DCGAN (Radford et al. 2015): transposed convolutions from z to a picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import NoiseMode, Spec
from gan_models.families.direct import DirectGenerator


class DCGAN(DirectGenerator):
    """The generator; `widths` are z_dim, the feature maps at 4, 8, ... pixels, and the colours."""

    def __init__(self, *, widths: Sequence[int], bias: bool = False) -> None:
        super().__init__({"widths": list(widths), "bias": bias})
        self.convs = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 4, stride=2 if i else 1, padding=1 if i else 0, bias=bias)
            for i, (a, b) in enumerate(pairwise(widths))
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[1:-1])
        resolution = 4 * 2 ** (len(widths) - 2)
        self.spec = Spec(
            family="dcgan",
            z_dim=widths[0],
            w_dim=widths[0],
            num_ws=1,
            resolution=resolution,
            channels=widths[-1],
            has_mapping=False,
            has_noise=False,
            ws_resolutions=(4,),
            draft_resolutions=(resolution,),
        )

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002  # the family has no noise
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        x = ws[:, 0, :, None, None]
        for number, conv in enumerate(self.convs):
            x = conv(x)
            if number < len(self.norms):
                x = F.relu(self.norms[number](x))
        return torch.tanh(x)
