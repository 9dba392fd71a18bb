"""Passes over maps on an NVIDIA GPU, written for the Triton that torch brings with it there."""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

BLOCK = 1024
"""Numbers that one program takes."""


@triton.jit  # type: ignore[untyped-decorator]
def _finish(  # type: ignore[no-untyped-def]  # Triton gives them types
    x, bias, noise, count, channels, pixels, clamp,
    HAS_BIAS: tl.constexpr, HAS_NOISE: tl.constexpr, CLAMPS: tl.constexpr, SIZE: tl.constexpr,
):  # fmt: skip
    place = tl.program_id(0) * SIZE + tl.arange(0, SIZE)
    there = place < count
    y = tl.load(x + place, mask=there).to(tl.float32)
    if HAS_BIAS:
        y += tl.load(bias + place % channels, mask=there).to(tl.float32)
    if HAS_NOISE:
        y += tl.load(noise + place // channels % pixels, mask=there).to(tl.float32)
    y = tl.where(y > 0, y, 0.2 * y)
    if CLAMPS:
        y = tl.minimum(tl.maximum(y, -clamp), clamp)
    tl.store(x + place, y.to(x.dtype.element_ty), mask=there)


def finish(x: Tensor, bias: Tensor | None, noise: Tensor | None, clamp: float | None) -> None:
    """`finish_layer` of maps that lie channels last, with the bias, in one pass."""
    count, channels, pixels = x.numel(), x.shape[1], x.shape[2] * x.shape[3]
    grid: Any = (triton.cdiv(count, BLOCK),)
    with torch.cuda.device_of(x):
        _finish[grid](
            x,
            x if bias is None else bias,
            x if noise is None else noise.contiguous(),
            count,
            channels,
            pixels,
            clamp or 0.0,
            HAS_BIAS=bias is not None,
            HAS_NOISE=noise is not None,
            CLAMPS=clamp is not None,
            SIZE=BLOCK,
        )
