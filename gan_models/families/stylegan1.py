"""StyleGAN (Karras et al. 2019, "A Style-Based Generator Architecture for GANs").

Each layer's map is normalised by itself and then scaled and shifted by its style (AdaIN).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import Generator, NoiseMode, Spec
from gan_models.families.growing import GrownColours, conv2d, upscale_conv2d
from gan_models.families.mapping import MappingNetwork
from gan_models.families.stylegan2 import resolutions_up_to
from gan_models.layers import FullyConnected


def blur(x: Tensor) -> Tensor:
    """Low-pass every map with [1, 2, 1] along both sides."""
    line = x.new_tensor([0.25, 0.5, 0.25])
    kernel = torch.outer(line, line).expand(x.shape[1], 1, -1, -1)
    return F.conv2d(x, kernel, padding=1, groups=x.shape[1])


class StyledLayer(nn.Module):
    """A convolution (first: the learned constant), noise, bias, leaky ReLU, AdaIN."""

    noise_const: Tensor

    def __init__(
        self, in_channels: int, channels: int, w_dim: int, resolution: int, *, up: bool, noise: bool
    ) -> None:
        super().__init__()
        self.resolution, self.up, self.has_noise = resolution, up, noise
        self.first = in_channels == 0
        if self.first:
            self.const = nn.Parameter(torch.ones(channels, resolution, resolution))
        else:
            self.weight = nn.Parameter(torch.randn(channels, in_channels, 3, 3))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.style = FullyConnected(w_dim, 2 * channels)
        if noise:
            self.noise_strength = nn.Parameter(torch.zeros(channels))
            self.register_buffer("noise_const", torch.randn(resolution, resolution))

    def forward(self, x: Tensor | None, w: Tensor, noise: Tensor | None) -> Tensor:
        if x is None:
            x = self.const.expand(len(w), -1, -1, -1)
        elif self.up:
            x = blur(upscale_conv2d(x, self.weight))
        else:
            x = conv2d(x, self.weight)
        x = x + self.bias[:, None, None]
        if noise is not None:
            x = x + noise * self.noise_strength[:, None, None]
        x = F.instance_norm(F.leaky_relu(x, 0.2), eps=1e-8)
        scale, shift = self.style(w)[:, :, None, None].chunk(2, dim=1)
        return torch.addcmul(shift, x, scale + 1)

    def noise(self, mode: NoiseMode, batch: int, source: torch.Generator | None) -> Tensor | None:
        """[N or 1, 1, H, W]; from `source` one for all, else one for each of the batch."""
        if mode == "none" or not self.has_noise:
            return None
        if mode == "const":
            return self.noise_const
        shape = (1 if source else batch, 1, self.resolution, self.resolution)
        # Drawn on the CPU, so that a seed means the same noise on every device.
        return torch.randn(shape, generator=source).to(self.noise_const.device)


class StyleGAN1(Generator):
    """The generator; two rows of `ws` for each resolution, coarse to fine.

    `widths` are the feature maps of each block. `fade` is not 0 in a snapshot of a network that
    was still growing: the share of the block before the last in the picture.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int],
        z_dim: int = 512,
        w_dim: int = 512,
        label_dim: int = 0,
        embed_features: int | None = None,
        channels: int = 3,
        mapping_layers: int = 8,
        layer_features: int | None = None,
        lr_multiplier: float = 0.01,
        use_noise: bool = True,
        fade: float = 0.0,
    ) -> None:
        super().__init__()
        self._config = {
            name: value for name, value in locals().items() if name not in ("self", "__class__")
        }
        self.mapping = MappingNetwork(
            z_dim,
            label_dim,
            w_dim,
            mapping_layers,
            lr_multiplier,
            layer_features=layer_features,
            embed_features=embed_features,
            joint=True,
        )
        resolution = 4 * 2 ** (len(widths) - 1)
        sizes = [size for size in resolutions_up_to(resolution) for _ in range(2)]
        outs = [width for width in widths for _ in range(2)]
        self.layers = nn.ModuleList(
            StyledLayer(into, out, w_dim, size, up=i > 0 and i % 2 == 0, noise=use_noise)
            for i, (into, out, size) in enumerate(zip([0, *outs], outs, sizes, strict=False))
        )
        self.to_rgb = GrownColours(outs[-3] if outs[2:] else 0, outs[-1], channels, fade)
        self.spec = Spec(
            family="stylegan1",
            z_dim=z_dim,
            w_dim=w_dim,
            num_ws=len(sizes),
            resolution=resolution,
            label_dim=label_dim,
            channels=channels,
            has_noise=use_noise,
            ws_resolutions=tuple(sizes),
            draft_resolutions=(resolution,),
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

    def style_weights(self) -> dict[int, Tensor]:
        layers = enumerate(self.layers)
        return {
            row: layer.style.weight.detach()
            for row, layer in layers
            if isinstance(layer, StyledLayer)
        }

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",
        noise_seed: int | None = 0,
        resolution: int | None = None,  # noqa: ARG002  # only the last block has good colours
    ) -> Tensor:
        source = None
        if noise_mode == "random" and noise_seed is not None:
            source = torch.Generator().manual_seed(noise_seed)
        maps: list[Tensor] = []
        for row, layer in enumerate(self.layers):
            assert isinstance(layer, StyledLayer)
            noise = layer.noise(noise_mode, len(ws), source)
            maps = [*maps[-2:], layer(maps[-1] if maps else None, ws[:, row], noise)]
        return self.to_rgb(maps[0], maps[-1])
