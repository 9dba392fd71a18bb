"""A first look without a screen: a contact sheet and two clips of a model, in a folder."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from app.core.export import export_clip, export_picture, sheet
from app.core.jobs import Progress
from app.core.models import GREETING, OpenModel
from app.core.presets import PRESETS, ClipInputs
from app.core.recipe import Latent, Recipe

COLUMNS = 8
SIZES = {".gif": 192, ".mp4": 512}
"""Pixels of a side; a GIF of 512 would take 17 MB, this one takes 3."""
CLIPS = {"smile.gif": "smile", "gender-swap.mp4": "gender-swap"}


def make_tour(folder: Path, model: OpenModel) -> Generator[Progress, None, list[Path]]:
    """Write the tour of `model` into `folder` and return its files."""
    folder.mkdir(parents=True, exist_ok=True)
    seeds = range(COLUMNS * COLUMNS)
    faces = [Recipe(model.ref, Latent.of_seed(seed)) for seed in seeds]
    yield Progress(0, 1, "drawing a contact sheet")
    page = sheet(model.render, faces, COLUMNS, max(96, model.generator.spec.resolution))
    files = [export_picture(folder / "sheet.png", page, faces[0])]
    for name, preset in CLIPS.items():
        if PRESETS[preset].direction in model.generator.directions:
            size = SIZES[Path(name).suffix]
            clip = PRESETS[preset].build(ClipInputs(faces[GREETING]))
            files.append((yield from export_clip(folder / name, clip, model.render, size=size)))
    return files
