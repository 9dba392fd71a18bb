"""How the attributes of samples are distributed, beside those of real pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.distances import wasserstein
from gan_models.evaluation.networks import Pictures

RARE: dict[str, tuple[str, Callable[[Tensor], Tensor]]] = {
    "glasses": ("glasses", lambda x: x > 0.5),
    "beard": ("beard", lambda x: x > 0.35),
    "long hair": ("hair_length", lambda x: x > 0.6),
    "grey hair": ("hair_grey", lambda x: x > 0.5),
    "laughing": ("smile", lambda x: x > 0.8),
    "mouth wide open": ("mouth_open", lambda x: x > 0.5),
    "eyes closed": ("eyes_open", lambda x: x < 0.35),
    "head turned": ("yaw", lambda x: x.abs() > 0.3),
}
"""What generators tend to drop: the attribute, and when it counts as there."""


def attribute_figures(
    judge: AttributeNetwork, samples: Pictures, real: Pictures, other: Pictures
) -> dict[str, Any]:
    """Wasserstein-1 distance of each attribute in std, and how often rare things occur.

    All are read by the judge, whose errors so fall on both sides. `other` real pictures against
    `real` ones tell the least distance that so many pictures can have.
    """
    drawn, truth, again = (judge.predict(pictures) for pictures in (samples, real, other))
    return {
        "distance": _distances(judge, drawn, truth),
        "distance_of_real": _distances(judge, again, truth),
        "mean_distance": _mean(_distances(judge, drawn, truth)),
        "mean_distance_of_real": _mean(_distances(judge, again, truth)),
        "rates": {
            thing: {"samples": _rate(judge, drawn, thing), "real": _rate(judge, truth, thing)}
            for thing, (name, _) in RARE.items()
            if name in judge.names
        },
    }


def _distances(judge: AttributeNetwork, drawn: Tensor, truth: Tensor) -> dict[str, float]:
    a, b = judge.standardise(drawn), judge.standardise(truth)
    return {name: round(wasserstein(a[:, k], b[:, k]), 3) for k, name in enumerate(judge.names)}


def _mean(distances: dict[str, float]) -> float:
    return round(sum(distances.values()) / len(distances), 3)


def _rate(judge: AttributeNetwork, read: Tensor, thing: str) -> float:
    name, there = RARE[thing]
    return round(float(there(read[:, judge.index(name)]).float().mean()), 4)
