"""The classes of a set of label maps: found by counting values over all maps, and named."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from gan_models.datasets.decoding import RejectedPictureError
from gan_models.datasets.map_names import Colour, NamedClass, hex_of
from gan_models.datasets.map_pixels import (
    MapPixels,
    distinct_colours,
    nearest,
    packed,
    unpacked,
)
from gan_models.errors import DataError

MOST_CLASSES = 256
PLAIN, PLAIN_JPEG = 0.5, 0.15
"""In a label map at least this share of the pixels begins a 2 x 2 block of one value; in photos
hardly any does."""
JPEG = (".jpg", ".jpeg")
INNER = 0.1
"""A value that fewer of its pixels do this for is no class: it is the seam of a soft edge."""


class Near(NamedTuple):
    """When a colour is only a shade of a more frequent one."""

    distance: int
    times: int
    """How much more frequent that must be."""
    rare: float
    """What has a smaller share of the pixels, with its shades, is noise."""


SHADES, SHADES_JPEG = Near(8, 20, 0.0), Near(40, 1, 0.002)
PLAIN_NUMBER, COLOURED, GREY = 1 << 61, 1 << 60, 1 << 59
"""Marks in the keys of pixels: no colour, no number, and a colour that may be a number."""

Kind = Literal["ids", "colours"]


@dataclass(frozen=True)
class Entry:
    """One class."""

    name: str
    colour: Colour
    """Of the legend."""
    value: int
    """In the maps: a number, or of coloured maps 0xRRGGBB."""
    share: float = 0.0
    """Of all pixels of all maps."""


@dataclass(frozen=True)
class Legend:
    """What the values of the maps mean."""

    kind: Kind
    entries: tuple[Entry, ...]
    folded: int = 0
    """Values that are seams of soft edges or noise; their pixels go to the nearest class."""
    folded_share: float = 0.0

    @property
    def colours(self) -> np.ndarray:
        """Of the classes, uint8 [classes, 3]."""
        return np.array([entry.colour for entry in self.entries], dtype=np.uint8)

    def ids(self, pixels: MapPixels) -> np.ndarray:
        """The class of each pixel, uint8 [H, W]; raises RejectedPictureError."""
        values, inverse = np.unique(_values(_keys(pixels), self.kind), return_inverse=True)
        known = np.array([entry.value for entry in self.entries])
        labels = nearest(_points(values, self.kind), _points(known, self.kind))
        return labels[inverse].reshape(pixels.clear.shape)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "maps_hold": "class numbers" if self.kind == "ids" else "colours",
            "classes": [
                {
                    "value": self.value_text(e),
                    "name": e.name,
                    "colour": hex_of(e.colour),
                    "share": round(e.share, 5),
                }
                for e in self.entries
            ],
            "folded_values": self.folded,
            "folded_share": round(self.folded_share, 5),
        }

    def value_text(self, entry: Entry) -> str:
        """What a class is in the maps: its number, or its colour as `#2864c8`."""
        if self.kind == "ids":
            return str(entry.value)
        return hex_of(unpacked(np.array(entry.value)))

    def to_csv(self) -> str:
        """As a classes.csv that says the same of these maps."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id" if self.kind == "ids" else "value", "name", "colour"])
        for entry in self.to_dict()["classes"]:
            writer.writerow([entry["value"], entry["name"], entry["colour"]])
        return file.getvalue()


