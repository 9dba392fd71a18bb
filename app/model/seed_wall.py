"""The seeds of the open model as a wall of pictures: which are shown, marked and drawn."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.recipe import SEED_LIMIT, Latent, Model, Recipe
from app.core.render_loop import Render
from app.core.seed_marks import SeedMarks
from app.model.preview import draft_size
from app.model.runner import Runner, sentence
from app.model.studio import RANDOM_SEEDS, Studio
from gan_models.errors import GanvasError

PAGE = 60
"""Seeds that are added when the end of the wall comes into sight."""
HELD = 600
"""Pictures in memory; those that were drawn longest ago go first."""
PAUSE = 0.004
"""Seconds between two pictures: a lock is not fair, and the view shall get its turn."""
TILE = 128
"""Least pixels of a picture on a contact sheet."""
REST_MS = 300
"""How long the view must rest before the wall is drawn on."""


class SeedWall(QObject):
    """Seeds without edits, as the psi, class and noise of the present look draw them.

    It draws what the page wants to show and nothing else, in turn with the view, and stands still
    while a hand is moving.
    """

    listed = Signal()
    """Another list of seeds: start, filter or model."""
    grown = Signal(int, int)
    """Seeds were added at the end: how many there were, and are."""
    drawn = Signal(object)
    """The seed whose picture has come."""
    faded = Signal()
    """All pictures are out of date."""
    marked = Signal()
    chosen = Signal()
    """Seed A or B is another."""
    pair_drawn = Signal(object)
    """Seed A and seed B with their pictures, in full, to compare."""

    def __init__(self, studio: Studio, folder: Path | None = None) -> None:
        super().__init__(studio)
        self._studio, self._folder = studio, folder
        self.marks = SeedMarks(Model())
        self.start = 0
        self.filter = ""
        """Nothing, "*" for the starred seeds, or "#tag"."""
        self.seeds: list[int] = []
        self._second: int | None = None
        self._pair: tuple[int, int | None] | None = None
        """Seeds A and B as they were told last."""
        self._wanted: list[int] = []
        self._pictures: OrderedDict[int, np.ndarray] = OrderedDict()
        self._setting: object = None
        self._random = np.random.default_rng()
        self.drawing, self.comparing = Runner(self), Runner(self)
        self.drawing.progressed.connect(self._keep)
        self.drawing.failed.connect(studio.error_raised)
        self.comparing.finished.connect(self.pair_drawn)
        self.comparing.failed.connect(studio.error_raised)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._draw)
        studio.model_changed.connect(self._follow_model)
        studio.recipe_changed.connect(self._follow_recipe)
        self._follow_model()

    def remember_in(self, folder: Path) -> None:
        """Keep stars and tags in files there."""
        self._folder = folder
        self._follow_model()

    @property
    def applies(self) -> bool:
        """Whether seeds alone make pictures with the open model."""
        spec = self._studio.spec
        return spec is not None and not spec.map_classes

    # What is shown

    def show_from(self, seed: int) -> None:
        """List the seeds from `seed` on."""
        self.start, self.filter = seed % SEED_LIMIT, ""
        self._list()

    def random_start(self) -> int:
        """A seed to begin with."""
        return int(self._random.integers(RANDOM_SEEDS))

    def show_only(self, chosen: str) -> None:
        """List the starred seeds ("*"), those with a tag ("#tag"), or all (nothing)."""
        self.filter = chosen
        self._list()

    def grow(self) -> None:
        """Add a page at the end; a filtered list has one."""
        if self.filter or not self.seeds:
            return
        count = len(self.seeds)
        more = min(PAGE, SEED_LIMIT - count)
        self.seeds += seeds_from(self.start + count, more)
        self.grown.emit(count, len(self.seeds))

    def _list(self) -> None:
        if not self.applies:
            self.seeds = []
        elif self.filter == "*":
            self.seeds = self.marks.starred()
        elif self.filter:
            self.seeds = self.marks.tagged(self.filter[1:])
        else:
            self.seeds = seeds_from(self.start, PAGE)
        self._wanted = []
        self.drawing.cancel()
        self.listed.emit()

    # Marks, seed A and seed B

    def star(self, seed: int) -> None:
        """Give a star, or take it."""
        self._mark(lambda: self.marks.star(seed, not self.marks[seed].star))

    def tag(self, seed: int, tag: str, tagged: bool = True) -> None:
        """Give a tag, or take it."""
        self._mark(lambda: self.marks.tag(seed, tag, tagged))

    def _mark(self, change: Callable[[], None]) -> None:
        try:
            change()
        except GanvasError as error:
            self._studio.error_raised.emit(sentence(error))
        self.marked.emit()

    @property
    def first(self) -> int:
        """Seed A, that of the look."""
        return self._studio.recipe.latent.main.seed

    @property
    def second(self) -> int | None:
        """Seed B: that of style mixing, or for models without it the one that was chosen here."""
        return self._studio.mix.source.main.seed if self._mixes else self._second

    @property
    def _mixes(self) -> bool:
        spec = self._studio.spec
        return spec is not None and spec.has_mapping and spec.num_ws > 1

    def use_first(self, seed: int) -> None:
        """Make it seed A."""
        self._studio.set_seed(seed)

    def use_second(self, seed: int) -> None:
        """Make it seed B."""
        self._second = seed
        if self._mixes:
            self._studio.set_second_seed(seed)
        self.chosen.emit()

    def compare(self) -> None:
        """Draw seeds A and B in full; `pair_drawn` brings them."""
        if self.second is not None:
            pair = [(seed, self.recipe(seed)) for seed in (self.first, self.second)]
            self.comparing.start(_draw_pair(self._studio.renderer(), pair))

    def export(self, path: Path, seeds: list[int]) -> None:
        """Write a contact sheet in the background; `Studio.exporting` tells how it goes."""
        from app.core.export import export_sheet

        studio, recipes = self._studio, [self.recipe(seed) for seed in seeds]
        side = studio.spec.resolution if studio.spec else TILE
        names = [str(seed) for seed in seeds]
        render = studio.renderer()
        studio.exporting.start(export_sheet(path, render, recipes, max(TILE, side), names))

    # Drawing

    def recipe(self, seed: int) -> Recipe:
        """The look of a seed on the wall."""
        now = self._studio.recipe
        return Recipe(
            now.model,
            Latent.of_seed(seed, now.latent.main.label),
            now.psi,
            now.cutoff,
            noise_mode=now.noise_mode,
            noise_seed=now.noise_seed,
        )

    def picture(self, seed: int) -> np.ndarray | None:
        """uint8 [H, W, 3], once it is drawn."""
        return self._pictures.get(seed)

    def want(self, seeds: Iterable[int]) -> None:
        """Draw these and no others: what was scrolled past before it was drawn is dropped."""
        wanted = list(seeds)
        if wanted != self._wanted:
            self._wanted = wanted
            if not self._rest.isActive():
                self._draw()

    @Slot()
    def _draw(self) -> None:
        missing = [seed for seed in self._wanted if seed not in self._pictures]
        spec = self._studio.spec
        if not missing or spec is None:
            self.drawing.cancel()
            return
        looks = [(seed, self.recipe(seed)) for seed in missing]
        self.drawing.start(_draw_all(self._studio.renderer(), looks, draft_size(spec)))

    @Slot(object)
    def _keep(self, result: tuple[int, Recipe, np.ndarray]) -> None:
        seed, recipe, picture = result
        if recipe != self.recipe(seed):
            return
        self._pictures[seed] = picture
        while len(self._pictures) > HELD:
            self._pictures.popitem(last=False)
        self.drawn.emit(seed)

    @Slot()
    def _follow_model(self) -> None:
        self.marks = SeedMarks(self._studio.model.ref if self._studio.model else Model())
        if self._folder and self._studio.model:
            self.marks = SeedMarks(self._studio.model.ref, self._folder)
            self._mark(self.marks.load)
        self._pictures.clear()
        self._setting = self.recipe(0)
        self.filter = ""
        self._list()

    @Slot()
    def _follow_recipe(self) -> None:
        """Stand still while a hand moves; draw anew where seeds look different now."""
        self.drawing.cancel()
        self._rest.start()
        setting = self.recipe(0)
        if setting != self._setting:
            self._setting = setting
            self._pictures.clear()
            self.faded.emit()
        if (self.first, self.second) != self._pair:
            self._pair = self.first, self.second
            self.chosen.emit()

    def close(self) -> None:
        """Stop drawing."""
        self._rest.stop()
        self.drawing.close()
        self.comparing.close()


def seeds_from(first: int, count: int) -> list[int]:
    """Seeds that follow each other; after the last one comes 0."""
    return [(first + i) % SEED_LIMIT for i in range(count)]


def _draw_all(
    render: Render, looks: list[tuple[int, Recipe]], resolution: int | None
) -> Generator[tuple[int, Recipe, np.ndarray], None, None]:
    for seed, recipe in looks:
        yield seed, recipe, render(recipe, resolution)
        time.sleep(PAUSE)


def _draw_pair(
    render: Render, looks: list[tuple[int, Recipe]]
) -> Generator[int, None, list[tuple[int, np.ndarray]]]:
    pair = []
    for seed, recipe in looks:
        yield seed
        pair.append((seed, render(recipe, None)))
    return pair
