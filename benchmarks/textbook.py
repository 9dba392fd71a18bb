"""StyleGAN2's synthesis, plainly from the paper's equations, one step an operation.

It is the oracle that the fast one must agree with, and the yardstick that its speed is a ratio of.
Nothing is shared with `gan_models.layers`: the weights of each sample are modulated and
demodulated and run as grouped convolutions, as in Karras et al. 2020, section 2.2 and appendix B.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.families.stylegan2 import (
    StyledConvolution,
    StyleGAN2,
    SynthesisBlock,
    ToRGB,
)
from gan_models.spec import NoiseMode


def synthesize(
    generator: StyleGAN2, ws: Tensor, noise_mode: NoiseMode = "const", noise_seed: int = 0
) -> Tensor:
    """`ws` [N, num_ws, w_dim] to pictures [N, channels, H, W]."""
    source = torch.Generator().manual_seed(noise_seed)
    clamp = generator.conv_clamp
    x, picture, row = ws, ws, 0
    for _, block in generator.blocks():
        if block.first:
            x = block.const.repeat(ws.shape[0], 1, 1, 1)
        for layer in _convolutions(block):
            noise = _noise(layer, noise_mode, source)
            x = _styled_convolution(layer, x, ws[:, row], noise, clamp)
            row += 1
        assert block.torgb is not None  # as everywhere in the skip architecture
        rgb = _to_rgb(block.torgb, x, ws[:, row], clamp)
        picture = rgb if block.first else _low_pass(_insert_zeros(picture), (2, 1), 4.0) + rgb
    return picture


def _convolutions(block: SynthesisBlock) -> list[StyledConvolution]:
    return [block.conv1] if block.first else [block.conv0, block.conv1]


def _styled_convolution(
    layer: StyledConvolution, x: Tensor, w: Tensor, noise: Tensor | None, clamp: float | None
) -> Tensor:
    """Modulate, demodulate, convolve, add noise and bias, then leaky ReLU of gain sqrt 2."""
    weight = modulate(layer.weight, _affine(layer, w))
    weight = weight / torch.sqrt(weight.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8)
    x = _up_convolution(x, weight) if layer.up else grouped(x, weight)
    if noise is not None:
        x = x + layer.noise_strength * noise
    x = x + layer.bias[None, :, None, None]
    x = torch.where(x >= 0, x, 0.2 * x) * math.sqrt(2)
    return x if clamp is None else x.clamp(-clamp, clamp)


def _to_rgb(layer: ToRGB, x: Tensor, w: Tensor, clamp: float | None) -> Tensor:
    """Modulate (without demodulation) and convolve with 1x1 kernels, add the bias."""
    styles = _affine(layer, w) / math.sqrt(x.shape[1])
    x = grouped(x, modulate(layer.weight, styles)) + layer.bias[None, :, None, None]
    return x if clamp is None else x.clamp(-clamp, clamp)


def _affine(layer: StyledConvolution | ToRGB, w: Tensor) -> Tensor:
    """The styles [N, in] of w: a fully connected layer at equalised learning rate."""
    weight = layer.affine.weight / math.sqrt(w.shape[1])
    return w @ weight.t() + layer.affine.bias


def modulate(weight: Tensor, styles: Tensor) -> Tensor:
    """w'_oik = s_i w_oik for each sample: [N, out, in, k, k] (equation 1)."""
    return weight[None] * styles[:, None, :, None, None]


def grouped(x: Tensor, weight: Tensor, padding: int | None = None) -> Tensor:
    """Each sample's own convolution, the batch as groups of one picture; None keeps the size."""
    samples, out, inside, k, _ = weight.shape
    y = x.reshape(1, samples * inside, *x.shape[2:])
    y = F.conv2d(
        y,
        weight.reshape(samples * out, inside, k, k),
        padding=k // 2 if padding is None else padding,
        groups=samples,
    )
    return y.reshape(samples, out, *y.shape[2:])


def _up_convolution(x: Tensor, weight: Tensor) -> Tensor:
    """Each sample's own transposed convolution of stride 2, then the low pass: twice the size."""
    samples, out, inside, k, _ = weight.shape
    y = x.reshape(1, samples * inside, *x.shape[2:])
    kernels = weight.transpose(1, 2).reshape(samples * inside, out, k, k)
    y = F.conv_transpose2d(y, kernels, stride=2, groups=samples)
    return _low_pass(y.reshape(samples, out, *y.shape[2:]), (1, 1), 4.0)


def _insert_zeros(x: Tensor) -> Tensor:
    """Twice the size, a zero after each pixel, in both directions."""
    samples, channels, height, width = x.shape
    y = x.new_zeros(samples, channels, height, 2, width, 2)
    y[:, :, :, 0, :, 0] = x
    return y.reshape(samples, channels, 2 * height, 2 * width)


def _low_pass(x: Tensor, padding: tuple[int, int], gain: float) -> Tensor:
    """The binomial filter [1 3 3 1] in both directions, on `padding` before and after."""
    taps = x.new_tensor([1.0, 3.0, 3.0, 1.0])
    kernel = torch.outer(taps, taps)
    kernel = kernel / kernel.sum() * gain
    x = F.pad(x, (*padding, *padding))
    channels = x.shape[1]
    return F.conv2d(x, kernel.expand(channels, 1, 4, 4), groups=channels)


def _noise(layer: StyledConvolution, mode: NoiseMode, source: torch.Generator) -> Tensor | None:
    if mode == "none":
        return None
    if mode == "const":
        return layer.noise_const[None, None]
    size = layer.resolution
    return torch.randn(1, 1, size, size, generator=source).to(layer.noise_const.device)
