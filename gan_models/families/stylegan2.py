"""StyleGAN2 (Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN").

Modulated synthesis with skip connections to RGB. Tensor names are those of the official PyTorch
checkpoints, so that their weights fit as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import Generator, NoiseMode, Spec
from gan_models.families.mapping import MappingNetwork
from gan_models.layers import (
    SQRT2,
    EqualisedConv,
    FullyConnected,
    demodulation,
    modulated_conv2d,
    upsample2,
)


def channels_at(resolution: int, base: int, maximum: int) -> int:
    """Feature maps at a resolution: base / resolution, at most `maximum`."""
    return min(base // resolution, maximum)


def resolutions_up_to(resolution: int) -> list[int]:
    """4, 8, 16 ... `resolution`."""
    return [2**i for i in range(2, int(math.log2(resolution)) + 1)]


class StyledConvolution(nn.Module):
    """Modulated 3x3 convolution, noise (where `has_noise`), bias, leaky ReLU."""

    noise_const: Tensor

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        w_dim: int,
        resolution: int,
        *,
        up: bool = False,
        has_noise: bool = True,
    ) -> None:
        super().__init__()
        self.resolution = resolution
        self.up = up
        self.has_noise = has_noise
        self.affine = FullyConnected(w_dim, in_channels, bias_init=1.0)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, 3, 3))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        if has_noise:
            self.noise_strength = nn.Parameter(torch.zeros([]))
            self.register_buffer("noise_const", torch.randn(resolution, resolution))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None, clamp: float | None) -> Tensor:
        styles = self.affine(w)
        x = modulated_conv2d(x, self.weight, styles, up=self.up)
        # The gain after leaky ReLU is moved before it, into the small factors: one pass less.
        scale = demodulation(self.weight, styles) * SQRT2
        bias = self.bias * SQRT2
        x = torch.addcmul(bias.to(x.dtype)[:, None, None], x, scale.to(x.dtype)[:, :, None, None])
        if noise is not None:
            x = x.add_((noise * (self.noise_strength * SQRT2)).to(x.dtype))
        x = F.leaky_relu_(x, 0.2)
        return x if clamp is None else x.clamp(-clamp, clamp)

    def noise(self, mode: NoiseMode, batch: int, source: torch.Generator | None) -> Tensor | None:
        """[N or 1, 1, H, W]; from `source` one for all, else one for each of the batch."""
        if mode == "none" or not self.has_noise:
            return None
        if mode == "const":
            return self.noise_const
        device = self.noise_const.device
        shape = (1 if source else batch, 1, self.resolution, self.resolution)
        # Drawn on the CPU, so that a seed means the same noise on every device.
        return torch.randn(shape, generator=source, device="cpu" if source else device).to(device)


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to colours, without demodulation."""

    def __init__(self, in_channels: int, channels: int, w_dim: int) -> None:
        super().__init__()
        self.affine = FullyConnected(w_dim, in_channels, bias_init=1.0)
        self.weight = nn.Parameter(torch.randn(channels, in_channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, w: Tensor, clamp: float | None) -> Tensor:
        styles = self.affine(w) / math.sqrt(self.weight.shape[1])
        y = F.conv2d(x * styles.to(x.dtype)[:, :, None, None], self.weight.to(x.dtype))
        y = y.float() + self.bias[:, None, None]
        return y if clamp is None else y.clamp(-clamp, clamp)


class SynthesisBlock(nn.Module):
    """All layers of one resolution: (up-convolution,) convolution, RGB added to the picture.

    `skip` instead goes around the convolutions (Karras et al. 2020, figure 7c), and `torgb` is
    then there in the last block only.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        w_dim: int,
        resolution: int,
        channels: int,
        *,
        residual: bool = False,
        has_noise: bool = True,
    ) -> None:
        super().__init__()
        self.first = in_channels == 0
        layer = partial(StyledConvolution, has_noise=has_noise)
        if self.first:
            self.const = nn.Parameter(torch.randn(out_channels, resolution, resolution))
        else:
            self.conv0 = layer(in_channels, out_channels, w_dim, resolution, up=True)
        self.conv1 = layer(out_channels, out_channels, w_dim, resolution)
        around = residual and not self.first
        self.skip = EqualisedConv(in_channels, out_channels, 1, bias=False) if around else None
        self.torgb = ToRGB(out_channels, channels, w_dim) if channels else None

    def around(self, x: Tensor) -> Tensor | None:
        """What the residual connection carries past the convolutions."""
        return None if self.skip is None else upsample2(self.skip(x, gain=math.sqrt(0.5)))

    @property
    def num_convolutions(self) -> int:
        return 1 if self.first else 2

    def convolutions(self) -> Iterator[StyledConvolution]:
        """The layers in order."""
        if not self.first:
            yield self.conv0
        yield self.conv1


ARCHITECTURES = ("skip", "resnet", "orig")
"""How RGB comes about: a sum over all blocks, or from the last block alone, with residual blocks
or plain ones (Karras et al. 2020, figure 7)."""


class StyleGAN2(Generator):
    """The generator; `ws` rows are the convolutions, coarse to fine, the last one the last RGB.

    `widths`, the feature maps of each block, replaces `channel_base` and `channel_max`.
    """

    def __init__(
        self,
        *,
        resolution: int = 64,
        z_dim: int = 512,
        w_dim: int = 512,
        label_dim: int = 0,
        channels: int = 3,
        channel_base: int = 32768,
        channel_max: int = 512,
        widths: Sequence[int] | None = None,
        mapping_layers: int = 8,
        layer_features: int | None = None,
        embed_features: int | None = None,
        lr_multiplier: float = 0.01,
        joint: bool = False,
        architecture: str = "skip",
        use_noise: bool = True,
        conv_clamp: float | None = None,
    ) -> None:
        super().__init__()
        self._config = {
            name: value for name, value in locals().items() if name not in ("self", "__class__")
        }
        sizes = resolutions_up_to(resolution)
        if architecture not in ARCHITECTURES or not sizes or sizes[-1] != resolution:
            raise ValueError(f"there is no {architecture!r} StyleGAN2 of {resolution} pixels")
        widths = widths or [channels_at(size, channel_base, channel_max) for size in sizes]
        self.conv_clamp = conv_clamp
        self.mapping = MappingNetwork(
            z_dim,
            label_dim,
            w_dim,
            mapping_layers,
            lr_multiplier,
            layer_features=layer_features,
            embed_features=embed_features,
            joint=joint,
        )
        self.synthesis = nn.Module()
        for size, width, out in zip(sizes, [0, *widths], widths, strict=False):
            block = SynthesisBlock(
                width,
                out,
                w_dim,
                size,
                channels if architecture == "skip" or size == resolution else 0,
                residual=architecture == "resnet",
                has_noise=use_noise,
            )
            self.synthesis.add_module(f"b{size}", block)
        self._sizes = sizes
        acting = [sizes[0]] + [size for size in sizes[1:] for _ in range(2)] + [sizes[-1]]
        self.spec = Spec(
            family="stylegan2",
            z_dim=z_dim,
            w_dim=w_dim,
            num_ws=len(acting),
            resolution=resolution,
            label_dim=label_dim,
            channels=channels,
            has_noise=use_noise,
            ws_resolutions=tuple(acting),
            draft_resolutions=tuple(sizes if architecture == "skip" else sizes[-1:]),
        )

    def config(self) -> dict[str, Any]:
        return dict(self._config)

    @property
    def w_avg(self) -> Tensor:
        return self.mapping.w_avg

    def map(
        self,
        z: Tensor,
        label: Tensor | None = None,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        ws = self.mapping(z, label)[:, None].expand(-1, self.spec.num_ws, -1)
        return self.truncate(ws, truncation_psi, truncation_cutoff)

    def blocks(self) -> Iterator[tuple[int, SynthesisBlock]]:
        """(resolution, block), coarse to fine."""
        for size in self._sizes:
            yield size, getattr(self.synthesis, f"b{size}")

    def style_weights(self) -> dict[int, Tensor]:
        layers = (layer for _, block in self.blocks() for layer in block.convolutions())
        return {row: layer.affine.weight.detach() for row, layer in enumerate(layers)}

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",
        noise_seed: int | None = 0,
        resolution: int | None = None,
    ) -> Tensor:
        source = None
        if noise_mode == "random" and noise_seed is not None:
            source = torch.Generator().manual_seed(noise_seed)
        batch, row = ws.shape[0], 0
        x, picture = ws, None
        for size, block in self.blocks():
            if block.first:
                x = block.const.expand(batch, -1, -1, -1)
                x = x.contiguous(memory_format=torch.channels_last)
            around = block.around(x)
            for layer in block.convolutions():
                noise = layer.noise(noise_mode, batch, source)
                x = layer(x, ws[:, row], noise, self.conv_clamp)
                row += 1
            if around is not None:
                x = torch.add(around, x, alpha=math.sqrt(0.5))
            if block.torgb is not None:
                rgb = block.torgb(x, ws[:, row], self.conv_clamp)
                picture = rgb if picture is None else upsample2(picture) + rgb
            if size == resolution:
                break
        assert picture is not None  # every draft resolution has colours
        return picture
