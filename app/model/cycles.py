"""Reference cycles are collected on the GUI thread only.

Python runs its collector on whichever thread happens to allocate. Where that is a worker and a
widget is part of a cycle, the widget would be destroyed outside the GUI thread, and Qt crashes.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

from app.model.runner import Runner

INTERVAL_MS = 1000


class CycleCollector(QObject):
    """Takes the place of the automatic collector as long as it lives; make it on the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due, by Python's own thresholds."""
        due = [
            generation
            for generation, (count, limit) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > limit > 0
        ]
        if due:
            gc.collect(due[-1])

    def rest_during(self, opening: Runner) -> None:
        """Wait while a model is opened: to go through the libraries that come would be felt."""
        opening.started.connect(self._timer.stop)
        for ending in (opening.finished, opening.failed, opening.cancelled):
            ending.connect(self._resume)

    @Slot()
    def _resume(self) -> None:
        """Go on, but leave out what is there now: it stays, and takes time."""
        gc.freeze()
        self._timer.start()

    def close(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.enable()
