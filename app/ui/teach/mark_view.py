"""The scrolling view of the pictures to mark: mouse and keys."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.model.teacher import Teacher
from app.ui.teach.picture_list import PictureDelegate, PictureList
from app.ui.widgets.seed_grid import GAP, SIDE, SeedGrid


class MarkView(SeedGrid):
    """Click the right half of a picture, or +: more. The left half, or -: less. Again, or Space:
    no mark. U: what is least sure. N: other pictures. Escape: back to the picture."""

    unsure_asked = Signal()
    others_asked = Signal()
    left_asked = Signal()

    def __init__(self, teacher: Teacher, parent: QWidget | None = None) -> None:
        super().__init__(SIDE + GAP, parent)
        self._teacher = teacher
        self.pictures = PictureList(teacher, self)
        self.setAccessibleName(self.tr("Pictures to mark as more or less"))
        self.setModel(self.pictures)
        self.setItemDelegate(PictureDelegate(teacher, self))
        teacher.listed.connect(self._follow_list)

    def _follow_list(self) -> None:
        if self.pictures.rowCount():
            self.setCurrentIndex(self.pictures.index(0))
            self.scrollToTop()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        index = self.indexAt(place.toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        self.setCurrentIndex(index)
        rect = QRectF(self.visualRect(index))
        self._toggle(1 if place.x() > rect.left() + SIDE / 2 else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        signs = {keys.Key_Plus: 1, keys.Key_Equal: 1, keys.Key_Minus: -1, keys.Key_Space: 0}
        asked = {
            keys.Key_U: self.unsure_asked,
            keys.Key_N: self.others_asked,
            keys.Key_Escape: self.left_asked,
        }
        modifiers = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        key = keys(event.key())
        if event.modifiers() & ~modifiers:
            super().keyPressEvent(event)
        elif key in signs:
            self._toggle(signs[key])
        elif key in asked:
            asked[key].emit()
        else:
            super().keyPressEvent(event)

    def _toggle(self, sign: int) -> None:
        """Mark the current picture so; the same mark again takes it."""
        seed = self.current_seed()
        if seed is not None:
            self._teacher.mark(seed, 0 if self._teacher.marks[seed] == sign else sign)
