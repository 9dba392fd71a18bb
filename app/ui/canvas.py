"""The picture, large on a neutral grey, with nothing over it."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.ui.theme import GRID
from app.ui.widgets.pictures import image_on, smooth

MARGIN = 2 * GRID
MOST_ZOOM, LEAST_ZOOM = 16.0, 0.25
ZOOM_STEP = 1.25


class Canvas(QWidget):
    """Fits the picture until it is zoomed (wheel, + and -) and panned (drag); double click fits.

    A drag at a picture that fits pulls it out of the window, as a file.
    """

    zoomed = Signal(float)
    painted = Signal(float)
    """Milliseconds from a new picture's bytes to its pixels on the canvas."""
    pulled = Signal()
    """The hand pulls at a picture that fits: it shall be dragged out of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Picture"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(192, 192)
        self.setBackgroundRole(QPalette.ColorRole.Dark)
        self.setAutoFillBackground(True)
        self._pixels: np.ndarray | None = None
        self.image: QImage | None = None
        """Of those bytes themselves: it lasts until the next picture."""
        self._cost: float | None = None
        """Seconds that the conversion of a picture took that is not painted yet."""
        self._zoom = 1.0
        """Relative to the size that fits."""
        self._centre = QPointF(0.5, 0.5)
        """The point of the picture, 0 to 1 both ways, in the middle of the canvas."""
        self._grip: QPointF | None = None

    def sizeHint(self) -> QSize:
        return QSize(640, 640)

    def show_picture(self, picture: np.ndarray | None) -> None:
        """Show uint8 [H, W, 3], or nothing."""
        start = time.perf_counter()
        self._pixels = None if picture is None else np.ascontiguousarray(smooth(picture))
        self.image = None if self._pixels is None else image_on(self._pixels)
        self._cost = time.perf_counter() - start
        self.update()

    @property
    def zoom(self) -> float:
        """1 where the picture fits."""
        return self._zoom

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        """Zoom so that what is under `about` stays there; 1 fits the picture again."""
        zoom = min(MOST_ZOOM, max(LEAST_ZOOM, zoom))
        about = about or QPointF(self.rect().center())
        before = self.picture_rect()
        u = (about.x() - before.x()) / max(1.0, before.width())
        v = (about.y() - before.y()) / max(1.0, before.height())
        self._zoom = zoom
        after = self.picture_rect()
        if zoom <= 1:
            self._centre = QPointF(0.5, 0.5)
        else:
            shift_x = (after.x() + u * after.width() - about.x()) / max(1.0, after.width())
            shift_y = (after.y() + v * after.height() - about.y()) / max(1.0, after.height())
            self._move_to(self._centre + QPointF(shift_x, shift_y))
        self.update()
        self.zoomed.emit(zoom)

    def fit(self) -> None:
        """Show the whole picture."""
        self.set_zoom(1.0)

    def zoom_in(self) -> None:
        self.set_zoom(self._zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self.set_zoom(self._zoom / ZOOM_STEP)

    def picture_rect(self) -> QRectF:
        """Where the picture lies on the canvas."""
        width, height = (self.image.width(), self.image.height()) if self.image else (1, 1)
        room_x, room_y = self.width() - 2 * MARGIN, self.height() - 2 * MARGIN
        scale = self._zoom * min(room_x / width, room_y / height)
        size_x, size_y = scale * width, scale * height
        left = self.width() / 2 - self._centre.x() * size_x
        top = self.height() / 2 - self._centre.y() * size_y
        return QRectF(round(left), round(top), round(size_x), round(size_y))

    def _move_to(self, centre: QPointF) -> None:
        self._centre = QPointF(min(1.0, max(0.0, centre.x())), min(1.0, max(0.0, centre.y())))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        start = time.perf_counter()
        painter.drawImage(self.picture_rect(), self.image)
        if self._cost is not None:
            self.painted.emit((self._cost + time.perf_counter() - start) * 1000)
            self._cost = None
        if self.hasFocus():
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self.set_zoom(self._zoom * ZOOM_STEP**steps, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._grip = event.position()
            if self._zoom > 1:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        if self._zoom <= 1:
            far = (event.position() - self._grip).manhattanLength()
            if self.image and far >= QApplication.startDragDistance():
                self._grip = None
                self.pulled.emit()
            return
        moved, size = event.position() - self._grip, self.picture_rect()
        self._grip = event.position()
        self._move_to(self._centre - QPointF(moved.x() / size.width(), moved.y() / size.height()))
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grip = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan; the menu has the keys for zoom."""
        step = 0.1 / self._zoom
        keys = Qt.Key
        ways = {
            keys.Key_Left: QPointF(-step, 0),
            keys.Key_Right: QPointF(step, 0),
            keys.Key_Up: QPointF(0, -step),
            keys.Key_Down: QPointF(0, step),
        }
        if self._zoom > 1 and event.key() in ways:
            self._move_to(self._centre + ways[keys(event.key())])
            self.update()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
