"""How values are written on the command line, read without loading anything heavy."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import typer


class EditArgument(NamedTuple):
    """`smile=2`, or `smile=2@4-7` on rows 4 to 7 of W alone."""

    direction: str
    strength: float
    layers: tuple[int, int] | None


class MixArgument(NamedTuple):
    """`0-6:1.0`: rows 0 to 6 of W at weight 1, as half-open (0, 7)."""

    rows: tuple[int, int]
    weight: float


class SeedsArgument(NamedTuple):
    """`0-63` or `3,9,27`."""

    seeds: tuple[int, ...]


class NamesArgument(NamedTuple):
    """`gender,age`."""

    names: tuple[str, ...]


class PointArgument(NamedTuple):
    """`0.1,-0.2`."""

    x: float
    y: float


class RowsArgument(NamedTuple):
    """`0-7`, as half-open (0, 8)."""

    rows: tuple[int, int]


class GridArgument(NamedTuple):
    """`8x8`."""

    columns: int
    rows: int


def parse_edit(text: str) -> EditArgument:
    """Read `NAME=STRENGTH[@FIRST-LAST]`."""
    name, equals, value = text.partition("=")
    strength, at, layers = value.partition("@")
    if not name or not equals:
        raise typer.BadParameter(f"{text!r} is no edit; write one as smile=2 or smile=2@4-7")
    return EditArgument(name, parse_number(strength), parse_rows(layers) if at else None)


def parse_mix(text: str) -> MixArgument:
    """Read `FIRST-LAST[:WEIGHT]`."""
    rows, colon, weight = text.partition(":")
    return MixArgument(parse_rows(rows), parse_number(weight) if colon else 1.0)


def parse_names(text: str) -> NamesArgument:
    """Read `gender,age`."""
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise typer.BadParameter(f"{text!r} are no names; write them as gender,age")
    return NamesArgument(names)


def parse_rows(text: str) -> tuple[int, int]:
    """Read `FIRST-LAST` or `ROW` as a half-open range."""
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", text)
    if not found:
        raise typer.BadParameter(f"{text!r} are no rows; write them as 0-6 or 4")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise typer.BadParameter(f"the rows {text} end before they start")
    return first, last + 1


def parse_range(text: str) -> RowsArgument:
    """Read `FIRST-LAST`."""
    return RowsArgument(parse_rows(text))


def parse_point(text: str) -> PointArgument:
    """Read `X,Y`."""
    x, comma, y = text.partition(",")
    if not comma:
        raise typer.BadParameter(f"{text!r} is no point; write it as 0.1,-0.2")
    return PointArgument(parse_number(x), parse_number(y))


def parse_seeds(text: str) -> SeedsArgument:
    """Read `0-63`, `3,9,27` or both together."""
    seeds: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"(\d{1,10})(?:-(\d{1,10}))?", part.strip())
        if not found:
            raise typer.BadParameter(f"{part!r} are no seeds; write them as 0-63 or 3,9,27")
        first, last = int(found[1]), int(found[2] or found[1])
        if not first <= last < 2**32 or last - first >= 10_000:
            raise typer.BadParameter(f"{part!r}: seeds go up from 0 to {2**32 - 1}, 10000 at most")
        seeds += range(first, last + 1)
    return SeedsArgument(tuple(seeds))


def parse_grid(text: str) -> GridArgument:
    """Read `COLUMNSxROWS`."""
    found = re.fullmatch(r"([1-9]\d{0,2})[xX]([1-9]\d{0,2})", text)
    if not found:
        raise typer.BadParameter(f"{text!r} is no grid; write it as 8x8 (columns x rows)")
    return GridArgument(int(found[1]), int(found[2]))


def parse_number(text: str) -> float:
    """Read a finite number."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise typer.BadParameter(f"{text!r} is not a number")
    return number


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """A reader of one of the names."""
    known = list(names)

    def parse(text: str) -> str:
        if text not in known:
            raise typer.BadParameter(f"{text!r} is none of {', '.join(known)}")
        return text

    return parse
