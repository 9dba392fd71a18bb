"""The features in which snapshots are compared with their data set, by a small network of its own.

The network learns to tell the pictures apart (no weights of others are needed); it is kept beside
the prepared pictures, so that every run on them is measured alike.
"""

from __future__ import annotations

import contextlib

import numpy as np
from torch import Tensor

from gan_models.datasets.arrays import PictureArray
from gan_models.errors import ModelLoadError
from gan_models.evaluation.embedding import EmbeddingNetwork, train_embedding
from gan_models.evaluation.reference import rgb
from gan_models.progress import Job

NAME = "features.safetensors"
FEWEST = 256
"""Pictures from which a network can learn; smaller sets are compared without one."""
MOST = 4000
"""Pictures that it learns from,"""
SEEN = 6000
"""and how many it sees with repetition: about a quarter of a minute on two cores at 64 px."""


def data_features(data: PictureArray, kept: Tensor) -> Job[EmbeddingNetwork | None]:
    """The network of a prepared set, made if there is none yet; None for fewer than `FEWEST`.

    `kept` are the numbers of the pictures that it may learn from. Yields its progress.
    """
    if len(kept) < FEWEST or data.resolution < 16:
        return None
    path = data.path / NAME
    with contextlib.suppress(ModelLoadError):
        known = EmbeddingNetwork.load(path)
        if known.facts.get("sha256") == data.sha256:
            return known
    rows = kept[:: -(-len(kept) // MOST)].numpy()
    pictures = rgb(np.ascontiguousarray(data.pictures[rows]))
    network = yield from train_embedding(pictures, images=SEEN, width=24)
    network.facts = {"sha256": data.sha256}
    with contextlib.suppress(OSError):  # a folder that may only be read from
        network.save(path)
    return network
