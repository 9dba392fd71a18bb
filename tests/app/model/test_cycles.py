"""Cycles are collected where they are made."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Generator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.model.cycles import CycleCollector
from app.model.runner import Runner
from gan_models.errors import GanvasError


class Knot:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self, freed_by: list[int]) -> None:
        self.itself = self
        weakref.finalize(self, lambda: freed_by.append(threading.get_ident()))


def test_a_cycle_is_freed_on_the_thread_of_the_collector(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.collect()
    freed_by: list[int] = []
    collector = CycleCollector()
    monkeypatch.setattr(gc, "get_threshold", lambda: (1, 1, 1))

    def tie_knots() -> None:
        for _ in range(2000):
            Knot(freed_by)

    worker = threading.Thread(target=tie_knots)
    worker.start()
    worker.join()
    assert freed_by == []
    qtbot.waitUntil(lambda: len(freed_by) == 2000)
    assert set(freed_by) == {threading.get_ident()}
    collector.close()
    gc.disable()  # as the other tests have it


def test_it_rests_while_a_model_is_opened(qtbot: QtBot) -> None:
    collector, opening = CycleCollector(), Runner()
    collector.rest_during(opening)
    timer = collector.findChild(QTimer)
    assert timer is not None
    for ends in ([], [GanvasError("no such file")]):
        opening.start(_steps(ends))
        assert not timer.isActive()
        qtbot.waitUntil(timer.isActive)
    collector.close()
    opening.close()
    gc.unfreeze()
    gc.disable()  # as the other tests have it


def _steps(errors: list[GanvasError]) -> Generator[None, None, None]:
    yield None
    for error in errors:
        raise error
