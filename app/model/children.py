"""Children of two looks, drawn in the background: used, kept, or left."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.core.children import Child, born, can_have_children
from app.core.models import OpenModel
from app.core.recipe import Latent, Recipe
from app.model.changes import with_seed
from app.model.preview import draft_size
from app.model.runner import Runner
from app.model.studio import RANDOM_SEEDS, Studio

COUNT = 12
"""Siblings on a page."""


@dataclass(frozen=True)
class Parent:
    """A look under its name."""

    name: str
    recipe: Recipe


Drawn = tuple[int, Child | None, np.ndarray]
"""A sibling with its number, or a parent (no child) with its own, and the picture."""


class Children(QObject):
    """Two parents and a page of their children; each is a look, and showing one can be undone."""

    changed = Signal()
    """Other parents or another litter: all is drawn anew."""
    looks_changed = Signal()
    """Others can be chosen as parents."""
    parent_drawn = Signal(int)
    drawn = Signal(int)

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._random = np.random.default_rng()
        self.parents: tuple[Parent, Parent] | None = None
        self.portraits: dict[int, np.ndarray] = {}
        """The pictures of the parents, 0 and 1, as they come."""
        self.items: dict[int, tuple[Child, np.ndarray]] = {}
        self.litter = 0
        self.drawing = Runner(self)
        self.drawing.progressed.connect(self._take)
        self.drawing.failed.connect(studio.error_raised)
        studio.model_changed.connect(self._follow_model)
        studio.looks_changed.connect(self.looks_changed)

    @property
    def applies(self) -> bool:
        """Whether looks of the open model can have children."""
        spec = self._studio.spec
        return spec is not None and can_have_children(spec)

    def begin(self) -> None:
        """Parents to begin with: the look on the canvas, and the newest kept look or a seed."""
        others = [look for look in self._studio.looks.items if look.recipe != self._studio.recipe]
        second = Parent(others[-1].name, others[-1].recipe) if others else self.random_parent()
        self._set((self.present(), second))

    def present(self) -> Parent:
        """The look on the canvas, as a parent."""
        recipe = self._studio.recipe
        kept = (look.name for look in self._studio.looks.items if look.recipe == recipe)
        return Parent(next(kept, None) or self._studio.photos.name_of(recipe), recipe)

    def random_parent(self) -> Parent:
        """A plain random seed, in the class and truncation of what is shown."""
        seed, shown = int(self._random.integers(RANDOM_SEEDS)), self._studio.recipe
        plain = Recipe(shown.model, Latent.of_seed(0, shown.latent.main.label), shown.psi)
        return Parent(self.tr("Seed {0}").format(seed), with_seed(plain, seed))

    def kept(self) -> list[Parent]:
        """The kept looks of the open model, as parents."""
        return [Parent(look.name, look.recipe) for look in self._studio.looks.items]

    def swap(self) -> None:
        """The second parent first."""
        if self.parents:
            self._set((self.parents[1], self.parents[0]))

    def set_parent(self, place: int, parent: Parent) -> None:
        """Another first (0) or second (1) parent."""
        if self.parents:
            first, second = self.parents
            self._set((parent, second) if place == 0 else (first, parent))

    def more(self) -> None:
        """Another litter of the same parents."""
        self.litter += 1
        self._draw()

    def _set(self, parents: tuple[Parent, Parent]) -> None:
        if parents != self.parents:
            self.parents, self.litter = parents, 0
            self.portraits = {}
            self._draw()

    def use(self, number: int) -> None:
        """Show a child; it can be undone."""
        self._studio.edit(self.items[number][0].recipe)

    def keep(self, number: int) -> None:
        """Put a child among the looks."""
        assert self.parents
        child, picture = self.items[number]
        if any(look.recipe == child.recipe for look in self._studio.looks.items):
            return
        names = (parent.name for parent in self.parents)
        self._studio.looks.keep(self.tr("Child of {0} and {1}").format(*names), child.recipe)
        self._studio.looks.drawn(child.recipe, picture)

    def _draw(self) -> None:
        self.items = {}
        self.changed.emit()
        model = self._studio.model
        if model and self.parents and self.applies:
            recipes = (self.parents[0].recipe, self.parents[1].recipe)
            self.drawing.start(self._studio.in_turn(_draw_family(model, recipes, self.litter)))

    @Slot(object)
    def _take(self, drawn: Drawn) -> None:
        number, child, picture = drawn
        if child:
            self.items[number] = (child, picture)
            self.drawn.emit(number)
        else:
            self.portraits[number] = picture
            self.parent_drawn.emit(number)

    @Slot()
    def _follow_model(self) -> None:
        self.drawing.cancel()
        self.parents, self.portraits, self.items = None, {}, {}
        self.changed.emit()

    def close(self) -> None:
        """Stop drawing."""
        self.drawing.close()


def _draw_family(
    model: OpenModel, parents: tuple[Recipe, Recipe], litter: int
) -> Generator[Drawn, None, None]:
    size = draft_size(model.generator.spec)
    for number, parent in enumerate(parents):
        yield number, None, model.render(parent, size)
    for number, child in enumerate(born(model, parents, COUNT, litter)):
        yield number, child, model.render(child.recipe, size)
