"""What the generators share whose training grew them: Progressive GAN and StyleGAN1."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.layers import SQRT2, EqualisedConv


def he_scaled(weight: Tensor, gain: float = SQRT2) -> Tensor:
    """gain W / sqrt(fan in): equalised learning rate (Karras et al. 2018, section 4.1)."""
    return weight * (gain / math.sqrt(weight[0].numel()))


def conv2d(x: Tensor, weight: Tensor) -> Tensor:
    """Convolution that keeps the size."""
    return F.conv2d(x, he_scaled(weight), padding=weight.shape[2] // 2)


def upscale_conv2d(x: Tensor, weight: Tensor) -> Tensor:
    """Each pixel four times, then a 3x3 convolution: one transposed convolution of the small map.

    Its 4x4 kernel is the turned 3x3 one, spread by the 2x2 box that repeats pixels.
    """
    kernel = F.pad(he_scaled(weight).flip(2, 3), (1, 1, 1, 1))
    kernel = kernel[:, :, 1:] + kernel[:, :, :-1]
    kernel = kernel[..., 1:] + kernel[..., :-1]
    return F.conv_transpose2d(x, kernel.transpose(0, 1), stride=2, padding=1)


class GrownColours(nn.Module):
    """1x1 convolutions to colours; where a block was still being faded in, of the one before too.

    `fade` is the share of the smaller picture, 0 once training has finished.
    """

    def __init__(self, coarse: int, fine: int, channels: int, fade: float) -> None:
        super().__init__()
        self.fade = fade
        self.fine = EqualisedConv(fine, channels, 1)
        self.coarse = EqualisedConv(coarse, channels, 1) if fade else None

    def forward(self, before: Tensor, x: Tensor) -> Tensor:
        """The picture of the last block, given what went into it."""
        picture: Tensor = self.fine(x)
        if self.coarse is None:
            return picture
        small = F.interpolate(self.coarse(before), scale_factor=2.0)
        return torch.lerp(picture, small, self.fade)
