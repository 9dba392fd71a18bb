"""The thread that draws the view, always the newest request, and never keeps the caller waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.core.recipe import Recipe

Render = Callable[[Recipe, int | None], np.ndarray]
"""What draws a recipe at a resolution (None: full), bound to its generator."""


@dataclass(frozen=True)
class Request:
    """A recipe to draw at `resolution` (None: full); later requests have larger stamps."""

    recipe: Recipe
    resolution: int | None
    stamp: int


@dataclass(frozen=True, eq=False)
class Result:
    """What came of a request: a picture, or the error in its place."""

    request: Request
    picture: np.ndarray | None
    error: Exception | None
    milliseconds: float


class RenderLoop:
    """One worker thread and one slot for what it shall draw next; a newer request takes the slot.

    A render that has begun is completed and delivered: cancelling it at each newer request would
    starve the view during a drag. `deliver` is called on the worker thread, in the order of the
    stamps. Long jobs that draw with the same generator hold `lock` for each of their pictures.
    """

    def __init__(self, render: Render, deliver: Callable[[Result], None]) -> None:
        self.lock = threading.Lock()
        self._render = render
        self._deliver = deliver
        self._changed = threading.Condition()
        self._pending: Request | None = None
        self._stamp = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="render loop", daemon=True)
        self._thread.start()

    def submit(self, recipe: Recipe, resolution: int | None = None) -> int:
        """Ask for a picture and return the request's stamp; after `close` nothing comes of it."""
        with self._changed:
            self._stamp += 1
            self._pending = Request(recipe, resolution, self._stamp)
            self._changed.notify()
            return self._stamp

    def set_render(self, render: Render) -> None:
        """Draw with another model; what was asked of the one before is dropped."""
        with self._changed:
            self._render = render
            self._pending = None

    def close(self) -> None:
        """Stop after the render that has begun, and wait for the thread to end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closed)
                request, self._pending = self._pending, None
                render = self._render
                if self._closed or request is None:
                    return
            with self.lock:
                result = _draw(render, request)
            with self._changed:
                stale = self._closed or self._render is not render
            if not stale:
                self._deliver(result)


def _draw(render: Render, request: Request) -> Result:
    start = time.perf_counter()
    picture, error = None, None
    try:
        picture = render(request.recipe, request.resolution)
    except Exception as caught:  # whatever it is, the one place that shows errors shows it
        error = caught
    return Result(request, picture, error, (time.perf_counter() - start) * 1000)
