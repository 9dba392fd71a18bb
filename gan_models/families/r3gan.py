"""R3GAN (Huang et al. 2024, "The GAN is dead; long live the GAN!"): a plain convolutional GAN.

A learned 4x4 basis scaled by z, then residual blocks of grouped convolutions without any
normalisation, between upsamplings; no W, no truncation, no noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import NoiseMode, Spec
from gan_models.families.direct import DirectGenerator
from gan_models.layers import upsample2


class ResidualBlock(nn.Module):
    """x + shrink(act(grouped(act(expand(x))))), act(x) = leaky ReLU(x + bias)."""

    def __init__(self, channels: int, hidden: int, groups: int) -> None:
        super().__init__()
        self.expand = nn.Conv2d(channels, hidden, 1)
        self.grouped = nn.Conv2d(hidden, hidden, 3, padding=1, groups=groups)
        self.shrink = nn.Conv2d(hidden, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.leaky_relu(self.expand(x), 0.2)
        y = F.leaky_relu(self.grouped(y), 0.2)
        return x + self.shrink(y)


class R3GAN(DirectGenerator):
    """The generator; `stages` are {channels, blocks, hidden, groups}, from 4x4 pixels up."""

    def __init__(
        self,
        *,
        z_dim: int,
        stages: Sequence[Mapping[str, int]],
        channels: int = 3,
        label_dim: int = 0,
        embed_features: int = 0,
    ) -> None:
        super().__init__(
            {
                "z_dim": z_dim,
                "stages": [dict(stage) for stage in stages],
                "channels": channels,
                "label_dim": label_dim,
                "embed_features": embed_features,
            }
        )
        if label_dim:
            self.embed = nn.Linear(label_dim, embed_features, bias=False)
        w_dim = z_dim + embed_features
        widths = [stage["channels"] for stage in stages]
        self.basis = nn.Parameter(torch.randn(widths[0], 4, 4))
        self.linear = nn.Linear(w_dim, widths[0], bias=False)
        self.stages = nn.ModuleList(
            nn.Sequential(
                *(
                    ResidualBlock(s["channels"], s["hidden"], s["groups"])
                    for _ in range(s["blocks"])
                )
            )
            for s in stages
        )
        self.widen = nn.ModuleList(
            nn.Identity() if a == b else nn.Conv2d(a, b, 1, bias=False) for a, b in pairwise(widths)
        )
        self.to_rgb = nn.Conv2d(widths[-1], channels, 1, bias=False)
        resolution = 4 * 2 ** (len(widths) - 1)
        self.spec = Spec(
            family="r3gan",
            z_dim=z_dim,
            w_dim=w_dim,
            num_ws=1,
            resolution=resolution,
            label_dim=label_dim,
            channels=channels,
            has_mapping=False,
            has_noise=False,
            ws_resolutions=(4,),
            draft_resolutions=(resolution,),
        )

    def embed_label(self, label: Tensor) -> Tensor:
        return self.embed(label)

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002  # the family has no noise
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        x = self.linear(ws[:, 0])[:, :, None, None] * self.basis
        x = x.contiguous(memory_format=torch.channels_last)
        for number, stage in enumerate(self.stages):
            x = stage(upsample2(self.widen[number - 1](x)) if number else x)
        return self.to_rgb(x)
