"""The looks to start from that came with the open model, drawn in the background."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.gallery import gallery_path, load_gallery
from app.core.models import OpenModel
from app.core.recipe import Recipe
from app.core.render_loop import Render
from app.model.changes import adapted
from app.model.looks import Look
from app.model.preview import draft_size
from app.model.runner import Runner

if TYPE_CHECKING:
    from app.model.studio import Studio

DELAY_MS = 500
"""After a model is opened: its first picture comes first."""
LOOK_AGAIN = 0.05
"""Seconds until it is asked again whether the hand rests."""
PAUSE = 0.004
"""Seconds between two pictures: a lock is not fair, and the view shall get its turn."""


class Gallery(QObject):
    """Looks that are only offered; using one is a step of undo like any other."""

    changed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.items: tuple[Look, ...] = ()
        self._drawn: dict[Recipe, np.ndarray] = {}
        self._job = Runner(self)
        self._job.progressed.connect(self._take)
        self._job.failed.connect(studio.error_raised)
        self._delay = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._delay.timeout.connect(self._start)
        studio.model_changed.connect(self._follow_model)
        self._follow_model()

    def use(self, look: Look) -> None:
        """Show a look; it can be undone."""
        self._studio.edit(look.recipe)

    @Slot()
    def _follow_model(self) -> None:
        self._job.cancel()
        self.items = ()
        self.changed.emit()
        model = self._studio.model
        if model and gallery_path(model.path).is_file():
            self._delay.start()

    def _start(self) -> None:
        model = self._studio.model
        if model:
            render, rests = self._studio.renderer(), self._studio.hand_rests
            self._job.start(_steps(model, render, rests, self._drawn))

    @Slot(object)
    def _take(self, looks: tuple[Look, ...]) -> None:
        model = self._studio.model
        if model and looks and looks[0].recipe.model == model.ref:
            self.items = looks
            self._drawn |= {look.recipe: look.picture for look in looks if look.picture is not None}
            self.changed.emit()

    def close(self) -> None:
        """Stop drawing."""
        self._delay.stop()
        self._job.close()


def _steps(
    model: OpenModel, render: Render, rests: Callable[[], bool], drawn: dict[Recipe, np.ndarray]
) -> Generator[tuple[Look, ...], None, None]:
    """The looks as they are read, and again with each picture, which wait until the hand `rests`.

    In the midst of a drag they would double the time of each of its pictures.
    """
    spec, known = model.generator.spec, model.generator.directions
    read = load_gallery(gallery_path(model.path), model.ref)
    recipes = [adapted(recipe, model.ref, spec, known) for recipe in read]
    looks = [Look(str(recipe.latent.main.seed), recipe, drawn.get(recipe)) for recipe in recipes]
    yield tuple(looks)
    for number, look in enumerate(looks):
        while not rests():
            time.sleep(LOOK_AGAIN)
            yield ()
        if look.picture is None:
            looks[number] = replace(look, picture=render(look.recipe, draft_size(spec)))
            yield tuple(looks)
            time.sleep(PAUSE)
