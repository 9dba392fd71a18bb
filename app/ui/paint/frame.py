"""Where a map and its picture lie in a view, and which pixel of the map is under the hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.core.painting import Point
from app.ui.theme import GRID

MARGIN, GAP = 2 * GRID, 2 * GRID
MOST_ZOOM, LEAST_ZOOM = 32.0, 1.0


@dataclass
class Frame:
    """One cell, or two beside each other (above each other where it is high), all shown alike."""

    room: QSizeF = field(default_factory=lambda: QSizeF(1, 1))
    size: tuple[int, int] = (1, 1)
    """Width and height of the map."""
    split: bool = True
    zoom: float = 1.0
    """Relative to the size that fits."""
    centre: QPointF = field(default_factory=lambda: QPointF(0.5, 0.5))
    """The point of the map, 0 to 1 both ways, in the middle of a cell."""

    def cells(self) -> list[QRectF]:
        """The parts of the view, as large as the map is shown in them at most."""
        width, height = self.room.width() - 2 * MARGIN, self.room.height() - 2 * MARGIN
        if not self.split:
            return [QRectF(MARGIN, MARGIN, max(1.0, width), max(1.0, height))]
        across, down = self.size
        wide = min((width - GAP) / 2 / across, height / down)
        high = min(width / across, (height - GAP) / 2 / down)
        if wide >= high:
            part = max(1.0, (width - GAP) / 2)
            return [QRectF(MARGIN + i * (part + GAP), MARGIN, part, height) for i in range(2)]
        part = max(1.0, (height - GAP) / 2)
        return [QRectF(MARGIN, MARGIN + i * (part + GAP), width, part) for i in range(2)]

    @property
    def scale(self) -> float:
        """Pixels of the screen for one of the map."""
        cell, (width, height) = self.cells()[0], self.size
        return max(0.01, self.zoom * min(cell.width() / width, cell.height() / height))

    def target(self, cell: QRectF) -> QRectF:
        """Where the whole map lies for a cell; where it is zoomed, the cell shows a part."""
        width, height = self.size[0] * self.scale, self.size[1] * self.scale
        middle = self._middle(cell)
        left = middle.x() - self.centre.x() * width
        top = middle.y() - self.centre.y() * height
        return QRectF(round(left), round(top), max(1, round(width)), max(1, round(height)))

    def _middle(self, cell: QRectF) -> QPointF:
        """The middle of a cell; two that fit lie next to each other rather than far apart."""
        middle = cell.center()
        if not self.split or self.zoom > 1:
            return middle
        spare = QPointF(cell.width() - self.size[0] * self.scale, 0) / 2
        if self.cells()[1].top() > self.cells()[0].top():
            spare = QPointF(0, cell.height() - self.size[1] * self.scale) / 2
        first = cell == self.cells()[0]
        return middle + (spare if first else -spare)

    def cell_at(self, place: QPointF) -> int:
        """The cell under a place, or the one nearest to it."""
        far = [
            abs(cell.center().x() - place.x()) + abs(cell.center().y() - place.y())
            for cell in self.cells()
        ]
        return far.index(min(far))

    def to_map(self, place: QPointF, cell: int) -> Point:
        """The point of the map under a place of the view, by one cell; it may lie outside."""
        target = self.target(self.cells()[cell])
        return (
            (place.x() - target.x()) * self.size[0] / target.width(),
            (place.y() - target.y()) * self.size[1] / target.height(),
        )

    def from_map(self, point: Point, cell: int) -> QPointF:
        """The place of a point of the map in a cell."""
        target = self.target(self.cells()[cell])
        return QPointF(
            target.x() + point[0] * target.width() / self.size[0],
            target.y() + point[1] * target.height() / self.size[1],
        )

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        """Zoom so that what is under `about` stays there; 1 fits the whole map again."""
        about = about or self.cells()[0].center()
        cell = self.cell_at(about)
        point = self.to_map(about, cell)
        self.zoom = min(MOST_ZOOM, max(LEAST_ZOOM, zoom))
        if self.zoom == 1:
            self.centre = QPointF(0.5, 0.5)
        else:
            self.pan(about - self.from_map(point, cell))

    def pan(self, way: QPointF) -> None:
        """Move the map by pixels of the screen, as far as its edges."""
        x = self.centre.x() - way.x() / (self.size[0] * self.scale)
        y = self.centre.y() - way.y() / (self.size[1] * self.scale)
        self.centre = QPointF(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))
