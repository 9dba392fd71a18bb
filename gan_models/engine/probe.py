"""What the machine at hand is good at."""

from __future__ import annotations

import time

import torch
import torch.nn.functional as F

from gan_models.engine.graphs import exact_convolutions
from gan_models.engine.kernels import channels_last

ROUNDS = 15


def low_type(device: torch.device) -> torch.dtype:
    """The type of 16 bits that a device computes in; float16 on GPUs that lack bfloat16."""
    gpu = device.type in ("cuda", "mps")
    return torch.float16 if gpu and not native_bf16(device) else torch.bfloat16


def measure_low(device: torch.device) -> float:
    """How many times as fast a convolution is in `low_type`; 1 where that is only emulated."""
    low = low_type(device)
    if low == torch.bfloat16 and not native_bf16(device):
        return 1.0
    times: dict[torch.dtype, list[float]] = {torch.float32: [], low: []}
    work = {}
    for dtype in times:
        x = channels_last(torch.randn(1, 128, 64, 64, device=device, dtype=dtype))
        work[dtype] = x, channels_last(torch.randn(128, 128, 3, 3, device=device, dtype=dtype))
    with torch.inference_mode(), exact_convolutions(device):
        for _ in range(ROUNDS):
            for dtype, (x, weight) in work.items():
                start = time.perf_counter()
                F.conv2d(x, weight, padding=1)
                if device.type != "cpu":
                    torch.accelerator.synchronize()
                times[dtype].append(time.perf_counter() - start)
    # The quickest of each: whatever else the machine does only ever adds to them.
    exact, fast = map(min, times.values())
    return round(exact / fast, 2)


def native_bf16(device: torch.device) -> bool:
    """Whether the device computes in bfloat16 (avx512_bf16 or AMX on x86 processors)."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
