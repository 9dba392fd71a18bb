"""The network that reads the labels of a data set off pictures, kept beside the prepared pictures.

With it, the sliders of a snapshot can be named by what its data set is labelled with.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.labels import Labels
from gan_models.datasets.prepare import data_folder
from gan_models.errors import GanvasError
from gan_models.evaluation.attributes import AttributeNetwork, train_attribute_network
from gan_models.evaluation.networks import kept
from gan_models.evaluation.reference import rgb
from gan_models.progress import Job
from gan_models.training.rewinding import run_of

NAME = "labels.safetensors"
FEWEST = 200
"""Labelled pictures from which a network can learn."""
MOST = 4000
"""Pictures that it learns from,"""
SEEN = 8000
"""and how many it sees with repetition: about a quarter of a minute on two cores at 64 px."""
BATCH = 32


def data_of(snapshot: Path) -> PictureArray | None:
    """The prepared pictures that a snapshot of a run learned from; None where they are gone."""
    try:
        folder, _ = run_of(snapshot)
        return PictureArray.open(data_folder(str(folder.read_config()["data"]), folder.path))
    except (GanvasError, KeyError):
        return None


def label_reader(data: PictureArray, labels: Labels) -> Job[AttributeNetwork | None]:
    """The network for these labels of a prepared set, made if there is none yet.

    None for fewer than `FEWEST` pictures of which all labels are known. Yields its progress.
    """
    rows = _rows(labels)
    if not labels.names or len(rows) < FEWEST or data.resolution < 16:
        return None
    learning = _learning(data, labels, rows)
    source = _digest(data, labels)
    return (yield from kept(data.path / NAME, source, AttributeNetwork, learning))


def _learning(data: PictureArray, labels: Labels, rows: np.ndarray) -> Job[AttributeNetwork]:
    pictures = rgb(np.ascontiguousarray(data.pictures[rows]))
    return (
        yield from train_attribute_network(
            pictures, labels.values[rows], labels.names, images=SEEN, width=24, batch=BATCH
        )
    )


def _rows(labels: Labels) -> np.ndarray:
    """Pictures whose labels are all known, in no order: files are often sorted by class."""
    known = np.flatnonzero(np.isfinite(labels.values).all(axis=1))
    return np.random.RandomState(0).permutation(known)[:MOST]


def _digest(data: PictureArray, labels: Labels) -> str:
    parts = (data.sha256.encode(), "\n".join(labels.names).encode(), labels.values.tobytes())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
