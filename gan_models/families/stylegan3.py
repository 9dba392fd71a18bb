"""StyleGAN3 (Karras et al. 2021, "Alias-Free Generative Adversarial Networks"), T and R.

Fourier features, then layers whose nonlinearity runs at a higher sampling rate between two
low-pass filters. The filters are part of the weights. All of it is plain PyTorch: styles and
demodulation scale activations, so that weights are shared by the batch, and filters run as
separable depthwise convolutions over channels-last memory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import Generator, NoiseMode, Spec
from gan_models.families.mapping import MappingNetwork
from gan_models.layers import (
    SQRT2,
    FullyConnected,
    demodulation,
    modulated_conv2d,
    normalize_second_moment,
)


class ClassMapping(nn.Module):
    """StyleGAN-XL's mapping: a pretrained embedding of each class, and a mean of W for each."""

    w_avg: Tensor

    def __init__(
        self, z_dim: int, label_dim: int, w_dim: int, num_layers: int, embed_features: int
    ) -> None:
        super().__init__()
        self.embed = nn.Embedding(label_dim, embed_features)
        self.embed_proj = FullyConnected(embed_features, z_dim, activate=True)
        self.layers = MappingNetwork(2 * z_dim, 0, w_dim, num_layers)
        del self.layers.w_avg
        self.register_buffer("w_avg", torch.zeros(label_dim, w_dim))

    def forward(self, z: Tensor, label: Tensor | None) -> Tensor:
        if label is None:
            raise ValueError("this generator is conditional and needs a label")
        y = self.embed_proj(self.embed(label.argmax(dim=1)))
        return self.layers.layers(
            torch.cat([normalize_second_moment(z.float()), normalize_second_moment(y)], dim=1)
        )


class FourierInput(nn.Module):
    """A map of sine waves, moved and turned by the first row of `ws` and by `transform`."""

    transform: Tensor
    freqs: Tensor
    phases: Tensor

    def __init__(
        self, channels: int, w_dim: int, size: int, sampling_rate: float, bandwidth: float
    ) -> None:
        super().__init__()
        self.size, self.sampling_rate, self.bandwidth = size, sampling_rate, bandwidth
        self.affine = FullyConnected(w_dim, 4)
        nn.init.zeros_(self.affine.weight)
        # Cosine, sine, x, y: at first no motion.
        self.affine.bias = nn.Parameter(torch.tensor([1.0, 0.0, 0.0, 0.0]))
        self.weight = nn.Parameter(torch.randn(channels, channels))
        self.register_buffer("transform", torch.eye(3))
        self.register_buffer("freqs", torch.randn(channels, 2) * (bandwidth / 2))
        self.register_buffer("phases", torch.rand(channels) - 0.5)

    def _motion(self, w: Tensor, transform: Tensor) -> Tensor:
        """Inverse matrices [N, 3, 3]: the learned turn, the learned shift, then the user's."""
        cosine, sine, x, y = (self.affine(w)).unbind(dim=1)
        length = (cosine.square() + sine.square()).sqrt()
        cosine, sine, x, y = cosine / length, sine / length, x / length, y / length
        zero, one = torch.zeros_like(x), torch.ones_like(x)
        turn = torch.stack([cosine, -sine, zero, sine, cosine, zero, zero, zero, one], dim=1)
        shift = torch.stack([one, zero, -x, zero, one, -y, zero, zero, one], dim=1)
        return turn.view(-1, 3, 3) @ shift.view(-1, 3, 3) @ transform

    def forward(self, w: Tensor, transform: Tensor | None) -> Tensor:
        motion = self._motion(w, self.transform if transform is None else transform.to(w))
        phases = self.phases + (self.freqs @ motion[:, :2, 2:]).squeeze(2)
        freqs = self.freqs @ motion[:, :2, :2]
        # What the motion lifts beyond the band that the grid can carry is faded out.
        room = self.sampling_rate / 2 - self.bandwidth
        amplitudes = (1 - (freqs.norm(dim=2) - self.bandwidth) / room).clamp(0, 1)
        reach = 0.5 * self.size / self.sampling_rate
        steps = (torch.arange(self.size, device=w.device, dtype=w.dtype) + 0.5) * 2 / self.size - 1
        across = freqs[:, None, :, 0] * (steps * reach)[None, :, None]
        down = freqs[:, None, :, 1] * (steps * reach)[None, :, None]
        waves = across[:, None] + (down + phases[:, None])[:, :, None]
        x = torch.sin(waves * (2 * math.pi)) * amplitudes[:, None, None]
        x = x @ (self.weight / math.sqrt(self.weight.shape[1])).t()
        return x.permute(0, 3, 1, 2)  # channels last in memory, as the layers like it


