"""From what a generator draws to the bytes that are shown and saved."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

STRIP = 64
"""Rows that a processor converts at a time: few enough to stay in the cache of a core."""


def to_pixels(pictures: Tensor) -> Tensor:
    """[N, channels, H, W] in [-1, 1] to uint8 RGB [N, H, W, 3], rounded as other GAN tools do.

    Grey and RGB, each also with an alpha channel behind, which is laid on white. The bytes lie as
    `QImage` reads them.
    """
    if pictures.shape[1] in (2, 4):
        alpha = (pictures[:, -1:] + 1).clamp(0, 2) / 2
        pictures = torch.lerp(torch.ones_like(alpha), pictures[:, :-1].clamp(-1, 1), alpha)
    pictures = pictures.expand(-1, 3, -1, -1).permute(0, 2, 3, 1)
    pixels = torch.empty(pictures.shape, dtype=torch.uint8, device=pictures.device)
    rows = STRIP if pictures.device.type == "cpu" else pictures.shape[1]
    for part, out in zip(pictures.split(rows, dim=1), pixels.split(rows, dim=1), strict=True):
        # A colour after the other is turned to pixels sooner as float than as bytes.
        out.copy_((part.contiguous() * 127.5).add_(128).clamp_(0, 255))
    return pixels


def to_host(pixels: Tensor) -> np.ndarray:
    """The same in the memory of the processor, there when this returns.

    From an NVIDIA GPU they come in one copy, into pages that stay where they are.
    """
    if pixels.device.type != "cuda":
        return pixels.cpu().numpy()
    here = torch.empty(pixels.shape, dtype=pixels.dtype, pin_memory=True)
    here.copy_(pixels, non_blocking=True)
    torch.cuda.current_stream(pixels.device).synchronize()
    return here.numpy()


def to_uint8(pictures: Tensor) -> np.ndarray:
    """`to_pixels`, in the memory of the processor."""
    return to_host(to_pixels(pictures))
