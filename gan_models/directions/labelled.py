"""Directions from a table of labels for pictures: each numeric or two-valued column makes one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from gan_models.base import DataError, Direction, Generator
from gan_models.datasets.decoding import RejectedPictureError, fitted
from gan_models.datasets.labels import as_numbers
from gan_models.datasets.sources import Item, Source, label_columns, open_source
from gan_models.directions.guessing import Encode
from gan_models.directions.sampling import random_latents
from gan_models.directions.teaching import teach_values
from gan_models.progress import Job, Step

FEWEST = 8
"""Labelled pictures below which a column makes no slider."""
POPULATION = 2000
BATCH = 32


def label_directions(
    generator: Generator, encode: Encode, pictures: Path, labels: Path
) -> Job[list[Direction]]:
    """A direction for each column of the CSV `labels` that can be learned from `pictures`.

    `pictures` is a folder or zip; the first column of the CSV holds its file names. Raises
    DataError where nothing fits, with what was found.
    """
    columns = read_columns(labels)
    with open_source(pictures) as source:
        chosen = _labelled(source, columns, labels)
        latents = yield from _encoded(source, chosen, encode, generator.spec.resolution)
    with torch.inference_mode():
        population = generator.map(*random_latents(generator, POPULATION))[:, 0].cpu().numpy()
    found = []
    for name, values in columns.items():
        known = [item for item in latents if _value_of(values, item) is not None]
        numbers = np.array([_value_of(values, item) for item in known], float)
        if len(known) >= FEWEST and numbers.std() > 0:
            w = np.stack([latents[item] for item in known])
            lesson = teach_values(name, population, w, numbers, generator.spec.num_ws)
            found.append(lesson.direction)
    if not found:
        raise DataError(
            f"{labels} has no column with values that differ on {FEWEST} or more pictures of "
            f"{pictures} ({len(latents)} could be read)"
        )
    return found


def read_columns(path: Path) -> dict[str, dict[str, float]]:
    """The columns of a CSV that are numbers, or two words: name, then file name to value.

    Of two words the second in the alphabet is 1, but yes and true always are.
    """
    try:
        columns = label_columns(str(path), path.read_bytes())
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    numbers = {name: as_numbers(values) for name, values in columns.items()}
    usable = {name: values for name, values in numbers.items() if values}
    if not usable:
        raise DataError(
            f"{path} has no column of numbers or of two words; it has: {', '.join(columns)}"
        )
    return usable


def _value_of(values: dict[str, float], item: Item) -> float | None:
    return values.get(item.name, values.get(Path(item.name).name))


def _labelled(source: Source, columns: dict[str, dict[str, float]], labels: Path) -> list[Item]:
    chosen = [
        item
        for item in source.items
        if any(_value_of(values, item) is not None for values in columns.values())
    ]
    if not chosen:
        listed = next(iter(next(iter(columns.values()))))
        raise DataError(
            f"{labels} does not match {source.path}: it names files such as {listed}, and the "
            f"pictures are called such as {source.items[0].name}"
        )
    return chosen


def _encoded(
    source: Source, items: list[Item], encode: Encode, size: int
) -> Job[dict[Item, np.ndarray]]:
    """The w [w_dim] of each picture that can be read."""
    latents: dict[Item, np.ndarray] = {}
    for start in range(0, len(items), BATCH):
        read: dict[Item, np.ndarray] = {}
        for item in items[start : start + BATCH]:
            try:
                read[item] = fitted(source.read(item).pixels, size, 3, "centre", 255)
            except RejectedPictureError:
                continue  # a few broken files are no reason to give up
        if read:
            pixels = torch.from_numpy(np.stack(list(read.values()))).float() / 127.5 - 1
            with torch.inference_mode():
                w = encode(pixels).float().cpu().numpy()
            latents |= dict(zip(read, w, strict=True))
        yield Step(min(start + BATCH, len(items)), len(items), "reading pictures")
    return latents
