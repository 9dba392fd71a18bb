"""A training run as a film: the same seeds at every snapshot, one after the other."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.core.export import format_of, replacing
from app.core.jobs import Progress
from app.core.recipe import Recipe
from app.core.training_runs import RunView, read_sheet
from app.core.writers import Film
from gan_models.errors import GanvasError

FPS, HOLD = 8.0, 12
"""Frames a second, and how often the last one is shown."""
STRIP, TEXT = 24, 14
"""Pixels of the line under the samples, and of its letters."""
SAMPLES = 8
"""Frames that a palette is made from."""
LEAST = 512
"""Sheets smaller than this are enlarged by whole numbers: players blur small films."""


def film_of(path: Path, view: RunView, kind: str = "") -> Generator[Progress, None, Path]:
    """Write the sheets of all snapshots to a GIF, MP4 or WebP; yields its progress."""
    if not view.sheets:
        raise GanvasError(f"{view.path} has no snapshot yet to make a film of")
    writer = format_of(path)
    names = [*view.sheets, *[view.sheets[-1]] * HOLD]
    newest = read_sheet(view, names[-1], kind)
    scale = max(1, -(-LEAST // max(newest.shape[:2])))
    height, width = (side * scale for side in newest.shape[:2])
    sides = (width + width % 2, height + STRIP + height % 2)

    def frames(chosen: list[str]) -> Iterator[Image.Image]:
        for name in chosen:
            yield _frame(read_sheet(view, name, kind), (width, height), sides, name)

    spread = view.sheets[:: max(1, len(view.sheets) // SAMPLES)]
    text = json.dumps({"run": view.path.name, "snapshots": len(view.sheets)})
    film = Film(sides, len(names), FPS, "good", text, lambda: list(frames(list(spread))))
    with replacing(path, folder=not writer.suffix) as partial, writer.write(partial, film) as add:
        for number, frame in enumerate(frames(names)):
            add(frame, Recipe())
            yield Progress(number + 1, len(names))
    return path


def _frame(
    sheet: np.ndarray, size: tuple[int, int], sides: tuple[int, int], name: str
) -> Image.Image:
    """A sheet with its kimg under it; of another size than the last one's it is stretched."""
    frame = Image.new("RGB", sides, (35, 35, 35))
    frame.paste(Image.fromarray(sheet).resize(size, Image.Resampling.NEAREST))
    place = (sides[0] - TEXT // 2, sides[1] - STRIP / 2)
    text = f"{int(name)} kimg"
    font = ImageFont.load_default(TEXT)
    ImageDraw.Draw(frame).text(place, text, (220, 220, 220), font, anchor="rm")
    return frame
