"""StyleGAN2's synthesis for drawing: the same pictures as `StyleGAN2.synthesize`, sooner."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import takewhile

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator
from gan_models.engine.affines import Affines
from gan_models.engine.kernels import Flow, Rows, channels_last, doubled, empty_maps, strip_rows
from gan_models.engine.program import Inputs, Program, Stage, State, prepare
from gan_models.engine.styled import Colours, Layer, Noise, Weights
from gan_models.families.stylegan2 import StyledConvolution, StyleGAN2, SynthesisBlock
from gan_models.layers import upsample2

HUGE_BYTES = 48 * 2**20
"""Maps of so many bytes are not kept before they are met again."""
READING = 80
"""Multiplications in the time in which one thread reads a value of large maps."""


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
        doubles = len(layers) == 2 and not block.skip
        scales = all(layer.scales_weights for layer in layers.values())
        out = len(block.conv1.weight)
        self.strip = strip_rows(out, size, dtype) if doubles and scales else None
        """Rows that are computed at a time, if not all."""
        self.is_huge = bool(self.strip) and out * size**2 * dtype.itemsize >= HUGE_BYTES

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
        return bool(self.strip) and len(x) == 1 and x.device.type == "cpu"

    def _joined(self, x: Tensor, inputs: Inputs, styles: Tensor) -> Tensor:
        maps = None
        for part in self.strips(Rows(x, 0, x.shape[2]), inputs, styles):
            if maps is None:
                maps = empty_maps(x, part.maps.shape[1], self.size)
            maps[:, :, part.start : part.stop] = part.maps
            del part  # before the next one is there
        assert maps is not None
        return maps

    def strips(self, x: Rows | Flow, inputs: Inputs, styles: Tensor) -> Iterator[Rows]:
        """The block's maps from top to bottom; those between its layers are never there at once."""
        assert self.strip
        mode, seed = inputs.noise_mode, inputs.noise_seed
        first, second = self._layers.values()
        noises = [self._noise.plane(number, mode, seed) for number in self._layers]
        weights = [layer.scaled(styles) for layer in (first, second)]
        for start in range(0, self.size, self.strip):
            wanted = range(start, min(self.size, start + self.strip))
            needed = range(max(0, wanted.start - 1), min(self.size, wanted.stop + 1))
            # No name holds a strip for longer than it is needed.
            yield second.run_rows(
                first.run_rows(x.part(first.reach(needed)), weights[0], noises[0], needed),
                weights[1],
                noises[1],
                wanted,
            )


class ColourStage(Stage):
    """The colours of one resolution, added to the picture.

    A stage of its own: the next block shares its row of `ws`, and does not need it run again.
    """

    def __init__(self, block: BlockStage, row: int, colours: Colours) -> None:
        self.name, self.size, self.rows = f"{block.size} rgb", block.size, row + 1
        self.work = READING * colours.values * self.size**2
        self._block, self._colours, self.is_huge = block, colours, block.is_huge

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:  # noqa: ARG002
        assert state.x is not None
        assert styles is not None
        return State(state.x, added(state.picture, self._rgb(state.x, styles)))

    def _rgb(self, x: Tensor, styles: Tensor) -> Tensor:
        if not self._block.goes_in_strips(x):
            return self._colours.run(x, styles)
        # As in `LastStage`, so that the bits are the same.
        assert self._block.strip
        parts = x.split(self._block.strip, dim=2)
        return torch.cat([self._colours.run(part, styles) for part in parts], dim=2)

    def strips(self, rows: Iterator[Rows], rgb: Tensor, styles: Tensor) -> Iterator[Rows]:
        """The same rows, whose colours are put in their place in `rgb`."""
        for part in rows:
            rgb[:, :, part.start : part.stop] = self._colours.run(part.maps, styles)
            yield part
            del part  # before the next one is there

    def plane(self) -> Tensor:
        """Room for the colours of one picture."""
        shape = (1, self._colours.channels, self.size, self.size)
        return torch.empty(shape, memory_format=torch.channels_last)


def added(before: Tensor | None, rgb: Tensor) -> Tensor:
    """The picture with the colours of the next resolution."""
    return rgb if before is None else doubled(before).add_(rgb)


