"""Pictures of seeds in a scrolling grid: what the seed wall and the wall to mark have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QPainter, QPainterPath, QPalette, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from app.ui.theme import GRID

SIDE = 112
GAP = GRID
SEED = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class SeedItems(QAbstractListModel):
    """A list of seeds; `SEED` of an index is its seed."""

    def __init__(self, seeds: Callable[[], Sequence[int]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seeds = seeds
        self._shown: list[int] = list(seeds())
        self._rows = {seed: row for row, seed in enumerate(self._shown)}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        seed = self._shown[index.row()]
        return seed if role == SEED else self.about(seed, role)

    def about(self, seed: int, role: int) -> object:
        """What else there is to say of a seed."""
        raise NotImplementedError

    def row_of(self, seed: int) -> int | None:
        """Where a seed is in the list, if it is there."""
        return self._rows.get(seed)

    @Slot()
    def reset(self) -> None:
        """The list is another."""
        self.beginResetModel()
        self._shown = list(self._seeds())
        self._rows = {seed: row for row, seed in enumerate(self._shown)}
        self.endResetModel()

    @Slot(int, int)
    def grow(self, before: int, after: int) -> None:
        """There are more seeds at the end: `after` instead of `before`."""
        self.beginInsertRows(QModelIndex(), before, after - 1)
        self._shown = list(self._seeds())
        self._rows |= {self._shown[row]: row for row in range(before, after)}
        self.endInsertRows()

    @Slot(object)
    def change(self, seed: int) -> None:
        """A seed looks another way."""
        row = self._rows.get(seed)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index)

    @Slot()
    def change_all(self) -> None:
        """Any of them may look another way."""
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))


class SeedGrid(QListView):
    """As many columns as there is room for, evenly spread; rows of `pitch` pixels."""

    def __init__(self, pitch: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pitch = pitch
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(QSize(SIDE + GAP, pitch))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(pitch // 3)
        self.setMouseTracking(True)

    @property
    def columns(self) -> int:
        """How many pictures are side by side."""
        return max(1, (self.viewport().width() - 1) // (SIDE + GAP))

    def current_seed(self) -> int | None:
        """The seed that keys act on."""
        index = self.currentIndex()
        return int(index.data(SEED)) if index.isValid() else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = max(SIDE + GAP, (self.viewport().width() - 1) // self.columns)
        self.setGridSize(QSize(width, self.pitch))
        super().resizeEvent(event)


def paint_thumbnail(
    painter: QPainter, rect: QRectF, pixmap: QPixmap | None, colours: QPalette
) -> None:
    """A picture with round corners, or the place for it."""
    shape = QPainterPath()
    shape.addRoundedRect(rect, 4, 4)
    painter.fillPath(shape, colours.color(QPalette.ColorRole.Dark))
    if pixmap:
        painter.setClipPath(shape)
        painter.drawPixmap(rect.topLeft(), pixmap)
        painter.setClipping(False)


def paint_ring(
    painter: QPainter, rect: QRectF, colours: QPalette, role: QPalette.ColorRole
) -> None:
    """A mark along the edge of a picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.color(role), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)


def paint_focus(painter: QPainter, rect: QRectF, colours: QPalette) -> None:
    """A thin line around the picture that keys act on."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.color(QPalette.ColorRole.Text), 1))
    painter.drawRoundedRect(rect.adjusted(-2.5, -2.5, 2.5, 2.5), 6, 6)
