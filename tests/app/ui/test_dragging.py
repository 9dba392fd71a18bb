"""Dragging points in the window: live steps, one undo, an ordinary look; pins, mask and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.children import rows_of
from app.core.dragging import with_rows
from app.core.recipe import Recipe
from app.model.studio import Studio
from app.ui.drag.commands import DragCommands
from app.ui.drag.handle_layer import HandleLayer
from app.ui.main_window import MainWindow
from tests.app.small import small_model

Keys = Qt.Key
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WAIT = 30_000


@pytest.fixture
def drag(window: MainWindow) -> DragCommands:
    """The handles, ready."""
    window.actions_.drag.trigger()
    assert window.drag.shown
    return window.drag


def layer_of(drag: DragCommands) -> HandleLayer:
    assert drag.layer
    return drag.layer


def pull(
    drag: DragCommands,
    start: tuple[float, float],
    target: tuple[float, float],
    held: Qt.KeyboardModifier = NONE,
) -> None:
    layer = layer_of(drag)
    places = [layer.position_of(place).toPoint() for place in (start, target)]
    QTest.mousePress(layer, LEFT, held, places[0])
    QTest.mouseMove(layer, places[1])
    QTest.mouseRelease(layer, LEFT, held, places[1])


def test_a_pull_moves_the_look_step_by_step_and_is_one_undo(
    drag: DragCommands, studio: Studio, qtbot: QtBot
) -> None:
    assert drag.dragger
    before = studio.recipe
    seen: list[Recipe] = []
    studio.recipe_changed.connect(seen.append)
    with qtbot.waitSignal(drag.dragger.running.finished, timeout=WAIT):
        pull(drag, (0.4, 0.5), (0.5, 0.5))
    assert len(seen) > 1
    assert studio.recipe.latent.main.rows is not None
    studio.undo()
    assert studio.recipe == before
    assert not studio.can_undo


def test_a_dragged_look_keeps_its_sliders_as_sliders(studio: Studio) -> None:
    assert studio.model
    look = replace(studio.recipe, psi=0.6).with_edit("smile", 1.5)
    rows = rows_of(studio.model, replace(look, edits=()))
    same = with_rows(look, rows)
    wanted, drawn = rows_of(studio.model, look), rows_of(studio.model, same)
    assert np.abs(wanted - drawn).max() < 1e-5
    assert same.edit("smile").strength == 1.5


def test_a_pull_beyond_the_picture_ends_at_its_edge(drag: DragCommands, qtbot: QtBot) -> None:
    assert drag.dragger
    layer = layer_of(drag)
    QTest.mousePress(layer, LEFT, NONE, layer.position_of((0.5, 0.5)).toPoint())
    QTest.mouseMove(layer, QPoint(layer.width() - 1, layer.height() // 2))
    assert layer._cross[0] == 1.0
    with qtbot.waitSignal(drag.dragger.running.cancelled, timeout=WAIT):
        QTest.mouseRelease(layer, LEFT, NONE, QPoint(layer.width() - 1, layer.height() // 2))
        assert drag.dragger.pulls[0][1][0] == 1.0
        drag.dragger.stop()


def test_a_click_pins_a_point_and_moves_nothing(drag: DragCommands, studio: Studio) -> None:
    assert drag.dragger
    before = studio.recipe
    pull(drag, (0.3, 0.3), (0.3, 0.3))
    assert not drag.dragger.running.running
    assert drag.dragger.pulls[0][0] == drag.dragger.pulls[0][1]
    assert studio.recipe == before


def test_pins_stay_for_the_next_drag(drag: DragCommands, qtbot: QtBot) -> None:
    assert drag.dragger
    pull(drag, (0.7, 0.7), (0.7, 0.7))
    ((pin, _),) = drag.dragger.pulls
    with qtbot.waitSignal(drag.dragger.running.progressed, timeout=WAIT):
        pull(drag, (0.4, 0.5), (0.5, 0.5))
    with qtbot.waitSignal(drag.dragger.running.cancelled, timeout=WAIT):
        drag.dragger.stop()
    assert drag.dragger.pulls == [(pin, pin)]


def test_another_hand_stops_the_drag(drag: DragCommands, studio: Studio, qtbot: QtBot) -> None:
    assert drag.dragger
    with qtbot.waitSignal(drag.dragger.running.cancelled, timeout=WAIT):
        pull(drag, (0.3, 0.3), (0.9, 0.3))
        studio.set_seed(77)
    assert studio.recipe.latent.main.seed == 77
    assert studio.recipe.latent.main.rows is None


def test_keys_set_a_handle_and_its_target(drag: DragCommands, qtbot: QtBot) -> None:
    assert drag.dragger
    layer = layer_of(drag)
    QTest.keyClick(layer, Keys.Key_Return)
    for _ in range(3):
        QTest.keyClick(layer, Keys.Key_Right)
    with qtbot.waitSignal(drag.dragger.running.started):
        QTest.keyClick(layer, Keys.Key_Return)
    (start, target), *_ = drag.dragger.pulls
    assert start == (0.5, 0.5)
    assert target == pytest.approx((0.56, 0.5))
    with qtbot.waitSignal(drag.dragger.running.cancelled, timeout=WAIT):
        QTest.keyClick(layer, Keys.Key_Escape)


def test_the_brush_says_what_may_move(drag: DragCommands) -> None:
    assert drag.dragger
    assert drag.bar
    layer = layer_of(drag)
    drag.bar.brush.click()
    QTest.mouseClick(layer, LEFT, NONE, layer.position_of((0.25, 0.5)).toPoint())
    movable = drag.dragger.movable
    assert movable is not None
    height, width = movable.shape
    assert movable[height // 2, width // 4]
    assert not movable[height // 2, 3 * width // 4]
    drag.bar.clear.click()
    assert drag.dragger.movable is None


def test_escape_puts_the_handles_away(drag: DragCommands, window: MainWindow) -> None:
    QTest.keyClick(layer_of(drag), Keys.Key_Escape)
    assert not drag.shown
    assert not window.actions_.drag.isChecked()


def test_handles_go_when_another_page_is_shown(drag: DragCommands, window: MainWindow) -> None:
    window.actions_.wall.trigger()
    assert not drag.shown


def test_models_of_label_maps_have_no_such_command(
    window: MainWindow, opened: Callable[[Studio, Path], None], tmp_path: Path
) -> None:
    opened(window.studio, small_model(tmp_path, "pix2pixhd"))
    assert not window.actions_.drag.isEnabled()


def test_letting_go_of_shift_begins_several_pulls(drag: DragCommands, qtbot: QtBot) -> None:
    dragger, shift = drag.dragger, Qt.KeyboardModifier.ShiftModifier
    assert dragger
    pull(drag, (0.4, 0.5), (0.45, 0.5), shift)
    pull(drag, (0.6, 0.5), (0.65, 0.5), shift)
    assert not dragger.running.running
    with qtbot.waitSignal(dragger.running.finished, timeout=WAIT):
        QTest.keyRelease(layer_of(drag), Keys.Key_Shift)
    assert not dragger.pulling


def test_a_drag_that_begins_moves_no_picture(
    drag: DragCommands, window: MainWindow, qtbot: QtBot
) -> None:
    assert drag.dragger
    assert drag.bar
    window.resize(900, 760)
    before = drag.bar.hint.width()
    pull(drag, (0.4, 0.5), (0.5, 0.5))
    qtbot.waitUntil(drag.bar.bar.isVisible)
    assert drag.bar.hint.width() == before
