"""StyleGAN2's synthesis for drawing: the same pictures as `StyleGAN2.synthesize`, sooner.

Per layer, with styles s, demodulation d and noise n:  y = leaky_relu(d conv(s x) + n + b) sqrt 2.
Where maps are large, s and d scale the weights, which are small then; where weights are large,
they scale the maps. The gain sqrt 2 goes into d, n and b, and b into the last convolution.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.engine.affines import Affines
from gan_models.engine.kernels import (
    channels_last,
    convolution,
    doubling_convolution,
    finish_layer,
)
from gan_models.engine.program import Inputs, Program, Stage, State, prepare
from gan_models.families.stylegan2 import StyledConvolution, StyleGAN2, SynthesisBlock, ToRGB
from gan_models.layers import SQRT2, depthwise_fir, upsample2
from gan_models.spec import NoiseMode


class Layer:
    """A styled convolution made ready."""

    def __init__(
        self, layer: StyledConvolution, dtype: torch.dtype, clamp: float | None, styles: slice
    ) -> None:
        self.up, self.dtype, self.clamp, self.styles = layer.up, dtype, clamp, styles
        weight = layer.weight.detach()
        self.out, self.inside = weight.shape[:2]
        self.size = layer.resolution // 2 if self.up else layer.resolution
        self.energy = weight.square().sum(dim=(2, 3))
        self.bias = (layer.bias.detach() * SQRT2).to(dtype)
        self.fir = depthwise_fir(self.out, 4.0, dtype, weight.device) if self.up else None
        # Scaling the weights reads and writes them some times more than scaling the maps would.
        self.scales_weights = 2 * weight.numel() < self.out * layer.resolution**2
        if self.scales_weights:
            self.weight = channels_last(weight.transpose(0, 1) if self.up else weight)
        elif self.up:
            self.convolve = doubling_convolution(weight.to(dtype), self.size)
        else:
            self.convolve = convolution(weight.to(dtype), self.size, (1, 1))

    def run(self, x: Tensor, all_styles: Tensor, noise: Tensor | None) -> Tensor:
        styles = all_styles[:, self.styles]
        scale = (styles.square() @ self.energy.t() + 1e-8).rsqrt() * SQRT2
        single = len(x) == 1
        if self.scales_weights and single:
            x = self._scaled_weights(x, styles[0], scale[0])
        else:
            x = self._scaled_maps(x, styles.to(self.dtype), scale.to(self.dtype))
        return finish_layer(x, noise, self.clamp)

    def _scaled_weights(self, x: Tensor, styles: Tensor, scale: Tensor) -> Tensor:
        if not self.up:
            weight = self.weight * (scale[:, None] * styles)[:, :, None, None]
            return F.conv2d(x, weight.to(self.dtype), self.bias, padding=1)
        weight = self.weight * (styles[:, None] * scale)[:, :, None, None]
        x = F.conv_transpose2d(x, weight.to(self.dtype), stride=2)
        assert self.fir is not None
        return F.conv2d(x, self.fir, self.bias, padding=1, groups=self.out)

    def _scaled_maps(self, x: Tensor, styles: Tensor, scale: Tensor) -> Tensor:
        x = self._convolve_shared(x * styles[:, :, None, None])
        if self.fir is not None:
            x = F.conv2d(x, self.fir, padding=1, groups=self.out)
        return torch.addcmul(self.bias[:, None, None], x, scale[:, :, None, None])

    def _convolve_shared(self, x: Tensor) -> Tensor:
        if not self.scales_weights:
            return self.convolve(x)
        weight = self.weight.to(self.dtype)
        return (
            F.conv_transpose2d(x, weight, stride=2) if self.up else F.conv2d(x, weight, padding=1)
        )


class Colours:
    """A ToRGB made ready."""

    def __init__(
        self, layer: ToRGB, dtype: torch.dtype, clamp: float | None, styles: slice
    ) -> None:
        self.dtype, self.clamp, self.styles = dtype, clamp, styles
        weight = layer.weight.detach()
        self.weight = weight / math.sqrt(weight.shape[1])
        self.bias = layer.bias.detach()

    def run(self, x: Tensor, all_styles: Tensor) -> Tensor:
        """RGB [N, channels, H, W] in float32."""
        styles = all_styles[:, self.styles]
        if len(x) == 1:
            weight = self.weight * styles[0, :, None, None]
        else:
            x, weight = x * styles.to(self.dtype)[:, :, None, None], self.weight
        y = F.conv2d(x, weight.to(self.dtype)).float() + self.bias[:, None, None]
        return y if self.clamp is None else y.clamp_(-self.clamp, self.clamp)


class Noise:
    """The noise of all layers, times strength and gain, for one mode and seed at a time."""

    def __init__(self, layers: Sequence[StyledConvolution], dtype: torch.dtype) -> None:
        self._layers, self._dtype = layers, dtype
        self._const = {i: self._ready(layer, "const", None) for i, layer in enumerate(layers)}
        self._seed: int | None = None
        self._source = torch.Generator()
        self._random: list[Tensor | None] = []

    def plane(self, number: int, mode: NoiseMode, seed: int) -> Tensor | None:
        """[.., H, W] of layer `number`; None where there is nothing to add."""
        if mode != "random":
            return self._const[number] if mode == "const" else None
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
        return (noise * (layer.noise_strength.detach() * SQRT2)).to(self._dtype)


class BlockStage(Stage):
    """The convolutions of one resolution."""

    def __init__(
        self,
        size: int,
        block: SynthesisBlock,
        layers: Mapping[int, Layer],
        noise: Noise,
        dtype: torch.dtype,
    ) -> None:
        self.name, self.size = str(size), size
        self.rows = max(layers) + 1
        self._layers, self._noise = layers, noise
        self._const = channels_last(block.const.detach()[None].to(dtype)) if block.first else None
        self._skip = None
        if block.skip is not None:
            gain = math.sqrt(0.5 / block.skip.weight.shape[1])
            self._skip = channels_last((block.skip.weight.detach() * gain).to(dtype))

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:
        assert styles is not None
        x = state.x if self._const is None else self._const.expand(len(inputs.ws), -1, -1, -1)
        assert x is not None
        around = None if self._skip is None else upsample2(F.conv2d(x, self._skip))
        for number, layer in self._layers.items():
            noise = self._noise.plane(number, inputs.noise_mode, inputs.noise_seed)
            x = layer.run(x, styles, noise)
        if around is not None:
            x = torch.add(around, x, alpha=math.sqrt(0.5))
        return State(x, state.picture)


class ColourStage(Stage):
    """The colours of one resolution, added to the picture.

    A stage of its own: the next block shares its row of `ws`, and does not need it run again.
    """

    def __init__(self, size: int, row: int, colours: Colours) -> None:
        self.name, self.size, self.rows = f"{size} rgb", size, row + 1
        self._colours = colours

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:  # noqa: ARG002
        assert state.x is not None
        assert styles is not None
        rgb = self._colours.run(state.x, styles)
        before = state.picture
        return State(state.x, rgb if before is None else upsample2(before).add_(rgb))


class StyleGAN2Program(Program):
    """The blocks, coarse to fine, each as convolutions and colours."""

    def __init__(self, generator: StyleGAN2, dtype: torch.dtype) -> None:
        blocks = list(generator.blocks())
        noise = Noise([layer for _, block in blocks for layer in block.convolutions()], dtype)
        self._affines = Affines()
        self._stages: list[BlockStage | ColourStage] = []
        row, clamp = 0, generator.conv_clamp
        for size, block in blocks:
            layers = {}
            for layer in block.convolutions():
                layers[row] = Layer(layer, dtype, clamp, self._affines.add(row, layer.affine))
                row += 1
            self._stages.append(BlockStage(size, block, layers, noise, dtype))
            if block.torgb is not None:
                styles = self._affines.add(row, block.torgb.affine)
                colours = Colours(block.torgb, dtype, clamp, styles)
                self._stages.append(ColourStage(size, row, colours))
        self._affines.done()

    def stages(self, resolution: int) -> list[BlockStage | ColourStage]:
        return [stage for stage in self._stages if stage.size <= resolution]

    def styles(self, ws: Tensor) -> Tensor:
        return self._affines(ws)


prepare.register(StyleGAN2, StyleGAN2Program)
