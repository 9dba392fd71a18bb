"""StyleGAN2's residual discriminator (Karras et al. 2020), conditional by projection."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.families.mapping import MappingNetwork
from gan_models.families.stylegan2 import channels_at, resolutions_up_to
from gan_models.layers import SQRT2, EqualisedConv, FullyConnected, normalize_second_moment


class _Halve(torch.autograd.Function):
    """Means of 2x2 pixels. Its gradient is a picture enlarged: torch's own clears memory, and then
    adds to it, which takes twice as long."""

    @staticmethod
    def forward(_ctx: Any, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 2)

    @staticmethod
    def backward(_ctx: Any, *gradients: Tensor) -> Tensor:
        return F.interpolate(gradients[0] / 4, scale_factor=2.0)


def halve(x: Tensor) -> Tensor:
    """Means of 2x2 pixels of [N, C, H, W], whose sides are even."""
    return _Halve.apply(x)


class DiscriminatorBlock(nn.Module):
    """Residual block that halves the resolution (Karras et al. 2020, figure 7c).

    It averages 2x2 pixels where the paper low-passes with `FIR`: half the cost of a step, and
    what a discriminator reads needs no perfect resampling.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv0 = EqualisedConv(in_channels, in_channels, 3)
        self.conv1 = EqualisedConv(in_channels, out_channels, 3)
        self.skip = EqualisedConv(in_channels, out_channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        # sqrt(1/2) on both branches keeps the variance; the activation's sqrt 2 cancels one.
        y = self.skip(halve(x), gain=math.sqrt(0.5))
        x = F.leaky_relu_(self.conv0(x, gain=SQRT2), 0.2)
        return y + F.leaky_relu_(self.conv1(halve(x)), 0.2)


def minibatch_stddev(x: Tensor, group: int = 4) -> Tensor:
    """One map [N, 1, H, W] with the mean standard deviation over groups of pictures.

    It lets the discriminator see a lack of variety (Karras et al. 2018, section 3).
    """
    batch, _, height, width = x.shape
    size = math.gcd(group, batch)
    y = x.float().reshape(size, -1, *x.shape[1:])
    std = (y.var(dim=0, unbiased=False) + 1e-8).sqrt().mean(dim=(1, 2, 3))
    return std.reshape(-1, 1, 1, 1).repeat(size, 1, height, width).to(x.dtype)


class Discriminator(nn.Module):
    """Pictures [N, channels, H, W] in [-1, 1] to logits [N]; conditional by projection."""

    def __init__(
        self,
        *,
        resolution: int = 64,
        channels: int = 3,
        channel_base: int = 32768,
        channel_max: int = 512,
        label_dim: int = 0,
        mapping_layers: int = 8,
    ) -> None:
        super().__init__()
        sizes = resolutions_up_to(resolution)[::-1]
        width = channels_at(sizes[0], channel_base, channel_max)
        self.fromrgb = EqualisedConv(channels, width, 1)
        blocks = []
        for size in sizes[1:]:
            out = channels_at(size, channel_base, channel_max)
            blocks.append(DiscriminatorBlock(width, out))
            width = out
        self.blocks = nn.ModuleList(blocks)
        self.conv = EqualisedConv(width, width, 3)
        self.conv_stddev = EqualisedConv(1, width, 3, bias=False)
        self.fc = FullyConnected(width * 16, width, activate=True)
        self.out = FullyConnected(width, width if label_dim else 1)
        if label_dim:
            self.mapping = MappingNetwork(0, label_dim, width, mapping_layers)

    def features(self, pictures: Tensor) -> list[Tensor]:
        """The activations after each block, fine to coarse."""
        x = pictures.contiguous(memory_format=torch.channels_last)
        maps = [F.leaky_relu_(self.fromrgb(x, gain=SQRT2), 0.2)]
        for block in self.blocks:
            maps.append(block(maps[-1]))
        return maps

    def forward(self, pictures: Tensor, label: Tensor | None = None) -> Tensor:
        x = self.features(pictures)[-1]
        x = self.conv(x, gain=SQRT2) + self.conv_stddev(minibatch_stddev(x))
        x = F.leaky_relu_(x, 0.2)
        x = self.out(self.fc(x.flatten(1))).float()
        if label is None:
            return x.squeeze(1)
        empty = label.new_zeros(label.shape[0], 0)
        direction = normalize_second_moment(self.mapping(empty, label))
        return (x * direction).sum(dim=1) / math.sqrt(x.shape[1])
