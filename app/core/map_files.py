"""Label maps in picture files: found out whether ids or colours, and saved as either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from app.core.label_maps import LabelMapError, check_classes
from gan_models.datasets.map_pixels import (
    MAX_SIDE,
    MapPixels,
    distinct_colours,
    map_pixels,
    nearest,
    packed,
    unpacked,
)
from gan_models.spec import Spec

PHOTO_COLOURS = 256
"""A picture with more unknown colours than this, most of it unknown, is a photo."""


@dataclass(frozen=True, eq=False)
class ClassTable:
    """The classes of a model: their names and the colours of the legend, uint8 [classes, 3]."""

    names: tuple[str, ...]
    colours: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, spec: Spec) -> ClassTable:
        """The model's own, or numbers for names and colours that are easily told apart."""
        if spec.class_table:
            shades = np.array([entry.colour for entry in spec.class_table], dtype=np.uint8)
            return cls(tuple(entry.name for entry in spec.class_table), shades)
        names = tuple(str(number) for number in range(spec.map_classes))
        return cls(names, distinct_colours(spec.map_classes))


@dataclass(frozen=True)
class UnknownColour:
    """A colour that is not in the legend."""

    colour: tuple[int, int, int]
    pixels: int
    label: int
    """The class with the nearest colour, which its pixels got."""


@dataclass(frozen=True, eq=False)
class MapReading:
    """A label map from a file, and what was found out on the way."""

    ids: np.ndarray
    """uint8 [H, W]."""
    kind: Literal["ids", "colours"]
    unknown: tuple[UnknownColour, ...] = ()
    """The most frequent first; where there are any, ask before the map is used."""
    transparent: int = 0
    """Pixels of no opacity, which were read as the first class."""
    rgb: np.ndarray | None = None
    """What a map of colours was read from, uint8 [H, W, 3]."""

    @property
    def labels(self) -> tuple[int, ...]:
        """The classes in the map; a map of one class is often a mistake."""
        return tuple(int(label) for label in np.unique(self.ids))

    def answered(self, labels: Mapping[tuple[int, int, int], int]) -> MapReading:
        """The same with other labels for unknown colours, none of them unknown any more."""
        ids = self.ids.copy()
        for colour, label in labels.items():
            assert self.rgb is not None
            ids[(self.rgb == np.array(colour, dtype=np.uint8)).all(axis=2)] = label
        return replace(self, ids=ids, unknown=())


def read_map(path: str | Path, table: ClassTable) -> MapReading:
    """Read a map of class numbers (grey, 16-bit or palette) or of the legend's colours.

    Raises LabelMapError for files that are no picture, for photos and for unknown class numbers.
    """
    pixels = _opened(path)
    if pixels.form == "palette":
        return _from_palette(path, pixels, table)
    numbers = pixels.numbers
    if pixels.form == "numbers" and numbers is not None:
        return _from_numbers(path, numbers, table)
    if numbers is not None and int(numbers.max()) < len(table):
        reading = _from_numbers(path, numbers, table)
    else:
        reading = _from_colours(path, pixels.rgb, ~pixels.clear, table)
    clear = pixels.clear
    ids = np.where(clear, np.uint8(0), reading.ids)
    return replace(reading, ids=ids, transparent=int(clear.sum()))


def _opened(path: str | Path) -> MapPixels:
    try:
        with Image.open(path) as image:
            if max(image.size) > MAX_SIDE:
                raise LabelMapError(f"{path} is larger than {MAX_SIDE} pixels")
            image.load()
            return map_pixels(image)
    except FileNotFoundError:
        raise LabelMapError(f"{path} cannot be read: there is no such file") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise LabelMapError(
            f"{path} is no label map: it cannot be read as a picture; give a PNG"
        ) from None


def _from_numbers(path: str | Path, pixels: np.ndarray, table: ClassTable) -> MapReading:
    if np.issubdtype(pixels.dtype, np.floating):
        raise LabelMapError(f"{path} holds fractions; a label map holds whole class numbers")
    check_classes(pixels.astype(np.int64), len(table), path)
    return MapReading(pixels.astype(np.uint8), "ids")


def _from_palette(path: str | Path, pixels: MapPixels, table: ClassTable) -> MapReading:
    """Class numbers if they all exist, unless the palette says otherwise in the legend's colours.

    Programs that export coloured maps number their palettes as they like.
    """
    numbers, shown = pixels.numbers, pixels.rgb
    assert numbers is not None  # as a palette has
    used = np.unique(numbers)
    known = used.max() < len(table)
    pairs = np.unique(np.concatenate([numbers[..., None], shown], axis=2).reshape(-1, 4), axis=0)
    legend = {tuple(colour): label for label, colour in enumerate(table.colours.tolist())}
    meant = [legend[t] for pair in pairs if (t := tuple(pair[1:].tolist())) in legend]
    if len(meant) == len(pairs):  # the legend's colours, in whatever order
        look_up = np.zeros(256, dtype=np.uint8)
        look_up[pairs[:, 0]] = meant
        return MapReading(look_up[numbers], "ids" if (look_up[used] == used).all() else "colours")
    if known:
        return MapReading(numbers.astype(np.uint8), "ids")
    return _from_colours(path, shown, np.ones(numbers.shape, dtype=bool), table)


def _from_colours(
    path: str | Path, rgb: np.ndarray, opaque: np.ndarray, table: ClassTable
) -> MapReading:
    values, inverse = np.unique(packed(rgb), return_inverse=True)
    counts = np.bincount(inverse.ravel(), weights=opaque.ravel(), minlength=len(values)).astype(int)
    found = unpacked(values)
    labels = nearest(found, table.colours)
    strange = (table.colours[labels] != found).any(axis=1) & (counts > 0)
    if strange.sum() > PHOTO_COLOURS and counts[strange].sum() > opaque.sum() / 2:
        raise LabelMapError(
            f"{path} looks like a photo ({len(values)} colours); a label map has one flat colour "
            "or number for each class"
        )
    unknown = sorted(
        (
            UnknownColour((int(c[0]), int(c[1]), int(c[2])), int(n), int(label))
            for c, n, label in zip(found[strange], counts[strange], labels[strange], strict=True)
        ),
        key=lambda entry: -entry.pixels,
    )
    ids = labels[inverse].reshape(opaque.shape)
    return MapReading(ids, "colours", tuple(unknown), rgb=rgb)


def save_ids(path: Path, ids: np.ndarray, table: ClassTable) -> None:
    """Write a palette PNG: its numbers are the classes, and viewers show the legend's colours."""
    image = Image.fromarray(np.ascontiguousarray(ids, dtype=np.uint8))
    image.putpalette(table.colours.tobytes())
    _save(path, image)


def save_colours(path: Path, ids: np.ndarray, table: ClassTable) -> None:
    """Write an RGB PNG in the colours of the legend."""
    _save(path, Image.fromarray(table.colours[ids]))


def _save(path: Path, image: Image.Image) -> None:
    partial = path.with_name(path.name + ".part")
    try:
        image.save(partial, format="PNG")
        partial.replace(path)
    except OSError as error:
        raise LabelMapError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        partial.unlink(missing_ok=True)
