"""Sliders by the labels of the data set that a snapshot of a run learned from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.models import OpenModel
from gan_models.progress import Job, Step
from gan_models.spec import Direction

if TYPE_CHECKING:  # torch takes a second to load
    from gan_models.evaluation.attributes import AttributeNetwork

Read = tuple["AttributeNetwork", dict[str, tuple[str, ...]]]


def learn_labels(snapshot: Path) -> Job[Read | None]:
    """The network, and which labels exclude each other; None where there are no labels."""
    yield Step(0, 1, "")
    from gan_models.datasets.labels import known_labels
    from gan_models.training.readers import data_of, label_reader

    data = data_of(snapshot)
    if data is None:
        return None
    labels = known_labels(data)
    network = yield from label_reader(data, labels)
    return None if network is None else (network, dict(labels.tied))


def label_sliders(model: OpenModel, read: Read) -> Job[list[Direction]]:
    """Directions for the labels, by the names that people see."""
    from gan_models.directions.straight import straight_directions

    found = yield from straight_directions(model.generator, *read)
    return [replace(each, name=str(each.facts["title"])) for each in found]
