"""The layers of StyleGAN2, made ready to draw.

Per layer, with styles s, demodulation d and noise n:  y = leaky_relu(d conv(s x) + n + b) sqrt 2.
Where maps are large, s and d scale the weights, which are small then; where weights are large,
they scale the maps. The gain sqrt 2 goes into d, n and b, and b into the last convolution.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.engine.kernels import (
    FUSES,
    Convolution,
    Rows,
    channels_last,
    convolution,
    doubling_convolution,
    finish_layer,
    interleaved,
    merged_doubling,
    merges,
    plane_for,
    transposed_convolution,
)
from gan_models.families.stylegan2 import StyledConvolution, ToRGB
from gan_models.layers import SQRT2, depthwise_fir
from gan_models.pages import release
from gan_models.spec import NoiseMode

ENERGY_ROWS = 64
FEW_VALUES = 2**16
"""Of maps in 16 bits for which calling a convolution takes longer than its products in float32."""


class Weights:
    """What drawing in any precision needs of a convolution's weights, made when first asked for."""

    def __init__(self, layer: StyledConvolution, dtype: torch.dtype) -> None:
        self.own, self._up = layer.weight.detach(), layer.up
        if dtype == torch.float16:
            # Sums of products must stay below 65504; the demodulation makes up for any factor.
            self.own = self.own / math.sqrt(self.own[0].numel())

    @cached_property
    def energy(self) -> Tensor:
        """Half the sums of squares [in, out]; their root is of maps that gain sqrt 2.

        Some rows at a time, since the squares take as much memory.
        """
        parts = self.own.split(ENERGY_ROWS)
        return torch.cat([part.square().sum(dim=(2, 3)) / 2 for part in parts]).t()

    @cached_property
    def to_scale(self) -> Tensor:
        """As they lie when styles are to scale them."""
        return channels_last(self.own.transpose(0, 1) if self._up else self.own)

    @cached_property
    def merged(self) -> Tensor:
        """The same where doubling and filtering are one convolution."""
        return channels_last(merged_doubling(self.own))


