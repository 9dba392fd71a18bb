"""Points of the shown picture that are pulled elsewhere, step by step, one undo for each drag."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.core.dragging import Dragged, Point, Pull, drag_steps
from app.core.recipe import Recipe
from app.model.runner import Runner
from app.model.studio import Studio

MASK = 256
"""Pixels to a side of the mask of what may move."""
NEAR = 0.02
"""A pull shorter than this, in picture widths, is a pin: the point shall stay."""


class Dragger(QObject):
    """Handles, pins and the mask; `pull` moves the look until the handles arrive."""

    changed = Signal()
    """Handles, where they are, or the mask."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.pulls: list[Pull] = []
        self.movable: np.ndarray | None = None
        """bool [MASK, MASK], what may move; None: everything."""
        self._shown: Recipe | None = None
        self._pinned: list[bool] = []
        """Which of the pulls are pins, that a drag may push a little."""
        self.running = Runner(self)
        self.running.progressed.connect(self._follow)
        self.running.finished.connect(self._finish)
        self.running.cancelled.connect(self._end)
        self.running.failed.connect(self._end)
        self.running.failed.connect(studio.error_raised)
        studio.model_changed.connect(self.clear)
        studio.recipe_changed.connect(self._follow_recipe)

    @property
    def applies(self) -> bool:
        """Whether pictures of the open model come from a latent alone."""
        spec = self._studio.spec
        return spec is not None and spec.z_dim > 0 and not spec.map_classes

    def add(self, start: Point, target: Point) -> None:
        """Set a handle and its target, both brought into the picture; near ones are a pin."""
        start, target = within(start), within(target)
        if np.hypot(target[0] - start[0], target[1] - start[1]) < NEAR:
            target = start
        self.pulls.append((start, target))
        self.changed.emit()

    @property
    def pulling(self) -> bool:
        """Whether a handle is away from its target."""
        return any(start != target for start, target in self.pulls)

    def start(self) -> None:
        """Drag in turn with the view; each step is shown."""
        model = self._studio.model
        if model and self.applies and self.pulling:
            self._studio.end_gesture()
            self._shown = self._studio.recipe
            self._pinned = [start == target for start, target in self.pulls]
            job = drag_steps(model, self._studio.recipe, list(self.pulls), self.movable)
            self.running.start(self._studio.in_turn(job))
            self.changed.emit()

    @Slot(object)
    def _follow(self, step: Dragged) -> None:
        if self._studio.recipe != self._shown:  # another hand took over
            self.running.cancel()
            return
        targets = [target for _, target in self.pulls]
        self.pulls = list(zip(step.places, targets, strict=False))
        self._shown = step.recipe
        self._studio.edit(step.recipe, "drag")
        self.changed.emit()

    @Slot(object)
    def _finish(self, last: Dragged) -> None:
        if not last.arrived:
            text = self.tr("The point did not get all the way: the model has no such pictures.")
            self._studio.message.emit(text)
        self._end()

    @Slot()
    def _end(self) -> None:
        """One drag, one step of undo; pins stay for the next one."""
        self._shown = None
        self._studio.end_gesture()
        pairs = zip(self.pulls, self._pinned, strict=False)
        self.pulls = [(target, target) for (_, target), pinned in pairs if pinned]
        self.changed.emit()

    @Slot(object)
    def _follow_recipe(self, recipe: Recipe) -> None:
        if self.running.running and self._shown is not None and recipe != self._shown:
            self.running.cancel()

    def stop(self) -> None:
        """Stop where the points are now."""
        self.running.cancel()

    def paint(self, centre: Point, radius: float, movable: bool = True) -> None:
        """Let what is under a round brush move, or not; all numbers in picture widths."""
        if self.movable is None:
            self.movable = np.zeros((MASK, MASK), bool)
        y, x = (np.mgrid[:MASK, :MASK] + 0.5) / MASK
        self.movable[(x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2] = movable
        if not self.movable.any():
            self.movable = None
        self.changed.emit()

    @Slot()
    def clear(self) -> None:
        """Forget handles and mask."""
        self.running.cancel()
        self.pulls, self.movable = [], None
        self.changed.emit()

    def close(self) -> None:
        """Stop everything."""
        self.running.close()


def within(point: Point) -> Point:
    """The nearest point of the picture."""
    return (min(1.0, max(0.0, point[0])), min(1.0, max(0.0, point[1])))
