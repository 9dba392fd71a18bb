"""Line icons in the colour of the text around them."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton, QWidget

from app.ui.theme import RESOURCES

SIZE = 16


@cache
def pixmap(name: str, colour: str) -> QPixmap:
    """An icon of resources/icons, its strokes in `colour`, sharp up to twice the resolution."""
    result = QPixmap(QSize(SIZE, SIZE) * 2)
    result.fill(Qt.GlobalColor.transparent)
    source = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    painter = QPainter(result)
    QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode())).render(painter)
    painter.end()
    result.setDevicePixelRatio(2)
    return result


class IconButton(QToolButton):
    """A flat button that shows an icon; `label` is its name for tooltip and screen reader."""

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._marked = False
        self.setToolTip(label)
        self.setAccessibleName(label)
        self.setIconSize(QSize(SIZE, SIZE))
        self.setFixedSize(24, 24)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._draw()

    def set_name(self, name: str) -> None:
        """Show another icon."""
        if name != self._name:
            self._name = name
            self._draw()

    def mark(self, marked: bool) -> None:
        """Show in the accent colour that something behind the button is not as usual."""
        if marked != self._marked:
            self._marked = marked
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        roles, colours = QPalette.ColorRole, self.palette()
        dim, accent, text = (
            pixmap(self._name, colours.color(role).name())
            for role in (roles.PlaceholderText, roles.Accent, roles.WindowText)
        )
        icon = QIcon(accent if self._marked else dim)
        icon.addPixmap(accent, QIcon.Mode.Normal, QIcon.State.On)
        icon.addPixmap(text, QIcon.Mode.Active, QIcon.State.Off)
        self.setIcon(icon)
