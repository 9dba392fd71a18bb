"""Sliders at once for a snapshot that is opened from its run: nobody has named any yet."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.core.models import OpenModel
from app.core.snapshot_labels import label_sliders, learn_labels
from app.model.runner import Runner
from app.model.studio import Studio
from gan_models.progress import Job
from gan_models.spec import Direction

METHODS = {"pca": 6, "sefa": 4}
"""How many directions are asked of each method, where the model has what it needs."""

Found = tuple[OpenModel, list[Direction]]


class SnapshotSliders(QObject):
    """Finds directions in the model that is opened next, if it brings none.

    First those that need no labels; those of the data set's labels follow, where it has any.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._expected: Path | None = None
        self.finding, self.labelling = Runner(self), Runner(self)
        self.finding.finished.connect(self._found)
        self.labelling.finished.connect(self._labelled)
        for runner in (self.finding, self.labelling):
            runner.failed.connect(studio.error_raised)
        studio.model_changed.connect(self._follow_model)

    def expect(self, path: Path) -> None:
        """The model of this file shall have sliders once it is open."""
        self._expected = path

    @Slot()
    def _follow_model(self) -> None:
        model, expected = self._studio.model, self._expected
        self.finding.cancel()
        self.labelling.cancel()
        if model is None or model.path != expected:
            return
        self._expected = None
        spec = model.generator.spec
        searchable = spec.z_dim > 0 and not spec.map_classes
        if searchable and not self._studio.directions and not self._studio.imports.items:
            self.finding.start(self._studio.in_turn(_find(model)))

    @Slot(object)
    def _found(self, found: Found) -> None:
        if self._add(found):
            text = self.tr("{0} sliders were found: see what they do, and name them")
            self._studio.message.emit(text.format(len(found[1])))
            self.labelling.start(_find_labels(self._studio, found[0]))

    @Slot(object)
    def _labelled(self, found: Found) -> None:
        if self._add(found) and found[1]:
            text = self.tr("{0} sliders follow the labels of the data set")
            self._studio.message.emit(text.format(len(found[1])))

    def _add(self, found: Found) -> bool:
        """Make sliders of them, if their model is still the open one."""
        model, directions = found
        if model is not self._studio.model:
            return False
        for direction in directions:
            self._studio.imports.add(direction)
        return True

    def close(self) -> None:
        """Stop searching."""
        self.finding.close()
        self.labelling.close()


def _find(model: OpenModel) -> Generator[object, None, Found]:
    found: list[Direction] = []
    for method, count in METHODS.items():
        if method == "pca" or model.generator.style_weights():
            found += yield from _search(model, method, count)
    return model, found


def _search(model: OpenModel, method: str, count: int) -> Job[list[Direction]]:
    from gan_models.directions.finding import find_directions

    return (yield from find_directions(model.generator, method, count))


def _find_labels(studio: Studio, model: OpenModel) -> Generator[object, None, Found]:
    """Learning to read the labels leaves the view alone; trying them on the model takes turns."""
    read = yield from learn_labels(model.path)
    found = (yield from studio.in_turn(label_sliders(model, read))) if read else []
    return model, found
