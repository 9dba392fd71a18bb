"""The pictures to mark as items of a list, and how one of them is painted."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.model.teacher import Teacher
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

BADGE = 26
"""Across the round signs in the lower corners of a picture."""


class PictureList(SeedItems):
    """Follows what the teacher proposes."""

    def __init__(self, teacher: Teacher, parent: QObject | None = None) -> None:
        super().__init__(lambda: teacher.seeds, parent)
        self._teacher = teacher
        teacher.listed.connect(self.reset)
        teacher.drawn.connect(self.change)
        teacher.marked.connect(self.change_all)

    def about(self, seed: int, role: int) -> object:
        if role != Qt.ItemDataRole.AccessibleTextRole:
            return None
        states = {1: self.tr("more"), -1: self.tr("less"), 0: self.tr("not marked")}
        return self.tr("Seed {0}: {1}").format(seed, states[self._teacher.marks[seed]])


class PictureDelegate(QStyledItemDelegate):
    """The picture with its mark; where the mouse is, the signs that can be clicked."""

    def __init__(self, teacher: Teacher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._teacher = teacher
        self._pixmaps: dict[int, QPixmap] = {}
        teacher.listed.connect(self._pixmaps.clear)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(SIDE, SIDE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        seed = int(index.data(SEED))
        rect = QRectF(QRect(option.rect.topLeft(), QSize(SIDE, SIDE)))
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pixmap = self._pixmap(seed, painter.device().devicePixelRatio())
        paint_thumbnail(painter, rect, pixmap, option.palette)
        sign, roles = self._teacher.marks[seed], QPalette.ColorRole
        if sign:
            role = roles.Accent if sign > 0 else roles.WindowText
            paint_ring(painter, rect, option.palette, role)
        for its in (-1, 1):
            if its == sign or hovered or focused:
                self._paint_sign(painter, rect, its, its == sign, option.palette)
        if focused:
            paint_focus(painter, rect, option.palette)
        painter.restore()

    def _pixmap(self, seed: int, ratio: float) -> QPixmap | None:
        picture = self._teacher.pictures.get(seed)
        if picture is None:
            return None
        if seed not in self._pixmaps:
            self._pixmaps[seed] = to_pixmap(picture, SIDE, ratio)
        return self._pixmaps[seed]

    def _paint_sign(
        self, painter: QPainter, rect: QRectF, sign: int, chosen: bool, colours: QPalette
    ) -> None:
        """A round plus at the right, or minus at the left."""
        centre = sign_centre(rect, sign)
        accent, text = (
            colours.color(role)
            for role in (QPalette.ColorRole.Accent, QPalette.ColorRole.WindowText)
        )
        ground = QColor(0, 0, 0, 130)  # pictures have any colour behind it
        if chosen:
            ground = accent if sign > 0 else text
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawEllipse(centre, BADGE / 2 - 3, BADGE / 2 - 3)
        dark = chosen and ground.lightness() > 160
        painter.setPen(QPen(QColor(30, 30, 30) if dark else QColor(255, 255, 255), 2))
        painter.drawLine(centre - QPointF(4, 0), centre + QPointF(4, 0))
        if sign > 0:
            painter.drawLine(centre - QPointF(0, 4), centre + QPointF(0, 4))


def sign_centre(rect: QRectF, sign: int) -> QPointF:
    """The middle of the sign in a corner of a picture."""
    x = rect.right() - BADGE / 2 if sign > 0 else rect.left() + BADGE / 2
    return QPointF(x, rect.bottom() - BADGE / 2)
