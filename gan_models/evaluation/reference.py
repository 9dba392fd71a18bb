"""The real pictures that samples are compared with: rendered portraits, or those of a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError

from gan_models.base import DataError
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.portraits import VERSION
from gan_models.datasets.prepare import prepare_built_in
from gan_models.evaluation.networks import fit_size
from gan_models.evaluation.portraits import cache_folder
from gan_models.progress import Job, Step
from gan_models.spec import shows_portraits

FIRST_SEED = 2_100_000_000
"""Renders to compare with are drawn from here on, away from the judge's and any training set."""
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
MOST = 20_000
"""Pictures of a plain folder beyond which no more are read."""


@dataclass(frozen=True, eq=False)
class Reference:
    """Real pictures uint8 [N, C, H, W]."""

    name: str
    pictures: np.ndarray
    portraits: bool
    """Whether our own renderer drew them, so that our judges can read them."""

    def some(self, count: int, size: int) -> np.ndarray:
        """`count` of them (or all) at random, always the same: uint8 [n, 3, size, size]."""
        order = np.random.RandomState(0).permutation(len(self.pictures))[:count]
        return at_size(self.pictures[order], size)


def at_size(pictures: np.ndarray, size: int) -> np.ndarray:
    """Pictures uint8 [N, C, H, W] as uint8 [N, 3, size, size]."""
    if pictures.shape[-1] != size:
        parts = torch.from_numpy(pictures).split(256)
        fitted = [fit_size(part.float(), size).round().byte() for part in parts]
        pictures = torch.cat(fitted).numpy()
    return rgb(pictures)


def rgb(pictures: np.ndarray) -> np.ndarray:
    """Grey pictures [N, 1, H, W] as colour ones."""
    return np.repeat(pictures, 3, axis=1) if pictures.shape[1] == 1 else pictures


def open_reference(data: str, size: int, count: int) -> Job[Reference]:
    """Open `data`: "portraits" (drawn once, then cached), a prepared folder, or plain pictures.

    Plain pictures become squares of `size` pixels; `count` portraits are drawn.
    """
    if data == "portraits":
        folder = cache_folder() / f"portraits-{VERSION}-{size}px-{count}"
        if not folder.exists():
            yield from prepare_built_in("portraits", folder, count, size, FIRST_SEED)
        return Reference("rendered portraits", PictureArray.open(folder).pictures, True)
    folder = Path(data)
    if (folder / "info.json").exists():
        prepared = PictureArray.open(folder)
        return Reference(folder.name, prepared.pictures, shows_portraits(prepared.source))
    pictures = yield from _read_folder(folder, size)
    return Reference(folder.name, pictures, False)


def _read_folder(folder: Path, size: int) -> Job[np.ndarray]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)[:MOST]
    if not paths:
        raise DataError(f"{folder} holds no pictures ({', '.join(ENDINGS)}) to compare with")
    pictures = np.empty((len(paths), 3, size, size), dtype=np.uint8)
    for number, path in enumerate(paths):
        pictures[number] = _square(path, size)
        if number % 20 == 19:
            yield Step(number + 1, len(paths), "reading pictures")
    return pictures


def _square(path: Path, size: int) -> np.ndarray:
    try:
        with Image.open(path) as file:
            upright = ImageOps.exif_transpose(file).convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise DataError(f"{path} is no picture that can be read: {error}") from None
    fitted = ImageOps.fit(upright, (size, size), Image.Resampling.LANCZOS)
    return np.asarray(fitted).transpose(2, 0, 1)
