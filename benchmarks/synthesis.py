"""How fast drafts and full pictures are, as ratios against a textbook implementation.

All variants take turns in every round of one run, so that what else the machine does meets all of
them; milliseconds of different runs are not comparable, the ratios are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import torch

from app.core.jobs import Progress
from app.core.models import OpenModel
from app.core.picture import recipe_ws
from app.core.recipe import Recipe
from benchmarks import textbook
from gan_models.errors import GanvasError
from gan_models.families.stylegan2 import StyleGAN2

WARM_UP = 3


def measure(model: OpenModel, rounds: int = 30) -> Generator[Progress, None, dict[str, Any]]:
    """Time the textbook, a draft and a full picture in turn; returns the report."""
    variants = _variants(model)
    times: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(rounds + WARM_UP):
        for name, draw in variants.items():
            milliseconds = _time(draw)
            if number >= WARM_UP:
                times[name].append(milliseconds)
        yield Progress(number + 1, rounds + WARM_UP, "taking times")
    textbook = np.array(times["textbook"])
    return {
        "model": model.ref.name,
        "resolution": model.generator.spec.resolution,
        "device": model.device,
        "threads": torch.get_num_threads(),
        "rounds": rounds,
        **{name: _summary(np.array(values), textbook) for name, values in times.items()},
    }


def _variants(model: OpenModel) -> dict[str, Callable[[], object]]:
    generator = model.generator
    if not isinstance(generator, StyleGAN2):
        raise GanvasError(
            f"{model.path} is a {generator.spec.family}; only stylegan2 has a textbook to compare"
        )
    draft = generator.spec.draft_resolutions[-2]
    ws = recipe_ws(generator, Recipe())
    return {
        "textbook": lambda: textbook.synthesize(generator, ws),
        "full": lambda: generator.synthesize(ws),
        f"draft_{draft}": lambda: generator.synthesize(ws, resolution=draft),
    }


def _time(draw: Callable[[], object]) -> float:
    start = time.perf_counter()
    with torch.inference_mode():
        draw()
        if torch.accelerator.is_available():
            torch.accelerator.synchronize()
    return (time.perf_counter() - start) * 1000


def _summary(times: np.ndarray, textbook: np.ndarray) -> dict[str, float]:
    """Medians, and the quartiles of the ratio of each round: how often the textbook's speed."""
    low, ratio, high = np.percentile(textbook / times, [25, 50, 75])
    figures = {"milliseconds": np.median(times), "ratio": ratio, "low": low, "high": high}
    return {name: round(float(value), 3) for name, value in figures.items()}
