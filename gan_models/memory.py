"""Whether a generator fits into the memory that is free, said before it is taken."""

from __future__ import annotations

import psutil
import torch

from gan_models.base import Generator

BYTES_PER_PIXEL = 512
"""What drawing takes besides the weights: about four maps of 32 channels, in float32."""


def needed_bytes(generator: Generator) -> int:
    """About what the weights take in float32 and drawing one picture takes besides."""
    weights = sum(4 * tensor.numel() for tensor in generator.state_dict().values())
    return weights + BYTES_PER_PIXEL * generator.spec.resolution**2


def free_bytes(device: torch.device) -> int | None:
    """Memory that is free on a device; None where nobody tells."""
    if device.type == "cpu":
        return int(psutil.virtual_memory().available)
    return torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else None


def is_of_memory(error: RuntimeError) -> bool:
    """Whether an error says that memory ran out: of CUDA, of an Apple GPU, of the processor."""
    said = str(error)
    known = isinstance(error, torch.OutOfMemoryError)
    return known or "out of memory" in said or "can't allocate memory" in said


def memory_problem(generator: Generator, device: torch.device | str = "cpu") -> str | None:
    """Why a generator does not fit, and what would; None where it does."""
    device = torch.device(device)
    needed, free = needed_bytes(generator), free_bytes(device)
    if free is None or needed <= free:
        return None
    side = generator.spec.resolution
    weights = needed - BYTES_PER_PIXEL * side**2
    while side > 4 and weights + BYTES_PER_PIXEL * side**2 > free:
        side //= 2
    room = max(0, free - BYTES_PER_PIXEL * side**2) // 4_000_000
    remedy = "close other programs" if device.type == "cpu" else "open it with --device cpu"
    return (
        f"needs about {size_text(needed)} of memory, and {size_text(free)} of {device} is free: "
        f"{remedy}, or take one that fits, of up to {room} million parameters at {side} pixels"
    )


def size_text(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.0f} MB"
