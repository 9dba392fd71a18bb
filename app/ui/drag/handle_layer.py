"""Handles, targets and the mask over the picture: mouse and keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QWidget

from app.core.dragging import Point
from app.model.dragger import Dragger, within
from app.ui.canvas import Canvas

RADIUS = 6
BRUSH, LEAST_BRUSH, MOST_BRUSH = 0.08, 0.02, 0.3
"""Radius of the brush in picture widths."""
NUDGE, FINE = 0.02, 0.005
DIMMED = 110
"""How dark, of 255, is what stays."""
Keys = Qt.Key


class HandleLayer(QWidget):
    """Pull a point to where it shall go; click one that shall stay. With Shift: more points first.

    With the brush: paint what may move (right button: what may not). Keys: arrows move the cross,
    Enter grips the point there, and lets go of it at its target; Escape stops or leaves.
    """

    left_asked = Signal()

    def __init__(self, dragger: Dragger, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._dragger, self._canvas = dragger, canvas
        self.brushing = False
        self.brush = BRUSH
        self._grip: Point | None = None
        self._cross: Point = (0.5, 0.5)
        self._keyed = False
        self.setAccessibleName(self.tr("Picture with points to drag"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.hide()
        canvas.installEventFilter(self)
        dragger.changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() == QEvent.Type.Resize:
            self.resize(self._canvas.size())
        return super().eventFilter(watched, event)

    # Places

    def place_of(self, position: QPointF) -> Point:
        """A position of the layer as a point of the picture; outside it is beyond 0 to 1."""
        rect = self._canvas.picture_rect()
        return (
            (position.x() - rect.left()) / max(1.0, rect.width()),
            (position.y() - rect.top()) / max(1.0, rect.height()),
        )

    def position_of(self, point: Point) -> QPointF:
        """Where a point of the picture is on the layer."""
        rect = self._canvas.picture_rect()
        return QPointF(rect.left() + point[0] * rect.width(), rect.top() + point[1] * rect.height())

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        buttons, place = Qt.MouseButton, self.place_of(event.position())
        self._keyed = False
        if self.brushing and event.button() in (buttons.LeftButton, buttons.RightButton):
            self._dragger.paint(place, self.brush, event.button() == buttons.LeftButton)
        elif event.button() == buttons.LeftButton and within(place) == place:
            self._grip = self._cross = place
        else:
            event.ignore()  # the canvas pans

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        buttons, place = Qt.MouseButton, self.place_of(event.position())
        self._cross = within(place)
        if self.brushing and event.buttons() & (buttons.LeftButton | buttons.RightButton):
            self._dragger.paint(place, self.brush, bool(event.buttons() & buttons.LeftButton))
        elif event.buttons() and self._grip is None:
            event.ignore()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._let_go(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """No zoom here: two clicks are two points."""
        self.mousePressEvent(event)

    def _let_go(self, more: bool) -> None:
        assert self._grip is not None
        self._dragger.add(self._grip, self._cross)
        self._grip = None
        if not more:
            self._dragger.start()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = Keys(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = FINE if shift else NUDGE
        ways = {
            Keys.Key_Left: (-step, 0.0),
            Keys.Key_Right: (step, 0.0),
            Keys.Key_Up: (0.0, -step),
            Keys.Key_Down: (0.0, step),
        }
        if key in ways:
            x, y = ways[key]
            self._cross, self._keyed = within((self._cross[0] + x, self._cross[1] + y)), True
        elif key in (Keys.Key_Return, Keys.Key_Enter, Keys.Key_Space):
            self._enter(shift)
        elif key in (Keys.Key_BracketLeft, Keys.Key_BracketRight):
            factor = 1.25 if key == Keys.Key_BracketRight else 0.8
            self.brush = min(MOST_BRUSH, max(LEAST_BRUSH, self.brush * factor))
        elif key == Keys.Key_Escape:
            self._escape()
        elif key in (Keys.Key_Delete, Keys.Key_Backspace):
            self._dragger.clear()
        else:
            super().keyPressEvent(event)
        self.update()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """After several pulls of the mouse, letting go of Shift begins them."""
        if event.key() != Keys.Key_Shift or self._keyed or self._grip is not None:
            super().keyReleaseEvent(event)
        elif not self._dragger.running.running:
            self._dragger.start()

    def _enter(self, more: bool) -> None:
        self._keyed = True
        if self.brushing:
            self._dragger.paint(self._cross, self.brush)
        elif self._grip is None:
            self._grip = self._cross
        else:
            self._let_go(more)

    def _escape(self) -> None:
        """Let go of the point, stop the drag, or leave: the first that applies."""
        if self._grip is not None:
            self._grip = None
        elif self._dragger.running.running:
            self._dragger.stop()
        else:
            self.left_asked.emit()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_mask(painter)
        pulls = list(self._dragger.pulls)
        if self._grip is not None:
            pulls.append((self._grip, self._cross))
        for start, target in pulls:
            self._paint_pull(painter, self.position_of(start), self.position_of(target))
        if self.brushing:
            radius = self.brush * self._canvas.picture_rect().width()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(255, 255, 255, 200), 1.5))
            painter.drawEllipse(self.position_of(self._cross), radius, radius)
        elif self._keyed:
            self._paint_cross(painter, self.position_of(self._cross))

    def _paint_mask(self, painter: QPainter) -> None:
        """What stays is dimmed."""
        movable = self._dragger.movable
        if movable is None:
            return
        height, width = movable.shape
        dark = np.where(movable, 0, DIMMED).astype(np.uint8).tobytes()
        image = QImage(dark, width, height, width, QImage.Format.Format_Alpha8)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._canvas.picture_rect(), image)

    def _paint_pull(self, painter: QPainter, start: QPointF, target: QPointF) -> None:
        """A filled handle, a line, and a ring where it shall go; a pin is a filled handle alone."""
        accent = self.palette().color(QPalette.ColorRole.Accent)
        white = QColor(255, 255, 255)
        if start != target:
            for pen in (QPen(QColor(0, 0, 0, 140), 4), QPen(white, 2)):
                painter.setPen(pen)
                painter.drawLine(start, target)
            painter.setBrush(QColor(0, 0, 0, 60))
            painter.setPen(QPen(white, 2))
            painter.drawEllipse(target, RADIUS + 1, RADIUS + 1)
        painter.setBrush(accent)
        painter.setPen(QPen(white, 2))
        painter.drawEllipse(start, RADIUS, RADIUS)

    def _paint_cross(self, painter: QPainter, place: QPointF) -> None:
        for pen in (QPen(QColor(0, 0, 0, 160), 4), QPen(QColor(255, 255, 255), 2)):
            painter.setPen(pen)
            painter.drawLine(place - QPointF(10, 0), place + QPointF(10, 0))
            painter.drawLine(place - QPointF(0, 10), place + QPointF(0, 10))
