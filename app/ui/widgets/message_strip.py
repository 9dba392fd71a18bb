"""A strip over the canvas for what went wrong and what was done; it blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton

NOTE_MS = 6000


class MessageStrip(QFrame):
    """Errors stay until they are closed; notes go by themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = IconButton("close", self.tr("Close the message"))
        self.close_button.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, GRID // 2, GRID // 2)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self, interval=NOTE_MS, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @Slot(str)
    def show_error(self, text: str) -> None:
        """Say what went wrong."""
        self._timer.stop()
        self._show(text, "error")

    @Slot(str)
    def show_note(self, text: str) -> None:
        """Say what was done."""
        self._show(text, "note")
        self._timer.start()

    def _show(self, text: str, role: str) -> None:
        self.label.setText(text)
        self.setAccessibleName(text)
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
