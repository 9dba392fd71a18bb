"""Long jobs: generators that yield progress, run on a thread of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from app.core.torch_loading import take_all_threads
from gan_models.stopping import StoppedError, stop_when

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a job is: `done` of `total` steps, what it is doing, and what it last drew."""

    done: int
    total: int
    message: str = ""
    preview: np.ndarray | None = None


class Step(Protocol):
    """What jobs yield: `Progress`, and the like of `gan_models.progress`."""

    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...


class Job(Generic[T]):
    """Runs a generator on a thread; its return value is the result.

    All callbacks are called on that thread, and exactly one of `on_done`, `on_error` and
    `on_cancelled` ends the job.
    """

    def __init__(
        self,
        steps: Generator[Any, None, T],
        on_progress: Callable[[Any], None] = lambda _: None,
        on_done: Callable[[T], None] = lambda _: None,
        on_error: Callable[[Exception], None] = lambda _: None,
        on_cancelled: Callable[[], None] = lambda: None,
    ) -> None:
        self._steps = steps
        self._on_progress = on_progress
        self._on_done = on_done
        self._on_error = on_error
        self._on_cancelled = on_cancelled
        self._cancel = threading.Event()
        self._start = time.monotonic()
        self._last: Step | None = None
        self._thread = threading.Thread(target=self._run, name="job", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether no callback has ended the job yet."""
        return self._thread.is_alive()

    @property
    def seconds_left(self) -> float | None:
        """About how long it will still take, once there is something to go by."""
        if self._last is None or not self._last.done:
            return None
        elapsed = time.monotonic() - self._start
        return elapsed / self._last.done * (self._last.total - self._last.done)

    def cancel(self) -> None:
        """Stop at the next step, or where the work looks in the midst of one (`stopping`).

        The generator is closed there and cleans up.
        """
        self._cancel.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end; True if it came in time."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        take_all_threads()
        try:
            with stop_when(self._cancel.is_set):
                result = self._iterate()
        except StoppedError:
            self._on_cancelled()
        except Exception as error:  # whatever it is, the one place that shows errors shows it
            self._on_error(error)
        else:
            self._on_done(result)

    def _iterate(self) -> T:
        while not self._cancel.is_set():
            try:
                self._last = step = next(self._steps)
            except StopIteration as end:
                return end.value
            self._on_progress(step)
        self._steps.close()
        raise StoppedError