class ValueCount:
    """Counts the values of maps one by one, and at the end says which of them are classes."""

    def __init__(self) -> None:
        self._totals: Counter[int] = Counter()
        self._inner: Counter[int] = Counter()
        self._forms: dict[str, str] = {}
        self._lossy = False

    def add(self, pixels: MapPixels, name: str) -> None:
        """Count one more map; raises RejectedPictureError for what is none."""
        keys = _keys(pixels)
        values, inverse, totals = np.unique(keys, return_inverse=True, return_counts=True)
        inner = np.bincount(inverse.reshape(keys.shape)[:-1, :-1][_block(keys)].ravel())
        lossy = name.lower().endswith(JPEG)
        if inner.sum() < (PLAIN_JPEG if lossy else PLAIN) * keys[1:, 1:].size:
            raise RejectedPictureError(
                f"has a map that looks like a photo ({len(values)} colours): a label map has one "
                "flat colour or number for each class"
            )
        self._totals.update(dict(zip(values.tolist(), totals.tolist(), strict=True)))
        self._inner.update(dict(zip(values.tolist(), inner.tolist(), strict=False)))
        self._forms[name] = "coloured" if pixels.numbers is None else pixels.form
        self._lossy |= lossy

    def legend(self, named: Sequence[NamedClass] = ()) -> Legend:
        """The classes; those that a file names come first, in its order, whether seen or not.

        Raises DataError where there are too many, or no two.
        """
        kind = self._kind()
        totals, inner = (_by_value(c, kind) for c in (self._totals, self._inner))
        own = [_own_value(entry, kind) for entry in named]
        values = own + self._classes(totals, inner, set(own), kind)
        _check_count(values)
        colours = self._colours(values, kind)
        for place, entry in enumerate(named):
            colours[place] = entry.colour or colours[place]
        names = [entry.name for entry in named]
        names += [
            f"class {place if kind == 'colours' else values[place]}"
            for place in range(len(own), len(values))
        ]
        strays, shares = totals.keys() - set(values), _shares(values, totals, kind)
        return Legend(
            kind,
            tuple(map(Entry, names, colours, values, shares)),
            len(strays),
            sum(totals[value] for value in strays) / sum(totals.values()),
        )

    def unfit(self, kind: Kind) -> dict[str, str]:
        """Maps of another kind than the set's, by name with the reason."""
        form, reason = UNFIT[kind]
        return {name: reason for name, own in self._forms.items() if own == form}

    def _kind(self) -> Kind:
        """Numbers, unless more than a few maps are coloured or palettes number colours anew."""
        shown = self._palettes()
        differ = len({key >> 24 for key in shown}) < len(shown)
        coloured = sum(form == "coloured" for form in self._forms.values())
        return "colours" if differ or coloured * 10 > len(self._forms) else "ids"

    def _palettes(self) -> list[int]:
        """Keys of numbers that palettes give colours."""
        return [key for key in self._totals if not key & (PLAIN_NUMBER | COLOURED | GREY)]

    def _classes(
        self, totals: Counter[int], inner: Counter[int], named: set[int], kind: Kind
    ) -> list[int]:
        """Values that are classes besides those that have names."""
        others = [value for value in totals if value not in named]
        solid = [value for value in others if inner[value] >= INNER * totals[value]]
        if kind == "ids" and not self._lossy and len(solid) + len(named) >= len(others) / 2:
            solid = others  # thin things have numbers too; seams are many
        if self._lossy or kind == "colours":
            solid = _merged(solid, totals, named, kind, SHADES_JPEG if self._lossy else SHADES)
        return sorted(solid) if kind == "ids" else sorted(solid, key=lambda v: (-totals[v], v))

    def _colours(self, values: Sequence[int], kind: Kind) -> list[Colour]:
        """Those of the maps, or where they have none such as are easily told apart."""
        apart = distinct_colours(len(values))
        shown: dict[int, int] = {}
        if kind == "colours":
            shown = {value: value for value in values}
        else:
            shown = {key >> 24: key & 0xFFFFFF for key in self._palettes()}
            if all(colour % 0x10101 == 0 for colour in shown.values()):
                shown = {}  # a palette of greys says nothing
        return [
            _colour(unpacked(np.array(shown[value])) if value in shown else apart[place])
            for place, value in enumerate(values)
        ]


def _keys(pixels: MapPixels) -> np.ndarray:
    """Number and colour of each pixel in one int64, [H, W]."""
    colours = packed(np.where(pixels.clear[..., None], np.uint8(0), pixels.rgb))
    if pixels.numbers is None:
        return np.asarray(colours | COLOURED)
    if np.issubdtype(pixels.numbers.dtype, np.floating):
        raise RejectedPictureError(
            "has a map that holds fractions; a label map holds whole class numbers"
        )
    numbers = pixels.numbers.astype(np.int64)
    if numbers.min() < 0:
        raise RejectedPictureError("has a map that holds numbers below 0")
    mark = {"numbers": PLAIN_NUMBER, "colours": GREY, "palette": 0}[pixels.form]
    return np.asarray(np.where(pixels.clear, 0, numbers) << 24 | colours | mark)


