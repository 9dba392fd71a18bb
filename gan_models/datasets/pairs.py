"""Pairs of a label map and a picture: in two folders, in two sets, or side by side in one file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

import numpy as np
from PIL import Image

from gan_models.datasets.decoding import DecodedPicture, RejectedPictureError
from gan_models.datasets.legend import Legend, ValueCount
from gan_models.datasets.map_names import CLASS_FILES, NamedClass, read_names
from gan_models.datasets.map_pixels import MAX_SIDE, MapPixels, map_pixels, packed
from gan_models.datasets.sources import ArraySource, Item, Source, open_source
from gan_models.errors import DataError
from gan_models.progress import Job, Step

Layout = Literal["folders", "left", "right"]
HALVES = ("left", "right")
"""What `maps` may be instead of a place: the half of each picture that is the map."""
PART = r"(?P<part>train|val|test|training|validation)?[_-]?"
MAP_FOLDER = re.compile(
    PART + r"(maps?|labels?|label_?(img|map|id)s?|masks?|annotations?|seg|segmentations?"
    r"|segmentationclass|semantic|gtfine)"
)
PICTURE_FOLDER = re.compile(
    PART + r"(pictures?|images?|imgs?|photos?|jpegimages|leftimg8bit|rgb|real)"
)
LETTER_FOLDER = re.compile(PART + r"(?P<letter>[ab])")
"""Of pix2pix; the maps are in either."""
MARKS = re.compile(
    r"([_.-](gtfine_)?(label|labels|labelids|mask|map|seg|leftimg8bit|image|img|photo|rgb|color))+$"
)
"""What names end with that tell map and picture apart."""
LOOKED_AT, FEW = 8, 2
"""So many pairs tell which side is the map: its colours must be fewer by this factor."""
COARSE, MOST = 5, 0.8
"""Bits of each band by which colours are counted there, until they make up so much of a picture:
noise and the seams of a JPEG add none."""


class Pair(NamedTuple):
    """A picture and its map, which are the same item where they stand side by side."""

    picture: Item
    map: Item

    @property
    def name(self) -> str:
        """That of the picture."""
        return self.picture.name


@dataclass
class PairedSource:
    """Pairs that can be read one by one."""

    pictures: Source
    maps: Source
    pairs: list[Pair]
    layout: Layout
    where: str
    """Where the maps are, for people."""
    rejected: dict[str, str] = field(default_factory=dict)
    """Those without a partner."""

    def read(self, pair: Pair) -> tuple[DecodedPicture, MapPixels]:
        """Picture and map, both upright; raises RejectedPictureError."""
        picture, found = self.pictures.read(pair.picture), self._read_map(pair)
        pixels = picture.pixels
        if self.layout != "folders":
            half = pixels.shape[1] // 2
            pixels = pixels[:, half:] if self.layout == "left" else pixels[:, :half]
            return DecodedPicture(np.ascontiguousarray(pixels), picture.notes), found
        (height, width), (rows, columns) = pixels.shape[:2], found.clear.shape
        if abs(width * rows - height * columns) > max(width * rows, height * columns) / 50:
            raise RejectedPictureError(
                f"is {width} x {height} pixels, and its map {pair.map.name} {columns} x {rows}"
            )
        return picture, found

    def _read_map(self, pair: Pair) -> MapPixels:
        half = None if self.layout == "folders" else self.layout
        try:
            return _read_map(self.maps.bytes_of(pair.map), half)
        except RejectedPictureError as reason:
            raise RejectedPictureError(f"has a map that {reason}") from None

    def legend(self, classes: Path | None = None) -> Job[Legend]:
        """Find the classes in all maps; maps that are none are left out, with their pairs."""
        named = _names(classes, self)
        count, kept = ValueCount(), []
        for number, pair in enumerate(self.pairs):
            if number % 20 == 0:
                yield Step(number, len(self.pairs), "reading pairs")
            try:
                count.add(self.read(pair)[1], pair.map.name)
                kept.append(pair)
            except RejectedPictureError as reason:
                self.rejected[pair.name] = str(reason)
        if not kept:
            name, why = next(iter(self.rejected.items()))
            raise DataError(f"none of the pairs of {self.pictures.path} can be used: {name} {why}")
        legend = count.legend(named)
        unfit = count.unfit(legend.kind)
        self.rejected |= {p.name: unfit[p.map.name] for p in kept if p.map.name in unfit}
        self.pairs = [pair for pair in kept if pair.map.name not in unfit]
        return legend


def _names(classes: Path | None, paired: PairedSource) -> list[NamedClass]:
    """The classes of a file, or of one that lies beside the maps."""
    if classes is not None:
        try:
            return read_names(classes.read_bytes(), str(classes))
        except OSError as error:
            raise DataError(f"{classes} cannot be read: {error.strerror}") from None
    for source in (paired.maps, paired.pictures):
        beside = [n for n in source.others if PurePosixPath(n).name.lower() in CLASS_FILES]
        for name in sorted(beside, key=lambda n: (n.count("/"), n)):
            return read_names(source.bytes_of(Item(name, "")), f"{source.path}/{name}")
    return []


def _read_map(data: bytes, half: str | None) -> MapPixels:
    try:
        with Image.open(io.BytesIO(data)) as image:
            if max(image.size) > MAX_SIDE:
                raise RejectedPictureError(f"is larger than {MAX_SIDE} pixels")
            image.load()
            middle, (width, height) = image.width // 2, image.size
            if half:
                left = half == "left"
                box = (0, 0, middle, height) if left else (middle, 0, width, height)
                return map_pixels(image.crop(box))
            return map_pixels(image)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise RejectedPictureError("cannot be read as a picture") from None


@contextmanager
def open_pairs(source: Source, maps: str = "") -> Iterator[PairedSource | None]:
    """The pairs of a set, and of a second one in `maps`; None where it holds pictures alone.

    `maps` is a folder or zip of label maps, "left" or "right", or empty: then they are looked
    for. Raises DataError where what was told is not there.
    """
    if maps and isinstance(source, ArraySource):
        raise DataError(f"{source.path} is one array, which has no label maps beside it")
    if maps in HALVES:
        yield _side_by_side(source, maps)
    elif maps:
        with open_source(Path(maps)) as other:
            yield _matched_sets(source, other)
    elif isinstance(source, ArraySource):
        yield None
    else:
        yield _in_folders(source) or _halves(source)


def _matched_sets(pictures: Source, maps: Source) -> PairedSource:
    """Two sets whose names match; maps inside the folder of the pictures are none of these."""
    inside = pictures.path != maps.path and maps.path.is_relative_to(pictures.path)
    prefix = f"{maps.path.relative_to(pictures.path).as_posix()}/" if inside else "\0"
    items = {_key(i.name): i for i in pictures.items if not i.name.startswith(prefix)}
    others = {_key(item.name): item for item in maps.items}
    if not items.keys() & others.keys():  # a folder more on one side
        items = {_stem(item.name): item for item in items.values()}
        others = {_stem(item.name): item for item in others.values()}
    return _joined(pictures, maps, items, others, str(maps.path))


def _in_folders(source: Source) -> PairedSource | None:
    """Pairs in folders whose names say so, as maps and pictures, or trainA and trainB."""
    found = _by_folder(source, MAP_FOLDER), _by_folder(source, PICTURE_FOLDER)
    if all(found) and found[0].keys() & found[1].keys():
        return _joined(source, source, found[1], found[0], _folder_of(found[0]))
    letters = [_by_folder(source, LETTER_FOLDER, letter) for letter in "ab"]
    if not all(letters) or not letters[0].keys() & letters[1].keys():
        return None
    both = sorted(letters[0].keys() & letters[1].keys())[:LOOKED_AT]
    busy = [_busyness(source, [side[key] for key in both]) for side in letters]
    if max(busy) < FEW * min(busy):
        return None
    maps, pictures = letters if busy[0] < busy[1] else letters[::-1]
    return _joined(source, source, pictures, maps, _folder_of(maps))


def _by_folder(source: Source, pattern: re.Pattern[str], letter: str = "") -> dict[str, Item]:
    """Items below folders of such a name, by their names without it."""
    found = {}
    for item in source.items:
        *folders, _ = PurePosixPath(item.name).parts
        for place, folder in enumerate(folders):
            match = pattern.fullmatch(folder.lower())
            if match and (not letter or match["letter"] == letter):
                rest = [*folders[:place], match["part"] or "", *folders[place + 1 :]]
                found["/".join([*rest, _stem(item.name)])] = item
                break
    return found


def _folder_of(items: dict[str, Item]) -> str:
    return str(PurePosixPath(next(iter(items.values())).name).parent)


def _joined(
    pictures: Source, maps: Source, items: dict[str, Item], others: dict[str, Item], where: str
) -> PairedSource:
    """Pairs of equal keys; the rest is rejected by name."""
    if not items.keys() & others.keys():
        example = next(iter(items.values())).name if items else "none"
        raise DataError(
            f"no label map in {maps.path} has the name of a picture in {pictures.path} "
            f"(pictures such as {example}); name map and picture alike"
        )
    pairs = [Pair(item, others[key]) for key, item in items.items() if key in others]
    used = {id(item) for pair in pairs for item in pair}
    rejected = {i.name: "has no label map of its name" for i in items.values()}
    rejected |= {_name_of(i, maps, pictures): "has no picture of its name" for i in others.values()}
    for source in (pictures, maps):
        unused = [item for item in source.items if id(item) not in used]
        for name in (_name_of(item, source, pictures) for item in unused):
            rejected.setdefault(name, "is no part of a pair, or repeats a name")
    for pair in pairs:
        rejected.pop(pair.picture.name, None)
        rejected.pop(_name_of(pair.map, maps, pictures), None)
    return PairedSource(pictures, maps, sorted(pairs), "folders", where, rejected)


def _name_of(item: Item, source: Source, pictures: Source) -> str:
    return item.name if source is pictures else f"{source.path.name}/{item.name}"


def _halves(source: Source) -> PairedSource | None:
    """Side by side, if the pictures are twice as wide as high and one half has few colours."""
    some = source.items[:: max(1, len(source.items) // LOOKED_AT)][:LOOKED_AT]
    busy = [0.0, 0.0]
    for item in some:
        try:
            pixels = source.read(item).pixels
        except RejectedPictureError:
            continue
        height, width = pixels.shape[:2]
        if width != 2 * height:
            return None
        busy[0] += _colours_of(pixels[:, :height])
        busy[1] += _colours_of(pixels[:, height:])
    if not max(busy) or max(busy) < FEW * min(busy):
        return None
    layout: Layout = "left" if busy[0] < busy[1] else "right"
    try:  # a plain half alone is no label map: a picture may have its subject at one side
        for item in some:
            ValueCount().add(_read_map(source.bytes_of(item), layout), item.name)
    except RejectedPictureError:
        return None
    return _side_by_side(source, layout)


def _side_by_side(source: Source, layout: str) -> PairedSource:
    pairs = [Pair(item, item) for item in source.items]
    side: Layout = "left" if layout == "left" else "right"
    return PairedSource(source, source, pairs, side, f"the {side} half of each picture")


def _busyness(source: Source, items: list[Item]) -> float:
    total = 0.0
    for item in items:
        try:
            total += _colours_of(source.read(item).pixels)
        except RejectedPictureError:
            continue
    return total


def _colours_of(pixels: np.ndarray) -> int:
    """How many colours make up most of a picture."""
    rgb = pixels if pixels.ndim == 3 else pixels[..., None].repeat(3, axis=2)
    counts = np.unique(packed(rgb >> (8 - COARSE)), return_counts=True)[1]
    share = np.cumsum(np.sort(counts)[::-1]) / counts.sum()
    return int((share < MOST).sum()) + 1


def _key(name: str) -> str:
    """The name of a picture without what tells maps and pictures apart."""
    parent = PurePosixPath(name).parent.as_posix()
    return _stem(name) if parent == "." else f"{parent}/{_stem(name)}"


def _stem(name: str) -> str:
    stem = PurePosixPath(name).stem
    return MARKS.sub("", stem.lower()) or stem
