"""A look at pictures before training on them: the card of the set, with thumbnails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from gan_models.datasets.card import DataSetCard, scan
from gan_models.datasets.legend import Legend
from gan_models.datasets.pairs import Pair, PairedSource, open_pairs
from gan_models.datasets.sources import open_source
from gan_models.progress import Job

THUMBNAILS, SIDE = 12, 96


@dataclass(frozen=True, eq=False)
class Survey:
    """The card, and some pictures from all over the set, uint8 [H, W, 3]."""

    card: DataSetCard
    thumbnails: tuple[np.ndarray, ...]
    """Of pairs: a map in the colours of its classes, then its picture, and so on."""


def survey(path: Path, maps: str = "", classes: Path | None = None) -> Job[Survey]:
    """Scan a folder, zip or npz; raises DataError where nothing can be trained on."""
    card = yield from scan(path, maps=maps, classes=classes)
    with open_source(path) as source, open_pairs(source, maps) as paired:
        if paired is None:
            wanted = _spread(card.samples, THUMBNAILS)
            items = [item for item in source.items if item.name in wanted]
            return Survey(card, tuple(_small(source.read(item).pixels) for item in items))
        wanted = _spread(card.samples, THUMBNAILS // 2)
        pairs = [pair for pair in paired.pairs if pair.name in wanted]
        return Survey(card, tuple(_thumbnails(paired, pairs, card.legend)))


def _spread(names: list[str], count: int) -> set[str]:
    return set(names[:: max(1, len(names) // count)][:count])


def _thumbnails(
    paired: PairedSource, pairs: list[Pair], legend: Legend | None
) -> Iterator[np.ndarray]:
    assert legend is not None  # which every card of pairs has
    for pair in pairs:
        picture, found = paired.read(pair)
        yield _small(legend.colours[legend.ids(found)], Image.Resampling.NEAREST)
        yield _small(picture.pixels)


def _small(pixels: np.ndarray, how: Image.Resampling = Image.Resampling.BICUBIC) -> np.ndarray:
    image = Image.fromarray(pixels).convert("RGB")
    image.thumbnail((SIDE, SIDE), how)
    return np.asarray(image)
