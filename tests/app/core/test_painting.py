"""Tools on label maps: hard edges, no class that nobody chose, nothing beyond what was asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.core import painting
from app.core.painting import Point

SKY, TREE, WATER = 0, 6, 13
maps = arrays.arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24)),
                     elements=st.integers(0, 3))  # fmt: skip
points = st.tuples(st.floats(-8, 32), st.floats(-8, 32))


def empty(height: int = 32, width: int = 32) -> np.ndarray:
    return np.zeros((height, width), dtype=np.uint8)


@settings(max_examples=40, deadline=None)
@given(maps, points, points, st.floats(0, 9))
def test_every_tool_paints_only_its_class_and_leaves_its_input_alone(
    ids: np.ndarray, a: Point, b: Point, radius: float
) -> None:
    before = ids.copy()
    painted = (
        painting.stroke(ids, a, b, radius, 9),
        painting.rectangle(ids, a, b, 9),
        painting.polygon(ids, [a, b, (3.0, 20.0)], 9),
        painting.fill(ids, a, 9, gap=2),
        painting.replace(ids, 1, 9),
    )
    assert (ids == before).all()
    for result in painted:
        assert result.dtype == np.uint8
        assert result.shape == ids.shape
        assert ((result == ids) | (result == 9)).all()


@settings(max_examples=30, deadline=None)
@given(points, points, st.floats(0.5, 6))
def test_a_stroke_is_all_pixels_within_its_radius(a: Point, b: Point, radius: float) -> None:
    painted = painting.stroke(empty(), a, b, radius, TREE) == TREE
    steps = np.linspace(0, 1, 400)[:, None, None]
    y, x = np.mgrid[0:32, 0:32] + 0.5
    away = np.hypot(
        x - a[0] - steps * (b[0] - a[0]), y - a[1] - steps * (b[1] - a[1])
    ).min(axis=0)  # fmt: skip
    assert painted[away < radius - 0.06].all()
    ends = [(int(np.floor(p[1])), int(np.floor(p[0]))) for p in (a, b)]
    for row, column in zip(*np.nonzero(painted & (away > radius + 0.06)), strict=True):
        assert (row, column) in ends


def test_the_thinnest_brush_leaves_no_hole_in_a_line() -> None:
    painted = painting.stroke(empty(), (1.5, 2.5), (28.5, 13.5), 0.0, TREE)
    assert (painted == TREE).any(axis=0)[1:29].all()


def test_a_rectangle_has_both_corners_in_any_order() -> None:
    painted = painting.rectangle(empty(), (20.2, 9.9), (4.1, 3.0), TREE)
    assert (painted == TREE).sum() == 17 * 7
    assert painted[3, 4] == painted[9, 20] == TREE


def test_a_polygon_is_filled() -> None:
    painted = painting.polygon(empty(), [(4, 4), (28, 4), (16, 28)], TREE)
    assert painted[8, 16] == TREE
    assert painted[24, 5] == SKY
    assert (painting.polygon(empty(), [(4, 4), (9, 9)], TREE) == SKY).all()


def ring(opening: int) -> np.ndarray:
    """A closed outline with an opening of so many pixels in its lower side."""
    ids = empty(48, 48)
    ids[8:40, 8:40] = TREE
    ids[10:38, 10:38] = SKY
    ids[38:40, 24 : 24 + opening] = SKY
    return ids


@pytest.mark.parametrize("opening", [0, 1, 2, 3, 4])
def test_fill_does_not_leak_through_gaps_up_to_its_bridge(opening: int) -> None:
    filled = painting.fill(ring(opening), (20, 20), WATER, gap=4)
    assert (filled[10:38, 10:38] == WATER).all()
    assert (filled[:8] == SKY).all()
    assert (filled[44:] == SKY).all()


def test_fill_leaks_where_it_is_not_asked_to_bridge() -> None:
    filled = painting.fill(ring(3), (20, 20), WATER)
    assert (filled[ring(3) == SKY] == WATER).all()
    assert (painting.fill(ring(0), (20, 20), WATER)[:8] == SKY).all()


def test_fill_follows_a_winding_way_to_its_end() -> None:
    ids = empty(21, 21)
    for row in range(1, 21, 4):
        ids[row, 1:] = TREE
        ids[row + 2 if row < 19 else 20, :-1] = TREE
    filled = painting.fill(ids, (0.5, 0.5), WATER)
    assert (filled[ids == SKY] == WATER).all()


def test_fill_outside_the_map_does_nothing() -> None:
    assert (painting.fill(ring(0), (-3, 5), WATER) == ring(0)).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(points, min_size=1, max_size=4), st.sampled_from(["left-right", "up-down", "both"]))
def test_mirrored_strokes_make_a_mirrored_map(
    path: list[Point], symmetry: painting.Symmetry
) -> None:
    # On a quarter grid, so that no pixel is exactly on the edge of the brush.
    path = [(np.floor(x) + 0.25, np.floor(y) + 0.25) for x, y in path]
    painted = empty(24, 30)
    for image in painting.mirrored(path, painted.shape, symmetry):
        for point in image:
            painted = painting.stroke(painted, point, point, 3.3, TREE)
    if symmetry in ("left-right", "both"):
        assert (painted == painted[:, ::-1]).all()
    if symmetry in ("up-down", "both"):
        assert (painted == painted[::-1]).all()


def test_without_symmetry_there_is_one_image() -> None:
    assert painting.mirrored([(1.0, 2.0)], (8, 8), "none") == [[(1.0, 2.0)]]
