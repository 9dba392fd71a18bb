"""SPADE's synthesis for drawing: the same pictures as `SPADE.draw`, sooner.

The scales and shifts of the normalisations follow from the label map alone, and are most of the
work. They are kept: another style leaves them as they are, and where the map has changed they are
computed again only as far as the change reaches, two convolutions wide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.engine.kernels import Convolution, channels_last, convolution
from gan_models.engine.program import Inputs, Program, Stage, State, prepare
from gan_models.families.spade import SPADE, SpadeBlock, SpatialNorm

Box = tuple[slice, slice]
"""Rows and columns."""
WORTH = 0.5
"""Where boxes cover more than this share of a map, all of it is computed at once."""
GRAIN = 8
"""Sides of boxes are multiples of this, so that processors meet the same sizes again."""
KEPT_BYTES = 2**28
"""Most that scales and shifts of one precision may take; what is beyond is not kept."""


class Layout:
    """A label map, class numbers [N, H, W] or weights [N, classes, H, W], at several sizes."""

    def __init__(self, label_map: Tensor, classes: int) -> None:
        self.given, self._classes = label_map, classes
        numbers = label_map.ndim == 3
        self._full = (
            label_map.clamp(0, classes - 1).to(torch.uint8)[:, None]
            if numbers
            else label_map.float()
        )
        self._sizes: dict[tuple[int, int], Tensor] = {}

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self._full.shape[2], self._full.shape[3]

    def at(self, size: tuple[int, int]) -> Tensor:
        """Numbers uint8 [N, 1, h, w] or weights [N, classes, h, w], of the nearest pixels."""
        if size not in self._sizes:
            self._sizes[size] = F.interpolate(self._full, size, mode="nearest")
        return self._sizes[size]

    def weights(self, part: Tensor, dtype: torch.dtype) -> Tensor:
        """A part of `at` as weights of classes [N, classes, h, w]."""
        if part.dtype == torch.uint8:
            classes = torch.arange(self._classes, dtype=torch.uint8, device=part.device)
            part = part == classes[:, None, None]
        return channels_last(part.to(dtype))


class Modulation:
    """Scale and shift of one normalisation, kept for the last map.

    Where the normalisation is one by fixed statistics, it is part of them.
    """

    def __init__(self, norm: SpatialNorm, size: int, dtype: torch.dtype) -> None:
        self._norm: nn.Module | None = None if isinstance(norm.norm, nn.BatchNorm2d) else norm.norm
        self._channels, self._dtype = norm.norm.num_features, dtype
        shared = norm.shared
        self._reach = shared.kernel_size[0] // 2
        weight, bias = _weights(norm)
        self._hidden = convolution(
            shared.weight.detach().to(dtype), size, bias=_bias(shared).to(dtype)
        )
        self._both = convolution(weight.to(dtype), size, bias=bias.to(dtype))
        self._map: Tensor | None = None
        self._kept: tuple[Tensor, Tensor] | None = None
        self.keeps = True

    def bytes_at(self, pixels: int) -> int:
        """What it keeps for a map of so many pixels."""
        return 2 * self._channels * pixels * self._dtype.itemsize

    def apply(self, x: Tensor, layout: Layout) -> Tensor:
        """x [N, channels, h, w] normalised, scaled and shifted."""
        scale, shift = self._of(layout, (x.shape[2], x.shape[3]))
        return torch.addcmul(shift, x if self._norm is None else self._norm(x), scale)

    def _of(self, layout: Layout, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
        small = layout.at(size)
        boxes = self._boxes(small)
        if self._kept is None or boxes is None:
            kept = self._computed(layout, small, (slice(0, size[0]), slice(0, size[1])))
        else:
            kept = self._kept
            for rows, columns in boxes:
                parts = self._computed(layout, small, (rows, columns))
                for whole, part in zip(kept, parts, strict=True):
                    whole[:, :, rows, columns] = part
        if self.keeps:
            self._map, self._kept = small, kept
        return kept

    def _boxes(self, small: Tensor) -> list[Box] | None:
        """What must be computed again; None: everything."""
        before = self._map
        if before is None or before.shape != small.shape or before.dtype != small.dtype:
            return None
        changed = (before != small).any(dim=1).any(dim=0).cpu().numpy()
        boxes = _boxes_around(changed, 2 * self._reach)
        area = sum((r.stop - r.start) * (c.stop - c.start) for r, c in boxes)
        return None if area > WORTH * changed.size else boxes

    def _computed(self, layout: Layout, small: Tensor, box: Box) -> tuple[Tensor, Tensor]:
        """Both [N, channels, h, w] for a box; outside of the map both convolutions see zeros."""
        size = small.shape[2:]
        middle, around = _between(box, self._reach, size)
        outer, beyond = _between(middle, self._reach, size)
        weights = layout.weights(small[:, :, outer[0], outer[1]], self._dtype)
        hidden = F.relu_(self._hidden(_padded(weights, beyond)))
        scale, shift = self._both(_padded(hidden, around)).chunk(2, dim=1)
        return channels_last(scale), channels_last(shift)


def _weights(norm: SpatialNorm) -> tuple[Tensor, Tensor]:
    """Of the convolution to scale and shift: (x - m) r (1 + gamma) + beta is x scale + shift."""
    scale, shift = norm.gamma.weight.detach(), norm.beta.weight.detach()
    scale_bias, shift_bias = _bias(norm.gamma) + 1, _bias(norm.beta)
    if isinstance(norm.norm, nn.BatchNorm2d):
        mean, variance = norm.norm.running_mean, norm.norm.running_var
        assert mean is not None
        assert variance is not None
        rate = (variance + norm.norm.eps).rsqrt()
        scale, scale_bias = scale * rate[:, None, None, None], scale_bias * rate
        shift, shift_bias = (
            shift - scale * mean[:, None, None, None],
            shift_bias - scale_bias * mean,
        )
    return torch.cat([scale, shift]), torch.cat([scale_bias, shift_bias])


def _bias(layer: nn.Conv2d) -> Tensor:
    assert layer.bias is not None
    return layer.bias.detach()


def _padded(x: Tensor, sides: Sequence[int]) -> Tensor:
    return channels_last(F.pad(x, list(sides))) if any(sides) else x


def _between(box: Box, reach: int, size: Sequence[int]) -> tuple[Box, list[int]]:
    """What a box is made from, within the map, and what it lacks: left, right, top, bottom."""
    rows, columns = (_grown(part, reach, side) for part, side in zip(box, size, strict=True))
    lacks = [
        reach - (box[1].start - columns.start),
        reach - (columns.stop - box[1].stop),
        reach - (box[0].start - rows.start),
        reach - (rows.stop - box[0].stop),
    ]
    return (rows, columns), lacks


def _grown(part: slice, reach: int, side: int) -> slice:
    return slice(max(0, part.start - reach), min(side, part.stop + reach))


def _boxes_around(changed: np.ndarray, reach: int) -> list[Box]:
    """Boxes that hold every changed pixel and all within `reach` of it; two strokes are two."""
    height, width = changed.shape
    return [
        (rows, columns)
        for columns in _runs(np.asarray(changed.any(axis=0)), reach, width)
        for rows in _runs(np.asarray(changed[:, columns].any(axis=1)), reach, height)
    ]


def _runs(marked: np.ndarray, reach: int, side: int) -> list[slice]:
    """Where there are marks, grown; those that meet are one."""
    runs: list[slice] = []
    for place in np.flatnonzero(marked):
        start = max(0, int(place) - reach) // GRAIN * GRAIN
        stop = min(side, -(-(int(place) + reach + 1) // GRAIN) * GRAIN)
        if runs and start <= runs[-1].stop:
            runs[-1] = slice(runs[-1].start, stop)
        else:
            runs.append(slice(start, stop))
    return runs


class Block:
    """A residual block made ready for maps of about `size` pixels."""

    def __init__(self, block: SpadeBlock, size: int, dtype: torch.dtype) -> None:
        self.changes = block.changes
        norms = [block.norm_0, block.norm_1] + ([block.norm_s] if block.changes else [])
        self.norms = [Modulation(norm, size, dtype) for norm in norms]
        self._first = _convolution(block.conv_0, size, dtype)
        self._second = _convolution(block.conv_1, size, dtype)
        self._around = _convolution(block.conv_s, size, dtype) if block.changes else None

        weights = [c.weight.numel() for c in block.children() if isinstance(c, nn.Conv2d)]
        self.work = sum(weights) * size**2
        """Of the convolutions between the normalisations; most of a map is known already."""

    def run(self, x: Tensor, layout: Layout) -> Tensor:
        around = self._around(self.norms[2].apply(x, layout)) if self._around else x
        y = self._first(F.leaky_relu_(self.norms[0].apply(x, layout), 0.2))
        return self._second(F.leaky_relu_(self.norms[1].apply(y, layout), 0.2)).add_(around)


def _convolution(layer: nn.Conv2d, size: int, dtype: torch.dtype) -> Convolution:
    bias = None if layer.bias is None else _bias(layer).to(dtype)
    padding = [layer.kernel_size[0] // 2] * 2
    return convolution(layer.weight.detach().to(dtype), size, padding, bias)


class BlockStage(Stage):
    """One block, after its doubling if there is one; the first starts from the style."""

    def __init__(self, name: str, rows: int, block: Block, program: SpadeProgram) -> None:
        self.name, self.rows = name, rows
        self.block, self.doubles, self.work = block, False, block.work
        self._program = program

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:
        layout = self._program.layout(inputs)
        x = state.x if state.x is not None else self._program.start(inputs, styles)
        if self.doubles:
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        return State(self.block.run(channels_last(x), layout))


class ColourStage(Stage):
    """The last convolution."""

    name = "rgb"

    def __init__(self, rows: int, layer: nn.Conv2d, size: int, dtype: torch.dtype) -> None:
        self.rows, self.work = rows, layer.weight.numel() * size**2
        self._convolve = _convolution(layer, size, dtype)

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:  # noqa: ARG002
        assert state.x is not None
        return State(picture=torch.tanh(self._convolve(F.leaky_relu(state.x, 0.2)).float()))


def _sized_blocks(generator: SPADE) -> Iterator[tuple[SpadeBlock, int]]:
    """The blocks, each with the size of its maps."""
    size = generator.spec.resolution >> generator.doublings
    for number, block in enumerate(generator.blocks):
        assert isinstance(block, SpadeBlock)
        size *= 1 + (number == 1 or number > 2 or (number == 2 and generator.extra_up))
        yield block, size


class SpadeProgram(Program):
    """The blocks, each with what it keeps of the label map."""

    def __init__(self, generator: SPADE, dtype: torch.dtype) -> None:
        self._generator, self._dtype = generator, dtype
        self._layout: Layout | None = None
        spec, rows = generator.spec, int(generator.spec.z_dim > 0)
        size = spec.resolution >> generator.doublings
        self._stages: list[Stage] = []
        kept = 0
        for number, (block, after) in enumerate(_sized_blocks(generator)):
            ready = Block(block, after, dtype)
            stage = BlockStage(f"block {number}", rows, ready, self)
            stage.doubles, size = after > size, after
            self._stages.append(stage)
            for norm in ready.norms:
                kept += norm.bytes_at(size * size)
                norm.keeps = kept <= KEPT_BYTES
        self._stages.append(ColourStage(rows, generator.to_rgb, size, dtype))

    def stages(self, resolution: int) -> list[Stage]:  # noqa: ARG002  # there is one
        return self._stages

    def styles(self, ws: Tensor, since: int = 0) -> Tensor | None:  # noqa: ARG002  # of one row
        """What the style begins with, [N, channels, h, w]."""
        if not self._generator.spec.z_dim:
            return None
        side = self._generator.spec.resolution >> self._generator.doublings
        return self._generator.fc(ws[:, 0]).reshape(len(ws), -1, side, side).to(self._dtype)

    def start(self, inputs: Inputs, styles: Tensor | None) -> Tensor:
        """What the first block gets: the style, or where there is none the map itself."""
        if styles is not None:
            return styles
        layout = self.layout(inputs)
        height, width = (max(1, side >> self._generator.doublings) for side in layout.size)
        small = layout.weights(layout.at((height, width)), torch.float32)
        return self._generator.fc(small).to(self._dtype).expand(len(inputs.ws), -1, -1, -1)

    def layout(self, inputs: Inputs) -> Layout:
        """The label map of a picture, read once for all stages."""
        label_map = inputs.controls.get("label_map")
        if label_map is None:
            raise ValueError("this generator draws from a label map, and none was given")
        if self._layout is None or self._layout.given is not label_map:
            self._layout = Layout(label_map, self._generator.spec.map_classes)
        return self._layout


prepare.register(SPADE, SpadeProgram)
