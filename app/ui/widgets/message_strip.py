"""A strip over the canvas for what went wrong and what was done; it blocks nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton

NOTE_MS = 6000
Choice = tuple[str, Callable[[], object]]
"""What a button says, and what it does."""


class MessageStrip(QFrame):
    """Errors and offers stay until they are answered or closed; notes go by themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = IconButton("close", self.tr("Close the message"))
        self.close_button.clicked.connect(self.hide)
        self.buttons: list[QPushButton] = []
        self._failed = False
        self._buttons = QHBoxLayout()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, GRID // 2, GRID // 2)
        layout.setSpacing(GRID)
        layout.addWidget(self.label, 1)
        layout.addLayout(self._buttons)
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
    def show_failure(self, text: str) -> None:
        """Say what went wrong, until something else goes well."""
        self.show_error(text)
        self._failed = True

    @Slot()
    def forget_failure(self) -> None:
        """Take a failure away: what came after it went well."""
        if self._failed:
            self.hide()

    @Slot(str)
    def show_note(self, text: str) -> None:
        """Say what was done."""
        self._show(text, "note")
        self._timer.start()

    def show_offer(self, text: str, *choices: Choice) -> None:
        """Say something that can be answered by a button."""
        self._timer.stop()
        self._show(text, "note")
        for name, do in choices:
            button = QPushButton(name)
            button.clicked.connect(self.hide)
            button.clicked.connect(lambda _=False, do=do: do())
            self._buttons.addWidget(button)
            self.buttons.append(button)
        self.buttons[0].setFocus()

    def _show(self, text: str, role: str) -> None:
        while self.buttons:
            self.buttons.pop().deleteLater()
        self._failed = False
        self.label.setText(text)
        self.setAccessibleName(text)
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
