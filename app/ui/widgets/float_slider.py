"""A slider of real numbers, drawn quietly: filled from where "nothing" is, with a tick there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSlider, QWidget

FINE = 0.1
"""What a step is multiplied by while Shift is held."""
HANDLE = 6.0
SETTLE_MS = 600
"""Wheel and keys make one gesture until they rest for so long."""


class FloatSlider(QSlider):
    """Emits `edited` for each change by hand, and `settled` when the gesture has ended.

    Click and drag, wheel, arrows (Shift: fine); double click goes to `default`.
    """

    edited = Signal(float)
    settled = Signal()

    def __init__(
        self,
        low: float,
        high: float,
        step: float,
        default: float = 0.0,
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(orientation, parent)
        self._unit = step * FINE
        self.default = default
        self.setRange(round(low / self._unit), round(high / self._unit))
        self.setSingleStep(round(1 / FINE))
        self.setPageStep(round(10 / FINE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_number(default)
        self._grip: tuple[float, float] | None = None
        self._hover = False
        self._rest = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._rest.timeout.connect(self.settled)
        self.valueChanged.connect(self._edited)

    @property
    def number(self) -> float:
        """Where the slider stands."""
        return round(self.value() * self._unit, 6)

    def set_number(self, number: float) -> None:
        """Move without telling, as the studio's view; numbers outside stop at the end."""
        blocked = self.blockSignals(True)
        self.setValue(round(number / self._unit))
        self.blockSignals(blocked)

    def sizeHint(self) -> QSize:
        across, along = 24, 80
        horizontal = self.orientation() == Qt.Orientation.Horizontal
        return QSize(along, across) if horizontal else QSize(across, along)

    def minimumSizeHint(self) -> QSize:
        horizontal = self.orientation() == Qt.Orientation.Horizontal
        return QSize(48, 24) if horizontal else QSize(12, 48)

    def _edited(self) -> None:
        self.edited.emit(self.number)

    # Mouse: the handle follows the hand from where it was gripped

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.setSliderDown(True)
        along = self._along(event.position())
        if abs(along - self._place(self.value())) > HANDLE + 2:
            self.setValue(round(self._value_at(along)))
        self._grip = (along, self.value())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        along, value = self._along(event.position()), self._grip[1]
        moved = self._value_at(along) - self._value_at(self._grip[0])
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            moved *= FINE
            self._grip = (along, value + moved)
        self.setValue(round(value + moved))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
            self.setSliderDown(False)
            self.settled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setValue(round(self.default / self._unit))
            self.settled.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        self._step(turned / 120, event.modifiers())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        steps = {keys.Key_Right: 1, keys.Key_Up: 1, keys.Key_Left: -1, keys.Key_Down: -1}
        if event.key() in steps:
            self._step(steps[keys(event.key())], event.modifiers())
        elif event.key() in (keys.Key_Delete, keys.Key_Backspace):
            self.setValue(round(self.default / self._unit))
            self._rest.start()
        else:
            super().keyPressEvent(event)
            self._rest.start()

    def _step(self, steps: float, modifiers: Qt.KeyboardModifier) -> None:
        fine = modifiers & Qt.KeyboardModifier.ShiftModifier
        size = 1 if fine else self.singleStep()
        self.setValue(self.value() + round(steps * size))
        self._rest.start()

    # Geometry: one axis, whichever way the slider lies

    def _length(self) -> float:
        horizontal = self.orientation() == Qt.Orientation.Horizontal
        return (self.width() if horizontal else self.height()) - 2 * HANDLE - 2

    def _along(self, position: QPointF) -> float:
        if self.orientation() == Qt.Orientation.Horizontal:
            return position.x()
        return self.height() - position.y()

    def _place(self, value: float) -> float:
        share = (value - self.minimum()) / max(1, self.maximum() - self.minimum())
        return HANDLE + 1 + share * self._length()

    def _value_at(self, along: float) -> float:
        share = (along - HANDLE - 1) / max(1.0, self._length())
        return self.minimum() + share * (self.maximum() - self.minimum())

    # Painting

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover = True
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = False
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = float(self.width())
        if self.orientation() == Qt.Orientation.Vertical:
            painter.translate(0, self.height())
            painter.rotate(-90)
            width = float(self.height())
        self._paint_along(painter, width, (self.height() + self.width() - width) / 2)

    def _paint_along(self, painter: QPainter, width: float, middle: float) -> None:
        colours = self.palette()
        accent = colours.color(QPalette.ColorRole.Accent)
        track = colours.color(QPalette.ColorRole.Mid)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(track)
        painter.drawRoundedRect(QRectF(HANDLE + 1, middle - 1.5, self._length(), 3), 1.5, 1.5)
        origin, here = self._place(round(self.default / self._unit)), self._place(self.value())
        if HANDLE + 2 < origin < width - HANDLE - 2:
            painter.drawRect(QRectF(origin - 0.5, middle - 5, 1, 10))
        painter.setBrush(accent)
        painter.drawRect(QRectF(min(origin, here), middle - 1.5, abs(here - origin), 3))
        self._paint_handle(painter, QPointF(here, middle), accent)

    def _paint_handle(self, painter: QPainter, centre: QPointF, accent: QColor) -> None:
        colours = self.palette()
        moved = self.value() != round(self.default / self._unit)
        rest = colours.color(QPalette.ColorRole.PlaceholderText)
        colour = accent if moved or self.isSliderDown() else rest
        if self._hover and not moved:
            colour = colours.color(QPalette.ColorRole.WindowText)
        painter.setBrush(colour)
        painter.setPen(QPen(colours.color(QPalette.ColorRole.Window), 2))
        painter.drawEllipse(centre, HANDLE, HANDLE)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.color(QPalette.ColorRole.WindowText), 1))
            painter.drawEllipse(centre, HANDLE, HANDLE)
