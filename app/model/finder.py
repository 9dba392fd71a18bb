"""Directions that are found in the open model: looked at, named, and pinned as sliders."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.core.directions import carry, free_name, from_table, renamed, save_directions
from app.core.models import OpenModel
from app.core.recipe import Model, Recipe
from app.core.render_loop import Render
from app.model.preview import draft_size
from app.model.runner import Runner
from app.model.studio import PAUSE, Studio
from gan_models.progress import Job, Step
from gan_models.spec import Direction

STRENGTHS = (-2.0, 0.0, 2.0)
"""What the strips show, in standard deviations."""
SHOWN_AS = "(found)"
"""The name of the edit in strips; recipes that are kept never have it."""

Strip = list[np.ndarray]


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found in which model."""

    model: OpenModel
    directions: list[Direction]


class Finder(QObject):
    """Finds directions in turn with the view, and draws a strip for each on the present look."""

    changed = Signal()
    """Others were found, or none are left of a model that was closed."""
    drawn = Signal(int)
    """The strip of this number has come."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.items: dict[int, Direction] = {}
        """By number, the one that changes most first."""
        self.strips: dict[int, Strip] = {}
        self._look = Recipe()
        self._next = 0
        self.finding, self._drawing, self._saving = Runner(self), Runner(self), Runner(self)
        self.finding.finished.connect(self._found)
        self._drawing.progressed.connect(self._keep)
        self._saving.finished.connect(self._saved)
        for runner in (self._drawing, self._saving):
            runner.failed.connect(studio.error_raised)
        studio.model_changed.connect(self._follow_model)

    @property
    def applies(self) -> bool:
        """Whether the open model has a latent space that can be searched."""
        spec = self._studio.spec
        return spec is not None and spec.z_dim > 0 and not spec.map_classes

    @property
    def methods(self) -> list[str]:
        """Those that apply to the open model."""
        model = self._studio.model
        if model is None or not self.applies:
            return []
        return ["pca", "sefa", "style"] if model.generator.style_weights() else ["pca"]

    def find(self, method: str, count: int) -> None:
        """Search in the background; `finding` tells how it goes, then `changed`."""
        if self._studio.model and method in self.methods:
            job = _find(self._studio.model, method, count)
            self.finding.start(self._studio.in_turn(job))

    def find_from_table(self, labels: Path, pictures: Path) -> None:
        """A direction for each column of a CSV of labels, as `find` finds others."""
        if self._studio.model and self.applies:
            job = _find_from_table(self._studio.model, labels, pictures)
            self.finding.start(self._studio.in_turn(job))

    @Slot(object)
    def _found(self, findings: Findings) -> None:
        if findings.model is not self._studio.model:
            return
        self._look = self._studio.recipe
        self.items = dict(enumerate(findings.directions, self._next))
        self._next += len(self.items)
        self.strips = {}
        self.changed.emit()
        self._draw()

    def rename(self, number: int, name: str) -> None:
        """Call one otherwise; an empty name changes nothing."""
        if name.strip():
            self.items[number] = renamed(self.items[number], name.strip())

    def set_layers(self, number: int, layers: tuple[int, int]) -> None:
        """Let one act on the rows [start, end), and draw its strip anew."""
        if layers != self.items[number].layers:
            self.items[number] = replace(self.items[number], layers=layers)
            self.strips.pop(number, None)
            self._draw()

    def pin(self, number: int) -> None:
        """Make it a slider, like those that are imported."""
        self._studio.imports.add(self.items[number])

    def discard(self, number: int) -> None:
        """Forget one."""
        self.items.pop(number, None)
        self.strips.pop(number, None)

    def save(self, path: Path) -> None:
        """Write all of them as a file of directions of this model."""
        model = self._studio.model
        if model and self.items:
            self._saving.start(_save(path, model.ref, _named_apart(self.items.values())))

    @Slot(object)
    def _saved(self, path: Path) -> None:
        self._studio.message.emit(self.tr("Saved {0}").format(path))

    def _draw(self) -> None:
        spec = self._studio.spec
        waiting = {n: d for n, d in self.items.items() if n not in self.strips}
        if spec and waiting:
            render = self._studio.renderer()
            self._drawing.start(_draw_strips(render, self._look, waiting, draft_size(spec)))

    @Slot(object)
    def _keep(self, result: tuple[int, Direction, Strip]) -> None:
        number, direction, strip = result
        now = self.items.get(number)
        if now and now.layers == direction.layers:
            self.strips[number] = strip
            self.drawn.emit(number)

    @Slot()
    def _follow_model(self) -> None:
        self.finding.cancel()
        self._drawing.cancel()
        self.items, self.strips = {}, {}
        self.changed.emit()

    def close(self) -> None:
        """Stop everything."""
        for runner in (self.finding, self._drawing, self._saving):
            runner.close()


def _find(model: OpenModel, method: str, count: int) -> Job[Findings]:
    yield Step(0, 1, "")
    from gan_models.directions.finding import find_directions

    return Findings(model, (yield from find_directions(model.generator, method, count)))


def _find_from_table(model: OpenModel, labels: Path, pictures: Path) -> Job[Findings]:
    return Findings(model, (yield from from_table(model, labels, pictures)))


def _draw_strips(
    render: Render, look: Recipe, directions: dict[int, Direction], resolution: int | None
) -> Generator[tuple[int, Direction, Strip], None, None]:
    for number, direction in directions.items():
        carried = carry(direction)
        looks = [
            look.with_edit(SHOWN_AS, strength, direction.layers, carried) for strength in STRENGTHS
        ]
        yield number, direction, [render(recipe, resolution) for recipe in looks]
        time.sleep(PAUSE)


def _named_apart(directions: Iterable[Direction]) -> list[Direction]:
    named: dict[str, Direction] = {}
    for direction in directions:
        name = free_name(direction.name, named)
        named[name] = renamed(direction, name)
    return list(named.values())


def _save(path: Path, model: Model, directions: list[Direction]) -> Job[Path]:
    yield Step(0, 1, "")
    return save_directions(path, model, directions)