class Layer:
    """A styled convolution, made ready when it is first run."""

    def __init__(
        self,
        layer: StyledConvolution,
        weights: Weights,
        dtype: torch.dtype,
        clamp: float | None,
        styles: slice,
    ) -> None:
        self.up, self.dtype, self.clamp, self.styles = layer.up, dtype, clamp, styles
        self._weights, self._ready = weights, False
        self.out, self.resolution = len(layer.weight), layer.resolution
        self.work = layer.weight.numel() * layer.resolution**2 / (4 if layer.up else 1)
        self.bias = (layer.bias.detach() * SQRT2).to(dtype)
        self._least = self.bias.new_full((1,), 1e-8 / 2, dtype=torch.float32)
        # Scaling the weights reads and writes them some times more than scaling the maps would.
        self._late_bias = self.bias if self.bias.device.type == FUSES else None
        self.scales_weights = 2 * layer.weight.numel() < self.out * layer.resolution**2
        self._merges = self.up and merges(self.work, dtype, self.bias.device)
        self._outputs = 4 if self._merges else 1
        """For each map that comes out."""
        self._bias = None if self._late_bias is not None else self.bias.repeat(self._outputs)
        """Of the last convolution."""

    @cached_property
    def _fir(self) -> Tensor:
        return depthwise_fir(self.out, 4.0, self.dtype, self.bias.device)

    @cached_property
    def _packed(self) -> Convolution:
        """The convolution whose maps are to be scaled."""
        weight = self._weights.own
        if self.up:
            return doubling_convolution(weight, self.resolution // 2, self._fir)
        return convolution(weight.to(self.dtype), self.resolution, (1, 1))

    @property
    def _to_scale(self) -> Tensor:
        """The convolution's weights, where styles are to scale those."""
        return self._weights.merged if self._merges else self._weights.to_scale

    def prepare(self) -> None:
        """Make all ready that a single picture needs; the weights as they were are read once."""
        if self._ready:
            return
        weights, self._ready = self._weights, True
        _ = weights.energy, self._to_scale if self.scales_weights else self._packed
        _ = self._fir if self.up else None
        release(weights.own)

    def run(self, x: Tensor, all_styles: Tensor, noise: Tensor | None) -> Tensor:
        """What comes out for maps `x` [N, in, H, W]."""
        if self.scales_weights and len(x) == 1:
            x = self._convolved(x, self.scaled(all_styles), self._bias)
            return finish_layer(x, noise, self.clamp, self._late_bias)
        x = self._scaled_maps(x, *self._scales(all_styles))
        return finish_layer(x, noise, self.clamp)

    def _scales(self, all_styles: Tensor) -> tuple[Tensor, Tensor]:
        """Factors of what goes in [N, in], and of what comes out [N, out]."""
        styles = all_styles[:, self.styles]
        if self.dtype == torch.float16:
            styles = styles / styles.abs().amax(dim=1, keepdim=True)
        return styles, torch.addmm(self._least, styles.square(), self._weights.energy).rsqrt_()

    def scaled(self, all_styles: Tensor) -> Tensor:
        """The weights for the styles of a single picture."""
        styles, scale = (factors[0] for factors in self._scales(all_styles))
        if self._outputs > 1:
            scale = scale.expand(self._outputs, -1).flatten()
        transposed = self.up and not self._merges
        both = styles[:, None] * scale if transposed else scale[:, None] * styles
        return (self._to_scale * both[:, :, None, None]).to(self.dtype)

    def _scaled_maps(self, x: Tensor, styles: Tensor, scale: Tensor) -> Tensor:
        styles, scale = styles.to(self.dtype), scale.to(self.dtype)
        x = x * styles[:, :, None, None]
        x = (
            self._convolved(x, self._to_scale.to(self.dtype))
            if self.scales_weights
            else self._packed(x)
        )
        return torch.addcmul(self.bias[:, None, None], x, scale[:, :, None, None])

    def _convolved(self, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        """With weights that lie as `_to_scale` does."""
        if self._merges:
            return interleaved(F.conv2d(x, weight, bias, padding=1))
        if not self.up:
            return F.conv2d(x, weight, bias, padding=1)
        x = transposed_convolution(x, weight)
        return F.conv2d(x, self._fir, bias, padding=1, groups=self.out)

    def reach(self, wanted: range) -> range:
        """The rows of what goes in that some rows of what comes out depend on."""
        if self.up:
            # Filtered row i is made of doubled rows i - 1 to i + 2, one of those of x at j / 2.
            return range((wanted.start - 2) // 2, (wanted.stop + 1) // 2 + 1)
        return range(wanted.start - 1, wanted.stop + 1)

    def run_rows(self, x: Rows, weight: Tensor, noise: Tensor | None, wanted: range) -> Rows:
        """Some rows of what `run` gives, of those of `x` that they depend on; `scaled` weights."""
        if self.up:
            x = x.part(self.reach(wanted))
            doubled = Rows(
                F.conv_transpose2d(x.maps, weight, stride=2), 2 * x.start, x.height * 2 + 1
            )
            around = doubled.padded(range(wanted.start - 1, wanted.stop + 2))
            y = F.conv2d(around, self._fir, self.bias, padding=(0, 1), groups=self.out)
        else:
            around = x.padded(self.reach(wanted))
            y = F.conv2d(around, weight, self.bias, padding=(0, 1))
        own = None if noise is None else noise[..., wanted.start : wanted.stop, :]
        return Rows(finish_layer(y, own, self.clamp), wanted.start, self.resolution)


class Colours:
    """A ToRGB made ready."""

    def __init__(
        self, layer: ToRGB, dtype: torch.dtype, clamp: float | None, styles: slice
    ) -> None:
        self.dtype, self.clamp, self.styles = dtype, clamp, styles
        weight = layer.weight.detach()
        self.channels, self.values = weight.shape[:2]
        """That are read of each pixel: so few products are made of them that this is the work."""
        self.weight = weight / math.sqrt(weight.shape[1])
        self.bias = layer.bias.detach()

    def run(self, x: Tensor, all_styles: Tensor) -> Tensor:
        """RGB [N, channels, H, W] in float32."""
        styles = all_styles[:, self.styles]
        if len(x) == 1:
            weight = self.weight * styles[0, :, None, None]
        else:
            x, weight = x * styles.to(self.dtype)[:, :, None, None], self.weight
        few = x.dtype == torch.float32 or x.numel() <= FEW_VALUES
        if x.device.type == "cpu" and few:
            y = self._product(x.float(), weight)
        else:
            y = F.conv2d(x, weight.to(self.dtype), self.bias.to(self.dtype)).float()
        return y if self.clamp is None else y.clamp_(-self.clamp, self.clamp)

    def _product(self, x: Tensor, weight: Tensor) -> Tensor:
        """The same as products of matrices, a colour of all pixels after the other.

        oneDNN is not asked for a convolution of one pixel by one thread, and torch's is slow.
        """
        pixels = x.permute(0, 2, 3, 1).flatten(1, 2)
        bias, weight = self.bias[:, None], weight.flatten(1)
        y = x.new_empty(len(x), self.channels, pixels.shape[1])
        for one, planes in zip(pixels, y, strict=True):
            torch.addmm(bias, weight, one.t(), out=planes)
        return y.unflatten(2, x.shape[2:])


class Noise:
    """The noise of all layers, times strength and gain, for one mode and seed at a time."""

    def __init__(self, layers: Sequence[StyledConvolution], dtype: torch.dtype) -> None:
        self._layers, self._dtype = layers, dtype
        self._const: dict[int, Tensor | None] = {}
        self._seed: int | None = None
        self._source = torch.Generator()
        self._random: list[Tensor | None] = []

    def plane(self, number: int, mode: NoiseMode, seed: int) -> Tensor | None:
        """[.., H, W] of layer `number`; None where there is nothing to add."""
        if mode == "none":
            return None
        if mode == "const":
            if number not in self._const:
                self._const[number] = self._ready(self._layers[number], mode, None)
            return self._const[number]
        if seed != self._seed:
            self._seed, self._random = seed, []
            self._source.manual_seed(seed)
        while len(self._random) <= number:
            layer = self._layers[len(self._random)]
            self._random.append(self._ready(layer, mode, self._source))
        return self._random[number]

    def _ready(
        self, layer: StyledConvolution, mode: NoiseMode, source: torch.Generator | None
    ) -> Tensor | None:
        noise = layer.noise(mode, 1, source)
        if noise is None or not layer.noise_strength:
            return None
        scaled = (noise * (layer.noise_strength.detach() * SQRT2)).to(self._dtype)
        release(noise)
        return plane_for(scaled, len(layer.weight))
