"""Variants that take turns: what else the machine does meets all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping

import numpy as np
import torch

from gan_models.progress import Step

Variants = Mapping[str, Callable[[], object]]
WARM_UP = 2


def take_turns(
    variants: Variants, rounds: int, message: str, warm_up: int = WARM_UP
) -> Generator[Step, None, dict[str, np.ndarray]]:
    """Milliseconds [rounds] of each variant, all of them once in every round."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(rounds + warm_up):
        for name, run in variants.items():
            milliseconds = clocked(run)
            if number >= warm_up:
                times[name].append(milliseconds)
        yield Step(number + 1, rounds + warm_up, message)
    return {name: np.array(values) for name, values in times.items()}


def clocked(run: Callable[[], object]) -> float:
    """Milliseconds of one run, without gradients, to the end of what the device was asked."""
    start = time.perf_counter()
    with torch.inference_mode():
        run()
        if torch.accelerator.is_available():
            torch.accelerator.synchronize()
    return (time.perf_counter() - start) * 1000


def ratios(times: Mapping[str, np.ndarray], yardstick: str) -> dict[str, dict[str, float]]:
    """How often the yardstick's speed each variant has: median and quartiles over the rounds."""
    result = {}
    for name, values in times.items():
        low, ratio, high = np.percentile(times[yardstick] / values, [25, 50, 75])
        figures = {"milliseconds": np.median(values), "ratio": ratio, "low": low, "high": high}
        result[name] = {key: round(float(value), 3) for key, value in figures.items()}
    return result