def fir_upsample(x: Tensor, taps: Tensor, factor: int, before: int, after: int, dim: int) -> Tensor:
    """`factor` times the length along `dim`: zeros between, `before` and `after` at the ends.

    One transposed depthwise convolution; negative ends crop. `taps` [K] sum to 1.
    """
    shape, stride, padding = [1, 1], [1, 1], [0, 0]
    shape[dim - 2], stride[dim - 2] = len(taps), factor
    crop = len(taps) - 1 - before, len(taps) - factor - after
    padding[dim - 2] = max(0, min(crop))
    kernel = (taps * factor).view(1, 1, *shape).expand(x.shape[1], -1, -1, -1).contiguous()
    y = F.conv_transpose2d(x, kernel, stride=stride, padding=padding, groups=x.shape[1])
    rest = [padding[dim - 2] - crop[0], padding[dim - 2] - crop[1]]
    return F.pad(y, rest if dim == 3 else [0, 0, *rest]) if any(rest) else y


def fir_downsample(x: Tensor, taps: Tensor, factor: int) -> Tensor:
    """Low-pass and keep each `factor`-th pixel; `taps` are [K], separable, or [K, K], radial."""
    passes = [taps] if taps.ndim == 2 else [taps[None, :], taps[:, None]]
    for kernel in passes:
        stride = [factor if length > 1 else 1 for length in kernel.shape]
        weight = kernel.flip(0, 1).expand(x.shape[1], 1, -1, -1)
        weight = weight.contiguous(memory_format=torch.channels_last)
        x = F.conv2d(x, weight, stride=stride, groups=x.shape[1])
    return x


class AliasFreeLayer(nn.Module):
    """Modulated convolution, then up, leaky ReLU and down (figure 4b); or the last one, to RGB."""

    magnitude_ema: Tensor
    up_filter: Tensor
    down_filter: Tensor

    def __init__(
        self,
        *,
        in_channels: int,
        out_channels: int,
        w_dim: int,
        kernel: int,
        up: int,
        down: int,
        padding: Sequence[int],
        up_taps: int,
        down_taps: Sequence[int],
        to_rgb: bool,
        clamp: float | None,
    ) -> None:
        super().__init__()
        self.up, self.down, self.padding = up, down, tuple(padding)
        self.to_rgb, self.clamp = to_rgb, clamp
        self.affine = FullyConnected(w_dim, in_channels, bias_init=1.0)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.register_buffer("magnitude_ema", torch.ones([]))
        if up_taps:
            self.register_buffer("up_filter", torch.full((up_taps,), 1 / up_taps))
        if down_taps:
            size = tuple(down_taps)
            self.register_buffer("down_filter", torch.full(size, 1 / math.prod(size)))

    def out_size(self, size: int) -> int:
        """The side of what comes out where `size` goes in."""
        size = (size + self.weight.shape[2] - 1) * self.up + self.padding[0] + self.padding[1]
        for name in ("up_filter", "down_filter"):
            size -= getattr(self, name).shape[0] - 1 if hasattr(self, name) else 0
        return (size - 1) // self.down + 1

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        styles: Tensor = self.affine(w)
        weight: Tensor = self.weight
        if self.to_rgb:
            styles = styles / math.sqrt(weight[0].numel())
            scale = torch.ones_like(styles[:, :1])
        else:  # weights and styles are normalised before, so that half precision holds them
            weight = weight * weight.square().mean(dim=(1, 2, 3), keepdim=True).rsqrt()
            styles = normalize_second_moment(styles, eps=0.0)
            scale = demodulation(weight, styles)
        scale = scale * self.magnitude_ema.rsqrt()
        x = modulated_conv2d(x, weight, styles, padding=weight.shape[2] - 1)
        x = torch.addcmul(self.bias[:, None, None], x, scale[:, :, None, None])
        return self._activate(x)

    def upsample(self, x: Tensor) -> Tensor:
        """To the sampling rate of the nonlinearity, padded for what follows."""
        left, right, top, bottom = self.padding
        if not hasattr(self, "up_filter"):
            return F.pad(x, self.padding) if any(self.padding) else x
        x = fir_upsample(x, self.up_filter, self.up, left, right, 3)
        return fir_upsample(x, self.up_filter, self.up, top, bottom, 2)

    def _activate(self, x: Tensor) -> Tensor:
        x = self.upsample(x)
        if not self.to_rgb:
            x = F.leaky_relu(x, 0.2) * SQRT2
        if self.clamp is not None:
            x = x.clamp(-self.clamp, self.clamp)
        return fir_downsample(x, self.down_filter, self.down) if hasattr(self, "down_filter") else x


