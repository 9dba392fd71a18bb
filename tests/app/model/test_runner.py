"""Runners end with what owns them."""

from __future__ import annotations

from collections.abc import Generator

from app.core.jobs import Progress
from app.model.runner import Runner


def test_a_closed_runner_starts_nothing() -> None:
    ran: list[int] = []

    def steps() -> Generator[Progress, None, None]:
        ran.append(1)
        yield Progress(1, 1)

    runner = Runner()
    runner.close()
    runner.start(steps())
    assert not runner.running
    assert ran == []
