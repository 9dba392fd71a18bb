"""Who is in a portrait: a network that knows the renderer's own people again.

It learns from people seen with other expressions, poses, light, clothes and glasses each time, so
the similarity of a picture and its edit tells whether the person stayed the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan_models.datasets.portraits import render, sample
from gan_models.evaluation.embedding import EmbeddingNetwork, train_embedding
from gan_models.evaluation.portraits import SHIPPED, cache_folder, file_name
from gan_models.progress import Job, Step

FIRST_PERSON = 2_200_000_000
FIRST_TEST_PERSON = 2_300_000_000
PEOPLE = 4000
TEST_PEOPLE = 400
MOMENTS = 5
"""Pictures of each person."""
SIZE = 64
SAME = 0.8
"""The similarity from which on an edit counts as the same person."""


def identity_network(path: Path | None = None, people: int = PEOPLE) -> Job[EmbeddingNetwork]:
    """The network that ships, one from `path` or the cache; else it is trained and cached."""
    cached = cache_folder() / file_name("identity")
    for known in (path, SHIPPED / file_name("identity"), cached):
        if known is not None and (known == path or known.exists()):
            return EmbeddingNetwork.load(known)
    network = yield from train_identity_network(people)
    network.save(cached)
    return network


def train_identity_network(people: int = PEOPLE, images: int = 70_000) -> Job[EmbeddingNetwork]:
    """Draw people, learn to know them, and measure it on others (`facts`)."""
    pictures, who = yield from rendered_people(FIRST_PERSON, people)
    network = yield from train_embedding(pictures, who, images=images, seed=3)
    held_out = yield from rendered_people(FIRST_TEST_PERSON, max(8, min(TEST_PEOPLE, people)))
    network.facts = verification(network.embed(held_out[0]), torch.from_numpy(held_out[1]))
    return network


def rendered_people(
    first_person: int, people: int, moments: int = MOMENTS
) -> Job[tuple[np.ndarray, np.ndarray]]:
    """Pictures uint8 [people * moments, 3, SIZE, SIZE] and who is in each, int64."""
    total = people * moments
    who = first_person + np.arange(total) // moments
    pictures = np.empty((total, 3, SIZE, SIZE), dtype=np.uint8)
    for start in range(0, total, 64):
        rows = slice(start, min(total, start + 64))
        faces = sample(who[rows].tolist(), (first_person + np.arange(total)[rows]).tolist())
        pictures[rows] = render(faces, SIZE).numpy()
        yield Step(rows.stop, total, "drawing people")
    return pictures, who


def verification(embedded: Tensor, who: Tensor) -> dict[str, Any]:
    """How well similarity tells the same person from another, of unit vectors [N, dim].

    The threshold is chosen on the pairs of one half of the people and judged on those of the
    other, with as many pairs of different people as of the same.
    """
    people = torch.unique(who)
    first = torch.isin(who, people[: len(people) // 2])
    same, other = _pairs(embedded[first], who[first])
    threshold = _best_threshold(same, other)
    same, other = _pairs(embedded[~first], who[~first])
    accuracy = ((same >= threshold).float().mean() + (other < threshold).float().mean()) / 2
    return {
        "pairs": 2 * len(same),
        "threshold": round(threshold, 3),
        "accuracy": round(float(accuracy), 4),
        "same_person": _spread(same),
        "other_person": _spread(other),
        f"same_person_from_{SAME}": round(float((same >= SAME).float().mean()), 3),
        f"other_person_from_{SAME}": round(float((other >= SAME).float().mean()), 4),
    }


def _pairs(embedded: Tensor, who: Tensor) -> tuple[Tensor, Tensor]:
    """Similarities of all pairs of the same person, and of as many random others."""
    similar = embedded @ embedded.t()
    upper = torch.ones_like(similar, dtype=torch.bool).triu(diagonal=1)
    equal = who[:, None] == who
    same, other = similar[upper & equal], similar[upper & ~equal]
    order = torch.randperm(len(other), generator=torch.Generator().manual_seed(0))
    return same, other[order[: len(same)]]


def _best_threshold(same: Tensor, other: Tensor) -> float:
    """The similarity that puts the most pairs on their side."""
    levels = torch.cat([same, other]).sort().values
    right = torch.searchsorted(other.sort().values, levels).float() / len(other)
    wrong = torch.searchsorted(same.sort().values, levels).float() / len(same)
    return float(levels[(right - wrong).argmax()])


def _spread(values: Tensor) -> dict[str, float]:
    quantiles = values.quantile(torch.tensor([0.01, 0.05, 0.5, 0.95, 0.99]))
    names = ("1%", "5%", "median", "95%", "99%")
    return {name: round(float(q), 3) for name, q in zip(names, quantiles, strict=True)}
