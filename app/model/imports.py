"""The imported directions of the open model, beside those that are in its file."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.core.directions import (
    LIMIT,
    MOST,
    carried_direction,
    carry,
    free_name,
    import_directions,
    renamed,
    save_directions,
)
from app.core.jobs import Progress
from app.core.models import OpenModel
from app.core.recipe import Carried, Edit, Recipe
from app.model.runner import Runner
from gan_models.directions.choices import Choices, UnclearError
from gan_models.spec import Direction

if TYPE_CHECKING:
    from app.model.studio import Studio


@dataclass(frozen=True)
class Question:
    """What a file leaves open; `load` is asked again with the answer in `choices`."""

    path: Path
    choices: Choices
    asks: str
    rows: int
    width: int


@dataclass(frozen=True, eq=False)
class Loaded:
    """Directions of a file for one model."""

    path: Path
    model: OpenModel
    directions: dict[str, Direction]


class Imports(QObject):
    """Directions by name, as the panel lists them; recipes carry those that they use.

    A recipe that carries a direction brings it along: after undo, and out of a dropped picture.
    """

    changed = Signal()
    asked = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._all: dict[str, dict[str, Direction]] = {}
        self._carried: dict[str, Carried] = {}
        self._known: dict[Carried, Direction] = {}
        """All that were ever listed, so that one that comes back still knows its file."""
        self._loading, self._saving = Runner(self), Runner(self)
        self._loading.finished.connect(self._loaded)
        self._saving.finished.connect(self._saved)
        for runner in (self._loading, self._saving):
            runner.failed.connect(studio.error_raised)
        studio.model_changed.connect(self._follow_model)
        studio.recipe_changed.connect(self.adopt)

    @property
    def items(self) -> Mapping[str, Direction]:
        """The imported directions of the open model."""
        return self._items

    @property
    def carried(self) -> Mapping[str, Carried]:
        """The same as recipes carry them."""
        return self._carried

    @property
    def _items(self) -> dict[str, Direction]:
        model = self._studio.model
        return self._all.setdefault(model.ref.sha256, {}) if model else {}

    def load(self, path: Path, choices: Choices | None = None) -> None:
        """Import a file in the background; `changed`, `asked` or an error follows."""
        model = self._studio.model
        if model:
            taken = frozenset({*self._studio.directions, *self._items})
            self._loading.start(_load(model, path, choices or Choices(), taken))

    @Slot(object)
    def _loaded(self, found: Loaded | Question) -> None:
        if isinstance(found, Question):
            self.asked.emit(found)
            return
        if self._studio.model is not found.model:
            return
        chosen = dict(list(found.directions.items())[:MOST])
        self._items.update(chosen)
        self._tell_change()
        text = self.tr("{0} of {1} directions imported from {2}")
        text = text.format(len(chosen), len(found.directions), found.path.name)
        self._studio.message.emit(text)

    def add(self, direction: Direction, quiet: bool = False) -> None:
        """List one that was found, under a name that is free; `quiet` where the caller tells it."""
        name = free_name(direction.name, self._studio.directions.keys())
        self._items[name] = renamed(direction, name)
        self._tell_change()
        if not quiet:
            self._studio.message.emit(self.tr("{0} is a slider now").format(name))

    def update(self, name: str, direction: Direction) -> None:
        """Let a listed slider go another way; the look follows where it uses it."""
        self._items[name] = renamed(direction, name)
        self._tell_change()
        edits = tuple(
            replace(edit, carried=self._carried[name]) if edit.direction == name else edit
            for edit in self._studio.recipe.edits
        )
        self._studio.edit(replace(self._studio.recipe, edits=edits), f"update {name}")

    def remove(self, name: str) -> None:
        """Take a direction away, and what the look has of it."""
        self._items.pop(name, None)
        edits = tuple(edit for edit in self._studio.recipe.edits if edit.direction != name)
        self._tell_change()
        self._studio.edit(replace(self._studio.recipe, edits=edits))

    def rename(self, old: str, new: str) -> None:
        """Call a direction otherwise; an empty name changes nothing."""
        new = new.strip()
        if not new or new == old or old not in self._items:
            return
        new = free_name(new, self._studio.directions.keys() - {old})
        self._rename(old, new)
        edits = tuple(
            replace(edit, direction=new) if edit.direction == old else edit
            for edit in self._studio.recipe.edits
        )
        self._studio.edit(replace(self._studio.recipe, edits=edits))

    def _rename(self, old: str, new: str) -> None:
        items = self._items
        kept = {
            new if n == old else n: renamed(d, new) if n == old else d for n, d in items.items()
        }
        items.clear()
        items.update(kept)
        self._tell_change()

    def save(self, path: Path) -> None:
        """Write the imported directions, on the layers that they are set to, as a file of ours."""
        model, recipe = self._studio.model, self._studio.recipe
        if model:
            chosen = [
                replace(direction, layers=recipe.edit(name).layers or direction.layers)
                for name, direction in self._items.items()
            ]
            self._saving.start(_save(path, model, chosen))

    @Slot(object)
    def _saved(self, path: Path) -> None:
        self._studio.message.emit(self.tr("Saved {0}").format(path))

    @Slot(object)
    def adopt(self, recipe: Recipe) -> None:
        """List the directions that a recipe carries, under the names that it gives them."""
        for edit in recipe.edits:
            if edit.carried and self._carried.get(edit.direction) != edit.carried:
                self._adopt(edit)

    def _adopt(self, edit: Edit) -> None:
        same = [name for name, carried in self._carried.items() if carried == edit.carried]
        if edit.direction in self._items:  # another one of this name gives way
            taken = self._studio.directions.keys()
            self._rename(edit.direction, free_name(edit.direction, taken))
        if same:
            self._rename(same[0], edit.direction)
            return
        known = self._known.get(edit.carried) if edit.carried else None
        direction = renamed(known, edit.direction) if known else carried_direction(edit, LIMIT)
        if direction:
            self._items[edit.direction] = direction
            self._tell_change()

    @Slot()
    def _follow_model(self) -> None:
        self._tell_change()

    def _tell_change(self) -> None:
        self._carried = {name: carry(direction) for name, direction in self._items.items()}
        self._known |= {self._carried[name]: d for name, d in self._items.items()}
        self.changed.emit()

    def close(self) -> None:
        """Stop reading and writing."""
        self._loading.close()
        self._saving.close()


def _load(
    model: OpenModel, path: Path, choices: Choices, taken: frozenset[str]
) -> Generator[Progress, None, Loaded | Question]:
    yield Progress(0, 1)
    try:
        return Loaded(path, model, import_directions(model, path, choices, taken))
    except UnclearError as error:
        return Question(path, choices, error.asks, error.rows, error.width)


def _save(
    path: Path, model: OpenModel, directions: list[Direction]
) -> Generator[Progress, None, Path]:
    yield Progress(0, 1)
    return save_directions(path, model.ref, directions)
