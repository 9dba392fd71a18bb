"""A titled part of a panel, with its buttons beside the title."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
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


class _Column(QWidget):
    """Sections under each other, with a line between those that are shown."""

    def __init__(self, sections: tuple[QWidget, ...]) -> None:
        super().__init__()
        self._parts = [(line(), section) for section in sections]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GRID)
        layout.setSpacing(0)
        for part in self._parts:
            for widget in part:
                layout.addWidget(widget)
        layout.addStretch(1)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            above = False
            for rule, section in self._parts:
                rule.setVisible(above and not section.isHidden())
                above = above or not section.isHidden()
        return super().event(event)


def column(*sections: QWidget) -> QScrollArea:
    """Sections under each other, scrolling where the window is low."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(_Column(sections))
    return area
