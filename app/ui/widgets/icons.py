"""Line icons in the colour of the text around them."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton, QWidget

from app.ui.theme import RESOURCES

SIZE = 16


@cache
def _source(name: str) -> str:
    return (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, colour: QColor, size: int = SIZE, ratio: float = 2.0) -> QPixmap:
    """An icon of resources/icons, its strokes in `colour`."""
    result = QPixmap(QSize(size, size) * ratio)
    result.fill(Qt.GlobalColor.transparent)
    source = _source(name).replace("currentColor", colour.name())
    painter = QPainter(result)
    QSvgRenderer(QByteArray(source.encode())).render(painter)
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


class IconButton(QToolButton):
    """A flat button that shows an icon; `label` is its name for tooltip and screen reader."""

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setToolTip(label)
        self.setAccessibleName(label)
        self.setIconSize(QSize(SIZE, SIZE))
        self.setFixedSize(24, 24)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._draw()

    def set_name(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        colours = self.palette()
        dim = colours.color(QPalette.ColorRole.PlaceholderText)
        icon = QIcon(pixmap(self._name, dim))
        bright = colours.color(QPalette.ColorRole.Accent)
        icon.addPixmap(pixmap(self._name, bright), QIcon.Mode.Normal, QIcon.State.On)
        text = colours.color(QPalette.ColorRole.WindowText)
        icon.addPixmap(pixmap(self._name, text), QIcon.Mode.Active, QIcon.State.Off)
        self.setIcon(icon)
