"""Cycles are collected where they are made."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from pytestqt.qtbot import QtBot

from app.model.cycles import CycleCollector


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
