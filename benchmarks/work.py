"""Export and opening: what they cost over drawing alone."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
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
    """In a new process: seconds from opening a file of ours to its first picture, and memory."""
    generator = random_model(name)
    weights = sum(parameter.numel() * 4 for parameter in generator.parameters())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.safetensors"
        save_generator(path, generator, torch.float32)
        del generator
        code = "import sys; from benchmarks.work import report_opening; report_opening(sys.argv[1])"
        environment = os.environ | {"GANVAS_CACHE": folder}
        command = [sys.executable, "-c", code, str(path)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {"model": name, "weights_mb": round(weights / 2**20), **json.loads(done.stdout)}


def report_opening(path: str) -> None:
    """Print the figures of this process, which has opened nothing before."""
    import app.core.picture  # noqa: F401  # what is loaded once a run is not what is measured
    from app.core.models import opening_model
    from app.core.performance import Performance
    from benchmarks.timing import clocked

    before, opened, chosen = _peak_mb(), [], Performance("cpu")
    open_ms = clocked(lambda: opened.append(finish(opening_model(path, chosen))))
    loaded = _peak_mb()
    draft_ms = clocked(lambda: opened[0].draw(Recipe(), chosen.budget, lambda: False))
    drafted = _peak_mb()
    draw_ms = clocked(lambda: opened[0].draw(Recipe(), None, lambda: False))
    report = {
        "open_seconds": round(open_ms / 1000, 2),
        "first_draft_seconds": round((open_ms + draft_ms) / 1000, 2),
        "full_picture_seconds": round((open_ms + draft_ms + draw_ms) / 1000, 2),
        "peak_opened_mb": round(loaded - before),
        "peak_draft_mb": round(drafted - before),
        "peak_picture_mb": round(_peak_mb() - before),
    }
    print(json.dumps(report))


def _peak_mb() -> float:
    """The most memory that this process has held."""
    with suppress(OSError):
        # What getrusage says on Linux began with the peak of the process that started this one.
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
