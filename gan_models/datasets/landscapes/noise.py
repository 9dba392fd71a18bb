"""Smooth random fields that belong to a picture and not to its size or its batch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gan_models.datasets.draws import mix_bits

_STRIDE = 1024
"""Most knots in a row of a table; a knot's number does not depend on how many are used."""
_CUBIC_STD = 0.692
"""Of a cubic B-spline through knots of deviation 1: sqrt(151 / 315)."""


@dataclass(frozen=True)
class Frame:
    """Where the samples of a picture are: the height is 1, y runs down, x to width / height."""

    height: int
    width: int
    device: torch.device

    @property
    def x(self) -> Tensor:
        """[1, 1, W]."""
        return self.line(self.width).view(1, 1, -1)

    @property
    def y(self) -> Tensor:
        """[1, H, 1]."""
        return self.line(self.height).view(1, -1, 1)

    @property
    def aspect(self) -> float:
        """Width in units of the height."""
        return self.width / self.height

    def line(self, samples: int) -> Tensor:
        """The middles of so many samples."""
        return (torch.arange(samples, device=self.device) + 0.5) / self.height


def smoothstep(low: float, high: float, value: Tensor) -> Tensor:
    """0 at `low`, 1 at `high`, with no corners between; `low` may be the greater one."""
    t = ((value - low) * (1.0 / (high - low))).clamp(0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def _weights(positions: Tensor, knots: int, *, angular: bool) -> Tensor:
    """What each of `knots` contributes at positions [...]: [..., knots]."""
    number = torch.arange(knots, device=positions.device) - 1.0
    u = (positions[..., None] - number).abs()
    if angular:
        return (1.0 - u).clamp_(min=0.0)
    near = (2.0 / 3.0) - u * u * (1.0 - 0.5 * u)
    far = (2.0 - u).clamp(min=0.0) ** 3 * (1.0 / 6.0)
    return torch.where(u < 1.0, near, far)


@lru_cache(maxsize=256)
def even_weights(samples: int, step: float, knots: int, device: str, angular: bool) -> Tensor:
    """What each knot contributes to samples `step` knots apart, [samples, knots]."""
    positions = (torch.arange(samples, device=device) + 0.5) * step
    return _weights(positions, knots, angular=angular)


class Noise:
    """Random fields of mean 0 and deviation 1; a field is named by its `stream`."""

    def __init__(self, keys: NDArray[np.uint64], frame: Frame) -> None:
        self.keys, self.frame = keys, frame

    def table(self, stream: int, rows: int, columns: int) -> Tensor:
        """Even random numbers of deviation 1, [N, rows, columns]."""
        number = np.arange(rows)[:, None] * _STRIDE + np.arange(columns) + 1
        start = mix_bits(self.keys + np.array([stream], np.uint64) * np.uint64(0xD1342543DE82EF95))
        step = number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        bits = mix_bits(start[:, None, None] + step) >> np.uint64(40)
        even = bits.astype(np.float32) * np.float32(2.0**-24) - np.float32(0.5)
        return torch.from_numpy(even * np.float32(math.sqrt(12.0))).to(self.frame.device)

    def field(self, stream: int, rows: float, columns: float) -> Tensor:
        """A field of so many knots a unit down and across, [N, H, W]."""
        frame = self.frame
        high, wide = math.ceil(rows) + 3, math.ceil(columns * frame.aspect) + 3
        down = even_weights(frame.height, rows / frame.height, high, str(frame.device), False)
        across = even_weights(frame.width, columns / frame.height, wide, str(frame.device), False)
        table = self.table(stream, high, wide)
        return (down @ table @ across.T) * (1.0 / _CUBIC_STD**2)

    def fractal(
        self, stream: int, rows: float, columns: float, octaves: int, gain: float = 0.5
    ) -> Tensor:
        """Fields of doubling frequency, each `gain` times as strong, in all of deviation 1."""
        total = self.field(stream, rows, columns)
        for octave in range(1, octaves):
            finer = self.field(stream + octave, rows * 2**octave, columns * 2**octave)
            total.add_(finer, alpha=gain**octave)
        return total.mul_(sum(gain ** (2 * i) for i in range(octaves)) ** -0.5)

    def line(
        self, stream: int, columns: float, octaves: int = 1, gain: float = 0.5, *, angular: bool
    ) -> Tensor:
        """A fractal along x alone, [N, 1, W]; `angular` joins its knots by straight lines."""
        frame, total, spread = self.frame, torch.zeros(()), 0.0
        for octave in range(octaves):
            density = columns * 2**octave
            knots = math.ceil(density * frame.aspect) + 3
            across = even_weights(
                frame.width, density / frame.height, knots, str(frame.device), angular
            )
            part = self.table(stream + octave, 1, knots) @ across.T
            total = total + gain**octave * part
            spread += gain ** (2 * octave)
        return total * (spread**-0.5 / (math.sqrt(2 / 3) if angular else _CUBIC_STD))

    def warped(self, stream: int, rows: Tensor, columns: float, knots: int) -> Tensor:
        """A field whose rows lie where `rows` [N, H, 1] says, in knots from 0 to `knots`."""
        frame = self.frame
        wide = math.ceil(columns * frame.aspect) + 3
        down = _weights(rows[..., 0].clamp(0.0, knots), knots + 3, angular=False)
        across = even_weights(frame.width, columns / frame.height, wide, str(frame.device), False)
        table = self.table(stream, knots + 3, wide)
        return (down @ table @ across.T) * (1.0 / _CUBIC_STD**2)
