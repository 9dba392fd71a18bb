"""The seeds as items of a list, and how one of them is painted."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.model.seed_wall import HELD, SeedWall
from app.ui.theme import GRID
from app.ui.widgets.icons import pixmap as icon_pixmap
from app.ui.widgets.pictures import to_pixmap

SIDE = 112
CAPTION = 20
STAR = 24
"""The corner of a picture where its star is, in pixels."""
SEED = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class SeedList(QAbstractListModel):
    """Follows the wall; asks it for more when the view comes to the end."""

    def __init__(self, wall: SeedWall, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wall = wall
        self._shown: list[int] = list(wall.seeds)
        self._rows = {seed: row for row, seed in enumerate(self._shown)}
        wall.listed.connect(self._reset)
        wall.grown.connect(self._grow)
        wall.drawn.connect(self._drawn)
        for signal in (wall.faded, wall.marked, wall.chosen):
            signal.connect(self._all_changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        seed = self._shown[index.row()]
        if role == SEED:
            return seed
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tr("Seed {0}").format(seed)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(seed)
        return None

    def _tip(self, seed: int) -> str:
        tags = ", ".join(sorted(self.wall.marks[seed].tags))
        name = self.tr("Seed {0}").format(seed)
        return f"{name}: {tags}" if tags else name

    def canFetchMore(self, _parent: Index) -> bool:
        return bool(self._shown) and not self.wall.filter

    def fetchMore(self, _parent: Index) -> None:
        self.wall.grow()

    def row_of(self, seed: int) -> int | None:
        """Where a seed is in the list, if it is there."""
        return self._rows.get(seed)

    @Slot()
    def _reset(self) -> None:
        self.beginResetModel()
        self._shown = list(self.wall.seeds)
        self._rows = {seed: row for row, seed in enumerate(self._shown)}
        self.endResetModel()

    @Slot(int, int)
    def _grow(self, before: int, after: int) -> None:
        self.beginInsertRows(QModelIndex(), before, after - 1)
        self._shown = list(self.wall.seeds)
        self._rows |= {self._shown[row]: row for row in range(before, after)}
        self.endInsertRows()

    @Slot(object)
    def _drawn(self, seed: int) -> None:
        row = self._rows.get(seed)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index)

    @Slot()
    def _all_changed(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))


class SeedDelegate(QStyledItemDelegate):
    """The picture, its number below, a star in its corner, and rings around seeds A and B."""

    def __init__(self, wall: SeedWall, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wall = wall
        self._pixmaps: dict[int, QPixmap] = {}
        wall.faded.connect(self._pixmaps.clear)
        wall.listed.connect(self._pixmaps.clear)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(SIDE, SIDE + CAPTION)

    def star_rect(self, rect: QRect) -> QRect:
        """Where the star of an item is."""
        return QRect(rect.left() + SIDE - STAR, rect.top(), STAR, STAR)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        seed = int(index.data(SEED))
        rect = QRectF(option.rect.left(), option.rect.top(), SIDE, SIDE)
        state = option.state
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_picture(painter, rect, seed, option.palette)
        self._paint_rings(painter, rect, seed, focused, option.palette)
        self._paint_star(painter, option.rect, seed, hovered or focused)
        self._paint_caption(painter, rect, seed, option.palette)
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRectF, seed: int, colours: QPalette) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(rect, 4, 4)
        painter.fillPath(shape, colours.color(QPalette.ColorRole.Dark))
        pixmap = self._pixmap(seed, painter.device().devicePixelRatio())
        if pixmap:
            painter.setClipPath(shape)
            painter.drawPixmap(rect.topLeft(), pixmap)
            painter.setClipping(False)

    def _pixmap(self, seed: int, ratio: float) -> QPixmap | None:
        picture = self._wall.picture(seed)
        if picture is None:
            return None
        if seed not in self._pixmaps:
            if len(self._pixmaps) >= HELD:
                self._pixmaps.clear()
            self._pixmaps[seed] = to_pixmap(picture, SIDE, ratio)
        return self._pixmaps[seed]

    def _paint_rings(
        self, painter: QPainter, rect: QRectF, seed: int, focused: bool, colours: QPalette
    ) -> None:
        accent, text = (
            colours.color(role) for role in (QPalette.ColorRole.Accent, QPalette.ColorRole.Text)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if focused:
            painter.setPen(QPen(text, 1))
            painter.drawRoundedRect(rect.adjusted(-2.5, -2.5, 2.5, 2.5), 6, 6)
        if seed in (self._wall.first, self._wall.second):
            painter.setPen(QPen(accent, 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)

    def _paint_star(self, painter: QPainter, rect: QRect, seed: int, offered: bool) -> None:
        starred = self._wall.marks[seed].star
        if not (starred or offered):
            return
        corner = self.star_rect(rect)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 110))  # pictures have any colour behind the star
        painter.drawRoundedRect(QRectF(corner.adjusted(2, 2, -2, -2)), 4, 4)
        icon = icon_pixmap("starred" if starred else "star", "#ffffff")
        painter.drawPixmap(corner.left() + (STAR - 16) // 2, corner.top() + (STAR - 16) // 2, icon)

    def _paint_caption(self, painter: QPainter, rect: QRectF, seed: int, colours: QPalette) -> None:
        letters = [
            letter
            for letter, other in (("A", self._wall.first), ("B", self._wall.second))
            if other == seed
        ]
        place = QRectF(rect.left(), rect.bottom(), rect.width(), CAPTION).adjusted(2, 0, -2, 0)
        role = QPalette.ColorRole.Text if letters else QPalette.ColorRole.PlaceholderText
        painter.setPen(colours.color(role))
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, str(seed))
        if letters:
            painter.setPen(colours.color(QPalette.ColorRole.Accent))
        tags = ", ".join(sorted(self._wall.marks[seed].tags))
        right = painter.fontMetrics().elidedText(
            " ".join(letters) or tags, Qt.TextElideMode.ElideRight, SIDE // 2 + GRID
        )
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, right)
