"""Writes the converted copy of a foreign model once its first picture is on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.core.jobs import Progress
from app.core.models import OpenModel
from app.model.runner import Runner

if TYPE_CHECKING:
    from app.model.studio import Studio


class CopyKeeper(QObject):
    """Waits for the first picture of each model that `studio` opens."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._kept: OpenModel | None = None
        self.writing = Runner(self)
        studio.picture_ready.connect(self._keep)

    @Slot()
    def _keep(self) -> None:
        model = self._studio.model
        if model is not None and model is not self._kept:
            self._kept = model
            if model.keep:
                self.writing.start(_steps(model.keep))

    def close(self) -> None:
        """Wait for a copy that is being written."""
        self.writing.close()


def _steps(keep: Callable[[], None]) -> Generator[Progress, None, None]:
    yield Progress(0, 1)
    keep()
