"""Sliders at once for a snapshot that is opened from its run: nobody has named any yet."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.core.models import OpenModel
from app.model.runner import Runner
from app.model.studio import Studio
from gan_models.progress import Job
from gan_models.spec import Direction

METHODS = {"pca": 6, "sefa": 4}
"""How many directions are asked of each method, where the model has what it needs."""


class SnapshotSliders(QObject):
    """Finds directions in the model that is opened next, if it brings none."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._expected: Path | None = None
        self.finding = Runner(self)
        self.finding.finished.connect(self._found)
        self.finding.failed.connect(studio.error_raised)
        studio.model_changed.connect(self._follow_model)

    def expect(self, path: Path) -> None:
        """The model of this file shall have sliders once it is open."""
        self._expected = path

    @Slot()
    def _follow_model(self) -> None:
        model, expected = self._studio.model, self._expected
        self.finding.cancel()
        if model is None or model.path != expected:
            return
        self._expected = None
        spec = model.generator.spec
        searchable = spec.z_dim > 0 and not spec.map_classes
        if searchable and not self._studio.directions and not self._studio.imports.items:
            self.finding.start(self._studio.in_turn(_find(model)))

    @Slot(object)
    def _found(self, found: tuple[OpenModel, list[Direction]]) -> None:
        model, directions = found
        if model is self._studio.model:
            for direction in directions:
                self._studio.imports.add(direction)
            text = self.tr("{0} sliders were found: see what they do, and name them")
            self._studio.message.emit(text.format(len(directions)))

    def close(self) -> None:
        """Stop searching."""
        self.finding.close()


def _find(model: OpenModel) -> Generator[object, None, tuple[OpenModel, list[Direction]]]:
    found: list[Direction] = []
    for method, count in METHODS.items():
        if method == "pca" or model.generator.style_weights():
            found += yield from _search(model, method, count)
    return model, found


def _search(model: OpenModel, method: str, count: int) -> Job[list[Direction]]:
    from gan_models.directions.finding import find_directions

    return (yield from find_directions(model.generator, method, count))
