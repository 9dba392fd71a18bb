"""The one observable object that the window is a view of."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.clip import Clip
from app.core.drawn import Ask, Drawn
from app.core.history import History
from app.core.jobs import Progress
from app.core.models import OpenModel
from app.core.performance import Performance
from app.core.recipe import SEED_LIMIT, Latent, Recipe, StyleMix, lerp_recipe
from app.core.render_loop import Draw, Render, RenderLoop, Result
from app.core.session_file import SavedLook, Session
from app.model import changes
from app.model.controls import Controls
from app.model.gallery import Gallery
from app.model.imports import Imports
from app.model.keeper import CopyKeeper
from app.model.looks import Look, Looks, looks_of
from app.model.opener import Opened, Opener
from app.model.photos import Photos
from app.model.runner import Runner, sentence
from app.model.tuning import Tuning
from gan_models.directions.keeping import kept_moves
from gan_models.errors import GanvasError
from gan_models.spec import Direction, NoiseMode, Spec
from gan_models.stopping import between_operations

if TYPE_CHECKING:  # encoders are loaded when something is exported
    from app.core.writers import Quality

RANDOM_SEEDS = 1_000_000
"""Random seeds have six digits at most: they can be read out and typed in elsewhere."""
PAUSE = 0.004
"""Seconds between two steps of a job: a lock is not fair, and the view shall get its turn."""
REST_MS = 150
"""How long the hand must rest before the full picture follows a draft."""
T = TypeVar("T")


class Studio(QObject):
    """Model, recipe, history, looks and locks; lives on the GUI thread and never waits for torch.

    `edit` is the only writer of the recipe: history, render request and signals happen there.
    """

    model_changed = Signal()
    recipe_changed = Signal(object)
    picture_ready = Signal(object)
    second_ready = Signal(object)
    """The picture, uint8 [H, W, 3], of the second seed by itself."""
    history_changed = Signal()
    looks_changed = Signal()
    locks_changed = Signal()
    error_raised = Signal(str)
    message = Signal(str)
    job_changed = Signal()
    retuned = Signal()
    """The same model is drawn another way."""
    session_opened = Signal(object)
    """An `Opened`, when it is shown."""
    photo_given = Signal(object)
    """The path of a picture without a recipe, for a model that photos can be projected with."""
    model_missing = Signal(object)
    """An `Opened` that waits for `open_with`."""
    _drawn = Signal(object)
    _second_drawn = Signal(object)

    def __init__(self, parent: QObject | None = None, device: str = "auto") -> None:
        super().__init__(parent)
        self.tuning = Tuning(Performance(device), self)
        self.tuning.tuned.connect(self._retune)
        self.tuning.failed.connect(self.error_raised)
        self._opener, self.photos = Opener(self.tuning), Photos()
        self.model: OpenModel | None = None
        self.result: Result | None = None
        """What is on the canvas."""
        self.locks: frozenset[str] = frozenset()
        self.looks = Looks(self)
        self.looks.changed.connect(self.looks_changed)
        self.opening = Runner(self)
        self.opening.finished.connect(self._opened)
        self.saving = Runner(self)
        self.saving.finished.connect(self._saved)
        self.exporting = Runner(self)
        self.exporting.finished.connect(self._saved)
        for runner in (self.opening, self.saving, self.exporting):
            runner.failed.connect(self.error_raised)
            for signal in (runner.started, runner.progressed, runner.finished):
                signal.connect(self.job_changed)
            for ending in (runner.failed, runner.cancelled):
                ending.connect(self.job_changed)
        self.controls, self.imports = Controls(self), Imports(self)
        self.gallery = Gallery(self)
        self.keeper = CopyKeeper(self)
        self._drawing = Runner(self)
        self._drawing.progressed.connect(lambda drawn: self.looks.drawn(*drawn))
        self._history = History(Recipe())
        self._random = np.random.default_rng()
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._submit_full)
        self._loop = RenderLoop(_nothing, self._drawn.emit)
        self._second_loop = RenderLoop(_nothing, self._second_drawn.emit)
        self._drawn.connect(self._show)
        self._second_drawn.connect(self._show_second)

    @property
    def recipe(self) -> Recipe:
        """The look that is shown."""
        return self._history.current

    @property
    def spec(self) -> Spec | None:
        """What the open model is."""
        return self.model.generator.spec if self.model else None

    @property
    def directions(self) -> Mapping[str, Direction]:
        """The named directions of the open model, and those that were imported for it."""
        return {**self.model_directions, **self.imports.items}

    @property
    def model_directions(self) -> Mapping[str, Direction]:
        """The named directions in the file of the open model."""
        return self.model.generator.directions if self.model else {}

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    # The one writer

    def edit(self, recipe: Recipe, merge_key: str | None = None) -> None:
        """Show another look. With a `merge_key` it is part of a gesture, one step of undo."""
        if self.model is None or recipe == self.recipe:
            return
        self._history.push(recipe, merge_key)
        self._recipe_changed(draft=merge_key is not None)

    def end_gesture(self) -> None:
        """The hand let go: the full picture follows now, and the next edit is a new step."""
        self._history.end_gesture()
        self.history_changed.emit()
        if self._rest.isActive():
            self._rest.stop()
            self._submit_full()

    def undo(self) -> None:
        self._history.undo()
        self._recipe_changed()

    def redo(self) -> None:
        self._history.redo()
        self._recipe_changed()

    def _recipe_changed(self, draft: bool = False) -> None:
        self._rest.start() if draft else self._rest.stop()
        # First of all: it is drawn while the panels follow.
        self._loop.submit(self.recipe, self.tuning.chosen.budget if draft else None)
        self.recipe_changed.emit(self.recipe)
        self.history_changed.emit()

    def _submit_full(self) -> None:
        self._loop.submit(self.recipe, None)

    # What panels ask for

    def set_seed(self, seed: int) -> None:
        self.edit(changes.with_seed(self.recipe, seed))

    def random_seed(self) -> None:
        self.set_seed(int(self._random.integers(RANDOM_SEEDS)))

    def travel(self, seed: int, share: float) -> None:
        """Go to a point between `seed` and the next one."""
        self.edit(changes.with_seed(self.recipe, seed, share), "travel")

    def set_second_seed(self, seed: int) -> None:
        label = self.mix.source.main.label
        mix = replace(self.mix, source=Latent.of_seed(seed % SEED_LIMIT, label))
        self.edit(changes.with_mix(self.recipe, mix))

    def random_second_seed(self) -> None:
        self.set_second_seed(int(self._random.integers(RANDOM_SEEDS)))

    @property
    def mix(self) -> StyleMix:
        """The style mix with a weight for each row of the model."""
        return changes.mix_of(self.recipe, self.spec.num_ws if self.spec else 0)

    def set_mix(self, weights: tuple[float, ...], merge_key: str | None = None) -> None:
        self.edit(changes.with_mix(self.recipe, replace(self.mix, weights=weights)), merge_key)

    def set_edit(self, direction: str, strength: float) -> None:
        """Move one named slider; its layer range stays."""
        layers = self.recipe.edit(direction).layers
        self._edit_along(direction, strength, layers, "edit")

    def set_layers(self, direction: str, layers: tuple[int, int] | None) -> None:
        """Let a slider act on other layers; None: on those that the direction was fitted for."""
        strength = self.recipe.edit(direction).strength
        self._edit_along(direction, strength, layers, "layers")

    def _edit_along(
        self, direction: str, strength: float, layers: tuple[int, int] | None, gesture: str
    ) -> None:
        carried = self.imports.carried.get(direction)
        recipe = self.recipe.with_edit(direction, strength, layers, carried)
        self.edit(recipe, f"{gesture} {direction}")

    def set_keep(self, direction: str, kept: bool) -> None:
        """Let the other sliders leave an attribute as it is, or free it."""
        self.edit(self.recipe.with_keep(direction, float(kept)))

    def moves(self, direction: str) -> dict[str, float]:
        """What one unit of a slider moves in std, with what is kept; empty where not measured."""
        known, layers = self.directions, self.recipe.edit(direction).layers
        kept = [(known[name], weight) for name, weight in self.recipe.keeps if name in known]
        return kept_moves(known[direction], layers, kept)

    def random_edits(self) -> None:
        """Set all sliders at random but the locked ones."""
        free = {name: d for name, d in self.directions.items() if name not in self.locks}
        recipe = changes.random_edits(self.recipe, free, self.imports.carried, self._random)
        self.edit(recipe)

    def reset_edits(self) -> None:
        self.edit(changes.reset_edits(self.recipe, self.locks))

    def reset(self) -> None:
        """Back to the seed as it is."""
        self.edit(changes.reset(self.recipe))

    def set_psi(self, psi: float) -> None:
        self.edit(replace(self.recipe, psi=psi), "psi")

    def set_cutoff(self, cutoff: int | None) -> None:
        self.edit(replace(self.recipe, cutoff=cutoff), "cutoff")

    def set_noise(self, mode: NoiseMode, seed: int) -> None:
        self.edit(replace(self.recipe, noise_mode=mode, noise_seed=seed % SEED_LIMIT))

    def lock(self, direction: str, locked: bool) -> None:
        """Keep "random" and "reset all" from touching a slider."""
        self.locks = self.locks | {direction} if locked else self.locks - {direction}
        self.locks_changed.emit()

    def keep_look(self) -> None:
        """Keep what is shown among the looks."""
        if self.model:
            self.looks.keep(self.photos.name_of(self.recipe), self.recipe)
            self._draw_looks()

    def _draw_looks(self) -> None:
        waiting = [look.recipe for look in self.looks.items if look.picture is None]
        if waiting:
            self._drawing.start(_draw_all(self.renderer(), waiting))

    def return_to(self, look: Look) -> None:
        self.edit(look.recipe)

    def morph(self, start: Recipe, look: Look, share: float) -> None:
        """Show a point on the way from `start` to a kept look."""
        self.edit(lerp_recipe(start, look.recipe, share), "morph")

    # Drawing

    def _draw_with(self, model: OpenModel) -> None:
        self._loop.set_draw(model.draw)
        self._second_loop.set_draw(self._drawer(model))

    @Slot(object)
    def _retune(self, model: OpenModel) -> None:
        """Go on with the same model on another device or in another precision."""
        if self.model and self.model.ref == model.ref:
            self.model = model
            self._draw_with(model)
            self.retuned.emit()
            self._submit_full()

    def in_turn(self, steps: Generator[Any, None, T]) -> Generator[Any, None, T]:
        """The same job, each step while the view does not draw with the model."""
        lock, spec = self._loop.lock, self.spec
        while True:
            with lock, between_operations(spec.resolution if spec else 0):
                try:
                    step = next(steps)
                except StopIteration as end:
                    return end.value
            yield step
            time.sleep(PAUSE)

    def hand_rests(self) -> bool:
        """Whether nobody has changed anything for a moment, and the full picture was asked for."""
        return not self._loop.asked_within(2 * REST_MS / 1000)

    def renderer(self) -> Render:
        """What jobs draw with, on their threads: the open model, in turn with the view."""
        model, lock = self.model, self._loop.lock
        if model is None:
            return _nothing

        def render(recipe: Recipe, resolution: int | None = None) -> np.ndarray:
            with lock:
                return model.render(recipe, resolution)

        return render

    def _drawer(self, model: OpenModel) -> Draw:
        """The same for a second view."""
        lock = self._loop.lock

        def draw(recipe: Recipe, budget: float | None, superseded: Ask) -> Drawn:
            with lock:
                return model.draw(recipe, budget, superseded)

        return draw

    @Slot(object)
    def _show(self, result: Result) -> None:
        if self.model is None or result.request.recipe.model != self.model.ref:
            return
        if result.error and result.request.recipe == self.recipe:
            self._rest.stop()  # once is enough
        if result.picture is None:
            assert result.error is not None
            self.error_raised.emit(sentence(result.error))
            return
        if result.drawn and result.drawn.full and result.request.recipe == self.recipe:
            self._rest.stop()  # nothing better would come
        self.result = result
        self.picture_ready.emit(result)
        if result.drawn and result.drawn.note:
            self.message.emit(result.drawn.note)

    def draw_second(self) -> None:
        """Ask for the picture of the second seed; `second_ready` brings it."""
        recipe = Recipe(self.recipe.model, self.mix.source, self.recipe.psi, self.recipe.cutoff)
        recipe = replace(recipe, label_map=self.recipe.label_map)
        self._second_loop.submit(recipe)

    @Slot(object)
    def _show_second(self, result: Result) -> None:
        if self.model and result.request.recipe.model == self.model.ref and result.error is None:
            self.second_ready.emit(result.picture)

    # Files

    def open(self, name_or_path: str, look: Recipe | None = None) -> None:
        """Open a bundled model (see `Opener.steps` for `look`), or any file that we know."""
        self.opening.start(self._opener.steps(name_or_path, self.model, self.recipe, look))

    def open_recipe(self, recipe: Recipe, source: str) -> None:
        """Show a recipe that came from elsewhere (`source`, for messages), with its own model."""
        self.opening.start(self._opener.recipe_steps(recipe, source, self.model))

    def open_with(self, opened: Opened, model_file: str) -> None:
        """Show what needed a model that was missing with another."""
        self.opening.start(self._opener.steps_with(opened, model_file))

    def session(self) -> Session:
        """All that a session file holds."""
        recipe, looks = self.recipe, self.looks.all
        shas = {recipe.model.sha256, *(look.recipe.model.sha256 for look in looks)}
        saved = tuple(SavedLook(look.name, look.recipe, look.picture) for look in looks)
        photos = self.photos.needed([recipe, *(look.recipe for look in looks)])
        return Session(recipe, saved, self.locks, self._opener.files(shas), photos)

    @Slot(object)
    def _opened(self, opened: Opened) -> None:
        model, recipe = opened.model, opened.recipe
        if opened.gives:
            if model and self.model is None:
                self._set_model(model, recipe)
            take = {"directions": self.imports.load, "label map": self.controls.maps.load}
            take.get(opened.gives, self.photo_given.emit)(opened.path)
            return
        if model is None:
            self.model_missing.emit(opened)
            return
        if opened.session:
            self._show_session(opened, model)
        elif model is not self.model:
            own = recipe if recipe and recipe.model == model.ref else None
            self._set_model(model, own)
        if recipe is None:
            return
        if recipe.model.sha256 != model.ref.sha256:
            self.error_raised.emit(
                self.tr(
                    "Made with another model ({0}): {1} shows the same seeds and sliders "
                    "its own way. Open {0} to see the picture as it was."
                ).format(recipe.model.name or "?", model.ref.name)
            )
        spec, known = model.generator.spec, model.generator.directions
        self.edit(changes.adapted(recipe, model.ref, spec, known))

    def _show_session(self, opened: Opened, model: OpenModel) -> None:
        """Looks and locks as in the file; where another model shows it, its looks follow."""
        session = opened.session
        assert session is not None
        self.photos.take(session.photos)
        self.looks.set_all(looks_of(session, model))
        self.locks = session.locks
        self._set_model(model, session.recipe)
        self.locks_changed.emit()
        self._draw_looks()
        self.session_opened.emit(opened)

    def _set_model(self, model: OpenModel, recipe: Recipe | None = None) -> None:
        """Show another model, on `recipe` or on the look that is shown now."""
        self.model, self.result = model, None
        spec = model.generator.spec
        known = model.generator.directions
        start = changes.adapted(recipe or self.recipe, model.ref, spec, known)
        self._history = History(start)
        self.locks &= frozenset(known)
        self._draw_with(model)
        self.model_changed.emit()
        self.looks.show_model(model.ref)
        self._recipe_changed(draft=True)  # a large model shows itself small, and at once

    def save_picture(self, path: Path, size: int | None = None) -> None:
        """Save the look as PNG with its recipe inside."""
        self.saving.start(save_steps(path, self.renderer(), self.recipe, size))

    def export(self, path: Path, clip: Clip, size: int | None, quality: Quality) -> None:
        """Write a clip in the background; `exporting` tells how it goes."""
        from app.core.batches import frames_with
        from app.core.export import export_clip

        device, lock = self.tuning.chosen.device, self._loop.lock
        frames = frames_with(self.model, device, lock) if self.model else None
        render = self.renderer()
        steps = export_clip(path, clip, render, size=size, quality=quality, frames=frames)
        self.exporting.start(steps)

    @Slot(object)
    def _saved(self, path: Path) -> None:
        self.message.emit(self.tr("Saved {0}").format(path))

    def close(self) -> None:
        """Stop all threads; what a job had half written is removed."""
        self._rest.stop()
        self.tuning.close()
        self.controls.close()
        self.gallery.close()
        self.imports.close()
        self.keeper.close()
        for runner in (self.opening, self.saving, self.exporting, self._drawing):
            runner.close()
        self._loop.close()
        self._second_loop.close()


def _nothing(*_: object) -> NoReturn:
    raise GanvasError("no model is open")


def save_steps(
    path: Path, render: Render, recipe: Recipe, size: int | None
) -> Generator[Progress, None, Path]:
    from app.core.export import export_picture

    """A job that saves the picture of a recipe as PNG with the recipe inside."""
    yield Progress(0, 1)
    return export_picture(path, render(recipe, None), recipe, size)


def _draw_all(
    render: Render, recipes: list[Recipe]
) -> Generator[tuple[Recipe, np.ndarray], None, None]:
    for recipe in recipes:
        yield recipe, render(recipe, None)
