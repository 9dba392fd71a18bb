"""Operations of the engine that go past plain `torch.nn.functional`, each with its plain form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

STRIP_BYTES = 2**21
"""Passes over activations go in strips of about this size, which stay in the cache of a core."""

Convolution = Callable[[Tensor], Tensor]


def channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def convolution(weight: Tensor, size: int, padding: Sequence[int] = (0, 0)) -> Convolution:
    """A convolution of constant `weight` [out, in, k, l] over maps of `size` x `size` pixels.

    On the CPU the weights are brought once into the form that oneDNN computes with: for many
    channels on few pixels, doing so each time costs more than the convolution.
    """
    weight = channels_last(weight)
    padding = list(padding)
    packed = _pack(weight, size, padding)
    if packed is None:
        return lambda x: F.conv2d(x, weight, padding=padding)
    run = torch.ops.mkldnn._convolution_pointwise
    return lambda x: run(x, packed, None, padding, [1, 1], [1, 1], 1, "none", [], "")


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

    It is four small convolutions, one for each parity of the rows and columns that come out,
    [2 size + 1, 2 size + 1]; their packed weights are quicker than a transposed convolution.
    """
    turned = weight.flip(2, 3)
    both, one = slice(None, None, 2), slice(1, 2)
    parts = {
        (y, x): convolution(
            turned[:, :, one if y else both, one if x else both], size, (1 - y, 1 - x)
        )
        for y in (0, 1)
        for x in (0, 1)
    }
    out, side = weight.shape[0], 2 * size + 1

    def run(x: Tensor) -> Tensor:
        y = channels_last(x.new_empty(len(x), out, side, side))
        for (row, column), part in parts.items():
            y[:, :, row::2, column::2] = part(x)
        return y

    return run


def finish_layer(x: Tensor, noise: Tensor | None, clamp: float | None) -> Tensor:
    """Noise, leaky ReLU and clamp, in place."""
    for part, noise_part in _strips(x, noise):
        if noise_part is not None:
            part.add_(noise_part)
        F.leaky_relu_(part, 0.2)
        if clamp is not None:
            part.clamp_(-clamp, clamp)
    return x


def _strips(x: Tensor, noise: Tensor | None) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Some rows of all maps at a time, and the noise [.., H, W] of those rows."""
    height = x.shape[2]
    rows = height
    if x.device.type == "cpu":
        rows = max(1, STRIP_BYTES * height // (x.numel() * x.element_size()))
    for start in range(0, height, rows):
        end = start + rows
        yield x[:, :, start:end], None if noise is None else noise[..., start:end, :]
