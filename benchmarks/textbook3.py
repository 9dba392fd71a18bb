"""StyleGAN3's synthesis, plainly from the paper's equations, one step an operation.

The weights of each sample are its own, as grouped convolutions; the filters insert zeros in both
directions, pad, filter along one axis after the other, and drop pixels.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.textbook import grouped, modulate
from gan_models.families.stylegan3 import AliasFreeLayer, StyleGAN3


def synthesize(generator: StyleGAN3, ws: Tensor) -> Tensor:
    """`ws` [N, num_ws, w_dim] to pictures [N, channels, H, W]."""
    layers = list(generator.synthesis.children())
    x = layers[0](ws[:, 0], None).contiguous()
    for row, layer in enumerate(layers[1:], 1):
        assert isinstance(layer, AliasFreeLayer)
        x = _layer(layer, x, ws[:, row])
    return x * generator.output_scale


def _layer(layer: AliasFreeLayer, x: Tensor, w: Tensor) -> Tensor:
    """Modulate, demodulate, convolve, bias, then the filtered nonlinearity (section 3.2)."""
    styles = w @ (layer.affine.weight / math.sqrt(w.shape[1])).t() + layer.affine.bias
    kernel = layer.weight.shape[2]
    if layer.to_rgb:
        weight = modulate(layer.weight, styles / math.sqrt(layer.weight[0].numel()))
    else:
        normal = layer.weight * layer.weight.square().mean([1, 2, 3], keepdim=True).rsqrt()
        styles = styles * styles.square().mean(dim=1, keepdim=True).rsqrt()
        weight = modulate(normal, styles)
        weight = weight * (weight.square().sum(dim=[2, 3, 4], keepdim=True) + 1e-8).rsqrt()
    weight = weight * layer.magnitude_ema.rsqrt()
    x = grouped(F.pad(x, (kernel - 1,) * 4), weight, padding=0)
    x = x + layer.bias[None, :, None, None]
    return _filtered(layer, x)


def _filtered(layer: AliasFreeLayer, x: Tensor) -> Tensor:
    """Up, leaky ReLU of gain sqrt 2, clamp, down."""
    left, right, top, bottom = layer.padding
    if hasattr(layer, "up_filter"):
        x = F.pad(_insert_zeros(x, layer.up), (left, right, top, bottom))
        x = _filter(x, layer.up_filter * layer.up)
    if not layer.to_rgb:
        x = torch.where(x >= 0, x, 0.2 * x) * math.sqrt(2)
    if layer.clamp is not None:
        x = x.clamp(-layer.clamp, layer.clamp)
    if hasattr(layer, "down_filter"):
        x = _filter(x, layer.down_filter)[:, :, :: layer.down, :: layer.down]
    return x


def _insert_zeros(x: Tensor, factor: int) -> Tensor:
    """Zeros after each pixel, in both directions."""
    samples, channels, height, width = x.shape
    y = x.new_zeros(samples, channels, height, factor, width, factor)
    y[:, :, :, 0, :, 0] = x
    return y.reshape(samples, channels, factor * height, factor * width)


def _filter(x: Tensor, taps: Tensor) -> Tensor:
    """Convolve each map with the taps along both axes, or with [K, K] at once."""
    for kernel in [taps] if taps.ndim == 2 else [taps[None, :], taps[:, None]]:
        weight = kernel.flip(0, 1).expand(x.shape[1], 1, -1, -1)
        x = F.conv2d(x, weight, groups=x.shape[1])
    return x
