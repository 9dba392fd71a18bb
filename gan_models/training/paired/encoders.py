"""Encoders of a picture: its style as one vector (SPADE), or features a class (pix2pixHD)."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class StyleEncoder(nn.Module):
    """Pictures to the mean and log variance of their style (Park et al. 2019, appendix A).

    Six strided convolutions, so that pictures of any size are first brought to `size`.
    """

    def __init__(self, z_dim: int, features: int = 64, size: int = 256, channels: int = 3) -> None:
        super().__init__()
        self.size = size
        widths = [channels, *(features * min(2**i, 8) for i in range(6))]
        self.convs = nn.ModuleList(
            spectral_norm(nn.Conv2d(a, b, 3, 2, 1, bias=False)) for a, b in pairwise(widths)
        )
        side = size
        for _ in self.convs:
            side = (side + 1) // 2
        flat = widths[-1] * side * side
        self.mean = nn.Linear(flat, z_dim)
        self.log_variance = nn.Linear(flat, z_dim)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """[N, C, H, W] in [-1, 1] to mean and log variance, [N, z_dim] each."""
        x = pictures
        if x.shape[2:] != (self.size, self.size):
            x = F.interpolate(x, (self.size, self.size), mode="bilinear", align_corners=False)
        for number, conv in enumerate(self.convs):
            x = conv(x if number == 0 else F.leaky_relu(x, 0.2))
            if x.shape[2] > 1:  # a single pixel is its own mean, and nothing would be left of it
                x = F.instance_norm(x)
        x = F.leaky_relu(x, 0.2).flatten(1)
        return self.mean(x), self.log_variance(x)


def draw_style(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """mean + sigma noise, through which gradients flow (Kingma & Welling 2014, section 2.4)."""
    return mean + torch.exp(0.5 * log_variance) * noise


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
