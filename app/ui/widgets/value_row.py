"""The row that all sliders are: name, track, value."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QWidget,
)

from app.ui.theme import GRID
from app.ui.widgets.float_slider import FINE, FloatSlider

NAME_WIDTH, VALUE_WIDTH, HEIGHT = 88, 56, 24


class ValueBox(QDoubleSpinBox):
    """A number to type, or to step by wheel and arrows (Shift: fine)."""

    def __init__(self, low: float, high: float, step: float, suffix: str = "") -> None:
        super().__init__()
        self.setDecimals(0 if step >= 1 else 2)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setSuffix(suffix)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setKeyboardTracking(False)
        self.setFixedSize(VALUE_WIDTH, HEIGHT)

    def set_number(self, number: float) -> None:
        """Show a number without telling."""
        if number == self.value():
            return
        blocked = self.blockSignals(True)
        self.setValue(number)
        self.blockSignals(blocked)

    def stepBy(self, steps: int) -> None:
        shift = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self.setValue(self.value() + steps * self.singleStep() * (FINE if shift else 1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Without focus the wheel scrolls the panel: a number is not changed in passing.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NameLabel(QLabel):
    """A name in the column of names; one that is too long ends in an ellipsis."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setFixedWidth(NAME_WIDTH)

    def is_cut(self) -> bool:
        """Whether the name is longer than the column is wide."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_cut():
            super().paintEvent(event)
            return
        mode, left = Qt.TextElideMode.ElideRight, Qt.AlignmentFlag.AlignLeft
        name = self.fontMetrics().elidedText(self.text(), mode, self.width())
        QPainter(self).drawText(self.rect(), left | Qt.AlignmentFlag.AlignVCenter, name)


class ValueRow(QWidget):
    """A name, a slider and a value box that show one number; `scale` is the box's unit."""

    edited = Signal(float)
    settled = Signal()

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        step: float,
        default: float = 0.0,
        *,
        scale: float = 1.0,
        suffix: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._scale = scale
        self.label = NameLabel(name)
        self.slider = FloatSlider(low, high, step, default)
        self.slider.setAccessibleName(name)
        self.box = ValueBox(low * scale, high * scale, step * scale, suffix)
        self.box.setAccessibleName(QCoreApplication.translate("ValueRow", "{0} value").format(name))
        self.label.setBuddy(self.slider)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(GRID // 2)
        self.row.addWidget(self.label)
        self.row.addWidget(self.slider, 1)
        self.row.addWidget(self.box)
        self.slider.edited.connect(self._slid)
        self.slider.settled.connect(self.settled)
        self.box.valueChanged.connect(self._typed)
        self.set_number(default)

    def set_number(self, number: float) -> None:
        """Show a number without telling; a hand on the slider is not moved."""
        if not self.slider.isSliderDown():
            self.slider.set_number(number)
        self.box.set_number(number * self._scale)

    def explain(self, text: str) -> None:
        """What the slider does, on hover and for a screen reader."""
        self.setToolTip(f"{self.label.text()}\n\n{text}" if self.label.is_cut() else text)
        self.slider.setAccessibleDescription(text)

    def _slid(self, number: float) -> None:
        self.box.set_number(number * self._scale)
        self.edited.emit(number)

    def _typed(self, value: float) -> None:
        self.slider.set_number(value / self._scale)
        self.edited.emit(value / self._scale)
        self.settled.emit()
