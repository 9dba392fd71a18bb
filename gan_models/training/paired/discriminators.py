"""PatchGANs: discriminators that judge overlapping patches of a picture together with its map."""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

Normalisation = Literal["batch", "instance", "spectral"]
"""Of pix2pix, of pix2pixHD, and of SPADE (instance norm over weights of spectral norm)."""


class PatchDiscriminator(nn.Module):
    """4 x 4 convolutions to a map of logits; all layers' outputs, for feature matching.

    `layers` halvings: 3 make patches of 70 x 70 pixels (Isola et al. 2017, section 6.1.2).
    """

    def __init__(
        self,
        in_channels: int,
        features: int = 64,
        layers: int = 3,
        normalisation: Normalisation = "batch",
    ) -> None:
        super().__init__()
        self.steps = nn.ModuleList([nn.Conv2d(in_channels, features, 4, 2, 1)])
        width = features
        for number in range(1, layers + 1):
            wider = features * min(2**number, 8)
            stride = 1 if number == layers else 2
            self.steps.append(_normalised(width, wider, stride, normalisation))
            width = wider
        self.steps.append(nn.Conv2d(width, 1, 4, 1, 1))

    def forward(self, x: Tensor) -> list[Tensor]:
        """`x` [N, in_channels, H, W] to each layer's output; the last is logits [N, 1, h, w]."""
        outputs = []
        for number, step in enumerate(self.steps):
            x = step(x)
            if number < len(self.steps) - 1:
                x = F.leaky_relu(x, 0.2)
            outputs.append(x)
        return outputs


def _normalised(a: int, b: int, stride: int, normalisation: Normalisation) -> nn.Module:
    conv: nn.Module = nn.Conv2d(a, b, 4, stride, 1, bias=False)
    if normalisation == "batch":
        return nn.Sequential(conv, nn.BatchNorm2d(b, track_running_stats=False))
    if normalisation == "spectral":
        conv = spectral_norm(conv)
    return nn.Sequential(conv, nn.InstanceNorm2d(b))


class MultiScaleDiscriminator(nn.Module):
    """Equal PatchGANs on the picture and on halves of it (Wang et al. 2018, section 3.2)."""

    def __init__(
        self,
        map_classes: int,
        channels: int = 3,
        *,
        features: int = 64,
        layers: int = 3,
        scales: int = 2,
        normalisation: Normalisation = "instance",
    ) -> None:
        super().__init__()
        entry = map_classes + channels
        self.scales = nn.ModuleList(
            PatchDiscriminator(entry, features, layers, normalisation) for _ in range(scales)
        )

    def forward(self, pictures: Tensor, layout: Tensor) -> list[list[Tensor]]:
        """Pictures [N, C, H, W] and one-hot maps [N, map_classes, H, W]: outputs of each scale."""
        x = torch.cat([layout, pictures], dim=1)
        outputs = []
        for number, discriminator in enumerate(self.scales):
            if number:
                x = F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
            outputs.append(discriminator(x))
        return outputs

    def both(
        self, real: Tensor, fake: Tensor, layout: Tensor
    ) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        """Real and generated pictures in one batch, as SPADE judges them; outputs of each."""
        outputs = self(torch.cat([real, fake]), torch.cat([layout, layout]))
        half = len(real)
        return (
            [[x[:half] for x in scale] for scale in outputs],
            [[x[half:] for x in scale] for scale in outputs],
        )
