"""The encoder of pix2pixHD: a few features of each class that a picture shows."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class FeatureEncoder(nn.Module):
    """Pictures to a few features for each class in each map (Wang et al. 2018, section 3.3)."""

    def __init__(self, features: int = 16, downs: int = 4, out: int = 3, channels: int = 3) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            _wide(channels, features),
            nn.InstanceNorm2d(features),
            nn.ReLU(),
        ]
        width = features
        for _ in range(downs):
            layers += [
                nn.Conv2d(width, 2 * width, 3, 2, 1),
                nn.InstanceNorm2d(2 * width),
                nn.ReLU(),
            ]
            width *= 2
        for _ in range(downs):
            up = nn.ConvTranspose2d(width, width // 2, 3, 2, 1, output_padding=1)
            layers += [up, nn.InstanceNorm2d(width // 2), nn.ReLU()]
            width //= 2
        self.layers = nn.Sequential(*layers, _wide(width, out), nn.Tanh())

    def forward(self, pictures: Tensor, layout: Tensor) -> Tensor:
        """Features [N, out, H, W], the mean over each class of the one-hot map `layout`."""
        return average_by_class(self.layers(pictures), layout)


def average_by_class(features: Tensor, layout: Tensor) -> Tensor:
    """Replace features [N, C, H, W] by their mean over the class that each pixel has."""
    area = layout.sum(dim=(2, 3)).clamp(min=1.0)
    means = torch.einsum("nchw,nkhw->nkc", features, layout) / area[:, :, None]
    return torch.einsum("nkc,nkhw->nchw", means, layout)


def _wide(a: int, b: int) -> nn.Conv2d:
    return nn.Conv2d(a, b, 7, padding=3, padding_mode="reflect")
