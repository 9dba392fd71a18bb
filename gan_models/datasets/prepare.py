"""Draw or read a data set once, into one array file that training reads."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gan_models.datasets import landscapes, portraits
from gan_models.datasets.arrays import PictureArray, write_info
from gan_models.datasets.folder import Preparation, prepare_pictures
from gan_models.errors import DataError
from gan_models.progress import Job, Step
from gan_models.spec import PORTRAIT_SETS, MapClass

CHUNK = 64
"""Pictures that a process draws at a time: long enough to be efficient, short enough to cancel."""

NOON = 3
"""The seed of the one style of `landscapes-noon`: what has one right answer suits pix2pix."""

Arrays = dict[str, np.ndarray]
"""What is drawn, by the name of its file."""


@dataclass(frozen=True)
class _BuiltIn:
    """A set that a renderer of our own draws: how, and what to write of it."""

    draw: Callable[[range, int], Arrays]
    """(seeds, resolution) to arrays of one row a seed."""
    names: tuple[str, ...] = ()
    map_classes: tuple[MapClass, ...] = ()
    flip_sign: tuple[int, ...] = ()


def _draw_portraits(seeds: range, resolution: int) -> Arrays:
    return _render_portraits(portraits.sample(seeds), resolution)


def _draw_portraits_half_apart(seeds: range, resolution: int) -> Arrays:
    return _render_portraits(portraits.sample_half_apart(seeds), resolution)


def _render_portraits(faces: portraits.Portraits, resolution: int) -> Arrays:
    drawn = [portraits.render(faces[i : i + 16], size=resolution) for i in range(0, len(faces), 16)]
    return {"pictures": torch.cat(drawn).numpy(), "labels": faces.labels().numpy()}


def _draw_landscapes(seeds: range, resolution: int) -> Arrays:
    return _render_landscapes(seeds, resolution, landscapes.sample_styles(seeds))


def _draw_landscapes_at_noon(seeds: range, resolution: int) -> Arrays:
    one = landscapes.sample_styles([NOON]).values.expand(len(seeds), -1)
    detail = landscapes.sample_styles(seeds).values[:, landscapes.COLUMNS.index("detail")]
    styles = landscapes.Styles(one).replace(time=0.5, overcast=0.0, detail=detail)
    return _render_landscapes(seeds, resolution, styles)


def _render_landscapes(seeds: range, resolution: int, styles: landscapes.Styles) -> Arrays:
    maps = landscapes.draw_maps(seeds, resolution)
    return {"pictures": landscapes.render(maps, styles).numpy(), "maps": maps.numpy()}


_FLIP_SIGN = tuple(int(sign) for sign in portraits.FLIP_SIGN)
AS_THEY_ARE, HALF_APART = PORTRAIT_SETS
"""The second is what networks that read attributes learn from: see `portraits.sample_apart`."""
_SETS = {
    AS_THEY_ARE: _BuiltIn(_draw_portraits, names=portraits.LABELS, flip_sign=_FLIP_SIGN),
    HALF_APART: _BuiltIn(_draw_portraits_half_apart, names=portraits.LABELS, flip_sign=_FLIP_SIGN),
    "landscapes": _BuiltIn(_draw_landscapes, map_classes=landscapes.CLASSES),
    "landscapes-noon": _BuiltIn(_draw_landscapes_at_noon, map_classes=landscapes.CLASSES),
}
BUILT_IN = tuple(_SETS)
FACES = {AS_THEY_ARE: portraits.sample, HALF_APART: portraits.sample_half_apart}
"""How the numbers of portraits are drawn, by the name of their set."""


def faces_of(data: PictureArray) -> portraits.Portraits:
    """What the pictures of a set of `FACES` show."""
    first = int(data.source["first_seed"])
    return FACES[drawn_set(data)](range(first, first + len(data)))


def drawn_set(data: PictureArray) -> str:
    """The built-in set that pictures are of; empty for those of others."""
    name = str(data.source.get("name", ""))
    return name if name in BUILT_IN and "first_seed" in data.source else ""


def prepare_built_in(
    name: str,
    path: Path,
    count: int,
    resolution: int,
    first_seed: int = 0,
    processes: int | None = None,
) -> Job[None]:
    """Draw the pictures of `count` seeds into the folder `path`; yields its progress.

    The folder takes its name when complete. One process with one thread for each core draws
    faster than one process with many threads.
    """
    built_in = _SETS[name]
    partial = path.with_name(path.name + ".part")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        yield from _draw_all(name, partial, count, resolution, first_seed, processes)
        write_info(
            partial,
            names=built_in.names,
            flip_sign=built_in.flip_sign,
            source={"name": name, "first_seed": first_seed, "licence": "Apache-2.0"},
            map_classes=[(entry.name, entry.colour) for entry in built_in.map_classes],
        )
        partial.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _draw_all(
    name: str, folder: Path, count: int, resolution: int, first_seed: int, processes: int | None
) -> Job[None]:
    chunks = [
        (name, first_seed, start, min(CHUNK, count - start), resolution)
        for start in range(0, count, CHUNK)
    ]
    files: dict[str, np.memmap[Any, Any]] = {}
    done = 0
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes or os.cpu_count() or 1, initializer=_one_thread) as pool:
        for start, arrays in pool.imap_unordered(_draw, chunks):
            for key, array in arrays.items():
                if key not in files:
                    files[key] = np.lib.format.open_memmap(
                        folder / f"{key}.npy",
                        mode="w+",
                        dtype=array.dtype,
                        shape=(count, *array.shape[1:]),
                    )
                files[key][start : start + len(array)] = array
            done += len(arrays["pictures"])
            yield Step(done, count, "drawing pictures")
    for file in files.values():
        file.flush()


def _one_thread() -> None:
    torch.set_num_threads(1)


def _draw(chunk: tuple[str, int, int, int, int]) -> tuple[int, Arrays]:
    name, first_seed, start, count, resolution = chunk
    seeds = range(first_seed + start, first_seed + start + count)
    return start, _SETS[name].draw(seeds, resolution)


def open_data(data: str, *, folder: Path, count: int, how: Preparation) -> Job[dict[str, str]]:
    """Prepare what `--data` names into `folder`, unless it is prepared already.

    Returns what was left out, by name with the reason.
    """
    if data in BUILT_IN:
        _check_maps(data, how)
        if not folder.exists():
            yield from prepare_built_in(data, folder, count, how.resolution)
        return {}
    if folder == Path(data) or folder.exists():
        return {}
    return (yield from prepare_pictures(Path(data), folder, how))


def _check_maps(data: str, how: Preparation) -> None:
    """Raise DataError where a built-in set cannot be prepared in this way."""
    own = bool(_SETS[data].map_classes)
    if how.maps or how.map_classes:
        has = "label maps of its own" if own else "no label maps"
        raise DataError(f"{data} has {has}; leave --maps and --map-classes out")
    if how.paired and not own:
        known = ", ".join(name for name in BUILT_IN if _SETS[name].map_classes)
        raise DataError(f"{data} has no label maps, which this recipe learns from; use {known}")


def data_folder(data: str, run: Path) -> Path:
    """Where the prepared pictures of `--data` are: in the run folder, if they were not before."""
    return Path(data) if is_prepared(data) else run / "data"


def is_prepared(data: str) -> bool:
    """Whether `--data` names a folder that was prepared before."""
    return data not in BUILT_IN and (Path(data) / "info.json").is_file()


def open_prepared(path: Path, how: Preparation) -> PictureArray:
    """Open a prepared folder; raises DataError if its pictures have another size or colours."""
    pictures = PictureArray.open(path)
    if pictures.resolution != how.resolution:
        raise DataError(
            f"the pictures in {path} are {pictures.resolution} px, the recipe wants "
            f"{how.resolution} px"
        )
    if how.channels and pictures.channels != how.channels:
        raise DataError(
            f"the pictures in {path} have {pictures.channels} channels, the run wants "
            f"{how.channels}"
        )
    return pictures