class LastStage(Stage):
    """The last block or blocks and their colours in one, from top to bottom.

    None of their maps are ever there at once.
    """

    def __init__(
        self,
        parts: Sequence[BlockStage | ColourStage],
        pause: Callable[[], None] = lambda: None,
    ) -> None:
        block = next(part for part in reversed(parts) if isinstance(part, BlockStage))
        self.name, self.size, self.rows = block.name, block.size, parts[-1].rows
        self.parts, self._pause = parts, pause

    @property
    def shares(self) -> Mapping[str, float]:
        work = {part.name: part.work for part in self.parts[:-1]}
        work[self.name] = work.get(self.name, 0.0) + self.parts[-1].work
        return {name: one / sum(work.values()) for name, one in work.items()}

    def prepare(self) -> None:
        for part in self.parts:
            part.prepare()

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:
        assert state.x is not None
        assert styles is not None
        first = self.parts[0]
        assert isinstance(first, BlockStage)
        if first.goes_in_strips(state.x):
            return self._in_strips(Rows(state.x, 0, state.x.shape[2]), state, inputs, styles)
        for part in self.parts:
            state = part.run(state, inputs, styles)
        return state

    def _in_strips(self, x: Rows | Flow, state: State, inputs: Inputs, styles: Tensor) -> State:
        planes: list[Tensor] = []
        rows: Iterator[Rows] = iter(())
        for part in self.parts:
            if isinstance(part, ColourStage):
                planes.append(part.plane())
                rows = part.strips(rows, planes[-1], styles)
            else:
                rows = part.strips(x, inputs, styles)
            x = Flow(rows)
        while next(rows, None):
            self._pause()
        return State(picture=reduce(added, planes, state.picture))


class StyleGAN2Program(Program):
    """The blocks, coarse to fine, each as convolutions and colours."""

    def __init__(
        self, generator: StyleGAN2, dtype: torch.dtype, beside: StyleGAN2Program | None = None
    ) -> None:
        blocks = list(generator.blocks())
        noise = Noise([layer for _, block in blocks for layer in block.convolutions()], dtype)
        self._dtype, self._clamp = dtype, generator.conv_clamp
        self._affines: Affines = beside._affines if beside else Affines()
        self._weights: dict[StyledConvolution, Weights] = beside._weights if beside else {}
        parts: list[BlockStage | ColourStage] = []
        row = 0
        for size, block in blocks:
            layers = {}
            for layer in block.convolutions():
                layers[row] = self._layer(layer, row)
                row += 1
            stage = BlockStage(size, block, layers, noise, dtype)
            parts.append(stage)
            if block.torgb is not None:
                styles = self._affines.add(row, block.torgb.affine)
                colours = Colours(block.torgb, dtype, self._clamp, styles)
                parts.append(ColourStage(stage, row, colours))
        self._affines.done()
        self._end = [*takewhile(lambda part: part.is_huge, reversed(parts))][::-1]
        self._stages: list[BlockStage | ColourStage | LastStage] = [*parts]
        if stage.strip:
            self._stages[-2:] = [LastStage(parts[-2:])]

    def stages(self, resolution: int) -> list[BlockStage | ColourStage | LastStage]:
        return [stage for stage in self._stages if stage.size <= resolution]

    def _layer(self, layer: StyledConvolution, row: int) -> Layer:
        weights = self._weights.setdefault(layer, Weights(layer, self._dtype))
        styles = self._affines.add(row, layer.affine)
        return Layer(layer, weights, self._dtype, self._clamp, styles)

    def in_one(self, stages: Sequence[Stage], pause: Callable[[], None]) -> Sequence[Stage]:
        # The last block and its colours are one anyway.
        others = len(stages) + 1 - len(self._end)
        if len(self._end) < 3 or stages[-1] is not self._stages[-1]:
            return stages
        return [*stages[:others], LastStage(self._end, pause)]

    def of_type(self, generator: Generator, dtype: torch.dtype) -> Program:
        assert isinstance(generator, StyleGAN2)
        alike = torch.float16 not in (dtype, self._dtype)
        return StyleGAN2Program(generator, dtype, self if alike else None)

    def styles(self, ws: Tensor, since: int = 0) -> Tensor:
        return self._affines(ws, since)


prepare.register(StyleGAN2, StyleGAN2Program)
