"""The pictures to mark as items of a list, and how one of them is painted."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.model.teacher import Teacher
from app.ui.widgets.pictures import to_pixmap

SIDE = 112
BADGE = 26
"""Across the round signs in the lower corners of a picture."""
SEED = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class PictureList(QAbstractListModel):
    """Follows what the teacher proposes."""

    def __init__(self, teacher: Teacher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._teacher = teacher
        self._rows: dict[int, int] = {}
        self._reset()
        teacher.listed.connect(self._reset)
        teacher.drawn.connect(self._changed)
        teacher.marked.connect(self._all_changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        seed = self._seeds[index.row()]
        if role == SEED:
            return seed
        if role == Qt.ItemDataRole.AccessibleTextRole:
            states = {1: self.tr("more"), -1: self.tr("less"), 0: self.tr("not marked")}
            return self.tr("Seed {0}: {1}").format(seed, states[self._teacher.marks[seed]])
        return None

    @Slot()
    def _reset(self) -> None:
        self.beginResetModel()
        self._seeds = list(self._teacher.seeds)
        self._rows = {seed: row for row, seed in enumerate(self._seeds)}
        self.endResetModel()

    @Slot(object)
    def _changed(self, seed: int) -> None:
        if seed in self._rows:
            index = self.index(self._rows[seed])
            self.dataChanged.emit(index, index)

    @Slot()
    def _all_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))


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
        self._paint_picture(painter, rect, seed, option.palette)
        sign = self._teacher.marks[seed]
        if sign:
            self._paint_ring(painter, rect, sign, option.palette)
        for its in (-1, 1):
            if its == sign or hovered or focused:
                self._paint_sign(painter, rect, its, its == sign, option.palette)
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Text), 1))
            painter.drawRoundedRect(rect.adjusted(-2.5, -2.5, 2.5, 2.5), 6, 6)
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRectF, seed: int, colours: QPalette) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(rect, 4, 4)
        painter.fillPath(shape, colours.color(QPalette.ColorRole.Dark))
        picture = self._teacher.pictures.get(seed)
        if picture is None:
            return
        if seed not in self._pixmaps:
            ratio = painter.device().devicePixelRatio()
            self._pixmaps[seed] = to_pixmap(picture, SIDE, ratio)
        painter.setClipPath(shape)
        painter.drawPixmap(rect.topLeft(), self._pixmaps[seed])
        painter.setClipping(False)

    def _paint_ring(self, painter: QPainter, rect: QRectF, sign: int, colours: QPalette) -> None:
        roles = QPalette.ColorRole
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.color(roles.Accent if sign > 0 else roles.WindowText), 2))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)

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
