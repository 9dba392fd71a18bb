"""The operations that the networks share; each names its equation.

Shapes are [N, C, H, W]; weights are kept unscaled and scaled at run time ("equalised learning
rate", Karras et al. 2018, section 4.1), so that Adam moves all of them at the same relative speed.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SQRT2 = math.sqrt(2.0)
"""Gain that keeps the variance through a leaky ReLU (He et al. 2015)."""


def normalize_second_moment(x: Tensor, eps: float = 1e-8) -> Tensor:
    """x / sqrt(mean(x^2) + eps) over dimension 1 ("pixel norm", Karras et al. 2018, eq. 2)."""
    return x * (x.square().mean(dim=1, keepdim=True) + eps).rsqrt()


class FullyConnected(nn.Module):
    """y = act(x (c W)^T + m b), c = m / sqrt(in): equalised learning rate, multiplier m."""

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        activate: bool = False,
        lr_multiplier: float = 1.0,
        bias_init: float = 0.0,
    ) -> None:
        super().__init__()
        self.activate = activate
        self.lr_multiplier = lr_multiplier
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / lr_multiplier)
        self.bias = nn.Parameter(torch.full((out_features,), bias_init / lr_multiplier))

    def forward(self, x: Tensor) -> Tensor:
        scale = self.lr_multiplier / math.sqrt(self.weight.shape[1])
        y = F.linear(x, self.weight * scale, self.bias * self.lr_multiplier)
        return F.leaky_relu(y, 0.2) * SQRT2 if self.activate else y


class EqualisedConv(nn.Module):
    """Convolution with equalised learning rate, padded to the same size; `gain` scales it."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int, *, bias: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x: Tensor, gain: float = 1.0) -> Tensor:
        kernel = self.weight * (gain / math.sqrt(self.weight[0].numel()))
        bias = None if self.bias is None else self.bias * gain
        return F.conv2d(x, kernel, bias, padding=kernel.shape[2] // 2)


FIR = (1, 3, 3, 1)
"""The resampling filter of StyleGAN2 (a binomial low pass), taps of one axis."""


@lru_cache(maxsize=64)
def _fir_kernel(gain: float, dtype: torch.dtype, device: torch.device) -> Tensor:
    """[4, 4], summing to `gain`."""
    # A kernel that is first needed while something is drawn must also serve training.
    with torch.inference_mode(mode=False):
        line = torch.tensor(FIR, dtype=torch.float64)
        kernel = torch.outer(line, line)
        return (kernel * (gain / kernel.sum())).to(device, dtype)


def depthwise_fir(channels: int, gain: float, dtype: torch.dtype, device: torch.device) -> Tensor:
    """`FIR` in both directions as depthwise weights [channels, 1, 4, 4], summing to `gain`."""
    kernel = _fir_kernel(gain, dtype, device).expand(channels, 1, -1, -1)
    return kernel.contiguous(memory_format=torch.channels_last)


def fir_filter(x: Tensor, padding: int, gain: float = 1.0) -> Tensor:
    """Low-pass every channel with the separable binomial `FIR`."""
    kernel = depthwise_fir(x.shape[1], gain, x.dtype, x.device)
    return F.conv2d(x, kernel, padding=padding, groups=x.shape[1])


def upsample2(x: Tensor) -> Tensor:
    """Twice the size: zeros between the pixels, then `FIR` of gain 4, in one transposed pass."""
    kernel = depthwise_fir(x.shape[1], 4.0, x.dtype, x.device)
    return F.conv_transpose2d(x, kernel, stride=2, padding=1, groups=x.shape[1])


def demodulation(weight: Tensor, styles: Tensor, eps: float = 1e-8) -> Tensor:
    """1 / sqrt(sum_{i,k} (s_i w_oik)^2 + eps), [N, out] (Karras et al. 2020, eq. 3)."""
    energy = weight.float().square().sum(dim=(2, 3))
    return (styles.float().square() @ energy.t() + eps).rsqrt()


def modulated_conv2d(
    x: Tensor, weight: Tensor, styles: Tensor, *, up: bool = False, padding: int | None = None
) -> Tensor:
    """Modulated convolution (Karras et al. 2020, eq. 1), still to be demodulated.

    The weights stay shared by the whole batch: the styles scale what goes in and the
    demodulation what comes out, which is the same by linearity and needs no grouped kernels.
    `up` doubles the size: a transposed convolution, then the low pass. Without `padding` the size
    is kept.
    """
    x = x * styles.to(x.dtype)[:, :, None, None]
    if up:
        x = F.conv_transpose2d(x, weight.to(x.dtype).transpose(0, 1), stride=2)
        return fir_filter(x, padding=1, gain=4.0)
    padding = weight.shape[2] // 2 if padding is None else padding
    return F.conv2d(x, weight.to(x.dtype), padding=padding)
