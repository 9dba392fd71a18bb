"""Work on the GUI thread in pieces, so that events get their turn between two of them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Slot


class Turns(QObject):
    """Does one piece in each turn of the event loop; newer work takes the place of older."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pieces: Iterator[None] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._next)

    @property
    def busy(self) -> bool:
        """Whether pieces are left."""
        return self._timer.isActive()

    def start(self, pieces: Iterator[None]) -> None:
        """Do each piece when its turn comes; none at once."""
        self._pieces = pieces
        self._timer.start()

    @Slot()
    def _next(self) -> None:
        try:
            next(self._pieces)
        except StopIteration:
            self._timer.stop()
