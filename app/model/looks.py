"""The looks that a person keeps, to return to and to morph between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.core.models import OpenModel
from app.core.recipe import Model, Recipe
from app.core.session_file import Session
from app.model.changes import adapted


@dataclass(frozen=True, eq=False)
class Look:
    """A kept recipe with its picture, uint8 [H, W, 3], once that is drawn."""

    name: str
    recipe: Recipe
    picture: np.ndarray | None = None


class Looks(QObject):
    """An ordered list of looks, those of the open model; others wait for their model."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Look] = []
        self._model = Model()

    def show_model(self, model: Model) -> None:
        """Turn to the looks of another model."""
        self._model = model
        self.changed.emit()

    @property
    def all(self) -> tuple[Look, ...]:
        """The looks of every model, in order."""
        return tuple(self._all)

    def set_all(self, looks: Iterable[Look]) -> None:
        """Have these looks in place of those before, as when a session is opened."""
        self._all = list(looks)
        self.changed.emit()

    @property
    def items(self) -> tuple[Look, ...]:
        """The looks of the open model, in order."""
        return tuple(look for look in self._all if look.recipe.model == self._model)

    def keep(self, name: str, recipe: Recipe) -> Look:
        """Add a look at the end."""
        look = Look(name, recipe)
        self._all.append(look)
        self.changed.emit()
        return look

    def drawn(self, recipe: Recipe, picture: np.ndarray) -> None:
        """Give the looks of a recipe their picture."""
        for look in [look for look in self._all if look.recipe == recipe]:
            self._replace(look, replace(look, picture=picture))

    def rename(self, look: Look, name: str) -> None:
        """Call a look otherwise; an empty name changes nothing."""
        if name.strip() and name != look.name:
            self._replace(look, replace(look, name=name.strip()))

    def delete(self, look: Look) -> None:
        """Forget a look."""
        self._all.remove(look)
        self.changed.emit()

    def move(self, look: Look, position: int) -> None:
        """Put a look at `position` among those of the open model."""
        others = [other for other in self.items if other is not look]
        others.insert(position, look)
        self._all = [kept for kept in self._all if kept.recipe.model != self._model] + others
        self.changed.emit()

    def _replace(self, old: Look, new: Look) -> None:
        self._all[self._all.index(old)] = new
        self.changed.emit()


def looks_of(session: Session, model: OpenModel) -> list[Look]:
    """The kept looks of a session; those of its own model become looks of `model`."""
    spec, known = model.generator.spec, model.generator.directions
    looks = []
    for saved in session.looks:
        look = Look(saved.name, saved.recipe, saved.picture)
        if look.recipe.model == session.recipe.model != model.ref:
            look = Look(look.name, adapted(look.recipe, model.ref, spec, known))
        looks.append(look)
    return looks
