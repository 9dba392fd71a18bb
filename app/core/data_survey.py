"""A look at pictures before training on them: the card of the set, with thumbnails."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gan_models.progress import Job

if TYPE_CHECKING:  # torch takes seconds to load; the window is drawn before
    from gan_models.datasets.card import DataSetCard

THUMBNAILS, SIDE = 12, 96


@dataclass(frozen=True, eq=False)
class Survey:
    """The card, and some pictures from all over the set, uint8 [H, W, 3]."""

    card: DataSetCard
    thumbnails: tuple[np.ndarray, ...]


def survey(path: Path) -> Job[Survey]:
    """Scan a folder, zip or npz; raises DataError where nothing can be trained on."""
    from gan_models.datasets.card import scan
    from gan_models.datasets.sources import open_source

    card = yield from scan(path)
    step = max(1, len(card.samples) // THUMBNAILS)
    wanted = set(card.samples[::step][:THUMBNAILS])
    with open_source(path) as source:
        items = [item for item in source.items if item.name in wanted]
        return Survey(card, tuple(_small(source.read(item).pixels) for item in items))


def _small(pixels: np.ndarray) -> np.ndarray:
    image = Image.fromarray(pixels).convert("RGB")
    image.thumbnail((SIDE, SIDE))
    return np.asarray(image)
