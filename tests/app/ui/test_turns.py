"""Rows of a panel come in turns of the event loop, and are those of the newest model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.model.studio import Studio
from app.ui.main_window import MainWindow
from app.ui.panels.sliders_panel import ROWS_AT_ONCE
from app.ui.widgets.turns import Turns
from gan_models.base import Direction
from gan_models.checkpoints.own import save_generator
from tests.app.conftest import settled
from tests.conftest import tiny_generator


def test_one_piece_is_done_in_a_turn_and_newer_work_replaces_older(qtbot: QtBot) -> None:
    done: list[str] = []
    parent = QObject()
    turns = Turns(parent)

    def older() -> Iterator[None]:
        done.append("older")
        turns.start(newer())
        yield
        done.append("never")

    def newer() -> Iterator[None]:
        for number in range(3):
            done.append(f"newer {number}")
            yield

    turns.start(older())
    assert done == []
    qtbot.waitUntil(lambda: not turns.busy, timeout=5000)
    assert done == ["older", "newer 0", "newer 1", "newer 2"]


def test_many_sliders_come_in_the_order_of_the_file(
    qtbot: QtBot, tmp_path: Path, window: MainWindow, opened: Callable[[Studio, Path], None]
) -> None:
    generator = tiny_generator()
    names = [f"slider {i}" for i in range(3 * ROWS_AT_ONCE + 1)]
    width = generator.spec.w_dim
    generator.directions = {n: Direction(n, np.ones(width, np.float32), (0, 8)) for n in names}
    save_generator(tmp_path / "many.safetensors", generator)
    opened(window.studio, tmp_path / "many.safetensors")
    settled(qtbot, window)
    assert list(window.sliders.rows) == names
    places = [row.y() for row in window.sliders.rows.values()]
    assert places == sorted(places)
