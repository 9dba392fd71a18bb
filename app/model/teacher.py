"""A slider that is taught by example: pictures on a wall, marks on them, what follows from both."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.core.directions import carry, free_name
from app.core.models import OpenModel
from app.core.recipe import Latent, Recipe
from app.core.render_loop import Render
from app.core.teaching import Marks
from app.model.preview import draft_size
from app.model.runner import Runner
from app.model.studio import PAUSE, RANDOM_SEEDS, Studio
from gan_models.directions.teaching import Lesson, teach
from gan_models.progress import Job, Step

if TYPE_CHECKING:
    from gan_models.spec import Direction

POPULATION = 2000
"""Seeds whose w stand for all; also those that the wall shows."""
PAGE = 60
"""Pictures that are proposed at a time."""
FEWEST = 3
"""Marks on each side from which there is a slider."""
SOME = 20
"""Seeds that are mapped between two looks at whether to stop."""
STRENGTHS = (-2.0, 0.0, 2.0)
SHOWN_AS = "(taught)"
"""The name of the edit in strips; recipes that are kept never have it."""


@dataclass(frozen=True, eq=False)
class Pupils:
    """The w [N, w_dim] of seeds of one model and class."""

    model: OpenModel
    label: int | None
    seeds: list[int]
    w: np.ndarray

    def of(self, seeds: list[int]) -> np.ndarray:
        """The w [n, w_dim] of some of them."""
        place = {seed: i for i, seed in enumerate(self.seeds)}
        return self.w[[place[seed] for seed in seeds]]


class Teacher(QObject):
    """Marks of one slider, with an undo of their own; the slider follows each of them."""

    listed = Signal()
    """Other pictures are proposed, or none."""
    drawn = Signal(object)
    """The picture of this seed has come."""
    marked = Signal()
    """Marks, name or what is kept are others, and with them the lesson."""
    strip_drawn = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.seeds: list[int] = []
        """What the wall shows."""
        self.pictures: dict[int, np.ndarray] = {}
        self.strip: list[np.ndarray] = []
        self.lesson: Lesson | None = None
        self.name = ""
        """The name of the slider; empty before there is one."""
        self.marks = Marks()
        self._pupils: Pupils | None = None
        self._asked: set[int] = set()
        self._random = np.random.default_rng()
        self.meeting, self._drawing, self._showing = Runner(self), Runner(self), Runner(self)
        self.meeting.finished.connect(self._met)
        self._drawing.progressed.connect(self._keep)
        self._showing.finished.connect(self._show_strip)
        for runner in (self.meeting, self._drawing, self._showing):
            runner.failed.connect(studio.error_raised)
        studio.model_changed.connect(self.start_over)
        studio.imports.changed.connect(self._follow_imports)

    @property
    def applies(self) -> bool:
        """Whether the open model has a latent space that can be learned in."""
        spec = self._studio.spec
        return spec is not None and spec.z_dim > 0 and not spec.map_classes

    # The pictures

    def begin(self) -> None:
        """Propose pictures, if none are yet, and show the slider on the present look."""
        self._draw_strip()
        model = self._studio.model
        if model and self.applies and not (self._pupils or self.meeting.running):
            first = int(self._random.integers(RANDOM_SEEDS))
            label = self._studio.recipe.latent.main.label
            job = _meet(model, label, list(range(first, first + POPULATION)))
            self.meeting.start(self._studio.in_turn(job))

    @Slot(object)
    def _met(self, pupils: Pupils) -> None:
        if pupils.model is self._studio.model:
            self._pupils = pupils
            self.propose_random()

    def propose_random(self) -> None:
        """Show pictures that were not shown yet, as they come."""
        if self._pupils:
            self._propose([seed for seed in self._pupils.seeds if seed not in self._asked])

    def propose_unsure(self) -> None:
        """Show the pictures of which the lesson is least sure."""
        if self._pupils and self.lesson:
            free = [i for i, s in enumerate(self._pupils.seeds) if s not in self._asked]
            nearest = self.lesson.least_sure(self._pupils.w[free], PAGE)
            self._propose([self._pupils.seeds[free[i]] for i in nearest])

    def _propose(self, seeds: list[int]) -> None:
        # All were shown: begin again, without those that are marked.
        if not seeds and self._pupils:
            self._asked = set(self.marks)
            seeds = [seed for seed in self._pupils.seeds if seed not in self._asked]
        self.seeds = seeds[:PAGE]
        self._asked |= set(self.seeds)
        self._draw(self.seeds)
        self.listed.emit()

    def show_marked(self) -> None:
        """Show the pictures that are marked, more first."""
        self.seeds = sorted(self.marks, key=lambda seed: -self.marks[seed])
        self._draw(self.seeds)
        self.listed.emit()

    def recipe(self, seed: int) -> Recipe:
        """The look of a seed on the wall: as the model draws it, at full variety."""
        label = self._pupils.label if self._pupils else None
        return Recipe(self._studio.recipe.model, Latent.of_seed(seed, label), 1.0)

    def _draw(self, seeds: Iterable[int]) -> None:
        spec = self._studio.spec
        missing = [(seed, self.recipe(seed)) for seed in seeds if seed not in self.pictures]
        if spec and missing:
            self._drawing.start(_draw_all(self._studio.renderer(), missing, draft_size(spec)))

    @Slot(object)
    def _keep(self, drawn: tuple[int, Recipe, np.ndarray]) -> None:
        seed, recipe, picture = drawn
        if recipe == self.recipe(seed):
            self.pictures[seed] = picture
            self.drawn.emit(seed)

    # The marks

    def mark(self, seed: int, sign: int) -> None:
        """Mark a picture as more (1), less (-1) or neither (0)."""
        if sign != self.marks[seed]:
            self.marks = self.marks.with_mark(seed, sign)
            self._learn()

    def set_keep(self, names: Iterable[str]) -> None:
        """Leave alone what these sliders move."""
        self.marks = self.marks.with_keep(frozenset(names))
        self._learn()

    @property
    def can_undo(self) -> bool:
        return self.marks.before is not None

    @property
    def can_redo(self) -> bool:
        return self.marks.after is not None

    def undo(self) -> None:
        """Take back the last mark."""
        self.marks = self.marks.undone()
        self._learn()

    def redo(self) -> None:
        self.marks = self.marks.redone()
        self._learn()

    def rename(self, name: str) -> None:
        """Call the slider otherwise."""
        if self.name:
            self._studio.imports.rename(self.name, name)

    @Slot()
    def start_over(self) -> None:
        """Forget marks and pictures; a slider that was taught stays."""
        for runner in (self.meeting, self._drawing, self._showing):
            runner.cancel()
        self.seeds, self.pictures, self.strip = [], {}, []
        self.lesson, self.name, self.marks = None, "", Marks()
        self._pupils, self._asked = None, set()
        self.listed.emit()
        self.marked.emit()

    # The lesson

    @property
    def keepable(self) -> dict[str, Direction]:
        """The other sliders."""
        return {n: d for n, d in self._studio.directions.items() if n != self.name}

    def _learn(self) -> None:
        more, less = self.marks.of(1), self.marks.of(-1)
        pupils, spec = self._pupils, self._studio.spec
        self.lesson = None
        if pupils and spec and min(len(more), len(less)) >= FEWEST:
            keep = [d for name, d in self.keepable.items() if name in self.marks.keep]
            name = self.name or self._new_name()
            w = (pupils.of(more), pupils.of(less))
            self.lesson = teach(name, pupils.w, w[0], w[1], spec.num_ws, keep)
            self._update_slider(self.lesson.direction)
        self._draw_strip()
        self.marked.emit()

    def _new_name(self) -> str:
        return free_name(self.tr("Taught"), self._studio.directions.keys())

    def _update_slider(self, direction: Direction) -> None:
        """The slider appears, or moves with what was learned."""
        imports = self._studio.imports
        if self.name not in imports.items:
            self.name = direction.name
            imports.add(direction, quiet=True)  # the page tells; a strip would move the wall
        else:
            layers = imports.items[self.name].layers
            imports.update(self.name, replace(direction, layers=layers))

    @Slot()
    def _follow_imports(self) -> None:
        """Follow a slider that was renamed, and let go of one that was removed."""
        items = self._studio.imports.items
        if self.lesson is None or self.name in items:
            return
        vector = self.lesson.direction.vector  # renaming keeps it
        self.name = next((name for name, d in items.items() if d.vector is vector), "")
        self.marked.emit()

    def _draw_strip(self) -> None:
        spec = self._studio.spec
        if spec is None or self.lesson is None:
            self.strip = []
            self.strip_drawn.emit()
            return
        direction = self.lesson.direction
        look = self._studio.recipe.with_edit(self.name, 0.0)
        looks = [
            look.with_edit(SHOWN_AS, strength, direction.layers, carry(direction))
            for strength in STRENGTHS
        ]
        self._showing.start(_draw_looks(self._studio.renderer(), looks, draft_size(spec)))

    @Slot(object)
    def _show_strip(self, strip: list[np.ndarray]) -> None:
        self.strip = strip
        self.strip_drawn.emit()

    def close(self) -> None:
        """Stop everything."""
        for runner in (self.meeting, self._drawing, self._showing):
            runner.close()


def _meet(model: OpenModel, label: int | None, seeds: list[int]) -> Job[Pupils]:
    """Map seeds as looks do, some at a time."""
    yield Step(0, len(seeds), "")
    from app.core.picture import latent_ws

    parts = []
    for done, seed in enumerate(seeds):
        parts.append(latent_ws(model.generator, Latent.of_seed(seed, label))[0, 0].cpu().numpy())
        if done % SOME == SOME - 1:
            yield Step(done, len(seeds), "")
    return Pupils(model, label, seeds, np.stack(parts))


def _draw_all(
    render: Render, looks: list[tuple[int, Recipe]], resolution: int | None
) -> Generator[tuple[int, Recipe, np.ndarray], None, None]:
    for seed, recipe in looks:
        yield seed, recipe, render(recipe, resolution)
        time.sleep(PAUSE)


def _draw_looks(
    render: Render, looks: list[Recipe], resolution: int | None
) -> Generator[Step, None, list[np.ndarray]]:
    strip = []
    for number, look in enumerate(looks):
        yield Step(number, len(looks), "")
        strip.append(render(look, resolution))
    return strip
