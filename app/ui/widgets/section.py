"""A titled part of a panel, with its buttons beside the title."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.ui.theme import GRID


class Section(QWidget):
    """Title and buttons, then whatever is added to `body`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        label = QLabel(title)
        label.setProperty("role", "title")
        label.setFixedHeight(3 * GRID)
        self.header = QHBoxLayout()
        self.header.setSpacing(0)
        self.header.addWidget(label)
        self.header.addStretch(1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        self.body.setSpacing(GRID // 2)
        self.body.addLayout(self.header)


def line() -> QFrame:
    """A quiet line between two sections."""
    frame = QFrame()
    frame.setProperty("role", "line")
    frame.setFixedHeight(1)
    return frame


def column(*sections: QWidget) -> QScrollArea:
    """Sections under each other, scrolling where the window is low."""
    content = QWidget()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, GRID)
    layout.setSpacing(0)
    for section in sections:
        layout.addWidget(section)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area
