"""Draw or read a data set once, into one array file that training reads."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from pathlib import Path

import numpy as np
import torch

from gan_models.base import DataError
from gan_models.datasets import portraits
from gan_models.datasets.arrays import PictureArray, write_info
from gan_models.datasets.folder import Preparation, prepare_pictures
from gan_models.progress import Job, Step

BUILT_IN = ("portraits",)
CHUNK = 64
"""Pictures that a process draws at a time: long enough to be efficient, short enough to cancel."""


def prepare_portraits(
    path: Path, count: int, resolution: int, *, first_seed: int = 0, processes: int | None = None
) -> Job[None]:
    """Draw the faces of `count` seeds into the folder `path`; yields its progress.

    The folder takes its name when complete. One process with one thread for each core draws
    faster than one process with many threads.
    """
    partial = path.with_name(path.name + ".part")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        shape = (count, 3, resolution, resolution)
        pictures = np.lib.format.open_memmap(
            partial / "pictures.npy", mode="w+", dtype=np.uint8, shape=shape
        )
        names = portraits.LABELS
        labels = np.zeros((count, len(names)), dtype=np.float32)
        chunks = [
            (first_seed, start, min(CHUNK, count - start), resolution)
            for start in range(0, count, CHUNK)
        ]
        context = multiprocessing.get_context("spawn")
        workers = processes or os.cpu_count() or 1
        drawn_so_far = 0
        with context.Pool(workers, initializer=_one_thread) as pool:
            for start, drawn, values in pool.imap_unordered(_draw, chunks):
                pictures[start : start + len(drawn)] = drawn
                labels[start : start + len(drawn)] = values
                drawn_so_far += len(drawn)
                yield Step(drawn_so_far, count, "drawing pictures")
        pictures.flush()
        np.save(partial / "labels.npy", labels)
        signs = tuple(int(sign) for sign in portraits.FLIP_SIGN)
        source = {"name": "portraits", "first_seed": first_seed, "licence": "Apache-2.0"}
        write_info(partial, names=names, flip_sign=signs, source=source)
        partial.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _one_thread() -> None:
    torch.set_num_threads(1)


def _draw(chunk: tuple[int, int, int, int]) -> tuple[int, np.ndarray, np.ndarray]:
    first_seed, start, count, resolution = chunk
    seeds = range(first_seed + start, first_seed + start + count)
    faces = portraits.sample(seeds)
    drawn = [portraits.render(faces[i : i + 16], size=resolution) for i in range(0, count, 16)]
    return start, torch.cat(drawn).numpy(), faces.labels().numpy()


def open_data(data: str, *, folder: Path, count: int, how: Preparation) -> Job[dict[str, str]]:
    """Prepare what `--data` names into `folder`, unless it is prepared already.

    Returns what was left out, by name with the reason.
    """
    if data in BUILT_IN:
        if not folder.exists():
            yield from prepare_portraits(folder, count, how.resolution)
        return {}
    if folder == Path(data) or folder.exists():
        return {}
    return (yield from prepare_pictures(Path(data), folder, how))


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
