"""The generator of lucidrains/stylegan2-pytorch: StyleGAN2's ideas in layers of its own.

One style row a block, plain leaky ReLU, bilinear upsampling, and one noise picture for all layers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import Generator, NoiseMode, Spec
from gan_models.layers import demodulation, modulated_conv2d


class Mapping(nn.Module):
    """z on the unit sphere, then linear layers with leaky ReLU, scaled by `lr_multiplier`."""

    w_avg: Tensor

    def __init__(self, width: int, num_layers: int, lr_multiplier: float) -> None:
        super().__init__()
        self.lr_multiplier = lr_multiplier
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(num_layers))
        self.register_buffer("w_avg", torch.zeros(width))

    def forward(self, z: Tensor) -> Tensor:
        x = F.normalize(z.float(), dim=1)
        for layer in self.layers:
            assert isinstance(layer, nn.Linear)
            x = F.linear(x, layer.weight * self.lr_multiplier, layer.bias * self.lr_multiplier)
            x = F.leaky_relu(x, 0.2)
        return x


def upsample_bilinear(x: Tensor) -> Tensor:
    """Twice the size."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def blur(x: Tensor) -> Tensor:
    """Low-pass with the taps [1, 2, 1] / 4 both ways, mirrored at the edges."""
    taps = torch.tensor([1.0, 2.0, 1.0], device=x.device) / 4
    kernel = torch.outer(taps, taps).expand(x.shape[1], 1, -1, -1)
    return F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), kernel, groups=x.shape[1])


