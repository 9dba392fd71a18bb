"""The benchmark: its parts, and their figures as one report."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import Any

import torch

from app.core.models import OpenModel, cache_folder
from app.core.performance import low_gain
from benchmarks.gpu import gpu
from benchmarks.models import MODELS, random_model
from benchmarks.painting import painting
from benchmarks.synthesis import exactness, sliders, speed
from benchmarks.work import export, opening
from gan_models.base import Generator
from gan_models.errors import GanvasError
from gan_models.progress import Job, Step

COLUMNS = ("model", *MODELS)
"""The open model, and networks of usual sizes with random weights."""
SLIDERS = ("model", "stylegan2-256", "stylegan2-1024")
EXPORTED = "stylegan2-256"


def measure(
    model: OpenModel,
    parts: Sequence[str],
    columns: Sequence[str],
    rounds: int,
) -> Job[dict[str, Any]]:
    """All parts, one after the other; within each, variants take turns."""

    def network(column: str) -> Generator:
        return model.generator if column == "model" else random_model(column)

    unknown = set(columns) - set(COLUMNS)
    if unknown:
        raise GanvasError(f"no column {min(unknown)!r}; choose of {', '.join(COLUMNS)}")
    report: dict[str, Any] = {"machine": machine(model)}
    if "speed" in parts:
        report["speed"] = {}
        for column in columns:
            report["speed"][column] = yield from speed(column, network(column), rounds)
    if "sliders" in parts:
        report["sliders"] = {}
        for column in (name for name in columns if name in SLIDERS):
            report["sliders"][column] = yield from sliders(column, network(column), rounds)
    if "export" in parts:
        report["export"] = yield from export(random_model(EXPORTED), max(1, rounds // 5))
    if "opening" in parts:
        yield Step(0, 1, "opening a file in a new process")
        report["opening"] = opening()
    if "exactness" in parts:
        yield Step(0, 1, "bfloat16 against float32")
        report["exactness"] = exactness(model.generator)
    # It is no part of the others' table where there is none; who asks for it alone is told so.
    if "gpu" in parts and (torch.cuda.is_available() or list(parts) == ["gpu"]):
        yield Step(0, 1, "an NVIDIA GPU")
        report["gpu"] = gpu()
    if "paint" in parts:
        report["paint"] = yield from painting(model.generator, rounds)
    return report


def machine(model: OpenModel) -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "model": model.ref.name,
        "device": model.device,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "processor": platform.processor() or platform.machine(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "gain_of_16_bits": low_gain(model.engine.device, cache_folder()),
    }
