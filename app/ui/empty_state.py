"""What the canvas shows while no model is open: what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core.models import bundled_names
from app.ui.theme import GRID


class EmptyState(QWidget):
    """A sentence and buttons: open a file, or one of the models that ship."""

    open_asked = Signal()
    models_asked = Signal()
    model_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Dark)
        self.setAutoFillBackground(True)
        self.title = QLabel(self.tr("No model is open"))
        self.title.setProperty("role", "title")
        self.hint = QLabel(
            self.tr("Open a model, or drop one here. An exported picture brings its look back.")
        )
        self.open = QPushButton(self.tr("Open…"))
        self.open.clicked.connect(self.open_asked)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(GRID)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.open)
        for name in bundled_names():
            button = QPushButton(name.capitalize())
            button.clicked.connect(lambda _=False, name=name: self.model_chosen.emit(name))
            self._buttons.addWidget(button)
        self.get = QPushButton(self.tr("Get models…"))
        self.get.clicked.connect(self.models_asked)
        self._buttons.addWidget(self.get)
        self._buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(GRID)
        layout.addStretch(1)
        for label in (self.title, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            label.setForegroundRole(QPalette.ColorRole.WindowText)
            layout.addWidget(label)
        layout.addSpacing(GRID)
        layout.addLayout(self._buttons)
        layout.addStretch(1)

    def show_opening(self, opening: bool) -> None:
        """Say that a model is on its way."""
        self.title.setText(
            self.tr("Opening the model…") if opening else self.tr("No model is open")
        )
        self.hint.setVisible(not opening)
        for index in range(self._buttons.count()):
            item = self._buttons.itemAt(index)
            widget = item.widget() if item else None
            if widget:
                widget.setVisible(not opening)
