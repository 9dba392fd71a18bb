"""StyleGAN2's synthesis for drawing: the same pictures as `StyleGAN2.synthesize`, sooner.

Per layer, with styles s, demodulation d and noise n:  y = leaky_relu(d conv(s x) + n + b) sqrt 2.
Where maps are large, s and d scale the weights, which are small then; where weights are large,
they scale the maps. The gain sqrt 2 goes into d, n and b, and b into the last convolution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.engine.affines import Affines
from gan_models.engine.kernels import (
    FUSES,
    Convolution,
    Rows,
    channels_last,
    convolution,
    doubling_convolution,
    empty_maps,
    finish_layer,
    strip_rows,
)
from gan_models.engine.program import Inputs, Program, Stage, State, prepare
from gan_models.families.stylegan2 import StyledConvolution, StyleGAN2, SynthesisBlock, ToRGB
from gan_models.layers import SQRT2, depthwise_fir, upsample2
from gan_models.pages import release
from gan_models.spec import NoiseMode

READING = 80
"""Multiplications in the time in which one thread reads a value of large maps."""


class Layer:
    """A styled convolution, made ready when it is first run."""

    def __init__(
        self, layer: StyledConvolution, dtype: torch.dtype, clamp: float | None, styles: slice
    ) -> None:
        self.up, self.dtype, self.clamp, self.styles = layer.up, dtype, clamp, styles
        self._ready = False
        self._weight = layer.weight.detach()
        if dtype == torch.float16:
            # Sums of products must stay below 65504; the demodulation makes up for any factor.
            self._weight = self._weight / math.sqrt(self._weight[0].numel())
        self.out, self.resolution = len(self._weight), layer.resolution
        self.work = layer.weight.numel() * layer.resolution**2 / (4 if layer.up else 1)
        self.bias = (layer.bias.detach() * SQRT2).to(dtype)
        # Scaling the weights reads and writes them some times more than scaling the maps would.
        self._late_bias = self.bias if self.bias.device.type == FUSES else None
        self._bias = self.bias if self._late_bias is None else None
        """Of the last convolution."""
        self.scales_weights = 2 * self._weight.numel() < self.out * layer.resolution**2

    @cached_property
    def _energy(self) -> Tensor:
        return self._weight.square().sum(dim=(2, 3))

    @cached_property
    def _fir(self) -> Tensor:
        return depthwise_fir(self.out, 4.0, self.dtype, self._weight.device)

    @cached_property
    def _shared(self) -> Tensor:
        """The weights as they lie when styles are to scale them."""
        return channels_last(self._weight.transpose(0, 1) if self.up else self._weight)

    @cached_property
    def _packed(self) -> Convolution:
        """The convolution whose maps are to be scaled."""
        weight = self._weight.to(self.dtype)
        if self.up:
            return doubling_convolution(weight, self.resolution // 2)
        return convolution(weight, self.resolution, (1, 1))

    def prepare(self) -> None:
        """Make all ready that a single picture needs; the weights as they were are read once."""
        if self._ready:
            return
        _ = self._energy, self._shared if self.scales_weights else self._packed
        _ = self._fir if self.up else None
        release(self._weight)
        self._ready = True

    def run(self, x: Tensor, all_styles: Tensor, noise: Tensor | None) -> Tensor:
        """What comes out for maps `x` [N, in, H, W]."""
        if self.scales_weights and len(x) == 1:
            weight = self.scaled(all_styles)
            if self.up:
                x = F.conv_transpose2d(x, weight, stride=2)
                x = F.conv2d(x, self._fir, self._bias, padding=1, groups=self.out)
            else:
                x = F.conv2d(x, weight, self._bias, padding=1)
            return finish_layer(x, noise, self.clamp, self._late_bias)
        x = self._scaled_maps(x, *self._scales(all_styles))
        return finish_layer(x, noise, self.clamp)

    def _scales(self, all_styles: Tensor) -> tuple[Tensor, Tensor]:
        """Factors of what goes in [N, in], and of what comes out [N, out]."""
        styles = all_styles[:, self.styles]
        if self.dtype == torch.float16:
            styles = styles / styles.abs().amax(dim=1, keepdim=True)
        return styles, (styles.square() @ self._energy.t() + 1e-8).rsqrt() * SQRT2

    def scaled(self, all_styles: Tensor) -> Tensor:
        """The weights for the styles of a single picture."""
        styles, scale = (factors[0] for factors in self._scales(all_styles))
        both = styles[:, None] * scale if self.up else scale[:, None] * styles
        return (self._shared * both[:, :, None, None]).to(self.dtype)

    def _scaled_maps(self, x: Tensor, styles: Tensor, scale: Tensor) -> Tensor:
        styles, scale = styles.to(self.dtype), scale.to(self.dtype)
        x = self._convolve(x * styles[:, :, None, None])
        if self.up:
            x = F.conv2d(x, self._fir, padding=1, groups=self.out)
        return torch.addcmul(self.bias[:, None, None], x, scale[:, :, None, None])

    def _convolve(self, x: Tensor) -> Tensor:
        if not self.scales_weights:
            return self._packed(x)
        weight = self._shared.to(self.dtype)
        return (
            F.conv_transpose2d(x, weight, stride=2) if self.up else F.conv2d(x, weight, padding=1)
        )

    def run_rows(self, x: Rows, weight: Tensor, noise: Tensor | None, wanted: range) -> Rows:
        """Some rows of what `run` gives, of those of `x` that they depend on; `scaled` weights."""
        if self.up:
            # Filtered row i is made of doubled rows i - 1 to i + 2, one of those of x at j / 2.
            x = x.part(range((wanted.start - 2) // 2, (wanted.stop + 1) // 2 + 1))
            doubled = Rows(
                F.conv_transpose2d(x.maps, weight, stride=2), 2 * x.start, x.height * 2 + 1
            )
            around = doubled.padded(range(wanted.start - 1, wanted.stop + 2))
            y = F.conv2d(around, self._fir, self.bias, padding=(0, 1), groups=self.out)
        else:
            around = x.padded(range(wanted.start - 1, wanted.stop + 1))
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
        self.values = weight.shape[1]
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
        y = F.conv2d(x, weight.to(self.dtype)).float() + self.bias[:, None, None]
        return y if self.clamp is None else y.clamp_(-self.clamp, self.clamp)


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
        return scaled


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
        self.rows, self.work = max(layers) + 1, sum(layer.work for layer in layers.values())
        self._layers, self._noise, self.dtype = layers, noise, dtype
        self._const = channels_last(block.const.detach()[None].to(dtype)) if block.first else None
        self._skip = None
        if block.skip is not None:
            gain = math.sqrt(0.5 / block.skip.weight.shape[1])
            self._skip = channels_last((block.skip.weight.detach() * gain).to(dtype))
        out = len(block.conv1.weight)
        self.strip = strip_rows(out, size, dtype) if len(layers) == 2 and not block.skip else None
        """Rows that are computed at a time, if not all."""

    def prepare(self) -> None:
        for layer in self._layers.values():
            layer.prepare()

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:
        assert styles is not None
        x = state.x if self._const is None else self._const.expand(len(inputs.ws), -1, -1, -1)
        assert x is not None
        if self.goes_in_strips(x):
            return State(self._joined(x, inputs, styles), state.picture)
        around = None if self._skip is None else upsample2(F.conv2d(x, self._skip))
        for number, layer in self._layers.items():
            noise = self._noise.plane(number, inputs.noise_mode, inputs.noise_seed)
            x = layer.run(x, styles, noise)
        if around is not None:
            x = torch.add(around, x, alpha=math.sqrt(0.5))
        return State(x, state.picture)

    def goes_in_strips(self, x: Tensor) -> bool:
        """Whether `strips` are how the maps after `x` are best computed."""
        scales = all(layer.scales_weights for layer in self._layers.values())
        return bool(self.strip) and scales and len(x) == 1 and x.device.type == "cpu"

    def _joined(self, x: Tensor, inputs: Inputs, styles: Tensor) -> Tensor:
        maps = None
        for part in self.strips(x, inputs, styles):
            if maps is None:
                maps = empty_maps(x, part.maps.shape[1], self.size)
            maps[:, :, part.start : part.stop] = part.maps
            del part  # before the next one is there
        assert maps is not None
        return maps

    def strips(self, x: Tensor, inputs: Inputs, styles: Tensor) -> Iterator[Rows]:
        """The block's maps from top to bottom; those between its layers are never there at once."""
        assert self.strip
        mode, seed = inputs.noise_mode, inputs.noise_seed
        first, second = self._layers.values()
        noises = [self._noise.plane(number, mode, seed) for number in self._layers]
        weights = [layer.scaled(styles) for layer in (first, second)]
        whole = Rows(x, 0, x.shape[2])
        for start in range(0, self.size, self.strip):
            wanted = range(start, min(self.size, start + self.strip))
            needed = range(max(0, wanted.start - 1), min(self.size, wanted.stop + 1))
            # No name holds a strip for longer than it is needed.
            yield second.run_rows(
                first.run_rows(whole, weights[0], noises[0], needed), weights[1], noises[1], wanted
            )


