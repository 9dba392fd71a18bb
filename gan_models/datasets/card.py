"""What a person should know of a set of pictures before training on it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gan_models.datasets.decoding import DecodedPicture, RejectedPictureError
from gan_models.datasets.legend import Legend
from gan_models.datasets.map_pixels import MapPixels
from gan_models.datasets.pairs import Pair, PairedSource, open_pairs
from gan_models.datasets.sources import Item, Source, open_source
from gan_models.datasets.symmetry import MOST, SIDE, mirror_verdict
from gan_models.errors import DataError
from gan_models.progress import Job, Step

MOST_HELD_OUT = 1000
"""Pictures that are judged but never trained on."""


@dataclass
class DataSetCard:
    """Findings of a scan; every name of a file is as the source lists it."""

    path: str
    kind: str
    """"folder", "zip" or "npz"."""
    count: int = 0
    """Pictures that can be trained on: readable, each once."""
    rejected: dict[str, str] = field(default_factory=dict)
    """Names to reasons."""
    duplicates: dict[str, str] = field(default_factory=dict)
    """Names to the name of the picture that they repeat; they are left out."""
    others: list[str] = field(default_factory=list)
    """Files that are no pictures."""
    sizes: dict[str, int] = field(default_factory=dict)
    """As "640x480", the most common first."""
    smallest_side: int = 0
    not_square: int = 0
    grey: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    """How many are "animated", "transparent", "cmyk", "16-bit", "palette" or "turned"."""
    folders: dict[str, int] = field(default_factory=dict)
    """Pictures in each class folder, where there are at least two."""
    columns: dict[str, int] = field(default_factory=dict)
    """Columns of labels.csv, each with how many different labels it has."""
    mirror: bool = False
    """Whether to train on mirror images too."""
    mirror_reason: str = ""
    held_out: int = 0
    samples: list[str] = field(default_factory=list)
    """Names of pictures from all over the set, for thumbnails."""
    maps: str = ""
    """Of pairs: where their label maps are."""
    legend: Legend | None = None
    """Of pairs: the classes of their maps."""

    @property
    def channels(self) -> int:
        """1 where every picture is grey, else 3."""
        return 1 if self.grey == self.count else 3

    @property
    def resolution(self) -> int:
        """The power of two, from 16 to 256, that the smallest picture fills."""
        return max(16, min(256, 1 << (max(self.smallest_side, 1).bit_length() - 1)))

    def crop_text(self, crop: str = "centre") -> str:
        """What cropping will do."""
        if not self.not_square:
            return "all pictures are square"
        done = {
            "centre": "the longer side is cut at both ends",
            "pad": "the shorter side is filled up",
            "none": "they are left out",
        }
        return f"{self.not_square} of {self.count} are not square: {done[crop]}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        facts = {
            **asdict(self),
            "channels": self.channels,
            "resolution": self.resolution,
            "crop": self.crop_text(),
        }
        del facts["legend"]
        return facts | (self.legend.to_dict() if self.legend else {})


def scan(
    path: Path, held_out: float = 0.05, maps: str = "", classes: Path | None = None
) -> Job[DataSetCard]:
    """Read every picture of a folder, zip or npz; raises DataError where there is none to use.

    Label maps are read with their pictures: found in the set, or where `maps` says (a folder or
    zip, "left" or "right"); `classes` is a file that names their classes.
    """
    with open_source(path) as source, open_pairs(source, maps) as paired:
        survey = _Survey(source)
        if paired is None:
            for number, item in enumerate(source.items):
                survey.add(item.name, partial(_picture, source, item))
                if number % 20 == 0:
                    yield Step(number, len(source.items), "reading pictures")
            yield Step(len(source.items), len(source.items), "reading pictures")
            return survey.card(held_out)
        legend = yield from paired.legend(classes)
        for number, pair in enumerate(paired.pairs):
            survey.add(pair.name, partial(_pair, paired, pair))
            if number % 20 == 0:
                yield Step(number, len(paired.pairs), "reading pictures")
        return survey.paired_card(held_out, paired, legend)


def _picture(source: Source, item: Item) -> tuple[DecodedPicture, bytes]:
    picture = source.read(item)
    return picture, digest_of(picture)


def _pair(paired: PairedSource, pair: Pair) -> tuple[DecodedPicture, bytes]:
    picture, found = paired.read(pair)
    return picture, pair_digest(picture, found)


class _Survey:
    """The card while it is being filled."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._card = DataSetCard(str(source.path), source.kind, others=source.others)
        self._seen: dict[bytes, str] = {}
        self._sizes: Counter[str] = Counter()
        self._notes: Counter[str] = Counter()
        self._small: list[np.ndarray] = []
        self._names: list[str] = []

    def add(self, name: str, read: Callable[[], tuple[DecodedPicture, bytes]]) -> None:
        """Count a picture; `read` gives it with what is equal for equal ones."""
        card = self._card
        try:
            picture, digest = read()
        except RejectedPictureError as reason:
            card.rejected[name] = str(reason)
            return
        if digest in self._seen:
            card.duplicates[name] = self._seen[digest]
            return
        self._seen[digest] = name
        self._names.append(name)
        height, width = picture.pixels.shape[:2]
        self._sizes[f"{width}x{height}"] += 1
        self._notes.update(picture.notes)
        card.count += 1
        card.not_square += height != width
        card.grey += picture.pixels.ndim == 2
        side = min(height, width)
        card.smallest_side = min(card.smallest_side or side, side)
        if len(self._small) < MOST:
            grey = Image.fromarray(picture.pixels).convert("L").resize((SIDE, SIDE))
            self._small.append(np.asarray(grey))

    def card(self, held_out: float) -> DataSetCard:
        card = self._card
        if not card.count:
            name, reason = next(iter(card.rejected.items()))
            raise DataError(f"none of the pictures of {card.path} can be used: {name} {reason}")
        card.sizes = dict(self._sizes.most_common(12))
        card.notes = dict(self._notes)
        folders = self.source.folders()
        card.folders = folders if len(folders) > 1 else {}
        card.columns = {
            name: len(set(values.values())) for name, values in self.source.columns.items()
        }
        card.mirror, card.mirror_reason = mirror_verdict(np.stack(self._small))
        card.held_out = min(int(card.count * held_out), MOST_HELD_OUT)
        step = max(1, len(self._names) // 24)
        card.samples = self._names[::step][:24]
        return card

    def paired_card(self, held_out: float, paired: PairedSource, legend: Legend) -> DataSetCard:
        self._card.rejected = paired.rejected | self._card.rejected
        card = self.card(held_out)
        card.folders, card.columns = {}, {}
        card.mirror, card.mirror_reason = True, "map and picture are mirrored together"
        card.maps, card.legend = paired.where, legend
        return card


def digest_of(picture: DecodedPicture) -> bytes:
    """Equal for pictures of equal pixels, whatever their files."""
    shape = repr(picture.pixels.shape).encode()
    return hashlib.blake2b(shape + picture.pixels.tobytes(), digest_size=16).digest()


def pair_digest(picture: DecodedPicture, pixels: MapPixels) -> bytes:
    """Equal for pairs of equal pictures and equal maps."""
    return digest_of(picture) + digest_of(DecodedPicture(pixels.rgb, ()))
