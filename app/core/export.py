"""Pictures, sheets and clips as files that carry their recipe and are never half written."""

from __future__ import annotations

import errno
import math
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.core.clip import Clip
from app.core.jobs import Progress
from app.core.metadata import describe, png_chunk, read_clip, read_recipe
from app.core.recipe import Recipe
from app.core.render_loop import Render
from app.core.spread import Frames
from app.core.writers import FORMATS, QUALITIES, Add, Film, Format, Quality
from gan_models.errors import GanvasError

__all__ = [
    "FORMATS",
    "MAX_SIZE",
    "QUALITIES",
    "Quality",
    "estimate_size",
    "export_clip",
    "export_picture",
    "export_sheet",
    "fit",
    "format_of",
    "read_clip",
    "read_recipe",
    "replacing",
    "sheet",
]

MAX_SIZE = 8192
MAX_SHEET = 32768
"""Pixels of a side of a contact sheet, beyond which few programs open it."""
CAPTION = 16
"""Pixels of the line under a picture on a contact sheet."""
MEMORY = 2**31
"""Bytes that the frames of one clip may take, for formats that are written at the end."""
BEHIND = 2
"""Frames that wait for the encoder before drawing waits too."""
SAMPLES = 12
"""Frames that a palette is made from."""


def export_picture(
    path: str | Path, picture: np.ndarray, recipe: Recipe, size: int | None = None
) -> Path:
    """Save uint8 [H, W, 3] as PNG with its recipe; `size` is the longer side in pixels."""
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise GanvasError(f"{path} is no name for a picture: pictures are saved as .png")
    image = fit(picture, size)
    with replacing(path) as partial:
        image.save(partial, format="PNG", pnginfo=png_chunk(describe(recipe)))
    return path


def export_clip(
    path: str | Path,
    clip: Clip,
    render: Render,
    *,
    size: int | None = None,
    quality: Quality = "good",
    frames: Frames | None = None,
) -> Generator[Progress, None, Path]:
    """Write a clip in the format that the name ends in (none: a folder of frames).

    Yields a progress for each frame and returns the path. Closing the generator cancels. Several
    may draw the `frames`; `render` is for the first one, and for those of a palette.
    """
    path = Path(path)
    kind = format_of(path)
    # GIF cannot play faster; it shows fewer frames in the same time.
    clip = replace(clip, fps=min(clip.fps, kind.max_fps))
    recipes = clip.recipes()
    with replacing(path, folder=not kind.suffix) as partial:
        first = fit(render(recipes[0], None), size)
        sides = _sides(first, kind)
        message = _size_message(first.size, sides)
        _check_memory(kind, sides, len(recipes))

        def frame_of(picture: np.ndarray) -> Image.Image:
            return _resize(Image.fromarray(picture), sides)

        def sample() -> list[Image.Image]:
            some = recipes[:: math.ceil(len(recipes) / SAMPLES)]
            return [frame_of(render(recipe, None)) for recipe in some]

        yield Progress(0, len(recipes), message, np.asarray(first))
        text = describe(recipes[0], clip)
        film = Film(sides, len(recipes), clip.fps, quality, text, sample)
        with kind.write(partial, film) as add, _beside(add) as add_beside:
            pictures = frames(recipes) if frames else (render(recipe, None) for recipe in recipes)
            for number, (recipe, picture) in enumerate(zip(recipes, pictures, strict=True)):
                frame = frame_of(picture)
                add_beside(frame, recipe)
                yield Progress(number + 1, len(recipes), message, np.asarray(frame))
    return path


@contextmanager
def _beside(add: Add) -> Iterator[Add]:
    """`add` on a thread of its own, a few frames behind; what it raises comes with the next."""
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1, "encoder") as thread:

        def add_beside(frame: Image.Image, recipe: Recipe) -> None:
            waiting.append(thread.submit(add, frame, recipe))
            if len(waiting) > BEHIND:
                waiting.popleft().result()

        try:
            yield add_beside
            for encoded in waiting:
                encoded.result()
        except BaseException:
            thread.shutdown(cancel_futures=True)
            raise


def estimate_size(
    clip: Clip,
    render: Render,
    kind: str,
    *,
    size: int | None = None,
    quality: Quality = "good",
    frames: int = 6,
) -> int:
    """About how many bytes the clip will have, from encoding one frame and then a few."""
    recipes = clip.recipes()
    # A quarter on, clips move most.
    recipes = recipes[len(recipes) // 4 :] + recipes[: len(recipes) // 4]
    pictures = [fit(render(recipe, None), size) for recipe in recipes[:frames]]

    def measured(count: int) -> int:
        sides = _sides(pictures[0], FORMATS[kind])
        film = Film(sides, count, clip.fps, quality, "", lambda: pictures)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) if kind == "frames" else Path(folder) / "clip"
            with FORMATS[kind].write(path, film) as add:
                for picture, recipe in zip(pictures[:count], recipes, strict=False):
                    add(_resize(picture, sides), recipe)
            return _bytes(path)

    one, some = measured(1), measured(len(pictures))
    each = (some - one) / max(1, len(pictures) - 1)
    return len(describe(recipes[0], clip)) + one + round(each * (len(recipes) - 1))


