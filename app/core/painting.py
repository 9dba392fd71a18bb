"""Tools that paint on label maps: pure functions from uint8 [H, W] to a new one.

Points are (x, y) in pixels from the upper left corner, fractions allowed; the middle of the first
pixel is (0.5, 0.5). Every tool has hard edges: a softened edge would be classes that nobody chose.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw

Point = tuple[float, float]
Symmetry = Literal["none", "left-right", "up-down", "both"]


def stroke(ids: np.ndarray, start: Point, end: Point, radius: float, label: int) -> np.ndarray:
    """Draw a round brush from one point to another: a dab where they are the same, or a line.

    The pixel under each end is always painted, however thin the brush.
    """
    painted = ids.copy()
    reach = max(radius, 0.5)
    columns = _span(start[0], end[0], reach, ids.shape[1])
    rows = _span(start[1], end[1], reach, ids.shape[0])
    x = np.arange(columns.start, columns.stop) + 0.5 - start[0]
    y = np.arange(rows.start, rows.stop)[:, None] + 0.5 - start[1]
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    near = (x - along * dx) ** 2 + (y - along * dy) ** 2 <= reach * reach
    painted[rows, columns][near] = label
    for point in (start, end):
        column, row = math.floor(point[0]), math.floor(point[1])
        if 0 <= row < ids.shape[0] and 0 <= column < ids.shape[1]:
            painted[row, column] = label
    return painted


def _span(a: float, b: float, reach: float, length: int) -> slice:
    """The pixels that can be within reach of a stroke, along one axis."""
    low, high = math.floor(min(a, b) - reach), math.ceil(max(a, b) + reach) + 1
    return slice(min(max(low, 0), length), min(max(high, 0), length))


def rectangle(ids: np.ndarray, corner: Point, opposite: Point, label: int) -> np.ndarray:
    """Fill the rectangle between two corners; the pixels under both are part of it."""
    painted = ids.copy()
    (left, right), (top, bottom) = (
        sorted((math.floor(corner[axis]), math.floor(opposite[axis]))) for axis in (0, 1)
    )
    painted[max(top, 0) : max(bottom + 1, 0), max(left, 0) : max(right + 1, 0)] = label
    return painted


def polygon(ids: np.ndarray, points: Sequence[Point], label: int) -> np.ndarray:
    """Fill the polygon with these corners; fewer than three corners paint nothing."""
    if len(points) < 3:
        return ids.copy()
    mask = Image.new("1", (ids.shape[1], ids.shape[0]))
    corners = [(math.floor(x), math.floor(y)) for x, y in points]
    ImageDraw.Draw(mask).polygon(corners, fill=1)
    return np.where(np.asarray(mask), np.uint8(label), ids)


def fill(ids: np.ndarray, at: Point, label: int, gap: int = 0) -> np.ndarray:
    """Fill the area of one class around a point; it does not leak through gaps up to `gap` pixels.

    From inside a passage that is itself so narrow, it fills as if there were no gaps to bridge.
    """
    column, row = math.floor(at[0]), math.floor(at[1])
    if not (0 <= row < ids.shape[0] and 0 <= column < ids.shape[1]):
        return ids.copy()
    same = ids == ids[row, column]
    radius = (gap + 1) // 2
    roomy = ~_grown(~same, radius)
    if not roomy[row, column]:
        return np.where(_connected(same, row, column), np.uint8(label), ids)
    area = _connected(roomy, row, column)
    if radius:  # back to the edges that the narrowing took away
        area = _grown(area, radius) & same
    return np.where(area, np.uint8(label), ids)


def _grown(mask: np.ndarray, radius: int) -> np.ndarray:
    """Everything within `radius` pixels of the mask, across and down."""
    for _ in range(2):
        wide = mask.copy()
        for step in range(1, radius + 1):
            wide[step:] |= mask[:-step]
            wide[:-step] |= mask[step:]
        mask = wide.T
    return mask


def _connected(mask: np.ndarray, row: int, column: int) -> np.ndarray:
    """What can be reached inside the mask by steps across and down, bool [H, W].

    Sweeps along whole runs, by turns across and down, until nothing is added.
    """
    across, down = _runs(mask), _runs(mask.T).T
    reached = np.zeros_like(mask)
    reached[row, column] = True
    count = 1
    while True:
        for runs in (across, down):
            touched = np.zeros(mask.size + 1, dtype=bool)
            touched[runs[reached]] = True
            reached = touched[runs] & mask
        grown = int(np.count_nonzero(reached))
        if grown == count:
            return reached
        count = grown


def _runs(mask: np.ndarray) -> np.ndarray:
    """A number for each unbroken run of a row, int32 [H, W]."""
    starts = np.ones(mask.shape, dtype=bool)
    starts[:, 1:] = mask[:, 1:] != mask[:, :-1]
    return np.cumsum(starts.ravel(), dtype=np.int32).reshape(mask.shape)


def replace(ids: np.ndarray, old: int, new: int) -> np.ndarray:
    """Turn all of one class into another."""
    return np.where(ids == old, np.uint8(new), ids)


def mirrored(
    points: Sequence[Point], size: tuple[int, int], symmetry: Symmetry
) -> list[list[Point]]:
    """The points and their mirror images in a map of (height, width), each list one to paint."""
    height, width = size
    images = [list(points)]
    if symmetry in ("left-right", "both"):
        images += [[(width - x, y) for x, y in image] for image in images]
    if symmetry in ("up-down", "both"):
        images += [[(x, height - y) for x, y in image] for image in images]
    return images
