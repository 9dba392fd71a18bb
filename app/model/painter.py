"""The hand on the label map: tools that turn presses and moves into new maps, live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.core import painting
from app.core.painting import Point, Symmetry
from app.core.recipe import LabelMap
from app.model import changes

if TYPE_CHECKING:
    from app.model.studio import Studio

Tool = Literal["brush", "line", "rectangle", "polygon", "fill", "replace", "pick", "eraser"]
TOOLS: tuple[Tool, ...] = get_args(Tool)
SMALLEST, LARGEST = 0.5, 64.0
"""Radii of the brush in pixels of the map."""
CLOSE = 1.5
"""A corner this near to the first or the last one closes a polygon, in pixels of the map."""


class Painter(QObject):
    """Tool, label and brush, and the gesture that is under way.

    A gesture is one step of undo; each of its moves is an edit, so that the picture follows.
    """

    changed = Signal()
    """Another tool, label, background or brush."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.tool: Tool = "brush"
        self.label, self.background = 1, 0
        self.radius = 6.0
        self.symmetry: Symmetry = "none"
        self.gap = 2
        """Openings that a fill does not leak through, in pixels."""
        self.corners: list[Point] = []
        """Of the gesture; the last one is under the hand."""
        self._base: np.ndarray | None = None
        self._ids: np.ndarray | None = None
        studio.recipe_changed.connect(self._follow)
        studio.model_changed.connect(self._follow_model)

    # Settings

    def set_tool(self, tool: Tool) -> None:
        """Take another tool; a polygon that is not closed yet is given up."""
        self.cancel()
        self.tool = tool
        self.changed.emit()

    def set_label(self, label: int) -> None:
        """What is painted with; painting goes on with the brush where the hand held no paint."""
        self.label = label
        if self.tool in ("pick", "eraser"):
            self.tool = "brush"
        self.changed.emit()

    def set_background(self, label: int) -> None:
        """What the eraser leaves."""
        self.background = label
        self.changed.emit()

    def swap(self) -> None:
        """Exchange label and background."""
        self.label, self.background = self.background, self.label
        self.changed.emit()

    def set_radius(self, radius: float) -> None:
        self.radius = min(LARGEST, max(SMALLEST, radius))
        self.changed.emit()

    def set_symmetry(self, symmetry: Symmetry) -> None:
        self.symmetry = symmetry
        self.changed.emit()

    def set_gap(self, gap: int) -> None:
        self.gap = gap
        self.changed.emit()

    # The gesture

    @property
    def drawing(self) -> bool:
        """Whether a gesture is under way."""
        return self._base is not None

    @property
    def ids(self) -> np.ndarray | None:
        """The map that is shown, uint8 [H, W]."""
        label_map = self._studio.recipe.label_map
        return None if label_map is None else label_map.array

    def press(self, point: Point, pressure: float = 1.0) -> None:
        """Put the tool down at a point of the map; a polygon gets a corner."""
        ids = self.ids
        if ids is None:
            return
        if self.tool == "polygon" and self.drawing:
            self._add_corner(point)
        elif self.tool == "pick":
            self.pick(point)
        elif self.tool == "fill":
            self._fill(ids, point)
        elif self.tool == "replace":
            self._replace(ids, point)
        else:
            self._base = self._ids = ids
            self.corners = [point, point]
            if self.tool in ("brush", "eraser"):
                self._stroke(point, point, pressure)

    def move(self, point: Point, pressure: float = 1.0, *, straight: bool = False) -> None:
        """Move the tool; `straight` keeps lines to steps of 45 degrees, and rectangles square."""
        if self._base is None:
            return
        start, last = self.corners[-2], self.corners[-1]
        if self.tool in ("brush", "eraser"):
            self._stroke(last, point, pressure)
            self.corners = [last, point]
            return
        self.corners[-1] = _straightened(start, point, self.tool) if straight else point
        self._shape()

    def release(self) -> None:
        """Lift the tool; a polygon waits for its other corners."""
        if self.drawing and self.tool != "polygon":
            if self.tool in ("line", "rectangle"):
                self._shape()
            self._end()

    def cancel(self) -> None:
        """Take back the gesture that is under way."""
        base, self._base = self._base, None
        if base is not None:
            self._show(base)
            self._end()

    def pick(self, point: Point) -> None:
        """Take the label at a point."""
        label = self._label_at(point)
        if label is not None:
            self.set_label(label)

    def clear(self) -> None:
        """Fill the whole map with the label."""
        if self.ids is not None:
            self._show(np.full_like(self.ids, self.label), gesture=False)

    def _label_at(self, point: Point) -> int | None:
        ids, (x, y) = self.ids, (int(point[0] // 1), int(point[1] // 1))
        if ids is None or not (0 <= y < ids.shape[0] and 0 <= x < ids.shape[1]):
            return None
        return int(ids[y, x])

    def _mirrored(self, points: list[Point], ids: np.ndarray) -> list[list[Point]]:
        return painting.mirrored(points, (ids.shape[0], ids.shape[1]), self.symmetry)

    def _stroke(self, start: Point, end: Point, pressure: float) -> None:
        assert self._ids is not None
        label = self.background if self.tool == "eraser" else self.label
        for a, b in self._mirrored([start, end], self._ids):
            self._ids = painting.stroke(self._ids, a, b, self.radius * pressure, label)
        self._show(self._ids)

    def _shape(self) -> None:
        """Draw the line, rectangle or polygon of the corners on the map as it was before."""
        assert self._base is not None
        ids = self._base
        for points in self._mirrored(self.corners, ids):
            if self.tool == "line":
                ids = painting.stroke(ids, points[0], points[1], self.radius, self.label)
            elif self.tool == "rectangle":
                ids = painting.rectangle(ids, points[0], points[1], self.label)
            else:
                ids = painting.polygon(ids, points, self.label)
        self._show(ids)

    def _add_corner(self, point: Point) -> None:
        placed = self.corners[:-1]
        if _near(point, placed[-1]) or (len(placed) > 2 and _near(point, placed[0])):
            self.corners.pop()
            self._shape()
            self._end()
        else:
            self.corners[-1] = point
            self.corners.append(point)
            self._shape()

    def _fill(self, ids: np.ndarray, point: Point) -> None:
        for (spot,) in self._mirrored([point], ids):
            ids = painting.fill(ids, spot, self.label, self.gap)
        self._show(ids, gesture=False)

    def _replace(self, ids: np.ndarray, point: Point) -> None:
        old = self._label_at(point)
        if old is not None:
            self._show(painting.replace(ids, old, self.label), gesture=False)

    def _show(self, ids: np.ndarray, *, gesture: bool = True) -> None:
        recipe = changes.with_map(self._studio.recipe, LabelMap(ids))
        self._ids = ids
        self._studio.edit(recipe, "paint" if gesture else None)

    def _end(self) -> None:
        self._base = self._ids = None
        self.corners = []
        self._studio.end_gesture()

    @Slot()
    def _follow(self) -> None:
        """Undo, or another map, ends the gesture: the hand would go on with the one before."""
        if self._base is not None and self.ids is not None:
            own = self._ids is not None and np.array_equal(self.ids, self._ids)
            if not own:
                self._base = self._ids = None
                self.corners = []

    @Slot()
    def _follow_model(self) -> None:
        spec = self._studio.spec
        if spec and spec.map_classes:
            self._base = self._ids = None
            self.corners = []
            last = spec.map_classes - 1
            self.label, self.background = min(self.label, last), min(self.background, last)
            self.radius = max(1.0, spec.resolution / 20)
            self.changed.emit()


def _near(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) <= CLOSE and abs(a[1] - b[1]) <= CLOSE


def _straightened(start: Point, point: Point, tool: Tool) -> Point:
    """The nearest point in one of eight directions from `start`, or of a square."""
    dx, dy = point[0] - start[0], point[1] - start[1]
    far = max(abs(dx), abs(dy))
    if tool != "rectangle" and 2 * min(abs(dx), abs(dy)) < far:
        return (point[0], start[1]) if abs(dx) > abs(dy) else (start[0], point[1])
    return start[0] + (far if dx > 0 else -far), start[1] + (far if dy > 0 else -far)
