"""The photo with what is cut out of it: eyes and mouth to drag, or a square to move."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.core.alignment import Anchors, Crop, Point, centre_crop, crop_of, proposed_anchors
from app.core.history import History
from app.model.projector import OpenedPhoto
from app.ui.canvas import Canvas
from app.ui.widgets.float_slider import FINE
from app.ui.widgets.pictures import to_image

REACH = 14
"""Pixels around an anchor in which the mouse takes hold of it."""
RING = 7
NUDGE = 0.01
"""A step of the arrow keys, in sides of the crop."""
ZOOM = 1.1
LEAST, MOST = 0.5, 8.0
"""How far the square in the middle can be zoomed."""


@dataclass(frozen=True)
class Framing:
    """What is cut out: `crop`, which follows `anchors` where a model has them."""

    crop: Crop
    anchors: Anchors | None = None


class AlignView(Canvas):
    """Drag the rings onto eyes and mouth, or the square; 1 to 3, N and the arrow keys do it too."""

    framed = Signal(object)
    """The `Framing` is another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Photo to align"))
        self.setMinimumSize(320, 320)
        self.chosen = 0
        """The anchor that the arrow keys move."""
        self._wanted: Anchors | None = None
        self._sides = (1, 1)
        self._faces: tuple[Anchors, ...] = ()
        self._history = History(Framing(Crop(0.5, 0.5, 1)))
        self._held: int | None = None
        """The anchor in the hand; -1: all of it."""
        self._from = QPointF()

    @property
    def framing(self) -> Framing:
        """What is cut out now, in pixels of the whole photo."""
        return self._history.current

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    def show_photo(self, photo: OpenedPhoto, wanted: Anchors | None) -> None:
        """Show another photo with what is proposed for it; `wanted`: where the model has faces."""
        self._wanted, self._sides = wanted, photo.photo.picture.size
        self._faces = photo.faces or ()
        self.image = to_image(np.asarray(photo.view))
        self._history = History(self.proposal())
        self.chosen = 0
        self.fit()
        self.framed.emit(self.framing)

    def follow(self, wanted: Anchors | None) -> None:
        """Another model is open: begin anew if it asks for something else."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._history = History(self.proposal())
            self.update()
            self.framed.emit(self.framing)

    def proposal(self) -> Framing:
        """The largest face that was found; else the square in the middle, as most photos are."""
        crop = centre_crop(*self._sides)
        if self._wanted is None:
            return Framing(crop)
        if self._faces:
            return Framing(crop_of(self._faces[0], self._wanted), self._faces[0])
        return Framing(crop, proposed_anchors(*self._sides, self._wanted))

    @property
    def face(self) -> int:
        """Which of the faces that were found the rings are on, or nearest to."""
        at = self.framing.anchors
        if at is None or not self._faces:
            return 0
        far = [np.abs(np.subtract(face.points, at.points)).sum() for face in self._faces]
        return int(np.argmin(far))

    def next_face(self) -> None:
        """Move the rings to the next face, and from the last to the first."""
        if self._wanted and len(self._faces) > 1:
            face = self._faces[(self.face + 1) % len(self._faces)]
            self.set_framing(Framing(crop_of(face, self._wanted), face))

    def set_framing(self, framing: Framing, gesture: str | None = None) -> None:
        """Cut out something else; with a `gesture` it is part of one step of undo."""
        self._history.push(framing, gesture)
        self._tell()

    def set_crop(self, side: float, degrees: float) -> None:
        """Zoom and turn the square, where there are no anchors."""
        largest = min(self._sides)
        side = min(max(side, largest / MOST), largest / LEAST)
        crop = replace(self.framing.crop, side=side, degrees=degrees)
        self.set_framing(Framing(crop), "crop")

    def reset(self) -> None:
        """Back to what was proposed."""
        self.set_framing(self.proposal())

    def undo(self) -> None:
        self._history.undo()
        self._tell()

    def redo(self) -> None:
        self._history.redo()
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.framed.emit(self.framing)

    # Moves

    def _move(self, which: int, by: QPointF, gesture: str) -> None:
        """Move an anchor (-1: everything) by pixels of the photo; nothing leaves it for good."""
        framing = self.framing
        if framing.anchors is None:
            crop = framing.crop
            x, y = self._inside(crop.x + by.x(), crop.y + by.y())
            self.set_framing(Framing(replace(crop, x=x, y=y)), gesture)
            return
        points = [
            self._inside(x + by.x(), y + by.y()) if which in (-1, i) else (x, y)
            for i, (x, y) in enumerate(framing.anchors.points)
        ]
        anchors = Anchors(*points)
        assert self._wanted
        self.set_framing(Framing(crop_of(anchors, self._wanted), anchors), gesture)

    def _inside(self, x: float, y: float) -> Point:
        width, height = self._sides
        return min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height))

    @property
    def _scale(self) -> float:
        """Pixels of the widget for one of the photo."""
        return self.picture_rect().width() / self._sides[0]

    def place(self, point: Point) -> QPointF:
        """Where a point of the photo lies on the widget."""
        return self.picture_rect().topLeft() + QPointF(*point) * self._scale

    def _at(self, position: QPointF) -> int | None:
        """The nearest anchor in reach."""
        anchors = self.framing.anchors
        if anchors is None:
            return None
        far = [(self.place(p) - position).manhattanLength() for p in anchors.points]
        nearest = min(range(3), key=far.__getitem__)
        return nearest if far[nearest] <= 2 * REACH else None

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._from, found = event.position(), self._at(event.position())
        inside = self._outline().containsPoint(event.position(), Qt.FillRule.OddEvenFill)
        if found is not None:
            self._held = self.chosen = found
            self.update()
        elif inside:
            self._held = -1
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            super().mouseMoveEvent(event)
            return
        by = (event.position() - self._from) / max(1e-6, self._scale)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            by *= FINE
        self._from = event.position()
        self._move(self._held, by, "drag")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self._history.end_gesture()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._at(event.position()) is None:
            super().mouseDoubleClickEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.framing.anchors is not None:
            super().wheelEvent(event)
            return
        crop = self.framing.crop
        self.set_crop(crop.side * ZOOM ** (-event.angleDelta().y() / 120), crop.degrees)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        ways = {
            keys.Key_Left: QPointF(-1, 0),
            keys.Key_Right: QPointF(1, 0),
            keys.Key_Up: QPointF(0, -1),
            keys.Key_Down: QPointF(0, 1),
        }
        numbers = (keys.Key_1, keys.Key_2, keys.Key_3)
        if event.key() in ways:
            step = NUDGE * self.framing.crop.side
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                step *= FINE
            self._move(self.chosen, ways[keys(event.key())] * step, f"nudge {self.chosen}")
        elif event.key() in numbers and self.framing.anchors:
            self.chosen = numbers.index(keys(event.key()))
            self.update()
        elif event.key() == keys.Key_N:
            self.next_face()
        else:
            super().keyPressEvent(event)

    # Painting

    def _outline(self) -> QPolygonF:
        """The square that is cut out, on the widget."""
        crop = self.framing.crop
        cos, sin = math.cos(math.radians(crop.degrees)), math.sin(math.radians(crop.degrees))
        half = crop.side / 2
        corners = ((-half, -half), (half, -half), (half, half), (-half, half))
        points = [(crop.x + x * cos - y * sin, crop.y + x * sin + y * cos) for x, y in corners]
        return QPolygonF([self.place(point) for point in points])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outside, square = QPainterPath(), QPainterPath()
        outside.addRect(self.picture_rect())
        square.addPolygon(self._outline())
        square.closeSubpath()
        painter.fillPath(outside.subtracted(square), QColor(0, 0, 0, 110))
        accent = self.palette().color(QPalette.ColorRole.Accent)
        painter.setPen(QPen(accent, 1.5))
        painter.drawPath(square)
        if self.framing.anchors:
            for number, point in enumerate(self.framing.anchors.points):
                self._paint_anchor(painter, self.place(point), number, accent)

    def _paint_anchor(
        self, painter: QPainter, centre: QPointF, number: int, accent: QColor
    ) -> None:
        chosen = number == self.chosen
        for colour, width in ((QColor(0, 0, 0, 160), 4.0), (accent, 2.0)):
            painter.setPen(QPen(colour, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, RING, RING)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawEllipse(centre, 2.5 if chosen else 1.0, 2.5 if chosen else 1.0)
        name = (self.tr("1 eye"), self.tr("2 eye"), self.tr("3 mouth"))[number]
        room = QRectF(centre.x() - 60, centre.y() + RING + 3, 120, 16)
        for shift, colour in ((1, QColor(0, 0, 0, 200)), (0, QColor("white"))):
            painter.setPen(colour)
            middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(room.translated(shift, shift), middle, name)