class StyleGAN3(Generator):
    """The generator; row 0 of `ws` moves the input, each other row is one layer's.

    `layers` are the arguments of `AliasFreeLayer`, in order, by name; `input` is what
    `FourierInput` needs. `synthesize` also takes a `transform`.
    """

    def __init__(
        self,
        *,
        resolution: int,
        z_dim: int,
        w_dim: int,
        layers: Mapping[str, Mapping[str, Any]],
        input: Mapping[str, Any],  # noqa: A002  # the name it has in every checkpoint
        label_dim: int = 0,
        mapping_layers: int = 2,
        embed_features: int | None = None,
        lr_multiplier: float = 0.01,
        class_means: bool = False,
        output_scale: float = 0.25,
    ) -> None:
        super().__init__()
        self._config = {
            name: value for name, value in locals().items() if name not in ("self", "__class__")
        }
        self.output_scale = output_scale
        self.mapping: MappingNetwork | ClassMapping
        if class_means:
            self.mapping = ClassMapping(
                z_dim, label_dim, w_dim, mapping_layers, embed_features or w_dim
            )
        else:
            self.mapping = MappingNetwork(
                z_dim,
                label_dim,
                w_dim,
                mapping_layers,
                lr_multiplier,
                embed_features=embed_features,
            )
        self.synthesis = nn.Module()
        self.synthesis.add_module("input", FourierInput(w_dim=w_dim, **input))
        for name, layer in layers.items():
            self.synthesis.add_module(name, AliasFreeLayer(w_dim=w_dim, **layer))
        sizes = self._sizes(input["size"])
        if sizes[-1] != resolution:
            raise ValueError(f"the layers make {sizes[-1]} pixels, not {resolution}")
        self.spec = Spec(
            family="stylegan3",
            z_dim=z_dim,
            w_dim=w_dim,
            num_ws=len(sizes),
            resolution=resolution,
            label_dim=label_dim,
            channels=[*layers.values()][-1]["out_channels"],
            has_noise=False,
            controls=("transform",),
            ws_resolutions=tuple(min(size, resolution) for size in sizes),
            draft_resolutions=(resolution,),
        )

    def _sizes(self, size: int) -> list[int]:
        """The side of the map that each row of `ws` makes."""
        sizes = [size]
        for layer in self.synthesis.children():
            if isinstance(layer, AliasFreeLayer):
                sizes.append(layer.out_size(sizes[-1]))
        return sizes

    def config(self) -> dict[str, Any]:
        return dict(self._config)

    @property
    def w_avg(self) -> Tensor:
        mean = self.mapping.w_avg
        return mean if mean.ndim == 1 else mean.mean(dim=0)

    def map(
        self,
        z: Tensor,
        label: Tensor | None = None,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        ws = self.mapping(z, label)[:, None].expand(-1, self.spec.num_ws, -1)
        centre = None if label is None else self.class_centre(label)
        return self.truncate(ws, truncation_psi, truncation_cutoff, centre)

    def class_centre(self, label: Tensor) -> Tensor | None:
        means = self.mapping.w_avg
        return None if means.ndim == 1 else (label.to(means) @ means)[:, None]

    def style_weights(self) -> dict[int, Tensor]:
        layers = enumerate(self.synthesis.children())
        return {
            row: layer.affine.weight.detach()
            for row, layer in layers
            if isinstance(layer, AliasFreeLayer)
        }

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002  # the family has no noise
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002  # nor smaller pictures on the way
        *,
        transform: Tensor | None = None,
    ) -> Tensor:
        """See the base class; `transform` [3, 3] moves the picture: see `motion_matrix`."""
        x = None
        for row, layer in enumerate(self.synthesis.children()):
            x = layer(ws[:, row], transform) if x is None else layer(x, ws[:, row])
        assert x is not None
        return x * self.output_scale


def motion_matrix(x: float = 0.0, y: float = 0.0, degrees: float = 0.0) -> Tensor:
    """The `transform` that turns a picture anticlockwise and then shifts it.

    `x` goes right and `y` down, in widths of the picture; the signs are those of NVIDIA's tools.
    """
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    forward = torch.tensor([[cosine, sine, x], [-sine, cosine, y], [0.0, 0.0, 1.0]])
    return torch.linalg.inv(forward)
