"""The slider under mouse, wheel and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.widgets.float_slider import FloatSlider

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def slider(qtbot: QtBot) -> FloatSlider:
    widget = FloatSlider(-3, 3, 0.1)
    qtbot.addWidget(widget)
    widget.resize(314, 24)
    widget.show()
    return widget


def wheel(slider: FloatSlider, steps: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    middle = QPointF(slider.rect().center())
    no_buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    turned = QPoint(0, 120 * steps)
    event = QWheelEvent(middle, middle, QPoint(), turned, no_buttons, modifiers, phase, False)
    QApplication.sendEvent(slider, event)


def test_a_click_goes_there_and_a_drag_follows_the_hand(slider: FloatSlider, qtbot: QtBot) -> None:
    told: list[float] = []
    slider.edited.connect(told.append)
    QTest.mousePress(slider, LEFT, NONE, QPoint(207, 12))
    assert slider.number == pytest.approx(1.0, abs=0.03)
    QTest.mouseMove(slider, QPoint(257, 12))
    assert slider.number == pytest.approx(2.0, abs=0.05)
    with qtbot.waitSignal(slider.settled):
        QTest.mouseRelease(slider, LEFT, NONE, QPoint(257, 12))
    assert told[-1] == slider.number


def test_gripping_the_handle_beside_its_middle_does_not_move_it(slider: FloatSlider) -> None:
    QTest.mousePress(slider, LEFT, NONE, QPoint(160, 12))
    assert slider.number == 0
    QTest.mouseRelease(slider, LEFT, NONE, QPoint(160, 12))


def test_a_double_click_goes_back_to_the_default(slider: FloatSlider, qtbot: QtBot) -> None:
    slider.set_number(2)
    with qtbot.waitSignal(slider.settled):
        QTest.mouseDClick(slider, LEFT, NONE, QPoint(20, 12))
    assert slider.number == 0


def test_wheel_and_arrows_step_and_shift_makes_steps_fine(
    slider: FloatSlider, qtbot: QtBot
) -> None:
    wheel(slider, 2)
    assert slider.number == pytest.approx(0.2)
    wheel(slider, -1, SHIFT)
    assert slider.number == pytest.approx(0.19)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Left, SHIFT)
    assert slider.number == pytest.approx(0.28)
    with qtbot.waitSignal(slider.settled):
        QTest.keyClick(slider, Qt.Key.Key_Delete)
    assert slider.number == 0


def test_showing_a_number_tells_no_one(slider: FloatSlider, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(slider.edited):
        slider.set_number(1.23)
    assert slider.number == pytest.approx(1.23)


def test_numbers_outside_stop_at_the_end(slider: FloatSlider) -> None:
    slider.set_number(99)
    assert slider.number == 3


def test_an_upright_slider_grows_upwards(qtbot: QtBot) -> None:
    slider = FloatSlider(0, 1, 0.05, orientation=Qt.Orientation.Vertical)
    qtbot.addWidget(slider)
    slider.resize(24, 114)
    slider.show()
    QTest.mousePress(slider, LEFT, NONE, QPoint(12, 8))
    assert slider.number == pytest.approx(1, abs=0.02)
    QTest.mouseMove(slider, QPoint(12, 57))
    assert slider.number == pytest.approx(0.5, abs=0.02)
    QTest.mouseRelease(slider, LEFT, NONE, QPoint(12, 57))
