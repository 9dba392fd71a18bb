"""Opening a model shows how far it is, can be cancelled, and keeps a copy afterwards."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot

from app.model.runner import Runner
from app.model.snapshot_sliders import SnapshotSliders
from app.model.studio import Studio
from app.ui.status import StatusBar, TaskRow
from gan_models.progress import Step
from gan_models.registry import build_generator


def steps(count: int) -> Generator[Step, None, str]:
    for done in range(count):
        yield Step(done * 10**10, 4 * 10**10, "")
    return "end"


def test_the_row_follows_its_runner_and_goes_when_it_ends(qtbot: QtBot) -> None:
    runner = Runner()
    row = TaskRow(runner, "Cancel")
    row.say = lambda left: f"left {left is not None}"
    qtbot.addWidget(row)
    shown = []
    runner.progressed.connect(lambda _: shown.append((row.bar.value(), row.task.text())))
    with qtbot.waitSignal(runner.finished):
        runner.start(steps(4))
    assert [value for value, _ in shown[1:]] == [250, 500, 750]
    assert not row.isVisible()
    runner.close()


def test_the_row_shows_only_what_takes_time(qtbot: QtBot) -> None:
    runner = Runner()
    row = TaskRow(runner, "Cancel")
    qtbot.addWidget(row)

    def endless() -> Generator[Step, None, None]:
        while not threading.Event().wait(0.01):
            yield Step(0, 1, "")

    runner.start(endless())
    assert not row.isVisible()
    qtbot.waitUntil(row.isVisible)
    with qtbot.waitSignal(runner.cancelled):
        row.cancel.click()
    assert not row.isVisible()
    runner.close()


def test_the_copy_of_a_foreign_model_is_written_after_its_first_picture(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    torch.save(build_generator("gan", {"widths": [4, 8, 16]}).state_dict(), tmp_path / "small.pth")
    studio = Studio()
    bar = StatusBar(studio, SnapshotSliders(studio))
    qtbot.addWidget(bar)
    try:
        with qtbot.waitSignal(studio.keeper.writing.finished):
            studio.open(str(tmp_path / "small.pth"))
        assert studio.result is not None
        assert len(list((tmp_path / "cache").glob("*.safetensors"))) == 1
    finally:
        studio.close()