class ColourStage(Stage):
    """The colours of one resolution, added to the picture.

    A stage of its own: the next block shares its row of `ws`, and does not need it run again.
    """

    def __init__(self, size: int, row: int, colours: Colours) -> None:
        self.name, self.size, self.rows = f"{size} rgb", size, row + 1
        self.work = READING * colours.values * size**2
        self._colours = colours

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:  # noqa: ARG002
        assert state.x is not None
        assert styles is not None
        rgb = self._colours.run(state.x, styles)
        before = state.picture
        return State(state.x, rgb if before is None else upsample2(before).add_(rgb))


class LastStage(Stage):
    """The last block and its colours in one, so that its maps are never there at once."""

    def __init__(self, block: BlockStage, row: int, colours: Colours) -> None:
        self.name, self.size, self.rows = block.name, block.size, row + 1
        self._block, self._colours = block, ColourStage(block.size, row, colours)
        self._paint = colours.run

    def prepare(self) -> None:
        self._block.prepare()

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:
        assert state.x is not None
        assert styles is not None
        if not self._block.goes_in_strips(state.x):
            return self._colours.run(self._block.run(state, inputs, styles), inputs, styles)
        picture = None if state.picture is None else upsample2(state.picture)
        for part in self._block.strips(state.x, inputs, styles):
            rgb = self._paint(part.maps, styles)
            if picture is None:
                picture = rgb.new_zeros(*rgb.shape[:2], self.size, self.size)
            picture[:, :, part.start : part.stop] += rgb
            del part  # before the next one is there
        return State(picture=picture)


