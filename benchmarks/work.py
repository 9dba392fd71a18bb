"""Export and opening: what they cost over drawing alone."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from app.core.clip import Clip, Keyframe
from app.core.export import export_clip
from app.core.models import OpenModel
from app.core.recipe import Latent, Model, Recipe
from benchmarks.models import random_model
from benchmarks.timing import ratios, take_turns
from gan_models.base import Generator
from gan_models.checkpoints.own import save_generator
from gan_models.engine import Engine
from gan_models.progress import Job, finish

FRAMES = 96
FPS = 24.0
OPENED = "stylegan2-1024"


def export(generator: Generator, rounds: int, frames: int = FRAMES) -> Job[dict[str, Any]]:
    """A clip as GIF and as MP4, in turn with drawing its frames alone."""
    model = OpenModel(Engine(generator, cache_bytes=0), Model("random"), Path())
    looks = [Recipe(model.ref, Latent.of_seed(seed)) for seed in (0, 1)]
    clip = Clip((Keyframe(0.0, looks[0]), Keyframe(frames / FPS, looks[1])), FPS)

    def draw() -> None:
        for recipe in clip.recipes():
            model.render(recipe)

    with tempfile.TemporaryDirectory() as folder:

        def write(suffix: str) -> None:
            for _ in export_clip(Path(folder) / f"x.{suffix}", clip, model.render):
                pass

        variants = {"drawing": draw, "gif": lambda: write("gif"), "mp4": lambda: write("mp4")}
        times = yield from take_turns(variants, rounds, f"export of {frames} frames", warm_up=0)
    return {"frames": len(clip.times()), **ratios(times, "drawing")}


def opening(name: str = OPENED) -> dict[str, Any]:
    """In a new process: seconds from opening a file of ours to its first picture, and memory.

    Memory is what is held above what the process held before, with the settings of the program.
    """
    generator = random_model(name)
    weights = sum(parameter.numel() * 4 for parameter in generator.parameters()) / 2**20
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.safetensors"
        save_generator(path, generator, torch.float32)
        del generator
        environment = os.environ | {"GANVAS_CACHE": folder}
        command = [sys.executable, "-c", OPENING, str(path)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    times = {at: round(mb["peak"] / weights, 2) for at, mb in report["memory_mb"].items()}
    return {"model": name, "weights_mb": round(weights), **report, "peak_of_weights": times}


OPENING = """
import sys
from app.environment import set_environment
set_environment()
from benchmarks.work import report_opening
report_opening(sys.argv[1])
"""
"""What the new process runs."""


def report_opening(path: str) -> None:
    """Print the figures of this process, which has opened nothing before."""
    import app.core.picture  # noqa: F401  # what is loaded once a run is not what is measured
    from app.core.models import opening_model
    from app.core.performance import Performance
    from benchmarks.timing import clocked

    before, opened, chosen = memory_mb(), [], Performance("cpu")
    seconds, memory, total = {}, {}, 0.0
    steps: dict[str, Callable[[], object]] = {
        "opened": lambda: opened.append(finish(opening_model(path, chosen))),
        "first_draft": lambda: opened[0].draw(Recipe(), chosen.budget, lambda: False),
        "full_picture": lambda: opened[0].draw(Recipe(), None, lambda: False),
    }
    for name, step in steps.items():
        total += clocked(step) / 1000
        seconds[name] = round(total, 2)
        memory[name] = _above(before, memory_mb())
    print(json.dumps({"seconds": seconds, "memory_mb": memory}))


PARTS = {"VmHWM": "peak", "VmRSS": "held", "RssAnon": "anonymous", "RssFile": "of_files"}
"""What Linux calls the most memory that a process has held, what it holds, and of that what is its
own and what are pages of files, which count although others may share them."""


def memory_mb() -> dict[str, float]:
    """`PARTS` of this process; elsewhere than on Linux the most alone, for what it holds too."""
    with suppress(OSError):
        # What getrusage says on Linux began with the peak of the process that started this one.
        lines = (line.split() for line in Path("/proc/self/status").read_text().splitlines())
        values = {line[0].rstrip(":"): line[1] for line in lines if len(line) > 1}
        return {part: int(values[name]) / 2**10 for name, part in PARTS.items()}
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return {"peak": peak, "held": peak}


def _above(before: dict[str, float], now: dict[str, float]) -> dict[str, int]:
    """The most and the parts, less what was held before."""
    return {
        part: round(mb - before["held" if part == "peak" else part]) for part, mb in now.items()
    }
