"""What lies over map and picture: the brush, corners, a grid, a divider."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

PARTS = 8
"""Cells of the grid along a side; where pixels are large, their edges are shown as well."""
LARGE = 10.0
"""Pixels of the screen that a pixel of the map must have for that."""


@dataclass(frozen=True)
class Marks:
    """The brush at `spot` (no circle for radius 0), and the corners of a shape."""

    spot: QPointF | None
    radius: float
    corners: list[QPointF]


def draw_marks(painter: QPainter, marks: Marks) -> None:
    """Each line twice, dark under light: it is seen on every colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((QColor(0, 0, 0, 150), 3.0), (QColor(255, 255, 255), 1.2)):
        painter.setPen(QPen(colour, width))
        if marks.spot and marks.radius > 2:
            painter.drawEllipse(marks.spot, marks.radius, marks.radius)
        for a, b in zip(marks.corners, marks.corners[1:], strict=False):
            painter.drawLine(a, b)
        for corner in marks.corners[:-1]:
            painter.drawEllipse(corner, 3, 3)


def draw_grid(painter: QPainter, target: QRectF, size: tuple[int, int]) -> None:
    """Eighths of the map, and its pixels where they are large enough."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if target.width() / size[0] >= LARGE:
        painter.setPen(QColor(0, 0, 0, 40))
        _lines(painter, target, size)
    painter.setPen(QColor(0, 0, 0, 110))
    _lines(painter, target, (PARTS, PARTS))


def _lines(painter: QPainter, target: QRectF, parts: tuple[int, int]) -> None:
    for i in range(1, parts[0]):
        x = round(target.left() + i * target.width() / parts[0])
        painter.drawLine(QLineF(x, target.top(), x, target.bottom()))
    for i in range(1, parts[1]):
        y = round(target.top() + i * target.height() / parts[1])
        painter.drawLine(QLineF(target.left(), y, target.right(), y))


def draw_divider(painter: QPainter, line: QLineF, palette: QPalette) -> None:
    """The line between map and picture, with a knob to take."""
    accent = palette.color(QPalette.ColorRole.Accent)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(accent, 2))
    painter.drawLine(line)
    painter.setBrush(accent)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Window), 2))
    painter.drawEllipse(line.center(), 7, 7)