class StyleGAN2Program(Program):
    """The blocks, coarse to fine, each as convolutions and colours."""

    def __init__(self, generator: StyleGAN2, dtype: torch.dtype) -> None:
        blocks = list(generator.blocks())
        noise = Noise([layer for _, block in blocks for layer in block.convolutions()], dtype)
        self._affines = Affines()
        self._stages: list[BlockStage | ColourStage | LastStage] = []
        row, clamp = 0, generator.conv_clamp
        for size, block in blocks:
            layers = {}
            for layer in block.convolutions():
                layers[row] = Layer(layer, dtype, clamp, self._affines.add(row, layer.affine))
                row += 1
            stage = BlockStage(size, block, layers, noise, dtype)
            colours = None
            if block.torgb is not None:
                styles = self._affines.add(row, block.torgb.affine)
                colours = Colours(block.torgb, dtype, clamp, styles)
            if colours and stage.strip and size == generator.spec.resolution:
                self._stages.append(LastStage(stage, row, colours))
                continue
            self._stages.append(stage)
            if colours:
                self._stages.append(ColourStage(size, row, colours))
        self._affines.done()

    def stages(self, resolution: int) -> list[BlockStage | ColourStage | LastStage]:
        return [stage for stage in self._stages if stage.size <= resolution]

    def styles(self, ws: Tensor) -> Tensor:
        return self._affines(ws)


prepare.register(StyleGAN2, StyleGAN2Program)
