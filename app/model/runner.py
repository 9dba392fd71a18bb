"""Long jobs for widgets: what they tell arrives as signals on the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.core.jobs import Job
from gan_models.errors import GanvasError


def sentence(error: Exception) -> str:
    """An error in one sentence for people; unexpected ones also go to the log."""
    if isinstance(error, GanvasError):
        return str(error)
    logging.getLogger(__name__).error("unexpected error", exc_info=error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'A file'}: {error.strerror}"
    return f"Unexpected error ({type(error).__name__}): {error}"


class Runner(QObject):
    """Runs one job at a time; a new one takes the place of the one before."""

    started = Signal()
    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    _happened = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._jobs: list[Job[Any]] = []
        self.running = False
        self._closed = False
        self._happened.connect(self._tell)

    @property
    def seconds_left(self) -> float | None:
        """About how long the running job will still take, once that is known."""
        return self._jobs[-1].seconds_left if self.running else None

    def start(self, steps: Generator[Any, None, Any]) -> None:
        """Run `steps` on a thread of their own; their return value comes with `finished`."""
        if self._closed:  # a timer of a window that is being closed may still ask
            steps.close()
            return
        self.cancel()
        self._number += 1
        number = self._number

        def happened(kind: str, value: object) -> None:
            self._happened.emit(number, kind, value)

        self.running = True
        self._jobs = [job for job in self._jobs if job.running]
        job = Job(
            steps,
            on_progress=lambda step: happened("progressed", step),
            on_done=lambda result: happened("finished", result),
            on_error=lambda error: happened("failed", error),
            on_cancelled=lambda: happened("cancelled", None),
        )
        self._jobs.append(job)
        self.started.emit()

    def cancel(self) -> None:
        """Stop at the next step; `cancelled` follows unless another job is started."""
        for job in self._jobs:
            job.cancel()

    def close(self) -> None:
        """Cancel, and wait until no thread is left; nothing is told or started any more."""
        self._closed = True
        self._number += 1
        self.running = False
        self.cancel()
        for job in self._jobs:
            job.wait()

    @Slot(int, str, object)
    def _tell(self, number: int, kind: str, value: object) -> None:
        if number != self._number:
            return
        self.running = kind == "progressed"
        if kind == "failed":
            assert isinstance(value, Exception)
            self.failed.emit(sentence(value))
        elif kind == "cancelled":
            self.cancelled.emit()
        else:
            getattr(self, kind).emit(value)
