"""A photo on its way to a look: read, cut, searched for in the open model, and shown."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, Signal, Slot

from app.core.alignment import Anchors, Crop, target_of
from app.core.face_detector import DetectorError, find_faces
from app.core.jobs import Progress
from app.core.models import OpenModel
from app.core.photos import Photo, read_noted
from app.core.presets import PRESETS
from app.core.projecting import (
    Way,
    can_project,
    film_of,
    judging,
    look_of,
    projecting,
    saving_tuned,
    settings_of,
    ways_of,
)
from app.core.recipe import Model, Recipe
from app.core.session_file import SavedPhoto
from app.model.runner import Runner
from app.model.studio import Studio

if TYPE_CHECKING:  # torch takes a second to load; the window is drawn before
    from gan_models.projection.project import Projected
    from gan_models.projection.search import ProjectionStep

VIEW, SMALL = 1600, 640
"""Pixels of the longer side of the photo that is worked on by hand, and of what is shown beside it
while the hand moves; what is cut in the end is cut out of the whole."""
FILM_SIZE = 512


@dataclass(frozen=True, eq=False)
class OpenedPhoto:
    """A photo, and itself small enough to be redrawn while the hand moves."""

    photo: Photo
    view: Image.Image
    small: Image.Image
    faces: tuple[Anchors, ...] | None = None
    """What a detector found, the largest first; None: nothing looked for faces."""
    problem: DetectorError | None = None
    """Why the detector that the user has could not look."""

    def source(self, crop: Crop, size: int) -> tuple[Image.Image, Crop]:
        """The smallest version with `size` pixels for a side of the crop, and the crop in it."""
        whole = self.photo.picture.width
        enough = crop.side * self.small.width / whole >= size
        image = self.small if enough else self.view
        share = image.width / whole
        return image, Crop(crop.x * share, crop.y * share, crop.side * share, crop.degrees)

    @property
    def name(self) -> str:
        return self.photo.path.stem


class Projector(QObject):
    """Holds one photo at a time; what was found is shown as a step that undo takes back."""

    opened = Signal(object)
    """An `OpenedPhoto`."""
    aligned = Signal(object)
    """What was cut out, uint8 [H, W, 3]."""
    stepped = Signal(object)
    """A `ProjectionStep`."""
    found = Signal(object)
    """A `Projected`; the window shows it."""
    ended = Signal()
    """The search is over, with or without a result."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.photo: OpenedPhoto | None = None
        self.target: np.ndarray | None = None
        self.last: ProjectionStep | None = None
        self.result: Projected | None = None
        self.film: list[tuple[Recipe, np.ndarray]] = []
        """The states that were shown, with their pictures."""
        self._way: Way = "fast"
        self._model: OpenModel | None = None
        self.reading, self.searching = Runner(self), Runner(self)
        self._judging, self._saving = Runner(self), Runner(self)
        self.reading.finished.connect(self._opened)
        self.searching.progressed.connect(self._stepped)
        self.searching.finished.connect(self._found)
        self.searching.cancelled.connect(self._cancelled)
        self.searching.failed.connect(self._failed)
        self._judging.finished.connect(self._judged)
        self._judging.failed.connect(self._failed)
        self._saving.finished.connect(self._open_tuned)
        for runner in (self.reading, self._saving):
            runner.failed.connect(studio.error_raised)
        studio.model_changed.connect(self._follow_model)

    @property
    def anchors(self) -> Anchors | None:
        """Where the open model's faces have eyes and mouth; None: it is no model of faces."""
        model = self._studio.model
        return target_of(model.generator.provenance) if model else None

    @property
    def ways(self) -> tuple[Way, ...]:
        """How photos can be projected with the open model; none: they cannot."""
        spec = self._studio.spec
        return ways_of(spec) if spec and can_project(spec) else ()

    @property
    def tuned(self) -> bool:
        """Whether the result needs a generator of its own."""
        return self.result is not None and self.result.tuned is not None

    @property
    def clips(self) -> tuple[str, ...]:
        """The presets of clips that people want of a photo, as far as the open model has them."""
        known = self._studio.directions
        wanted = (name for name in ("smile", "gender-swap") if PRESETS[name].direction in known)
        return tuple(wanted)

    @property
    def shown(self) -> bool:
        """Whether the look in the window is that of a photo."""
        return self._studio.photos.of(self._studio.recipe) is not None

    @property
    def busy(self) -> bool:
        """Whether a search runs, or one that was stopped is being judged."""
        return self.searching.running or self._judging.running

    def read(self, path: Path, detector: Path | None = None) -> None:
        """Read a photo in the background; `opened` or an error of the studio follows.

        For a model of faces `detector`, YuNet's file, finds the faces in it.
        """
        self.reading.start(_reading(path, detector if self.anchors else None))

    @Slot(object)
    def _opened(self, photo: OpenedPhoto) -> None:
        self.photo = photo
        self.opened.emit(photo)

    # The search

    def project(self, crop: Crop, way: Way) -> None:
        """Cut the photo and search for it; `stepped`, then `found` and `ended` follow."""
        model = self._studio.model
        if model is None or self.photo is None or way not in self.ways:
            return
        self._model, self._way = model, way
        self.target = self.last = self.result = None
        self.film = []
        settings = settings_of(model.generator.spec, way)
        job = projecting(model, self.photo.photo.picture, crop, settings)
        self.searching.start(self._studio.in_turn(job))

    def stop(self) -> None:
        """End the search at the best that it has."""
        self.searching.cancel()

    @Slot(object)
    def _stepped(self, step: Progress | ProjectionStep) -> None:
        if isinstance(step, Progress):
            if step.preview is not None:
                self.target = step.preview
                self.aligned.emit(step.preview)
            return
        self.last = step
        if step.picture is not None and step.tuned is None and self._model:
            look = look_of(step.ws, self._model.ref)
            if not self.film or self.film[-1][0] != look:  # while nothing is better, time stands
                self.film.append((look, step.picture))
        self.stepped.emit(step)

    @Slot(object)
    def _found(self, result: Projected) -> None:
        self.result = result
        self._show(result.ws)
        self.found.emit(result)
        self.ended.emit()

    @Slot()
    def _cancelled(self) -> None:
        """Show the best so far, then tell how good it is."""
        model, target, last = self._model, self.target, self.last
        if model is None or target is None or last is None or model is not self._studio.model:
            self.ended.emit()
            return
        if last.tuned is None:
            self._show(last.ws)
        settings = settings_of(model.generator.spec, self._way)
        self._judging.start(self._studio.in_turn(judging(model, target, last, settings)))

    @Slot(object)
    def _judged(self, result: Projected) -> None:
        self.result = result
        self.found.emit(result)
        self.ended.emit()

    @Slot(str)
    def _failed(self, text: str) -> None:
        self._studio.error_raised.emit(text)
        self.ended.emit()

    def _show(self, ws: np.ndarray) -> None:
        model = self._studio.model
        if model is None or model is not self._model or self.photo is None or self.target is None:
            return
        look = look_of(ws, model.ref)
        rows = look.latent.main.rows
        assert rows
        self._studio.photos.add(rows, SavedPhoto(self.photo.name, self.target))
        self._studio.edit(look)

    @Slot()
    def _follow_model(self) -> None:
        """What is searched for in a model that was closed is of no use."""
        self._model = self.result = None
        self.film = []
        self.searching.cancel()
        self._judging.cancel()

    # What is made of it

    def show_state(self, number: int) -> None:
        """Show a state of the search in the window."""
        if number < len(self.film) and self._model is self._studio.model:
            self._studio.edit(self.film[number][0])

    def save_film(self, path: Path) -> None:
        """Write the way of the search as a clip."""
        if self.film:
            clip = film_of([look for look, _ in self.film])
            self._studio.export(path, clip, FILM_SIZE, "good")

    def save_tuned(self, path: Path) -> None:
        """Write the generator that was tuned for the photo as a model, and open it."""
        if self.result and self.result.tuned and self.photo:
            self._saving.start(saving_tuned(self.result, path, self.photo.name))

    @Slot(object)
    def _open_tuned(self, path: Path) -> None:
        if self.result:
            self._studio.open(str(path), look_of(self.result.ws, Model()))

    def close(self) -> None:
        """Stop all threads."""
        for runner in (self.reading, self.searching, self._judging, self._saving):
            runner.close()


def _reading(path: Path, detector: Path | None) -> Generator[Progress, None, OpenedPhoto]:
    yield Progress(0, 1)
    photo = read_noted(path)
    view, small = photo.picture.copy(), photo.picture.copy()
    view.thumbnail((VIEW, VIEW))
    small.thumbnail((SMALL, SMALL))
    if detector is None:
        return OpenedPhoto(photo, view, small)
    yield Progress(1, 2)
    try:
        faces = tuple(find_faces(photo.picture, detector))
    except DetectorError as error:
        return OpenedPhoto(photo, view, small, problem=error)
    return OpenedPhoto(photo, view, small, faces)
