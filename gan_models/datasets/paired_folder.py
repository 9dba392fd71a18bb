"""Pairs of label maps and pictures to two array files, with the classes that were found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from gan_models.datasets.arrays import save_rows, write_info
from gan_models.datasets.card import pair_digest
from gan_models.datasets.decoding import RejectedPictureError, fitted
from gan_models.datasets.legend import Legend
from gan_models.datasets.pairs import PairedSource
from gan_models.errors import DataError
from gan_models.progress import Job, Step

if TYPE_CHECKING:
    from gan_models.datasets.folder import Preparation

WHITE = 255


def write_pairs(paired: PairedSource, folder: Path, how: Preparation) -> Job[dict[str, str]]:
    """Write pictures, maps and their classes; returns what was left out, by name with the reason.

    Maps are cut as their pictures are, and resized by taking the nearest pixels.
    """
    if how.crop == "pad":
        raise DataError(
            "pairs cannot be padded, because no class stands for what is outside; set crop=centre"
        )
    legend = yield from paired.legend(Path(how.map_classes) if how.map_classes else None)
    kept = yield from _write_arrays(paired, folder, how, legend)
    for name in ("pictures", "maps"):
        rows = np.load(folder / f"all-{name}.npy", mmap_mode="r")
        save_rows(folder / f"{name}.npy", rows[:kept])
        del rows
        (folder / f"all-{name}.npy").unlink()
    source = paired.pictures
    origin = {"name": source.path.stem, "path": str(source.path), "crop": how.crop}
    classes = [(entry.name, entry.colour) for entry in legend.entries]
    origin["maps"] = paired.where
    write_info(folder, names=(), flip_sign=(), source=origin, map_classes=classes)
    (folder / "classes.csv").write_text(legend.to_csv(), encoding="utf-8")
    return paired.rejected


def _write_arrays(paired: PairedSource, folder: Path, how: Preparation, legend: Legend) -> Job[int]:
    """Write all usable pairs; returns how many there are."""
    count, size, channels = len(paired.pairs), how.resolution, how.channels or 3
    pictures = _array(folder / "all-pictures.npy", (count, channels, size, size))
    maps = _array(folder / "all-maps.npy", (count, size, size))
    seen: dict[bytes, str] = {}
    for number, pair in enumerate(paired.pairs):
        if number % 20 == 0:
            yield Step(number, count, "preparing pairs")
        try:
            picture, found = paired.read(pair)
            twin = seen.setdefault(pair_digest(picture, found), pair.name)
            if twin != pair.name:
                raise RejectedPictureError(f"repeats {twin}")
            row = len(seen) - 1
            pictures[row] = fitted(picture.pixels, size, channels, how.crop, WHITE)
            maps[row] = fitted_map(legend.ids(found), size)
        except RejectedPictureError as reason:
            paired.rejected[pair.name] = str(reason)
    yield Step(count, count, "preparing pairs")
    return len(seen)


def fitted_map(ids: np.ndarray, size: int) -> np.ndarray:
    """A map [H, W] as a square [size, size], cut as pictures are, from the nearest pixels."""
    image = Image.fromarray(ids)
    if image.size != (size, size):
        image = ImageOps.fit(image, (size, size), Image.Resampling.NEAREST)
    return np.asarray(image)


def _array(path: Path, shape: tuple[int, ...]) -> np.memmap:
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
