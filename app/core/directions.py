"""Directions that are not in the model file: imported, kept apart, carried by recipes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.recipe import Carried, Edit, Model, Rows
from gan_models.directions.choices import Choices
from gan_models.errors import DirectionError, ModelLoadError
from gan_models.progress import Job, Step
from gan_models.spec import Direction

if TYPE_CHECKING:  # torch takes a second to load
    from app.core.models import OpenModel

LIMIT = 5.0
"""Standard deviations to which sliders of directions go that a recipe brings along."""
MOST = 12
"""Directions of one file that become sliders; files of components order them by importance."""


def import_directions(
    model: OpenModel, path: Path, choices: Choices, taken: Collection[str] = ()
) -> dict[str, Direction]:
    """All directions of a file for a model, by names that differ from those `taken`.

    Raises DirectionError, ModelLoadError, or UnclearError for what `choices` must say.
    """
    from gan_models.directions.files import is_direction_file, load_directions
    from gan_models.directions.imported import read_directions

    if is_direction_file(path):
        file = load_directions(path)
        if file.sha256 != model.ref.sha256:
            raise DirectionError(
                f"{path} holds directions for the model {file.model!r}, and {model.ref.name!r} is "
                "another one, in which they mean nothing; open that model first"
            )
        layers, rows = choices.layers, model.generator.spec.num_ws
        if layers and layers[1] > rows:
            raise DirectionError(
                f"the model has the layers 0-{rows - 1}; layer {layers[1] - 1} is not there"
            )
        own = file.directions.values()
        found: Iterable[Direction] = [replace(d, layers=layers or d.layers) for d in own]
    else:
        found = read_directions(path, model.generator, choices)
    named: dict[str, Direction] = {}
    for direction in found:
        name = free_name(direction.name, {*taken, *named})
        named[name] = renamed(direction, name)
    return named


def from_table(model: OpenModel, labels: Path, pictures: Path) -> Job[list[Direction]]:
    """A direction for each column of a CSV of labels for a folder of pictures.

    Pictures are read by the encoder that projection left for the model, else by a straight guess.
    Raises DataError where the table does not match.
    """
    yield Step(0, 1, labels.name)
    from app.core.models import cache_folder
    from gan_models.directions.guessing import encoded, guessing
    from gan_models.directions.labelled import label_directions, read_columns
    from gan_models.projection.aids import known_aids

    read_columns(labels)  # what is wrong with it is said before anything is learned
    generator = model.generator
    aids = known_aids(generator, model.ref.sha256, cache_folder())
    if aids and aids.encoder:
        encode = encoded(generator, aids.encoder)
    else:
        encode = yield from guessing(generator)
    return (yield from label_directions(generator, encode, pictures, labels))


def free_name(name: str, taken: Collection[str]) -> str:
    """`name`, or the first of "name 2", "name 3" ... that is not taken."""
    name = name.strip() or "direction"
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free


def renamed(direction: Direction, name: str) -> Direction:
    """The same under another name."""
    return replace(direction, name=name, facts={**direction.facts, "title": name})


def carry(direction: Direction) -> Carried:
    """The direction as a recipe carries it."""
    rows = direction.vector[None] if direction.vector.ndim == 1 else direction.vector
    return Carried(Rows(rows), direction.layers)


def carried_direction(edit: Edit, limit: float) -> Direction | None:
    """The direction that an edit carries; None where the model names it."""
    if edit.carried is None:
        return None
    rows = edit.carried.rows.array
    vector = (rows[0] if len(rows) == 1 else rows).copy()
    limit = max(limit, abs(edit.strength))
    facts = {"title": edit.direction}
    return Direction(edit.direction, vector, edit.carried.layers, limit=limit, facts=facts)


def save_directions(path: Path, model: Model, directions: Iterable[Direction]) -> Path:
    """Write directions as a file of our own that is bound to the model."""
    from gan_models.directions.files import save_directions as save

    save(path, model.name, model.sha256, directions)
    return path


def holds_directions(path: Path) -> bool:
    """Whether a file holds directions rather than a model or anything else.

    A file that cannot be read holds none: what is wrong with it is said when it is opened.
    """
    from gan_models.checkpoints.foreign import is_network
    from gan_models.checkpoints.own import is_own
    from gan_models.checkpoints.reading import read_contents
    from gan_models.directions.files import is_direction_file

    if path.suffix.lower() in (".npy", ".npz"):
        return True
    try:
        if is_own(path):
            return is_direction_file(path)
        if path.stat().st_size > MAX_BYTES:
            return False
        contents = read_contents(path)
        return not is_network(contents) and _has_arrays(contents.root)
    except (OSError, ModelLoadError, DirectionError):
        return False


MAX_BYTES = 2**26
"""No file of directions is larger; models beyond it are not read twice."""


def _has_arrays(root: object) -> bool:
    from gan_models.checkpoints.stored import StoredTensor

    values = root.values() if isinstance(root, dict) else (root,)
    return any(isinstance(value, StoredTensor) for value in values)