class LinearAttention(nn.Module):
    """Attention whose cost grows with the pixels, not their square (Shen et al. 2018)."""

    def __init__(self, channels: int, heads: int = 8, width: int = 64) -> None:
        super().__init__()
        self.heads, inner = heads, heads * width
        self.to_q = nn.Conv2d(channels, inner, 1, bias=False)
        self.to_kv = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
            nn.Conv2d(channels, 2 * inner, 1, bias=False),
        )
        self.to_out = nn.Conv2d(inner, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        batch, _, height, width = x.shape
        q, k, v = (
            t.reshape(batch, self.heads, -1, height * width)
            for t in (self.to_q(x), *self.to_kv(x).chunk(2, dim=1))
        )
        q = q.softmax(dim=2) / math.sqrt(q.shape[2])
        context = v @ k.softmax(dim=3).transpose(2, 3)
        out = (context @ q).reshape(batch, -1, height, width)
        return self.to_out(F.gelu(out))


class ChannelNorm(nn.Module):
    """Normalises over the channels of each pixel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.ones(1, channels, 1, 1))
        self.b = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        std, mean = torch.std_mean(x, dim=1, unbiased=False, keepdim=True)
        return (x - mean) / (std + 1e-5) * self.g + self.b


class Attention(nn.Module):
    """Attention, then two pointwise convolutions, both residual and normalised before."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.ModuleList(ChannelNorm(channels) for _ in range(2))
        self.attention = LinearAttention(channels)
        self.expand = nn.Conv2d(channels, 2 * channels, 1)
        self.shrink = nn.Conv2d(2 * channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm[0](x))
        return x + self.shrink(F.leaky_relu(self.expand(self.norm[1](x)), 0.2))


class Block(nn.Module):
    """Two modulated convolutions with noise, and colours added to those so far."""

    def __init__(self, in_channels: int, out_channels: int, w_dim: int, channels: int) -> None:
        super().__init__()
        self.to_style1 = nn.Linear(w_dim, in_channels)
        self.to_noise1 = nn.Linear(1, out_channels)
        self.weight1 = nn.Parameter(torch.randn(out_channels, in_channels, 3, 3))
        self.to_style2 = nn.Linear(w_dim, out_channels)
        self.to_noise2 = nn.Linear(1, out_channels)
        self.weight2 = nn.Parameter(torch.randn(out_channels, out_channels, 3, 3))
        self.to_style_rgb = nn.Linear(w_dim, out_channels)
        self.weight_rgb = nn.Parameter(torch.randn(channels, out_channels, 1, 1))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """Features and colours; `noise` is [N or 1, H, W]."""
        # The original transposes its noise; kept, so that pictures are the same.
        noise = noise.transpose(1, 2)[..., None]
        for style, weight, to_noise in (
            (self.to_style1, self.weight1, self.to_noise1),
            (self.to_style2, self.weight2, self.to_noise2),
        ):
            styles = style(w) + 1
            scale = demodulation(weight, styles)[:, :, None, None]
            x = modulated_conv2d(x, weight, styles) * scale
            x = F.leaky_relu(x + to_noise(noise).permute(0, 3, 1, 2), 0.2)
        return x, modulated_conv2d(x, self.weight_rgb, self.to_style_rgb(w) + 1)


class Lucidrains(Generator):
    """The generator; row i of `ws` is block i's. `attention` are the blocks with such before."""

    noise_const: Tensor

    def __init__(
        self,
        *,
        widths: Sequence[int],
        w_dim: int,
        mapping_layers: int,
        lr_multiplier: float = 0.1,
        channels: int = 3,
        learned_input: bool = True,
        attention: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self._config: dict[str, Any] = {
            "widths": list(widths),
            "w_dim": w_dim,
            "mapping_layers": mapping_layers,
            "lr_multiplier": lr_multiplier,
            "channels": channels,
            "learned_input": learned_input,
            "attention": list(attention),
        }
        self.mapping = Mapping(w_dim, mapping_layers, lr_multiplier)
        if learned_input:
            self.const = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        else:
            self.from_style = nn.ConvTranspose2d(w_dim, widths[0], 4, bias=False)
        self.initial = nn.Conv2d(widths[0], widths[0], 3, padding=1)
        pairs = list(pairwise([widths[0], *widths]))
        self.blocks = nn.ModuleList(Block(a, b, w_dim, channels) for a, b in pairs)
        self.attention = nn.ModuleDict({str(i): Attention(pairs[i][0]) for i in attention})
        sizes = [4 * 2**i for i in range(len(widths))]
        self.register_buffer("noise_const", torch.rand(1, sizes[-1], sizes[-1]))
        self.spec = Spec(
            family="lucidrains",
            z_dim=w_dim,
            w_dim=w_dim,
            num_ws=len(sizes),
            resolution=sizes[-1],
            channels=channels,
            ws_resolutions=tuple(sizes),
            draft_resolutions=tuple(sizes),
        )

    def config(self) -> dict[str, Any]:
        return dict(self._config)

    @property
    def w_avg(self) -> Tensor:
        return self.mapping.w_avg

    def map(
        self,
        z: Tensor,
        label: Tensor | None = None,  # noqa: ARG002  # there are no classes
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        ws = self.mapping(z)[:, None].expand(-1, self.spec.num_ws, -1)
        return self.truncate(ws, truncation_psi, truncation_cutoff)

    def _noise(self, mode: NoiseMode, seed: int | None, batch: int) -> Tensor:
        """[N or 1, H, W], evenly from 0 to 1; "none" is its mean."""
        if mode == "const":
            return self.noise_const
        if mode == "none":
            return torch.full_like(self.noise_const, 0.5)
        source = None if seed is None else torch.Generator().manual_seed(seed)
        shape = (batch if seed is None else 1, *self.noise_const.shape[1:])
        return torch.rand(shape, generator=source).to(self.noise_const.device)

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",
        noise_seed: int | None = 0,
        resolution: int | None = None,
    ) -> Tensor:
        noise = self._noise(noise_mode, noise_seed, len(ws))
        if self._config["learned_input"]:
            x = self.const.expand(len(ws), -1, -1, -1)
        else:
            x = self.from_style(ws.mean(dim=1)[:, :, None, None])
        x = self.initial(x.contiguous(memory_format=torch.channels_last))
        picture = None
        for number, block in enumerate(self.blocks):
            if str(number) in self.attention:
                x = self.attention[str(number)](x)
            if number:
                x = upsample_bilinear(x)
            size = x.shape[-1]
            x, rgb = block(x, ws[:, number], noise[:, :size, :size])
            picture = rgb if picture is None else blur(upsample_bilinear(picture)) + rgb
            if size == resolution:
                break
        assert picture is not None
        return picture * 2 - 1
