"""A small picture that plays the frames of a clip round and round."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.widgets.pictures import Thumbnail

SIDE = 280


class ClipPlayer(QWidget):
    """Plays what frames there are, in the time that the whole clip takes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frames: list[np.ndarray] = []
        self._shown = 0
        self.picture = Thumbnail(SIDE, self.tr("Preview of the clip"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.picture)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._next)

    def start(self, seconds: float, count: int) -> None:
        """Begin another clip, of which `count` frames will come."""
        self.frames.clear()
        self._shown = 0
        self._timer.start(max(16, round(1000 * seconds / max(1, count))))

    def add(self, frame: np.ndarray) -> None:
        """Another frame, uint8 [H, W, 3]."""
        self.frames.append(frame)

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()

    def _next(self) -> None:
        if self.frames:
            self.picture.show_picture(self.frames[self._shown % len(self.frames)])
            self._shown += 1
