"""The hand on the map: each gesture one step of undo, and the map as the tools say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.core.recipe import LabelMap
from app.model import changes
from app.model.painter import Painter, Tool
from app.model.studio import Studio
from tests.app.small import small_model

Opened = Callable[[Studio, Path], None]


@pytest.fixture
def painter(closed_studio: Studio, opened: Opened, tmp_path: Path) -> Painter:
    """A hand on an empty map of 32 pixels and 4 labels."""
    painter = Painter(closed_studio)
    opened(closed_studio, small_model(tmp_path, "spade"))
    blank = LabelMap(np.zeros((32, 32)))
    closed_studio.edit(changes.with_map(closed_studio.recipe, blank))
    painter.set_label(2)
    painter.set_radius(2)
    return painter


def ids(painter: Painter) -> np.ndarray:
    assert painter.ids is not None
    return painter.ids


def undo(painter: Painter) -> None:
    studio = painter.parent()
    assert isinstance(studio, Studio)
    studio.undo()


def drag(painter: Painter, *points: tuple[float, float], straight: bool = False) -> None:
    painter.press(points[0])
    for point in points[1:]:
        painter.move(point, straight=straight)
    painter.release()


def test_a_stroke_has_no_gaps_and_is_one_step(painter: Painter) -> None:
    drag(painter, (4, 16), (12, 16), (28, 16))
    assert (ids(painter)[16, 4:28] == 2).all()
    assert set(np.unique(ids(painter))) == {0, 2}
    undo(painter)
    assert not ids(painter).any()


def test_two_strokes_are_two_steps(painter: Painter) -> None:
    drag(painter, (4, 4), (9, 4))
    first = ids(painter)
    drag(painter, (20, 20), (25, 20))
    undo(painter)
    assert (ids(painter) == first).all()


def test_pressure_makes_the_brush_wider(painter: Painter) -> None:
    painter.set_radius(6)
    painter.press((8, 16), 0.2)
    light = int((ids(painter) == 2).sum())
    painter.move((24, 16), 1.0)
    painter.release()
    assert light < 20
    assert (ids(painter)[11:21, 24] == 2).all()


@pytest.mark.parametrize("tool", ["line", "rectangle"])
def test_shapes_follow_the_hand_and_leave_nothing_of_before(painter: Painter, tool: Tool) -> None:
    painter.set_tool(tool)
    drag(painter, (4, 4), (28, 28), (4, 12))
    assert (ids(painter)[4:12, 4] == 2).all()
    assert not ids(painter)[16:].any()
    undo(painter)
    assert not ids(painter).any()


def test_straight_lines_keep_to_eight_directions(painter: Painter) -> None:
    painter.set_tool("line")
    painter.set_radius(0.5)
    drag(painter, (4.5, 16.5), (28.5, 18.5), straight=True)
    assert (ids(painter)[16, 4:28] == 2).all()
    assert not ids(painter)[17:].any()


def test_a_polygon_closes_where_its_last_corner_is_clicked_again(painter: Painter) -> None:
    painter.set_tool("polygon")
    for corner in ((4, 4), (28, 4), (28, 28)):
        drag(painter, corner)
        painter.move(corner)
        assert painter.drawing
    drag(painter, (28, 28))
    assert not painter.drawing
    assert ids(painter)[8, 24] == 2
    assert ids(painter)[24, 8] == 0
    undo(painter)
    assert not ids(painter).any()


def test_a_gesture_that_is_given_up_was_none(painter: Painter) -> None:
    studio = painter.parent()
    assert isinstance(studio, Studio)
    drag(painter, (4, 4), (9, 4))
    before = ids(painter)
    painter.set_tool("polygon")
    painter.press((4, 4))
    painter.move((28, 4))
    painter.press((28, 4))
    painter.move((28, 28))
    painter.cancel()
    assert (ids(painter) == before).all()
    studio.undo()
    assert not ids(painter).any()


def test_undo_in_the_middle_ends_the_gesture(painter: Painter) -> None:
    drag(painter, (4, 4), (9, 4))
    painter.press((20, 20))
    undo(painter)
    painter.move((28, 28))
    painter.release()
    assert ids(painter)[4, 5] == 2
    assert not ids(painter)[16:].any()


def test_fill_stops_at_an_outline_with_a_small_opening(painter: Painter) -> None:
    ring = np.zeros((32, 32))
    ring[6:26, 6:26] = 1
    ring[8:24, 8:24] = 0
    ring[6:8, 15:17] = 0
    studio = painter.parent()
    assert isinstance(studio, Studio)
    studio.edit(changes.with_map(studio.recipe, LabelMap(ring)))
    painter.set_tool("fill")
    painter.press((16, 16))
    assert ids(painter)[2, 2] == 0
    undo(painter)
    painter.set_gap(0)
    painter.press((16, 16))
    assert ids(painter)[2, 2] == 2


def test_replace_turns_all_of_a_label_and_pick_takes_one(painter: Painter) -> None:
    drag(painter, (4, 4))
    painter.set_label(3)
    painter.set_tool("replace")
    painter.press((4, 4))
    assert set(np.unique(ids(painter))) == {0, 3}
    painter.set_tool("pick")
    painter.press((30, 30))
    assert (painter.label, painter.tool) == (0, "brush")


def test_the_eraser_leaves_its_own_label(painter: Painter) -> None:
    painter.set_background(1)
    painter.set_tool("eraser")
    drag(painter, (16, 16))
    assert set(np.unique(ids(painter))) == {0, 1}
    painter.swap()
    assert (painter.label, painter.background) == (1, 2)


def test_symmetry_paints_on_both_sides(painter: Painter) -> None:
    painter.set_symmetry("both")
    drag(painter, (4, 4), (8, 6))
    found = ids(painter)
    assert found[4, 4] == 2
    assert (found == found[::-1]).all()
    assert (found == found[:, ::-1]).all()


def test_a_press_outside_picks_and_replaces_nothing(painter: Painter) -> None:
    for tool in ("pick", "replace", "fill"):
        painter.set_tool(tool)
        painter.press((-5, 90))
        assert not ids(painter).any()
    assert painter.label == 2
