"""Operations of the engine that go past plain `torch.nn.functional`, each with its plain form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

STRIP_BYTES = 2**21
"""Passes over activations go in strips of about this size, which stay in the cache of a core."""

LARGE_BYTES = 24 * 2**20
"""Maps of so many bytes do not stay in a processor's cache: they are computed in strips ..."""
MAP_STRIP_BYTES = 8 * 2**20
"""... of about this size."""

Convolution = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of maps that are `height` rows high: `maps` [N, C, rows, W], the first one `start`."""

    maps: Tensor
    start: int
    height: int

    @property
    def stop(self) -> int:
        return self.start + self.maps.shape[2]

    def part(self, wanted: range) -> Rows:
        """Those of `wanted` that there are."""
        start, stop = max(wanted.start, self.start), min(wanted.stop, self.stop)
        return Rows(self.maps[:, :, start - self.start : stop - self.start], start, self.height)

    def with_next(self, below: Rows) -> Rows:
        """These, and those that begin where they end."""
        return Rows(torch.cat([self.maps, below.maps], dim=2), self.start, self.height)

    def padded(self, wanted: range) -> Tensor:
        """`wanted`, with zeros above and below the maps; all others must be there."""
        part = self.part(wanted)
        above, below = part.start - wanted.start, wanted.stop - part.stop
        return F.pad(part.maps, (0, 0, above, below)) if above or below else part.maps


class Flow:
    """Rows that are made as they are asked for, from top to bottom, and then let go."""

    def __init__(self, coming: Iterator[Rows]) -> None:
        self._coming = coming
        self._there: Rows | None = None

    def part(self, wanted: range) -> Rows:
        """Those of `wanted` that there are; the next ones asked for begin no higher."""
        there = self._there or next(self._coming)
        self._there = None
        while there.stop < min(wanted.stop, there.height):
            there = there.part(wanted)
            # A copy, so that the rows above are gone while the next ones are made.
            there = Rows(there.maps.clone(), there.start, there.height)
            there = there.with_next(next(self._coming))
        self._there = there
        return there.part(wanted)


def strip_rows(channels: int, size: int, dtype: torch.dtype) -> int | None:
    """How many rows of square maps to compute at a time; None where all of them are few."""
    row = channels * size * dtype.itemsize
    return None if row * size < LARGE_BYTES else max(8, MAP_STRIP_BYTES // row)


def channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def empty_maps(like: Tensor, channels: int, side: int) -> Tensor:
    """Square maps of the batch, type and device of `like`, their values not set."""
    shape = (len(like), channels, side, side)
    form = torch.channels_last
    return torch.empty(shape, dtype=like.dtype, device=like.device, memory_format=form)


def convolution(
    weight: Tensor, size: int, padding: Sequence[int] = (0, 0), bias: Tensor | None = None
) -> Convolution:
    """A convolution of constant `weight` [out, in, k, l] over maps of about `size` x `size` pixels.

    On the CPU the weights are brought once into the form that oneDNN computes with: for many
    channels on few pixels, doing so each time costs more than the convolution.
    """
    weight = channels_last(weight)
    padding = list(padding)
    packed = _pack(weight, size, padding)
    if packed is None:
        return lambda x: F.conv2d(x, weight, bias, padding=padding)
    run = torch.ops.mkldnn._convolution_pointwise
    return lambda x: run(x, packed, bias, padding, [1, 1], [1, 1], 1, "none", [], "")


def _pack(weight: Tensor, size: int, padding: list[int]) -> Tensor | None:
    """The weights as oneDNN wants them; None where this torch cannot."""
    if weight.device.type != "cpu":
        return None
    shape = [1, weight.shape[1], size, size]
    try:
        packed: Tensor = torch.ops.mkldnn._reorder_convolution_weight(
            weight, padding, [1, 1], [1, 1], 1, shape
        )
    # Private to torch: another release, or one without oneDNN, may lack it.
    except (AttributeError, RuntimeError):
        return None
    return packed


def doubling_convolution(weight: Tensor, size: int) -> Convolution:
    """The transposed convolution of stride 2 of constant `weight` [out, in, 3, 3].

    On the CPU it is four small convolutions, one for each parity of the rows and columns that come
    out, [2 size + 1, 2 size + 1]; their packed weights are quicker than a transposed convolution.
    """
    if weight.device.type != "cpu":
        turned = channels_last(weight.transpose(0, 1))
        return lambda x: F.conv_transpose2d(x, turned, stride=2)
    both, one = slice(None, None, 2), slice(1, 2)
    parts = {
        (y, x): convolution(
            weight[:, :, one if y else both, one if x else both].flip(2, 3), size, (1 - y, 1 - x)
        )
        for y in (0, 1)
        for x in (0, 1)
    }
    out, side = weight.shape[0], 2 * size + 1

    def run(x: Tensor) -> Tensor:
        y = empty_maps(x, out, side)
        for (row, column), part in parts.items():
            y[:, :, row::2, column::2] = part(x)
        return y

    return run


def finish_layer(
    x: Tensor, noise: Tensor | None, clamp: float | None, bias: Tensor | None = None
) -> Tensor:
    """Bias [C], where the convolution has not added it, noise, leaky ReLU and clamp, in place."""
    if _finished_at_once(x, bias, noise, clamp):
        return x
    if bias is not None:
        x.add_(bias[:, None, None])
    for part, noise_part in _strips(x, noise):
        if noise_part is not None:
            part.add_(noise_part)
        F.leaky_relu_(part, 0.2)
        if clamp is not None:
            part.clamp_(-clamp, clamp)
    return x


FUSES = "cuda"
"""Where what follows a convolution can be one pass, the bias included."""
fusing = True
"""Whether nothing has shown yet that it cannot."""


def _finished_at_once(
    x: Tensor, bias: Tensor | None, noise: Tensor | None, clamp: float | None
) -> bool:
    """`finish_layer` in one pass over the maps; False where that cannot be had."""
    global fusing
    if not fusing or x.device.type != FUSES:
        return False
    if not x.is_contiguous(memory_format=torch.channels_last):
        return False
    try:
        from gan_models.engine.triton_kernels import finish

        finish(x, bias, noise, clamp)
    # Triton may be missing, find no compiler, or not know the GPU: each in its own words.
    except Exception:
        fusing = False
    return fusing


def _strips(x: Tensor, noise: Tensor | None) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Some rows of all maps at a time, and the noise [.., H, W] of those rows."""
    height = x.shape[2]
    rows = height
    if x.device.type == "cpu":
        rows = max(1, STRIP_BYTES * height // (x.numel() * x.element_size()))
    for start in range(0, height, rows):
        end = start + rows
        yield x[:, :, start:end], None if noise is None else noise[..., start:end, :]
