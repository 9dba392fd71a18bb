"""Photos of people's own: read whatever they have, upright and in colour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from gan_models.datasets.decoding import LARGEST_BYTES, RejectedPictureError, decode
from gan_models.errors import GanvasError

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
"""What is taken from a folder."""
LEAST_SIDE = 16
"""Pixels of the shorter side below which there is nothing to find."""


class PhotoError(GanvasError):
    """A file is no photo that can be used."""


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo in RGB, and what had to be done to read it: see `DecodedPicture.notes`."""

    path: Path
    picture: Image.Image
    notes: tuple[str, ...]


def read_photo(path: str | Path) -> Image.Image:
    """The picture in a file as RGB, turned upright, the first frame of an animation.

    What is transparent lies on white. Raises PhotoError with the reason.
    """
    return read_noted(path).picture


def read_noted(path: str | Path) -> Photo:
    """The same, with what was done to read it."""
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise PhotoError(f"{path} is too large for a photo; make it smaller")
        decoded = decode(path.read_bytes())
    except OSError as error:
        raise PhotoError(f"{path} cannot be read: {error.strerror}") from None
    except RejectedPictureError as error:
        raise PhotoError(f"{path} {error}; use a PNG, JPEG or WebP picture") from None
    photo = Image.fromarray(decoded.pixels).convert("RGB")
    if min(photo.size) < LEAST_SIDE:
        raise PhotoError(
            f"{path} is only {photo.width} x {photo.height} pixels large; "
            f"{LEAST_SIDE} x {LEAST_SIDE} is the least"
        )
    return Photo(path, photo, decoded.notes)


def photo_files(paths: Iterable[str | Path]) -> list[Path]:
    """The files of `paths`, where a folder stands for the pictures in it, by name.

    Raises PhotoError for a path that is not there, and for a folder without pictures.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.is_dir():
            if not path.exists():
                raise PhotoError(f"{path} is not there")
            found.append(path)
            continue
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
        if not inside:
            raise PhotoError(f"{path} has no pictures in it")
        found += inside
    return found
