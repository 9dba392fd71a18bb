"""How samples compare with real pictures, with a network to see them by and without."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan_models.base import Generator
from gan_models.evaluation.distances import (
    NEIGHBOURS,
    frechet_distance,
    kernel_distance,
    nearest,
    precision_recall,
)
from gan_models.evaluation.embedding import EmbeddingNetwork, train_embedding
from gan_models.evaluation.networks import PictureNetwork, as_floats
from gan_models.evaluation.pyramids import diversity, sliced_wasserstein
from gan_models.evaluation.reference import Reference, at_size, rgb
from gan_models.evaluation.samples import seed_ws, synthesize_batches
from gan_models.evaluation.sheets import as_bytes
from gan_models.progress import Job, Step

LOOKED_UP = 16
"""Samples whose nearest real pictures are looked up."""
SHOWN = 4
"""How many of them are shown beside each."""
TOGETHER = 256
JUDGED = "the judge of portraits"
"""Who sees samples, where the real pictures are portraits."""
LEARNING = 24_000
"""Pictures, with repetition, that a network of a folder learns from."""


def draw_samples(generator: Generator, count: int) -> Job[np.ndarray]:
    """The pictures of seeds 0 .. count - 1 at psi 1, uint8 [count, 3, H, W]."""
    parts: list[np.ndarray] = []
    for pictures in synthesize_batches(generator, seed_ws(generator, range(count), psi=1.0)):
        parts.append(rgb(as_bytes(pictures)))
        yield Step(sum(map(len, parts)), count, "drawing samples")
    return np.concatenate(parts)


def folder_network(pictures: np.ndarray) -> Job[EmbeddingNetwork]:
    """A network that learned to tell the pictures of a folder apart, to see samples by."""
    network = yield from train_embedding(pictures, images=LEARNING, width=24)
    return network


def picture_figures(samples: np.ndarray, real: np.ndarray) -> Job[dict[str, Any]]:
    """What needs no network: sliced Wasserstein distance and diversity.

    The same figures of two halves of the real pictures tell what a perfect generator would get.
    """
    yield Step(0, 2, "comparing patches")
    count = min(len(samples), len(real) // 2)
    first, second = as_floats(real[:count]), as_floats(real[count : 2 * count])
    drawn = as_floats(samples[:count])
    distance = sliced_wasserstein(drawn, first)
    yield Step(1, 2, "comparing patches")
    return {
        "pictures_each": count,
        "sliced_wasserstein": distance,
        "sliced_wasserstein_of_real": sliced_wasserstein(second, first),
        "diversity": diversity(drawn),
        "diversity_of_real": diversity(first),
    }


def seen_by(network: PictureNetwork, pictures: np.ndarray) -> Job[Tensor]:
    """The features [N, D] of many pictures."""
    parts = []
    for start in range(0, len(pictures), TOGETHER):
        parts.append(network.features(rgb(pictures[start : start + TOGETHER])))
        yield Step(start + len(parts[-1]), len(pictures), "looking at pictures")
    return torch.cat(parts)


def feature_figures(
    network: PictureNetwork, samples: np.ndarray, real: np.ndarray
) -> Job[dict[str, Any]]:
    """What a network sees: Frechet and kernel distance, precision and recall.

    Features are in standard deviations over the first half of the real pictures; samples are
    compared with that half, and so is the other half, for the least that can be reached.
    """
    count = min(len(samples), len(real) // 2)
    seen = yield from seen_by(network, real[: 2 * count])
    middle, spread = seen[:count].mean(dim=0), seen[:count].std(dim=0).clamp(min=1e-6)
    truth, again = ((seen - middle) / spread).split(count)
    drawn = yield from seen_by(network, samples[:count])
    drawn = (drawn - middle) / spread
    yield Step(0, 1, "comparing features")
    return {
        "pictures_each": count,
        "features": drawn.shape[1],
        "samples": compared(drawn, truth),
        "real": compared(again, truth),
    }


def compared(drawn: Tensor, truth: Tensor) -> dict[str, float]:
    """The distances of features [N, D], with the error of the second; precision and recall."""
    kernel, error = kernel_distance(truth, drawn)
    precision, recall = precision_recall(truth, drawn, NEIGHBOURS)
    return {
        "frechet_distance": round(frechet_distance(truth, drawn), 3),
        "kernel_distance": round(kernel, 4),
        "kernel_distance_error": round(error, 4),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
    }


def nearest_figures(
    network: PictureNetwork, samples: np.ndarray, reference: Reference
) -> Job[tuple[dict[str, Any], np.ndarray]]:
    """How near the real pictures come to samples, and to each other; and a sheet to look at.

    If samples repeated real pictures, they would be much nearer to them than other real pictures
    are. The sheet uint8 [LOOKED_UP (1 + SHOWN), 3, H, W] has each sample before its nearest.
    """
    seen = yield from seen_by(network, reference.pictures)
    drawn = network.features(samples[:LOOKED_UP])
    distances, rows = nearest(drawn, seen, SHOWN)
    some = seen[torch.linspace(0, len(seen) - 1, min(500, len(seen))).long()]
    others = nearest(some, seen, 2)[0][:, 1]
    pictures = []
    for sample, found in zip(samples, rows.tolist(), strict=False):
        pictures += [sample, *at_size(reference.pictures[found], samples.shape[-1])]
    figures = {
        "real_pictures": len(seen),
        "samples": _levels(distances[:, 0]),
        "real": _levels(others),
        "nearer_than_any_real": int((distances[:, 0] < others.min()).sum()),
    }
    return figures, np.stack(pictures)


def _levels(distances: Tensor) -> dict[str, float]:
    return {
        "least": round(float(distances.min()), 3),
        "median": round(float(distances.median()), 3),
    }