def _bytes(path: Path) -> int:
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)


def sheet(render: Render, recipes: list[Recipe], columns: int, tile: int | None) -> np.ndarray:
    """A contact sheet, uint8 [H, W, 3]: one tile a recipe, row by row, on neutral grey."""
    steps = _sheet(render, recipes, columns, tile)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def export_sheet(
    path: Path, render: Render, recipes: list[Recipe], tile: int, names: list[str]
) -> Generator[Progress, None, Path]:
    """Write a contact sheet, about square, with a name under each picture; returns the path."""
    columns = math.ceil(math.sqrt(len(recipes)))
    page = yield from _sheet(render, recipes, columns, tile, names)
    return export_picture(path, page, recipes[0])


def _sheet(
    render: Render,
    recipes: list[Recipe],
    columns: int,
    tile: int | None,
    names: list[str] | None = None,
) -> Generator[Progress, None, np.ndarray]:
    if not recipes:
        raise GanvasError("a contact sheet needs at least one look")
    page, font = None, ImageFont.load_default(CAPTION - 4)
    caption = CAPTION if names else 0
    for number, recipe in enumerate(recipes):
        picture = fit(render(recipe, None), tile)
        width, height = picture.width, picture.height + caption
        if page is None:
            sides = (columns * width, math.ceil(len(recipes) / columns) * height)
            if max(sides) > MAX_SHEET:
                raise GanvasError(
                    f"a sheet of {sides[0]}x{sides[1]} is too large: take fewer looks"
                )
            page = Image.new("RGB", sides, (128, 128, 128))
        left, top = number % columns * width, number // columns * height
        page.paste(picture, (left, top))
        if names:
            place = (left + width / 2, top + height - caption / 2)
            ImageDraw.Draw(page).text(place, names[number], (0, 0, 0), font, anchor="mm")
        yield Progress(number + 1, len(recipes))
    assert page is not None
    return np.asarray(page)


def fit(picture: np.ndarray, size: int | None) -> Image.Image:
    """The picture with its longer side `size` (None: as it is), resampled by Lanczos."""
    image = Image.fromarray(picture)
    if size is None:
        return image
    if not 0 < size <= MAX_SIZE:
        raise GanvasError(f"a size of {size} pixels: choose 1 to {MAX_SIZE}")
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return _resize(image, (width, height))


def format_of(path: Path) -> Format:
    """The format that a file name asks for."""
    for kind in FORMATS.values():
        if path.suffix.lower() == kind.suffix:
            return kind
    known = ", ".join(kind.suffix for kind in FORMATS.values() if kind.suffix)
    raise GanvasError(
        f"{path} is no name for a clip: it ends in one of {known}, or in nothing for a folder"
    )


def _resize(image: Image.Image, sides: tuple[int, int]) -> Image.Image:
    return image if image.size == sides else image.resize(sides, Image.Resampling.LANCZOS)


def _sides(image: Image.Image, kind: Format) -> tuple[int, int]:
    width, height = image.size
    if kind.even_sides:
        return width + width % 2, height + height % 2
    return width, height


def _size_message(asked: tuple[int, int], sides: tuple[int, int]) -> str:
    if asked == sides:
        return ""
    old, new = ("x".join(map(str, pair)) for pair in (asked, sides))
    return f"the film is {new} instead of {old}: H.264 needs even sides"


def _check_memory(kind: Format, sides: tuple[int, int], count: int) -> None:
    needed = sides[0] * sides[1] * count * kind.bytes_held
    if needed > MEMORY:
        raise GanvasError(
            f"{count} frames of {sides[0]}x{sides[1]} are too much for {kind.title}: "
            "choose MP4, a smaller size or fewer seconds"
        )


@contextmanager
def replacing(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """A partial file (or folder) beside `path`, which takes its name only when complete."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if folder:
            _check_new_folder(path)
            partial.mkdir()
        elif path.is_dir():
            raise GanvasError(f"{path} is a folder: give the name of a file")
        else:
            partial.touch()
        yield partial
        if folder and path.is_dir():
            path.rmdir()
        partial.replace(path)
    except OSError as error:
        raise GanvasError(f"{path} cannot be written: {_reason(path, error)}") from error
    finally:
        if folder:
            shutil.rmtree(partial, ignore_errors=True)
        else:
            _remove(partial)


def _check_new_folder(path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise GanvasError(f"{path} is there already: give the name of a new folder")


def _remove(partial: Path) -> None:
    with suppress(OSError):  # where nothing can be written, nothing was
        partial.unlink(missing_ok=True)


def _reason(path: Path, error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.ENOENT: f"there is no folder {path.parent}",
        errno.ENOTDIR: f"{path.parent} is no folder",
        errno.EACCES: "the folder does not permit it",
        errno.EPERM: "the folder does not permit it",
        errno.EROFS: "the disk is read-only",
    }
    return reasons.get(error.errno or 0) or error.strerror or str(error)
