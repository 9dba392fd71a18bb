"""Long jobs are generators: they yield `Step`s and return their result.

The caller owns the loop, so it shows progress and cancels between steps as it likes; a job that
consists of others says `result = yield from other_job(...)`. A job never yields inside a torch
context such as `no_grad`, which would leak into the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")


class Step(NamedTuple):
    """How far a job is: `done` of `total`, and what it is doing."""

    done: int
    total: int
    message: str


Job = Generator[Step, None, Result]


def finish(
    job: Generator[Any, None, Result], report: Callable[[Any], object] = lambda _: None
) -> Result:
    """Run a job to its end, give each step to `report`, and return the job's result."""
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            return end.value
        report(step)
