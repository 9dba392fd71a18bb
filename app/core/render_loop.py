"""The thread that draws the view, always the newest request, and never keeps the caller waiting."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.core.drawn import Ask, Drawn
from app.core.recipe import Recipe
from gan_models.errors import SupersededError

Render = Callable[[Recipe, int | None], np.ndarray]
"""What jobs draw a recipe with, at a resolution (None: full), bound to its generator."""
Draw = Callable[[Recipe, float | None, Ask], Drawn]
"""What the view is drawn with: the best picture for so many milliseconds (None: the full one).

A full one may end in SupersededError where the last argument says so."""


@dataclass(frozen=True)
class Request:
    """A recipe to draw within `budget` ms (None: in full); later requests have larger stamps."""

    recipe: Recipe
    budget: float | None
    stamp: int


@dataclass(frozen=True, eq=False)
class Result:
    """What came of a request: a picture, or the error in its place."""

    request: Request
    drawn: Drawn | None
    error: Exception | None
    milliseconds: float

    @property
    def picture(self) -> np.ndarray | None:
        """uint8 [H, W, 3], if there was no error."""
        return self.drawn.picture if self.drawn else None


class RenderLoop:
    """One worker thread and one slot for what it shall draw next; a newer request takes the slot.

    A draft that has begun is completed and delivered: cancelling it at each newer request would
    starve the view during a drag. A full picture gives way to a draft. `deliver` is called on the
    worker thread, in the order of the stamps. Long jobs that draw with the same generator hold
    `lock` for each of their pictures.
    """

    def __init__(self, draw: Draw, deliver: Callable[[Result], None]) -> None:
        self.lock = threading.Lock()
        self._draw = draw
        self._deliver = deliver
        self._changed = threading.Condition()
        self._pending: Request | None = None
        self._stamp, self._asked = 0, -math.inf
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="render loop", daemon=True)
        self._thread.start()

    def submit(self, recipe: Recipe, budget: float | None = None) -> int:
        """Ask for a picture and return the request's stamp; after `close` nothing comes of it."""
        with self._changed:
            self._stamp, self._asked = self._stamp + 1, time.monotonic()
            self._pending = Request(recipe, budget, self._stamp)
            self._changed.notify()
            return self._stamp

    def asked_within(self, seconds: float) -> bool:
        """Whether something was asked for so lately."""
        return time.monotonic() - self._asked < seconds

    def set_draw(self, draw: Draw) -> None:
        """Draw with another model; what was asked of the one before is dropped."""
        with self._changed:
            self._draw = draw
            self._pending = None

    def close(self) -> None:
        """Stop after the render that has begun, and wait for the thread to end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _draft_waits(self) -> bool:
        pending = self._pending  # read once; a stale value only costs a block
        return pending is not None and pending.budget is not None

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closed)
                request, self._pending = self._pending, None
                draw = self._draw
                if self._closed or request is None:
                    return
            with self.lock:
                result = _result(draw, request, self._draft_waits)
            with self._changed:
                stale = self._closed or self._draw is not draw
            if result and not stale:
                self._deliver(result)


def _result(draw: Draw, request: Request, superseded: Ask) -> Result | None:
    """What came of it; None if it gave way."""
    start = time.perf_counter()
    drawn, error = None, None
    try:
        drawn = draw(request.recipe, request.budget, superseded)
    except SupersededError:
        return None
    except Exception as caught:  # whatever it is, the one place that shows errors shows it
        error = caught
    return Result(request, drawn, error, (time.perf_counter() - start) * 1000)
