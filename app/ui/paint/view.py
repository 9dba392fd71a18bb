"""The label map under the hand, and the picture that follows it."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.painting import Point
from app.model.painter import Painter, Tool
from app.ui.paint.drawing import Marks, draw_divider, draw_grid, draw_marks
from app.ui.paint.frame import Frame
from app.ui.widgets.pictures import to_smooth_image

ZOOM_STEP, SIZE_STEP, WIPE_STEP = 1.25, 1.15, 0.05
NEAR = 6
"""Pixels from the divider at which a press takes hold of it."""
KEYS: dict[str, Tool] = {
    "B": "brush",
    "L": "line",
    "R": "rectangle",
    "P": "polygon",
    "F": "fill",
    "T": "replace",
    "I": "pick",
    "E": "eraser",
}
LEFT, MIDDLE, RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)


class PaintView(QWidget):
    """Map and picture side by side, or over each other with a divider; both take the brush.

    The wheel changes the brush, Ctrl and the wheel zoom, the middle button or Space and a drag
    pan. The arrow keys move the brush and Enter puts it down and lifts it.
    """

    zoomed = Signal(float)
    painted = Signal(float)
    """Milliseconds from a new picture's bytes to its pixels on the screen."""

    def __init__(self, painter: Painter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Label map and picture"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(256, 192)
        self.setBackgroundRole(QPalette.ColorRole.Dark)
        self.setAutoFillBackground(True)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.painter = painter
        self.frame = Frame()
        self.map_image: QImage | None = None
        self.image: QImage | None = None
        self.grid = False
        self.wipe = 0.5
        """Where the divider is, 0 (all picture) to 1 (all map), where they lie over each other."""
        self.spot: Point | None = None
        """The point of the map under the brush."""
        self._cell = 0
        self._hold: str | None = None
        """What the pressed button does: "paint", "pan" or "wipe"."""
        self._last = QPointF()
        self._turned: Tool | None = None
        """The tool that comes back when the eraser's end of a pen is lifted."""
        self._space = False
        self._cost: float | None = None
        painter.changed.connect(self.update)

    # What is shown

    def show_map(self, ids: np.ndarray, colours: np.ndarray) -> None:
        """Show uint8 [H, W] in the colours [classes, 3] of the legend."""
        ids = np.ascontiguousarray(ids)
        height, width = ids.shape
        kind = QImage.Format.Format_Indexed8
        self.map_image = QImage(ids.data, width, height, width, kind).copy()
        table = (0xFF << 24) | colours.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
        self.map_image.setColorTable([int(entry) for entry in table])
        self.frame.size = (width, height)
        self.update()

    def show_picture(self, picture: np.ndarray | None) -> None:
        """Show uint8 [H, W, 3], or nothing yet."""
        start = time.perf_counter()
        self.image = None if picture is None else to_smooth_image(picture)
        self._cost = time.perf_counter() - start
        self.update()

    def set_split(self, split: bool) -> None:
        """Show map and picture side by side, or over each other."""
        self.frame.split = split
        self.update()

    def set_grid(self, shown: bool) -> None:
        """Lay a grid over both."""
        self.grid = shown
        self.update()

    @property
    def zoom(self) -> float:
        """1 where all is shown."""
        return self.frame.zoom

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        self.frame.set_zoom(zoom, about)
        self.zoomed.emit(self.zoom)
        self.update()

    def fit(self) -> None:
        """Show all."""
        self.set_zoom(1.0)

    def zoom_in(self) -> None:
        self.set_zoom(self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self.set_zoom(self.zoom / ZOOM_STEP)

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.frame.room = QSizeF(self.size())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.map_image is None:
            return
        painter, start = QPainter(self), time.perf_counter()
        for number, cell in enumerate(self.frame.cells()):
            target = self.frame.target(cell)
            painter.save()
            painter.setClipRect(cell)
            self._draw_cell(painter, number, target)
            if self.grid:
                draw_grid(painter, target, self.frame.size)
            draw_marks(painter, self._marks(number))
            painter.restore()
        if not self.frame.split:
            draw_divider(painter, self._divider(), self.palette())
        if self._cost is not None:
            self.painted.emit((self._cost + time.perf_counter() - start) * 1000)
            self._cost = None
        if self.hasFocus():
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw_cell(self, painter: QPainter, number: int, target: QRectF) -> None:
        """The map without smoothing, for its colours mean something; the picture smooth."""
        assert self.map_image is not None
        if self.image and (number == 1 or not self.frame.split):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, self.image)
        elif number == 1:
            painter.fillRect(target, self.palette().mid())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        if self.frame.split and number == 0:
            painter.drawImage(target, self.map_image)
        elif not self.frame.split:
            part = QRectF(target)
            part.setRight(self._divider().x1())
            painter.save()
            painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
            painter.drawImage(target, self.map_image)
            painter.restore()

    def _divider(self) -> QLineF:
        target = self.frame.target(self.frame.cells()[0])
        x = target.left() + self.wipe * target.width()
        return QLineF(x, target.top(), x, target.bottom())

    def _marks(self, cell: int) -> Marks:
        """The brush, and the corners of what is being drawn, as places of the view."""
        hand, frame = self.painter, self.frame
        corners = hand.corners if hand.tool in ("line", "rectangle", "polygon") else []
        round_ = hand.tool in ("brush", "eraser", "line")
        radius = max(hand.radius, 0.5) * frame.scale if round_ else 0.0
        spot = None if self.spot is None else frame.from_map(self.spot, cell)
        return Marks(spot, radius, [frame.from_map(point, cell) for point in corners])

    # Mouse and pen

    def _place(self, place: QPointF) -> Point:
        return self.frame.to_map(place, self._cell)

    def _near_divider(self, place: QPointF) -> bool:
        return not self.frame.split and abs(place.x() - self._divider().x1()) <= NEAR

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place, alt = event.position(), event.modifiers() & Qt.KeyboardModifier.AltModifier
        self._last = place
        if event.button() == MIDDLE or (event.button() == LEFT and self._space):
            self._hold = "pan"
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == RIGHT or (event.button() == LEFT and alt):
            self.painter.pick(self.frame.to_map(place, self.frame.cell_at(place)))
        elif event.button() == LEFT and self._near_divider(place) and not self.painter.drawing:
            self._hold = "wipe"
        elif event.button() == LEFT:
            self._begin(place, 1.0)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The second press of a double click is a press: a polygon ends with it.
        self.mousePressEvent(event)

    def _begin(self, place: QPointF, pressure: float) -> None:
        self._hold = "paint"
        self._cell = self.frame.cell_at(place)
        self.spot = self._place(place)
        self.painter.press(self.spot, pressure)
        self.update()  # a polygon that closes changes no pixel, but loses its corners

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._hold == "pan":
            self.frame.pan(place - self._last)
        elif self._hold == "wipe":
            target = self.frame.target(self.frame.cells()[0])
            self.set_wipe((place.x() - target.left()) / target.width())
        else:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._go(place, 1.0, straight=shift)
        self._last = place
        self.update()

    def _go(self, place: QPointF, pressure: float, *, straight: bool = False) -> None:
        if not self.painter.drawing:
            self._cell = self.frame.cell_at(place)
            free = Qt.CursorShape.CrossCursor
            near = self._near_divider(place)
            self.setCursor(Qt.CursorShape.SplitHCursor if near else free)
        self.spot = self._place(place)
        self.painter.move(self.spot, pressure, straight=straight)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._hold == "paint":
            self.painter.release()
        self._hold = None
        self.update()
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.CrossCursor)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen paints as wide as it is pressed; its other end is the eraser."""
        kinds, place = QEvent.Type, event.position()
        if event.type() == kinds.TabletPress and event.button() == LEFT:
            if event.pointerType() == QPointingDevice.PointerType.Eraser:
                self._turned = self.painter.tool
                self.painter.set_tool("eraser")
            self._begin(place, max(0.05, event.pressure()))
        elif event.type() == kinds.TabletMove:
            self._go(place, max(0.05, event.pressure()))
        elif event.type() == kinds.TabletRelease and self._hold == "paint":
            self._hold = None
            self.painter.release()
            if self._turned:
                self.painter.set_tool(self._turned)
                self._turned = None
        else:
            event.ignore()
            return
        event.accept()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.spot = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self.zoom * ZOOM_STEP**steps, event.position())
        else:
            self.painter.set_radius(self.painter.radius * SIZE_STEP**steps)

    def set_wipe(self, share: float) -> None:
        """Move the divider."""
        self.wipe = min(1.0, max(0.0, share))
        self.update()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, hand = Qt.Key, self.painter
        key, shift = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ways = {
            keys.Key_Left: (-1, 0),
            keys.Key_Right: (1, 0),
            keys.Key_Up: (0, -1),
            keys.Key_Down: (0, 1),
        }
        if key in ways:
            self._step(ways[keys(key)], 8 if shift else 1)
        elif key in (keys.Key_Return, keys.Key_Enter) and self.spot:
            self._press_or_lift(self.spot)
        elif key == keys.Key_Escape and hand.drawing:
            hand.cancel()
        elif key == keys.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif not self._take_letter(event.text()):
            super().keyPressEvent(event)
        self.update()

    def _take_letter(self, text: str) -> bool:
        """What single keys do; whether this one did anything."""
        hand, letter = self.painter, text.upper()
        if letter in KEYS:
            hand.set_tool(KEYS[letter])
        elif letter == "X":
            hand.swap()
        elif letter in ("[", "]"):
            hand.set_radius(hand.radius * SIZE_STEP ** (1 if letter == "]" else -1))
        elif letter in ("<", ">") and not self.frame.split:
            self.set_wipe(self.wipe + (WIPE_STEP if letter == ">" else -WIPE_STEP))
        else:
            return False
        return True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.setCursor(Qt.CursorShape.CrossCursor)
        super().keyReleaseEvent(event)

    def _step(self, way: tuple[int, int], pixels: int) -> None:
        width, height = self.frame.size
        x, y = self.spot or (width / 2, height / 2)
        self.spot = (
            min(width - 0.5, max(0.5, x + way[0] * pixels)),
            min(height - 0.5, max(0.5, y + way[1] * pixels)),
        )
        self.painter.move(self.spot)

    def _press_or_lift(self, spot: Point) -> None:
        if self.painter.drawing and self.painter.tool != "polygon":
            self.painter.release()
        else:
            self.painter.press(spot)
