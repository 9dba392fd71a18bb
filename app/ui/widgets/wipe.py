"""Two pictures laid over each other, with a divider to drag."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import GRID
from app.ui.widgets.pictures import to_smooth_image

STEP, FINE = 0.05, 0.01
MARGIN = 2 * GRID
LABEL = 22


class Wipe(QWidget):
    """The first picture left of the divider, the second right of it.

    Drag anywhere, or use the arrow keys (Shift: fine); Home and End show one alone.
    """

    left_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setBackgroundRole(QPalette.ColorRole.Dark)
        self.setAutoFillBackground(True)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.share = 0.5
        """Where the divider is, 0 (left edge) to 1."""
        self._images: tuple[QImage, QImage] | None = None
        self._names = ("", "")

    def sizeHint(self) -> QSize:
        return QSize(512, 512)

    def show_pair(self, first: np.ndarray, second: np.ndarray, names: tuple[str, str]) -> None:
        """Show two pictures, uint8 [H, W, 3], under their names."""
        self._images = (to_smooth_image(first), to_smooth_image(second))
        self._names = names
        self.setAccessibleDescription(" / ".join(names))
        self.update()

    def set_share(self, share: float) -> None:
        """Move the divider."""
        self.share = min(1.0, max(0.0, share))
        self.update()

    def picture_rect(self) -> QRectF:
        """Where both pictures are: as large as fits, below their names."""
        if self._images is None:
            return QRectF()
        size = self._images[0].size()
        room = QRectF(self.rect()).adjusted(MARGIN, LABEL + MARGIN, -MARGIN, -MARGIN)
        scale = min(room.width() / size.width(), room.height() / size.height())
        width, height = round(size.width() * scale), round(size.height() * scale)
        left, top = room.center().x() - width / 2, room.center().y() - height / 2
        return QRectF(round(left), round(top), width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._images is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect, roles = self.picture_rect(), QPalette.ColorRole
        divider = rect.left() + self.share * rect.width()
        for number, (image, name) in enumerate(zip(self._images, self._names, strict=True)):
            part = QRectF(rect)
            part.setRight(divider) if number == 0 else part.setLeft(divider)
            painter.setClipRect(part)
            painter.drawImage(rect, image)
            painter.setClipping(False)
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            above = QRectF(rect.left(), rect.top() - LABEL, rect.width(), LABEL)
            painter.setPen(self.palette().color(roles.WindowText))
            painter.drawText(above, side | Qt.AlignmentFlag.AlignVCenter, name)
        self._paint_divider(painter, rect, divider)

    def _paint_divider(self, painter: QPainter, rect: QRectF, divider: float) -> None:
        colours, roles = self.palette(), QPalette.ColorRole
        accent = colours.color(roles.Accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(accent, 2))
        painter.drawLine(QPointF(divider, rect.top()), QPointF(divider, rect.bottom()))
        painter.setBrush(accent)
        painter.setPen(QPen(colours.color(roles.Window), 2))
        painter.drawEllipse(QPointF(divider, rect.center().y()), 7, 7)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.color(roles.WindowText), 1))
            painter.drawEllipse(QPointF(divider, rect.center().y()), 9, 9)

    def _follow(self, event: QMouseEvent) -> None:
        rect = self.picture_rect()
        if rect.width():
            self.set_share((event.position().x() - rect.left()) / rect.width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._follow(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        step = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        places = {
            keys.Key_Left: self.share - step,
            keys.Key_Right: self.share + step,
            keys.Key_Home: 0.0,
            keys.Key_End: 1.0,
        }
        if event.key() in places:
            self.set_share(places[keys(event.key())])
        elif event.key() == keys.Key_Escape:
            self.left_asked.emit()
        else:
            super().keyPressEvent(event)
