"""The seeds as items of a list, and how one of them is painted."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.model.seed_wall import HELD, SeedWall
from app.ui.theme import GRID
from app.ui.widgets.icons import pixmap as icon_pixmap
from app.ui.widgets.pictures import to_pixmap
from app.ui.widgets.seed_grid import (
    SEED,
    SIDE,
    Index,
    SeedItems,
    paint_focus,
    paint_ring,
    paint_thumbnail,
)

CAPTION = 20
STAR = 24
"""The corner of a picture where its star is, in pixels."""


class SeedList(SeedItems):
    """Follows the wall; asks it for more when the view comes to the end."""

    def __init__(self, wall: SeedWall, parent: QObject | None = None) -> None:
        super().__init__(lambda: wall.seeds, parent)
        self.wall = wall
        wall.listed.connect(self.reset)
        wall.grown.connect(self.grow)
        wall.drawn.connect(self.change)
        for signal in (wall.faded, wall.marked, wall.chosen):
            signal.connect(self.change_all)

    def about(self, seed: int, role: int) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tr("Seed {0}").format(seed)
        return self._tip(seed) if role == Qt.ItemDataRole.ToolTipRole else None

    def _tip(self, seed: int) -> str:
        tags = ", ".join(sorted(self.wall.marks[seed].tags))
        name = self.tr("Seed {0}").format(seed)
        return f"{name}: {tags}" if tags else name

    def canFetchMore(self, _parent: Index) -> bool:
        return bool(self._shown) and not self.wall.filter

    def fetchMore(self, _parent: Index) -> None:
        self.wall.grow()


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
        pixmap = self._pixmap(seed, painter.device().devicePixelRatio())
        paint_thumbnail(painter, rect, pixmap, option.palette)
        if focused:
            paint_focus(painter, rect, option.palette)
        if seed in (self._wall.first, self._wall.second):
            paint_ring(painter, rect, option.palette, QPalette.ColorRole.Accent)
        self._paint_star(painter, option.rect, seed, hovered or focused)
        self._paint_caption(painter, rect, seed, option.palette)
        painter.restore()

    def _pixmap(self, seed: int, ratio: float) -> QPixmap | None:
        picture = self._wall.picture(seed)
        if picture is None:
            return None
        if seed not in self._pixmaps:
            if len(self._pixmaps) >= HELD:
                self._pixmaps.clear()
            self._pixmaps[seed] = to_pixmap(picture, SIDE, ratio)
        return self._pixmaps[seed]

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
