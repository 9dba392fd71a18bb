"""The features in which snapshots are compared with their data set, by a small network of its own.

The network learns to tell the pictures apart (no weights of others are needed); it is kept beside
the prepared pictures, so that every run on them is measured alike.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

from gan_models.datasets.arrays import PictureArray
from gan_models.evaluation.embedding import EmbeddingNetwork, train_embedding
from gan_models.evaluation.networks import kept
from gan_models.evaluation.reference import rgb
from gan_models.progress import Job

NAME = "features.safetensors"
FEWEST = 256
"""Pictures from which a network can learn; smaller sets are compared without one."""
MOST = 4000
"""Pictures that it learns from,"""
SEEN = 6000
"""and how many it sees with repetition: about a quarter of a minute on two cores at 64 px."""


def data_features(data: PictureArray, chosen: Tensor) -> Job[EmbeddingNetwork | None]:
    """The network of a prepared set, made if there is none yet; None for fewer than `FEWEST`.

    `chosen` are the numbers of the pictures that it may learn from. Yields its progress.
    """
    if len(chosen) < FEWEST or data.resolution < 16:
        return None
    learning = _learning(data, chosen)
    return (yield from kept(data.path / NAME, data.sha256, EmbeddingNetwork, learning))


def _learning(data: PictureArray, chosen: Tensor) -> Job[EmbeddingNetwork]:
    rows = chosen[:: -(-len(chosen) // MOST)].numpy()
    pictures = rgb(np.ascontiguousarray(data.pictures[rows]))
    return (yield from train_embedding(pictures, images=SEEN, width=24))
