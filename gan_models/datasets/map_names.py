"""classes.csv and classes.txt: what the numbers or colours of label maps mean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gan_models.errors import DataError

CLASS_FILES = ("classes.csv", "classes.txt")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "value": ("id", "value", "number", "index", "label"),
    "name": ("name", "class", "title"),
    "colour": ("colour", "color", "hex"),
}
"""What columns of classes.csv may be called."""
BANDS = (("r", "g", "b"), ("red", "green", "blue"))
LINE = re.compile(
    r"(?:(?P<id>\d+)[\s,:;]+)?(?P<name>[^\d\s#].*?)"
    r"(?:[\s,;]+(?P<colour>#[0-9a-fA-F]{6}|\d+[\s,]+\d+[\s,]+\d+))?"
)
"""Of classes.txt: number, name and colour, of which the name is a must."""

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class NamedClass:
    """A line of such a file."""

    name: str
    number: int
    """In maps of numbers."""
    colour: Colour | None = None
    """In the legend, and in coloured maps unless `shade` is another."""
    shade: Colour | None = None


def read_names(data: bytes, file: str) -> list[NamedClass]:
    """The classes that a file lists, in its order; raises DataError that names a bad line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{file} cannot be read: {error}") from None
    found = _table(text, file) if file.lower().endswith(".csv") else _lines(text, file)
    if not found:
        raise DataError(f"{file} lists no classes; each line is a number, a name and a colour")
    if len({entry.number for entry in found}) < len(found):
        raise DataError(f"{file} lists a class number twice")
    return found


def _lines(text: str, file: str) -> list[NamedClass]:
    found: list[NamedClass] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = LINE.fullmatch(line.strip())
        if match is None:
            raise DataError(f"{file}: line {number} has no name; write as `3 water #2864c8`")
        own = match["id"]
        where = f"{file}: line {number}"
        found.append(
            NamedClass(
                match["name"].strip(" ,;"),
                int(own) if own else len(found),
                colour_of(match["colour"], where) if match["colour"] else None,
            )
        )
    return found


def _table(text: str, file: str) -> list[NamedClass]:
    try:
        rows = list(csv.DictReader(io.StringIO(text)))
    except csv.Error as error:
        raise DataError(f"{file} cannot be read: {error}") from None
    found: list[NamedClass] = []
    for number, row in enumerate(rows, start=2):
        cells = {(k or "").strip().lower(): (v or "").strip() for k, v in row.items() if k}
        if not any(cells.values()):
            continue
        found.append(_row(cells, len(found), f"{file}: line {number}"))
    return found


def _row(cells: Mapping[str, str], place: int, where: str) -> NamedClass:
    picked = {
        field: next((cells[name] for name in names if cells.get(name)), "")
        for field, names in FIELDS.items()
    }
    colour = picked["colour"]
    for bands in BANDS:
        if all(cells.get(band) for band in bands):
            colour = " ".join(cells[band] for band in bands)
    if not picked["name"]:
        raise DataError(f"{where} has no name; the first line must be `id,name,colour`")
    value, shade, number = picked["value"], None, place
    if value.startswith("#"):
        shade = colour_of(value, where)
    elif value:
        if not value.isdecimal():
            raise DataError(f"{where}: a class number must be a whole number, not {value!r}")
        number = int(value)
    return NamedClass(picked["name"], number, colour_of(colour, where) if colour else None, shade)


def colour_of(text: str, where: str) -> Colour:
    """A colour as `#2864c8` or `40 100 200`; raises DataError that tells `where` it was."""
    if re.fullmatch("#[0-9a-fA-F]{6}", text):
        red, green, blue = bytes.fromhex(text[1:])
        return red, green, blue
    parts = [int(part) for part in re.findall(r"\d+", text)]
    if len(parts) != 3 or max(parts) > 255:
        raise DataError(f"{where}: a colour must be as #2864c8 or 40 100 200, not {text!r}")
    return parts[0], parts[1], parts[2]


def hex_of(colour: Colour | np.ndarray) -> str:
    """As `#2864c8`."""
    return "#" + bytes(int(band) for band in colour).hex()
