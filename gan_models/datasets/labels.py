"""What is known of the pictures of a prepared set, as numbers: attributes, classes, columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.sources import open_source
from gan_models.errors import DataError

YES, NO = {"yes", "true", "y"}, {"no", "false", "n"}
MOST_WORDS = 20
"""Different words of a column, of which each makes a label of its own."""
KNOWN = 0.5
"""Share of the pictures that a label must be known of."""

Words = Sequence[str | None]


@dataclass(frozen=True, eq=False)
class Labels:
    """Numbers for each picture, by name."""

    names: tuple[str, ...]
    values: np.ndarray
    """float32 [N, len(names)]; NaN where it is not known."""
    tied: Mapping[str, tuple[str, ...]]
    """Of a class, the others that a picture is then not of."""


def known_labels(data: PictureArray) -> Labels:
    """The labels of a prepared set: its attributes, else its classes and what its source tells.

    Of a folder or zip that has not changed since, these are its class folders and `labels.csv`.
    """
    columns, tied = _from_words(_worded(data))
    if data.labels is not None:
        columns = dict(zip(data.label_names, np.array(data.labels).T, strict=True))
    usable = {
        name: column
        for name, column in columns.items()
        if np.isfinite(column).mean() >= KNOWN and np.nanstd(column) > 0
    }
    values = np.stack(list(usable.values()), axis=1) if usable else np.zeros((len(data), 0))
    return Labels(tuple(usable), values.astype(np.float32), tied)


def as_numbers(values: Mapping[str, str]) -> dict[str, float]:
    """Words as numbers; empty where they are neither numbers nor two words.

    Of two words the second in the alphabet is 1, but yes and true always are.
    """
    try:
        numbers = {name: float(text) for name, text in values.items()}
        return numbers if np.isfinite(list(numbers.values())).all() else {}
    except ValueError:
        pass
    words = sorted({text.strip().lower() for text in values.values()})
    if len(words) != 2:
        return {}
    high = words[0] if words[0] in YES or words[1] in NO else words[1]
    return {name: float(text.strip().lower() == high) for name, text in values.items()}


def _worded(data: PictureArray) -> dict[str, Words]:
    """Words for each picture by column; classes under an empty name."""
    found: dict[str, Words] = {}
    if data.class_numbers is not None:
        found[""] = [data.classes[number] for number in data.class_numbers]
    for name, words in _of_source(data).items():
        if all(list(words) != list(other) for other in found.values()):
            found["" if name == "folders" and "" not in found else name] = words
    return found


def _of_source(data: PictureArray) -> dict[str, Words]:
    """What the folder or zip that the pictures come from says of them, if it is as it was."""
    found: dict[str, Words] = {}
    with suppress(OSError, ValueError, KeyError, DataError):
        rejected = json.loads((data.path / "rejected.json").read_text(encoding="utf-8"))
        with open_source(Path(data.source["path"])) as source:
            kept = [at for at, item in enumerate(source.items) if item.name not in rejected]
            if len(kept) != len(data):
                return {}
            folders = ["folders"] if len(source.folders()) > 1 else []
            for name in (*folders, *source.columns):
                with suppress(DataError):  # a column that names none of them
                    words = source.labels(name)
                    found[name] = [words[at] for at in kept]
    return found


def _from_words(
    columns: Mapping[str, Words],
) -> tuple[dict[str, np.ndarray], dict[str, tuple[str, ...]]]:
    """Numbers by label, and the classes that exclude each other."""
    found: dict[str, np.ndarray] = {}
    tied: dict[str, tuple[str, ...]] = {}
    for title, words in columns.items():
        known = {str(at): word for at, word in enumerate(words) if word is not None}
        numbers = as_numbers(known) if title else {}
        different = sorted(set(known.values()))
        if numbers:
            made = {title: [numbers.get(str(at), np.nan) for at in range(len(words))]}
        elif 2 <= len(different) <= min(MOST_WORDS, len(known) // 2):  # else they are remarks
            chosen = different[1:] if len(different) == 2 else different  # one tells both
            made = {
                one: [np.nan if w is None else float(w == one) for w in words] for one in chosen
            }
            tied |= {one: tuple(other for other in chosen if other != one) for one in chosen}
        else:
            continue
        found = {name: np.array(column) for name, column in made.items()} | found
    return found, tied
