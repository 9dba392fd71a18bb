"""Directions by labels in a minute: the straight fit alone, without the refinement of `labels`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from gan_models.base import Direction, Generator
from gan_models.directions.finding import distinct, in_deviations, picture_changes
from gan_models.directions.fitting import Reader, conditional, ridge
from gan_models.directions.labels import LEAST_SAMPLES, SLIDERS, TIED, words_of
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.progress import Job

FEWEST, MOST = 1000, 2500
"""Random pictures that are read."""
TESTED = 0.2
"""Share of them on which the fit is tried that it did not see."""
READABLE = 0.3
"""R2 on held-out pictures of the data, below which a label cannot be told from a picture."""
EXPLAINED = 0.1
"""R2 of the straight fit on pictures that it did not see, below which W does not hold it."""
COUNT = 12
BATCH = 8
"""Pictures at a time: a window draws in between."""


def straight_directions(
    generator: Generator,
    network: AttributeNetwork,
    tied: Mapping[str, tuple[str, ...]] | None = None,
    *,
    samples: int = 0,
    seed: int = 0,
) -> Job[list[Direction]]:
    """A direction for each label that pictures show and W holds, those that change most first.

    Strength 1 is one standard deviation of w along the direction. Moves the named label and leaves
    others, but those `tied` to it. Empty where nothing can be learned.
    """
    names = _readable(network)
    if not names:
        return []
    reader = Reader(generator, network.to(generator.w_avg.device))
    samples = samples or min(max(FEWEST, LEAST_SAMPLES * generator.spec.w_dim), MOST)
    w = reader.sample(samples, seed, least_psi=1.0)
    read = yield from reader.read(w, "reading samples", BATCH)
    found = _fitted(reader, w, read, names, {**TIED, **(tied or {})})
    if not found:
        return []
    found = in_deviations(generator, found, seed)
    changes = yield from picture_changes(generator, found, seed)
    return distinct(found, changes)[:COUNT]


def _readable(network: AttributeNetwork) -> list[str]:
    """Labels that the network reads; of portraits those that make sliders."""
    names = [name for name in network.names if network.r2.get(name, 0.0) >= READABLE]
    return [name for name in names if name in SLIDERS] or names


def _fitted(
    reader: Reader,
    w: Tensor,
    read: Tensor,
    names: Sequence[str],
    tied: Mapping[str, tuple[str, ...]],
) -> list[Direction]:
    known, network = int(len(w) * (1 - TESTED)), reader.network
    coefficients, covariance = ridge(w[:known], read[:known])
    rest = read[known:] - w[known:] @ coefficients.t()
    explained = 1 - rest.var(dim=0) / read[known:].var(dim=0).clamp(min=1e-12)
    variance = float(covariance.diagonal().mean())
    found = []
    for name in names:
        target = network.index(name)
        if float(explained[target]) < EXPLAINED:
            continue
        others = [other not in tied.get(name, ()) for other in network.names]
        kept = torch.tensor(others, device=w.device)
        vector = conditional(coefficients, target, kept, variance)
        facts = words_of(name) | {
            "tied": list(tied.get(name, ())),
            "samples": len(w),
            "linear_r2": round(float(explained[target]), 3),
        }
        unit = (vector / vector.norm().clamp(min=1e-12)).float().cpu().numpy()
        found.append(
            Direction(name, unit, (0, reader.generator.spec.num_ws), source="labels", facts=facts)
        )
    return found
