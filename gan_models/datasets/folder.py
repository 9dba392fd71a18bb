"""Pictures of a folder, zip or npz to one array file, once, before training."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gan_models.datasets.arrays import save_rows, write_info
from gan_models.datasets.card import digest_of
from gan_models.datasets.decoding import DecodedPicture, RejectedPictureError, fitted
from gan_models.datasets.paired_folder import write_pairs
from gan_models.datasets.pairs import open_pairs
from gan_models.datasets.sources import Source, open_source
from gan_models.errors import DataError
from gan_models.progress import Job, Step

BACKGROUND = 255
"""Behind what is transparent, and beside what is padded: white."""


@dataclass(frozen=True)
class Preparation:
    """How pictures are made equal."""

    resolution: int
    channels: int = 0
    """1 grey, 3 RGB; 0: grey where every picture is."""
    crop: str = "centre"
    labels: str = ""
    """Where classes come from: "folders", or a column of labels.csv; empty for none."""
    maps: str = ""
    """Where label maps are: a folder or zip, "left" or "right"; empty: looked for."""
    map_classes: str = ""
    """A file that names the classes of the maps; empty: one that lies beside them, if any."""
    paired: bool = False
    """Whether pictures without label maps are of no use."""


def prepare_pictures(source_path: Path, out: Path, how: Preparation) -> Job[dict[str, str]]:
    """Write the prepared folder `out`; returns what was left out, by name with the reason.

    Where there are label maps, they are written beside the pictures. The folder takes its name
    when complete. Pictures that repeat others are left out too.
    """
    partial = out.with_name(out.name + ".part")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with open_source(source_path) as source, open_pairs(source, how.maps) as paired:
            if paired is None and how.paired:
                raise DataError(
                    f"{source_path} holds pictures without label maps; put both into folders maps "
                    "and pictures with equal names, or side by side into each file, or tell where "
                    "the maps are by --maps"
                )
            partial.mkdir(parents=True)
            if paired is None:
                rejected = yield from _write(source, partial, how)
            else:
                rejected = yield from write_pairs(paired, partial, how)
        (partial / "rejected.json").write_text(
            json.dumps(rejected, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        partial.replace(out)
    except OSError as error:
        raise DataError(f"{out} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return rejected


def _write(source: Source, folder: Path, how: Preparation) -> Job[dict[str, str]]:
    labels = source.labels(how.labels) if how.labels else None
    pictures, kept, rejected = yield from _collect(source, folder, how, labels)
    if not kept:
        name, reason = next(iter(rejected.items()))
        raise DataError(f"none of the pictures of {source.path} can be used: {name} {reason}")
    channels = how.channels or (1 if _is_grey(pictures[: len(kept)]) else 3)
    save_rows(folder / "pictures.npy", pictures[: len(kept), :channels])
    del pictures
    (folder / "all.npy").unlink()
    classes: tuple[str, ...] = ()
    if labels is not None:
        own = [str(labels[number]) for number in kept]
        classes = tuple(sorted(set(own), key=_natural))
        if len(classes) < 2:
            raise DataError(f"{source.path} has one class alone, {classes[0]}; give no --labels")
        numbers = {name: number for number, name in enumerate(classes)}
        np.save(folder / "classes.npy", np.array([numbers[name] for name in own]))
    origin = {"name": source.path.stem, "path": str(source.path), "crop": how.crop}
    write_info(folder, names=(), flip_sign=None, source=origin, classes=classes)
    return rejected


def _collect(
    source: Source, folder: Path, how: Preparation, labels: list[str | None] | None
) -> Job[tuple[np.ndarray, list[int], dict[str, str]]]:
    """All usable pictures in RGB, the numbers of their items, and what was left out."""
    count, size = len(source.items), how.resolution
    channels = how.channels or 3
    pictures = np.lib.format.open_memmap(
        folder / "all.npy", mode="w+", dtype=np.uint8, shape=(count, channels, size, size)
    )
    kept: list[int] = []
    rejected: dict[str, str] = {}
    seen: dict[bytes, str] = {}
    for number, item in enumerate(source.items):
        if number % 20 == 0:
            yield Step(number, count, "preparing pictures")
        try:
            picture = source.read(item)
            if labels is not None and labels[number] is None:
                raise RejectedPictureError("has no label")
            _check_new(picture, item.name, seen)
            pictures[len(kept)] = fitted(picture.pixels, size, channels, how.crop, BACKGROUND)
            kept.append(number)
        except RejectedPictureError as reason:
            rejected[item.name] = str(reason)
    yield Step(count, count, "preparing pictures")
    return pictures, kept, rejected


def _check_new(picture: DecodedPicture, name: str, seen: dict[bytes, str]) -> None:
    digest = digest_of(picture)
    if digest in seen:
        raise RejectedPictureError(f"repeats {seen[digest]}")
    seen[digest] = name


def _is_grey(pictures: np.ndarray) -> bool:
    parts = (pictures[start : start + 1024] for start in range(0, len(pictures), 1024))
    return all((part == part[:, :1]).all() for part in parts)


def _natural(name: str) -> tuple[int, int, str]:
    """Numbers in their order, before other names."""
    return (0, int(name), name) if name.isdecimal() else (1, 0, name)
