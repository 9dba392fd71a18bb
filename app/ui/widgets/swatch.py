"""Small squares of a colour that means something."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

OUTLINE = QPen(QColor(128, 128, 128), 2)
"""As dark as light: white has an edge on white, and black on black."""


def swatch(colour: Iterable[int], side: int) -> QPixmap:
    """A rounded square of a colour, sharp up to twice the resolution."""
    pixmap = QPixmap(2 * side, 2 * side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(OUTLINE)
    painter.setBrush(QColor(*(int(part) for part in colour)))
    painter.drawRoundedRect(2, 2, 2 * side - 4, 2 * side - 4, 6, 6)
    painter.end()
    pixmap.setDevicePixelRatio(2)
    return pixmap


def swatch_icon(colour: Iterable[int], side: int) -> QIcon:
    """The same chosen as not, where Qt would tint it."""
    icon, pixmap = QIcon(), swatch(colour, side)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(pixmap, mode)
    return icon
