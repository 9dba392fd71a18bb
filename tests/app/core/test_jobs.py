"""Long jobs report, end once, and stop where they are told to."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest
import torch

from app.core.jobs import Job, Progress
from gan_models.progress import finish
from gan_models.stopping import between_operations

PATIENCE = 10.0


class Record:
    """What a job called back, in order."""

    def __init__(self) -> None:
        self.events: list[object] = []

    def start(self, steps: Generator[Progress, None, str]) -> Job[str]:
        return Job(
            steps,
            on_progress=lambda step: self.events.append(step.done),
            on_done=self.events.append,
            on_error=self.events.append,
            on_cancelled=lambda: self.events.append("cancelled"),
        )


def count(
    steps: int, held_at: int = -1, gate: threading.Event | None = None
) -> Generator[Progress, None, str]:
    for number in range(steps):
        if number == held_at and gate:
            assert gate.wait(PATIENCE)
        yield Progress(number + 1, steps)
    return "result"


def test_a_job_reports_every_step_and_then_its_result() -> None:
    record = Record()
    job = record.start(count(3))
    assert job.wait(PATIENCE)
    assert record.events == [1, 2, 3, "result"]
    assert not job.running


def test_an_error_is_told_and_ends_the_job() -> None:
    error = ValueError("no")

    def fail() -> Generator[Progress, None, str]:
        yield Progress(1, 2)
        raise error

    record = Record()
    record.start(fail()).wait(PATIENCE)
    assert record.events == [1, error]


def test_cancel_takes_effect_at_the_next_step_and_lets_the_job_clean_up() -> None:
    gate, cleaned = threading.Event(), threading.Event()

    def steps() -> Generator[Progress, None, str]:
        try:
            return (yield from count(100, held_at=5, gate=gate))
        finally:
            cleaned.set()

    record = Record()
    job = record.start(steps())
    job.cancel()
    gate.set()
    assert job.wait(PATIENCE)
    assert cleaned.is_set()
    assert record.events[-1] == "cancelled"
    assert len(record.events) <= 7


def test_waiting_gives_up_in_time() -> None:
    gate = threading.Event()
    job = Record().start(count(1, held_at=0, gate=gate))
    assert not job.wait(0)
    assert job.running
    gate.set()
    assert job.wait(PATIENCE)


def test_the_time_left_is_estimated_from_the_steps_done() -> None:
    gate, second = threading.Event(), threading.Event()

    def noted(step: Progress) -> None:
        if step.done == 2:
            second.set()

    job = Job(count(4, held_at=2, gate=gate), noted)
    assert second.wait(PATIENCE)
    left = job.seconds_left
    assert left is not None
    assert left >= 0
    gate.set()
    job.wait(PATIENCE)
    assert job.seconds_left == 0


def test_nothing_is_known_of_the_time_before_the_first_step() -> None:
    gate = threading.Event()
    job = Record().start(count(1, held_at=0, gate=gate))
    assert job.seconds_left is None
    gate.set()
    job.wait(PATIENCE)


def test_run_returns_the_result_and_passes_errors_on() -> None:
    def fail() -> Generator[Progress, None, str]:
        yield Progress(1, 1)
        raise ValueError("no")

    assert finish(count(3)) == "result"
    with pytest.raises(ValueError, match="no"):
        finish(fail())


def test_a_step_that_never_ends_is_left_between_two_operations() -> None:
    begun = threading.Event()

    def endless() -> Generator[Progress, None, str]:
        x = torch.zeros(2)
        with between_operations():
            while True:
                x = x + 1
                begun.set()
        yield Progress(1, 1)

    record = Record()
    job = record.start(endless())
    assert begun.wait(PATIENCE)
    job.cancel()
    assert job.wait(PATIENCE)
    assert record.events == ["cancelled"]
