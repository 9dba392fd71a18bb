"""How quick an NVIDIA GPU is, from `ws` to bytes in the memory of the processor.

`python -m benchmarks.gpu [--json]` needs torch alone, and neither a window nor a model file.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from benchmarks.models import random_model
from gan_models.base import Generator
from gan_models.engine import Engine, Inputs, Precision, kernels
from gan_models.engine.pixels import to_uint8
from gan_models.engine.probe import low_type
from gan_models.errors import GanvasError

GOALS: dict[str, dict[str, float]] = {
    "stylegan2-256": {"milliseconds": 0.8, "per_second": 2000},
    "stylegan2-1024": {"milliseconds": 2.0},
}
"""What is to be reached: milliseconds of one picture, pictures a second of many at once."""
BATCHES = (1, 16, 32)
ROUNDS, WARM_UP = 200, 10


def gpu(rounds: int = ROUNDS) -> dict[str, Any]:
    """Figures of both sizes in both precisions; GanvasError where there is no NVIDIA GPU."""
    if not torch.cuda.is_available():
        raise GanvasError("there is no NVIDIA GPU here: leave out --part gpu")
    device = torch.device("cuda")
    report: dict[str, Any] = {
        "gpu": torch.cuda.get_device_name(device),
        "gpus": torch.cuda.device_count(),
        "torch": torch.__version__,
    }
    for name, goal in GOALS.items():
        figures = of_generator(random_model(name).to(device), rounds)
        report[name] = {"goal": goal, **figures}
    return report | {"one_pass": kernels.fusing}


def of_generator(generator: Generator, rounds: int) -> dict[str, Any]:
    """Milliseconds of one picture, pictures a second of many at once, and the error of 16 bits."""
    device, low = generator.w_avg.device, low_type(generator.w_avg.device)
    exact = Precision(torch.float32, torch.float32)
    figures: dict[str, Any] = {}
    pictures = {}
    for precision in (exact, Precision(low, low)):
        engine = Engine(generator, precision, cache_bytes=0)
        name = str(precision.full).removeprefix("torch.")
        times = {n: _median(partial(_drawn, engine, n), rounds // n) for n in BATCHES}
        figures[name] = {
            "plain_ms": _median(partial(_plain, engine), rounds // 10),
            "milliseconds": times[1],
            "per_second": {n: round(1000 * n / milliseconds) for n, milliseconds in times.items()},
            "recorded": len(engine.graphs) if engine.graphs is not None else 0,
        }
        torch.manual_seed(0)
        pictures[name] = _drawn(engine, 1).astype(int)
    one, other = pictures.values()
    if device.type == "cuda":
        figures["memory_mb"] = round(torch.cuda.max_memory_allocated(device) / 2**20)
    return figures | {"levels_apart": float(np.abs(one - other).mean())}


def _drawn(engine: Engine, count: int) -> np.ndarray:
    """Bytes here, of other pictures each time."""
    return engine.pixels(Inputs(_rows(engine, count)), engine.plan_of())


def _plain(engine: Engine) -> np.ndarray:
    """The same stage by stage, nothing recorded."""
    return to_uint8(engine.draw(Inputs(_rows(engine, 1)), engine.plan_of()))


def _rows(engine: Engine, count: int) -> torch.Tensor:
    spec = engine.spec
    return torch.randn(count, spec.num_ws, spec.w_dim, device=engine.device)


def _median(run: Callable[[], object], rounds: int) -> float:
    times = []
    with torch.inference_mode():
        for number in range(WARM_UP + max(5, rounds)):
            start = time.perf_counter()
            run()
            if number >= WARM_UP:
                times.append((time.perf_counter() - start) * 1000)
    return round(float(np.median(times)), 3)


def main() -> None:
    """Print the figures."""
    report = gpu()
    if "--json" in sys.argv:
        print(json.dumps(report, indent=2))
    else:
        for name, figures in report.items():
            print(f"{name:16}", figures)


if __name__ == "__main__":
    main()
