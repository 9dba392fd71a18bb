"""Pictures from uint8 arrays to Qt."""

from __future__ import annotations

import numpy as np
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from app.core.drawn import SMOOTH


def image_on(pixels: np.ndarray) -> QImage:
    """An image of the bytes of contiguous uint8 [H, W, 3], which must stay as long as it does."""
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)


def to_image(picture: np.ndarray) -> QImage:
    """uint8 [H, W, 3] to an image that owns its pixels."""
    return image_on(np.ascontiguousarray(picture)).copy()


def smooth(picture: np.ndarray, size: int = SMOOTH) -> np.ndarray:
    """Small pictures (and drafts) enlarged without blocks or halos; others as they are."""
    side = max(picture.shape[:2])
    if side >= size:
        return picture
    height, width = (round(n * size / side) for n in picture.shape[:2])
    large = Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(large)


def to_smooth_image(picture: np.ndarray, size: int = SMOOTH) -> QImage:
    """The same as an image that owns its pixels."""
    return to_image(smooth(picture, size))


def to_pixmap(picture: np.ndarray, side: int, ratio: float = 1.0) -> QPixmap:
    """The picture in a square of `side` logical pixels."""
    image = to_smooth_image(picture, round(side * ratio))
    size = QSize(side, side) * ratio
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    pixmap = QPixmap.fromImage(image.scaled(size, keep, smooth))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def to_sharp_pixmap(picture: np.ndarray, side: int, ratio: float = 1.0) -> QPixmap:
    """The same from the nearest pixels, for pictures whose colours mean something."""
    size, keep = QSize(side, side) * ratio, Qt.AspectRatioMode.KeepAspectRatio
    pixmap = QPixmap.fromImage(to_image(picture).scaled(size, keep))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class Thumbnail(QWidget):
    """A small picture with rounded corners, empty until there is one."""

    def __init__(self, side: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(side, side)
        self.setAccessibleName(name)
        self._pixmap: QPixmap | None = None

    def show_picture(self, picture: np.ndarray | None, *, sharp: bool = False) -> None:
        """Show uint8 [H, W, 3], or nothing; `sharp` keeps the colours of the pixels."""
        ratio, make = self.devicePixelRatioF(), to_sharp_pixmap if sharp else to_pixmap
        self._pixmap = None if picture is None else make(picture, self.width(), ratio)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(self.rect(), 4, 4)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), self.palette().dark())
        if self._pixmap:
            room = self.size() - self._pixmap.deviceIndependentSize().toSize()
            painter.drawPixmap(room.width() // 2, room.height() // 2, self._pixmap)