def _values(keys: np.ndarray, kind: Kind) -> np.ndarray:
    """What classes are told by: numbers or colours."""
    other = PLAIN_NUMBER if kind == "colours" else COLOURED
    if (keys & other).any():
        raise RejectedPictureError(UNFIT[kind][1])
    return keys & 0xFFFFFF if kind == "colours" else keys >> 24 & 0xFFFFFFFF


UNFIT: Mapping[Kind, tuple[str, str]] = {
    "colours": ("numbers", "has a map that holds class numbers, while other maps are coloured"),
    "ids": ("coloured", "has a map that is coloured, while other maps hold class numbers"),
}
"""The form that a map must not have in a set, and why not."""


def _by_value(counts: Counter[int], kind: Kind) -> Counter[int]:
    """Counts of maps that fit, by number or colour."""
    found: Counter[int] = Counter()
    for key, count in counts.items():
        if kind == "colours" and not key & PLAIN_NUMBER:
            found[key & 0xFFFFFF] += count
        elif kind == "ids" and not key & COLOURED:
            found[key >> 24 & 0xFFFFFFFF] += count
    return found


def _shares(values: Sequence[int], totals: Counter[int], kind: Kind) -> list[float]:
    """Of all pixels, those of each class and of what is folded into it."""
    found = np.array(list(totals), dtype=np.int64)
    labels = nearest(_points(found, kind), _points(np.array(values), kind))
    counts = np.bincount(labels, weights=list(totals.values()), minlength=len(values))
    return list((counts / counts.sum()).tolist())


def _points(values: np.ndarray, kind: Kind) -> np.ndarray:
    """Values as points [n, bands] whose distances mean something."""
    return unpacked(values) if kind == "colours" else values[:, None]


def _block(keys: np.ndarray) -> np.ndarray:
    """Where a pixel has its value in common with those to the right, below and between."""
    corner = keys[:-1, :-1]
    return np.asarray(
        (corner == keys[1:, :-1]) & (corner == keys[:-1, 1:]) & (corner == keys[1:, 1:])
    )


def _merged(
    values: Sequence[int], totals: Counter[int], named: set[int], kind: Kind, near: Near
) -> list[int]:
    """The most frequent of values that lie close together, as soft edges and JPEG scatter them."""
    left = np.array(sorted(values, key=lambda v: (-totals[v], v)), dtype=np.int64)
    counts = np.array([totals[value] for value in left.tolist()])
    enough = near.rare * sum(totals.values())
    kept: list[int] = []
    known = list(named)
    while len(left):
        value = known.pop() if known else int(left[0])
        points = _points(np.append(left, value), kind).astype(np.int64)
        close = ((points[:-1] - points[-1]) ** 2).sum(axis=1) < near.distance**2
        close = (close & (counts * near.times <= totals[value])) | (left == value)
        if value not in named and counts[close].sum() >= enough:
            kept.append(value)
        left, counts = left[~close], counts[~close]
    return kept


def _own_value(entry: NamedClass, kind: Kind) -> int:
    """What a class of a file is in maps of this kind."""
    if kind == "ids":
        return entry.number
    colour = entry.shade or entry.colour
    if colour is None:
        raise DataError(
            f"the maps are coloured, but the list of classes gives {entry.name} no colour"
        )
    return colour[0] << 16 | colour[1] << 8 | colour[2]


def _check_count(values: Sequence[int]) -> None:
    if len(values) > MOST_CLASSES:
        raise DataError(
            f"the maps hold {len(values)} classes, and at most {MOST_CLASSES} can be learned; "
            "numbers of single things are no classes"
        )
    if len(values) < 2:
        raise DataError(
            "the maps hold one class alone; maps of numbers that were saved as JPEG lose them, "
            "save them as PNG"
        )


def _colour(bands: np.ndarray) -> Colour:
    red, green, blue = (int(band) for band in bands)
    return red, green, blue
