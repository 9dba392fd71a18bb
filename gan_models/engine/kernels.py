"""Operations of the engine that go past plain `torch.nn.functional`, each with its plain form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.layers import FIR, depthwise_fir, upsample2

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


def doubling_convolution(weight: Tensor, size: int, fir: Tensor) -> Convolution:
    """The transposed convolution of stride 2 of constant `weight` [out, in, 3, 3], then `fir`.

    `fir` [out, 1, 4, 4] is depthwise and of the type to compute in; maps of `size` x `size` come
    out twice as large.
    """
    if merges(weight.numel() * size**2, fir.dtype, weight.device):
        merged = convolution(merged_doubling(weight).to(fir.dtype), size, (1, 1))
        return lambda x: interleaved(merged(x))
    double = _doubling(weight.to(fir.dtype), size)
    return lambda x: F.conv2d(double(x), fir, padding=1, groups=len(fir))


LIGHT_DOUBLING = 2e7
"""Multiplications of a transposed convolution up to which calls take longer than computing."""
SMALL_WEIGHT = 256 * 256 * 9
"""Weights that oneDNN brings into its own form in no time that counts."""


def merges(work: float, dtype: torch.dtype, device: torch.device) -> bool:
    """Whether `merged_doubling` is the quickest, for so many multiplications of the plain one.

    It makes four times as many, which 16 bits have the speed for.
    """
    return device.type == "cpu" and dtype != torch.float32 and work <= LIGHT_DOUBLING


def merged_doubling(weight: Tensor) -> Tensor:
    """Transposed convolution and `FIR` as one convolution [4 out, in, 3, 3], padding 1.

    It gives the four parities of row and column for each pixel, for `interleaved`. Doubled pixel
    2 i + r is made of pixels i - 1 to i + 1 by taps 4 + r, 2 + r and r of both kernels' product.
    """
    rows = weight.flatten(0, 1)[:, None]
    fir = depthwise_fir(1, 4.0, weight.dtype, weight.device)
    both = F.conv2d(rows, fir, padding=3).view(*weight.shape[:2], 6, 6)
    parts = [both[:, :, y::2, x::2].flip(2, 3) for y in (0, 1) for x in (0, 1)]
    return torch.cat(parts)


def interleaved(x: Tensor) -> Tensor:
    """Maps [N, 4 C, H, W], those of each parity in turn, to [N, C, 2 H, 2 W]."""
    n, maps, height, width = x.shape
    pixels = x.permute(0, 2, 3, 1).view(n, height, width, 2, 2, maps // 4).transpose(2, 3)
    return pixels.reshape(n, 2 * height, 2 * width, maps // 4).permute(0, 3, 1, 2)


SMALL_SIDE = 64
"""Pixels up to which two products of matrices are quicker than a depthwise convolution."""


def doubled(picture: Tensor) -> Tensor:
    """`upsample2` of a picture of few colours."""
    n, colours, height, width = picture.shape
    if n > 1 or picture.device.type != "cpu" or max(height, width) > SMALL_SIDE:
        return upsample2(picture)
    columns, rows = (_doubling_matrix(size, picture.dtype) for size in (width, height))
    wide = (picture.reshape(-1, width) @ columns).view(colours, height, -1)
    return (rows.t() @ wide)[None]


@cache
def _doubling_matrix(size: int, dtype: torch.dtype) -> Tensor:
    """[size, 2 size]: what doubles rows of `size` pixels."""
    line = torch.eye(size, dtype=torch.float64)[:, None]
    weight = torch.tensor(FIR, dtype=torch.float64)[None, None] / (sum(FIR) / 2)
    taps = F.conv_transpose1d(line, weight, stride=2, padding=1)[:, 0]
    return taps.to(dtype)


def _doubling(weight: Tensor, size: int) -> Convolution:
    """The transposed convolution alone: [2 size + 1, 2 size + 1] comes out.

    On the CPU it is four small convolutions, one for each parity of the rows and columns that come
    out, where their packed weights are quicker than a transposed convolution.
    """
    small = weight.dtype == torch.float32 and weight.numel() <= SMALL_WEIGHT
    if weight.device.type != "cpu" or small:
        turned = channels_last(weight.transpose(0, 1))
        return lambda x: F.conv_transpose2d(x, turned, stride=2)
    parts = {(y, x): convolution(part, size, (1 - y, 1 - x)) for (y, x), part in _parities(weight)}
    return lambda x: _joined(x, len(weight), ((key, part(x)) for key, part in parts.items()))


def transposed_convolution(x: Tensor, weight: Tensor) -> Tensor:
    """That of stride 2 by `weight` [in, out, 3, 3].

    In 16 bits oneDNN is one and a half to three times as quick with a convolution for each parity.
    """
    if x.device.type != "cpu" or x.dtype == torch.float32:
        return F.conv_transpose2d(x, weight, stride=2)
    parts = _parities(weight.transpose(0, 1))
    drawn = (((r, c), F.conv2d(x, part, padding=(1 - r, 1 - c))) for (r, c), part in parts)
    return _joined(x, weight.shape[1], drawn)


Parity = tuple[int, int]
"""Of rows and of columns."""


def _parities(weight: Tensor) -> Iterator[tuple[Parity, Tensor]]:
    """The taps of [out, in, 3, 3] that make the rows and columns of each parity."""
    both, one = slice(None, None, 2), slice(1, 2)
    for y in (0, 1):
        for x in (0, 1):
            yield (y, x), weight[:, :, one if y else both, one if x else both].flip(2, 3)


def _joined(x: Tensor, out: int, parts: Iterable[tuple[Parity, Tensor]]) -> Tensor:
    """What is made of `x`, each parity in its place and gone before the next one is made."""
    y = empty_maps(x, out, 2 * x.shape[2] + 1)
    for (row, column), part in parts:
        y[:, :, row::2, column::2] = part
        del part
    return y


VECTOR_BYTES = 64
"""What a processor computes with at once."""


def plane_for(noise: Tensor, channels: int) -> Tensor:
    """A plane [H, W] as it is added soonest to maps that lie channels last.

    Where the channels of a pixel fill no vector, adding one value to all of them goes value by
    value, ten times as slow as adding a plane for each.
    """
    if noise.device.type != "cpu" or channels * noise.element_size() >= VECTOR_BYTES:
        return noise
    return channels_last(noise.expand(1, channels, -1, -1))


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
