"""The Paint workspace: the brush under the mouse, the legend, and the keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTranslator
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.studio import Studio
from app.ui.main_window import MainWindow
from app.ui.paint.map_dialog import MapDialog
from app.ui.paint.view import PaintView
from app.ui.theme import RESOURCES
from tests.app.small import small_model

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Pointer = QPointingDevice.PointerType


@pytest.fixture
def window(
    closed_studio: Studio,
    opened: Callable[[Studio, Path], None],
    make_window: Callable[[Studio], MainWindow],
    tmp_path: Path,
) -> MainWindow:
    """A window on a tiny model of 4 labels at 32 pixels."""
    window = make_window(closed_studio)
    opened(closed_studio, small_model(tmp_path, "spade"))
    return window


def place(view: PaintView, x: float, y: float, cell: int = 0) -> QPoint:
    return view.frame.from_map((x, y), cell).toPoint()


def ids(window: MainWindow) -> np.ndarray:
    label_map = window.studio.recipe.label_map
    assert label_map is not None
    return label_map.array


def stroke(view: PaintView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view, LEFT, NONE, start)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, NONE, end)


def test_a_model_of_maps_opens_on_the_page_and_others_leave_it(
    window: MainWindow,
    opened: Callable[[Studio, Path], None],
    tiny_model_path: Path,
    tmp_path: Path,
) -> None:
    assert window.stack.currentWidget() is window.paint.page
    opened(window.studio, tiny_model_path)
    assert window.stack.currentWidget() is window.canvas
    opened(window.studio, small_model(tmp_path, "pix2pixhd"))
    assert window.stack.currentWidget() is window.paint.page


@pytest.mark.parametrize("cell", [0, 1])
def test_map_and_picture_both_take_the_brush_and_the_picture_follows(
    window: MainWindow, qtbot: QtBot, cell: int
) -> None:
    view, before = window.paint.page.view, ids(window)
    window.paint.painter.set_label(3)
    start, end = place(view, 4, 4, cell), place(view, 28, 4, cell)
    with qtbot.waitSignal(window.studio.picture_ready):
        stroke(view, start, end)
    assert (ids(window)[4, 4:28] == 3).all()
    qtbot.waitUntil(
        lambda: bool(
            window.studio.result and window.studio.result.request.recipe == window.studio.recipe
        )
    )
    window.studio.undo()
    assert (ids(window) == before).all()


def test_a_click_in_the_legend_paints_with_it_and_a_search_finds_it(window: MainWindow) -> None:
    labels, painter = window.paint.labels, window.paint.painter
    labels.list.setCurrentRow(2)
    assert painter.label == 2
    assert labels.label.name.text() == "class 2"
    labels.search.setText("3")
    assert [labels.list.item(i).isHidden() for i in range(4)] == [True, True, True, False]
    labels.search.returnPressed.emit()
    assert painter.label == 3


def test_labels_of_landscapes_are_named_in_the_language_of_the_window(
    window: MainWindow,
    opened: Callable[[Studio, Path], None],
    tmp_path: Path,
) -> None:
    chinese = QTranslator()
    assert chinese.load(str(RESOURCES / "translations" / "ganvas_zh_CN.qm"))
    QApplication.installTranslator(chinese)
    try:
        opened(window.studio, small_model(tmp_path, "landscapes"))
    finally:
        QApplication.removeTranslator(chinese)
    labels = window.paint.labels.list
    assert [labels.item(i).text() for i in range(4)] == ["天空", "丘陵", "树", "水"]
    for text in ("天", "SKY"):
        window.paint.labels.search.setText(text)
        assert [labels.item(i).isHidden() for i in range(4)] == [False, True, True, True]


def test_wheel_and_brackets_size_the_brush_and_ctrl_wheel_zooms(window: MainWindow) -> None:
    view, painter = window.paint.page.view, window.paint.painter
    start = painter.radius

    def turn(modifier: Qt.KeyboardModifier) -> None:
        middle = QPointF(place(view, 16, 16))
        event = QWheelEvent(
            middle,
            middle,
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)

    turn(NONE)
    assert painter.radius > start
    QTest.keyClick(view, Qt.Key.Key_BracketLeft)
    assert painter.radius == pytest.approx(start)
    turn(Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == pytest.approx(1.25)
    assert view.frame.to_map(QPointF(place(view, 16, 16)), 0) == pytest.approx((16, 16), abs=0.1)
    window.paint.view.fit()
    assert view.zoom == 1


def test_letters_take_tools_and_right_click_takes_the_label(window: MainWindow) -> None:
    view, painter = window.paint.page.view, window.paint.painter
    for letter, tool in (("r", "rectangle"), ("f", "fill"), ("e", "eraser"), ("b", "brush")):
        QTest.keyClicks(view, letter)
        assert painter.tool == tool
        assert window.paint.page.tools.tools[painter.tool].isChecked()
    QTest.mouseClick(view, Qt.MouseButton.RightButton, NONE, place(view, 16, 31))
    assert painter.label == ids(window)[31, 16]


def test_the_keyboard_alone_paints(window: MainWindow) -> None:
    view = window.paint.page.view
    window.paint.painter.set_label(3)
    window.paint.painter.set_radius(0.5)
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Return)
    for _ in range(5):
        QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert (ids(window)[15, 16:21] == 3).all()
    window.studio.undo()
    assert 3 not in ids(window)[15]


def test_the_overlay_shows_the_map_left_of_a_divider_that_can_be_dragged(
    window: MainWindow,
) -> None:
    page = window.paint.page
    page.tools.over.click()
    view, before = page.view, ids(window)
    assert len(view.frame.cells()) == 1
    stroke(view, place(view, 16, 16), place(view, 8, 16))
    assert view.wipe == pytest.approx(0.25, abs=0.02)
    assert (ids(window) == before).all()
    QTest.keyClicks(view, ">")
    assert view.wipe == pytest.approx(0.3, abs=0.02)


def test_space_and_the_middle_button_move_a_zoomed_map(window: MainWindow) -> None:
    view, before = window.paint.page.view, ids(window)
    view.set_zoom(4)
    start = view.frame.to_map(QPointF(view.width() / 4, view.height() / 2), 0)
    QTest.keyPress(view, Qt.Key.Key_Space)
    stroke(view, place(view, 16, 16), place(view, 16, 16) + QPoint(30, 0))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert view.frame.to_map(QPointF(view.width() / 4, view.height() / 2), 0)[0] < start[0]
    assert (ids(window) == before).all()


def test_the_style_panel_mixes_two_styles_and_takes_photos(
    window: MainWindow,
    opened: Callable[[Studio, Path], None],
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    style = window.paint.style
    assert style.isVisible()
    assert not style.photo.isVisible()
    opened(window.studio, small_model(tmp_path, "landscapes"))
    assert style.photo.isVisible()
    style.mix.slider.setValue(style.mix.slider.maximum() // 4)
    assert window.studio.recipe.mixes[0].weights == (pytest.approx(0.25),)
    style.seed.next.click()
    assert window.studio.mix.source.main.seed == 1001
    Image.effect_noise((50, 40), 90).convert("RGB").save(tmp_path / "beach.jpg")
    with qtbot.waitSignal(window.studio.message, timeout=20_000):
        style.photo.given.emit(tmp_path / "beach.jpg")
    assert style.photo.clear.isVisible()
    style.photo.clear.click()
    assert not style.photo.clear.isVisible()
    assert window.studio.recipe.latent.main.rows is None


def test_unknown_colours_open_a_question_that_can_be_answered(
    window: MainWindow,
    opened: Callable[[Studio, Path], None],
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    opened(window.studio, small_model(tmp_path, "landscapes"))
    pixels = np.zeros((32, 32, 3), np.uint8) + np.array([199, 41, 40], np.uint8)
    pixels[:4] = (10, 20, 30)
    Image.fromarray(pixels).save(tmp_path / "map.png")
    with qtbot.waitSignal(window.studio.controls.maps.asked, timeout=20_000):
        window.paint.labels.file_dropped.emit(tmp_path / "map.png")
    (dialog,) = window.findChildren(MapDialog)
    (choice,) = dialog.choices.values()
    assert choice.currentText() == "hill"
    choice.setCurrentIndex(3)
    dialog.use.click()
    assert set(np.unique(ids(window))) == {0, 3}


def test_a_double_click_closes_a_polygon(window: MainWindow) -> None:
    view, painter = window.paint.page.view, window.paint.painter
    painter.set_label(3)
    painter.set_tool("polygon")
    for x, y in ((4, 2), (28, 2), (16, 14)):
        QTest.mouseMove(view, place(view, x, y))
        QTest.mouseClick(view, LEFT, NONE, place(view, x, y))
    assert painter.drawing
    QTest.mouseDClick(view, LEFT, NONE, place(view, 16, 14))
    assert not painter.drawing
    assert ids(window)[4, 16] == 3
    window.studio.undo()
    assert 3 not in ids(window)[4]


def pen(
    view: PaintView, kind: QEvent.Type, spot: QPoint, pressure: float, pointer: Pointer
) -> None:
    """What a tablet sends: its pen, or the eraser at the pen's other end."""
    kinds, buttons = QInputDevice.DeviceType, Qt.MouseButton
    capabilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    tablet = QPointingDevice("tablet", 1, kinds.Stylus, pointer, capabilities, 1, 1)
    place, down = QPointF(spot), kind != QEvent.Type.TabletRelease
    held = buttons.LeftButton if down else buttons.NoButton
    event = QTabletEvent(
        kind, tablet, place, place, pressure, 0, 0, 0, 0, 0, NONE, buttons.LeftButton, held
    )
    QApplication.sendEvent(view, event)
    assert event.isAccepted()


def test_a_pen_paints_as_wide_as_it_is_pressed(window: MainWindow) -> None:
    view, painter = window.paint.page.view, window.paint.painter
    painter.clear()
    painter.set_label(3)
    painter.set_radius(6)
    painted = []
    for x, pressure in ((8, 0.2), (24, 1.0)):
        for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletRelease):
            pen(view, kind, place(view, x, 16), pressure, Pointer.Pen)
        painted.append(int((ids(window)[:, x - 7 : x + 8] == 3).sum()))
    assert 0 < 4 * painted[0] < painted[1]


def test_the_other_end_of_a_pen_erases_and_then_the_tool_comes_back(window: MainWindow) -> None:
    view, painter = window.paint.page.view, window.paint.painter
    painter.set_background(2)
    painter.set_tool("line")
    for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease):
        pen(view, kind, place(view, 16, 16), 0.5, Pointer.Eraser)
    assert ids(window)[16, 16] == 2
    assert painter.tool == "line"
