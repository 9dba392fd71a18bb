"""Sessions in the window: saved, opened, asked for before they are lost, kept through a crash."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile, QSettings
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app.core.models import GREETING
from app.core.recipe import Model, Recipe
from app.core.session_file import Session, load_session, save_session
from app.model.document import Document
from app.model.studio import Studio
from app.ui.main_window import MainWindow
from tests.app.conftest import settled

Make = Callable[[Studio], MainWindow]


def keep_a_look(window: MainWindow, seed: int = 5) -> None:
    """Something that is worth saving."""
    window.studio.set_seed(seed)
    window.studio.set_edit("smile", 1.5)
    window.studio.keep_look()
    window.studio.lock("gender", True)


def save(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    document = window.sessions.document
    with qtbot.waitSignal(document.saved):
        document.save(path)


def question(window: MainWindow) -> QMessageBox:
    """The box that asks."""
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())


def test_a_session_brings_everything_back(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, make_window: Make
) -> None:
    studio, path = window.studio, tmp_path / "face.ganvas"
    keep_a_look(window)
    assert window.windowTitle() == "tiny[*] — Ganvas"
    assert window.isWindowModified()
    there = studio.recipe
    save(window, qtbot, path)
    assert window.windowTitle() == "face.ganvas[*] — tiny — Ganvas"
    assert not window.isWindowModified()
    assert window.recent_files()[0] == path

    other = Studio(device="cpu")
    second = make_window(other)
    with qtbot.waitSignal(other.session_opened, timeout=30_000):
        second.open_path(path)
    settled(qtbot, second)
    assert other.recipe == there
    assert [look.recipe for look in other.looks.items] == [there]
    assert other.locks == {"gender"}
    assert second.sliders.rows["smile"].value.slider.number == 1.5
    assert second.windowTitle().startswith("face.ganvas")
    assert not second.isWindowModified()
    assert not other.can_undo
    second.close()


def test_undoing_what_was_done_since_leaves_nothing_to_save(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    keep_a_look(window)
    save(window, qtbot, tmp_path / "s.ganvas")
    window.studio.set_seed(8)
    assert window.isWindowModified()
    window.studio.undo()
    assert not window.isWindowModified()


def test_a_session_that_cannot_be_written_is_told_and_stays_changed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    keep_a_look(window)
    window.sessions.document.save(tmp_path / "absent" / "s.ganvas")
    qtbot.waitUntil(window.strip.isVisible)
    assert "cannot be written" in window.strip.label.text()
    assert window.isWindowModified()


@pytest.mark.parametrize("kept", [True, False])
def test_closing_asks_where_something_was_made_on_purpose(window: MainWindow, kept: bool) -> None:
    window.studio.set_seed(5)
    if kept:
        window.studio.keep_look()
    window.close()
    assert window.isVisible() == kept
    if kept:
        question(window).button(QMessageBox.StandardButton.Cancel).click()
        assert window.isVisible()
        window.close()
        question(window).button(QMessageBox.StandardButton.Discard).click()
    assert not window.isVisible()


def test_save_in_the_question_saves_and_closes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    keep_a_look(window)
    save(window, qtbot, tmp_path / "s.ganvas")
    window.studio.set_seed(77)
    window.close()
    question(window).button(QMessageBox.StandardButton.Save).click()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert load_session(tmp_path / "s.ganvas").recipe == window.studio.recipe


def test_another_session_is_opened_only_when_this_one_may_go(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = window.studio
    save_session(tmp_path / "other.ganvas", Session(replace(studio.recipe, psi=0.2)))
    keep_a_look(window)
    window.open_path(tmp_path / "other.ganvas")
    assert studio.recipe.psi == 0.7
    with qtbot.waitSignal(studio.session_opened):
        question(window).button(QMessageBox.StandardButton.Discard).click()
    assert studio.recipe.psi == 0.2
    assert studio.looks.all == ()


@pytest.mark.parametrize("finished", ["Cancel it and close", "Keep exporting"])
def test_closing_in_mid_export_asks(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, finished: str
) -> None:
    window.show_export()
    dialog = window.export_dialog
    assert dialog
    dialog.form.seconds.setValue(60)
    dialog.export_to(tmp_path / "x.gif")
    qtbot.waitUntil(lambda: window.studio.exporting.running)
    window.close()
    box = question(window)
    next(button for button in box.buttons() if button.text() == finished).click()
    assert window.isVisible() == (finished == "Keep exporting")
    window.studio.exporting.cancel()
    qtbot.waitUntil(lambda: not window.studio.exporting.running)
    assert list(tmp_path.glob("*.gif")) == []


def missing(studio: Studio, path: Path) -> None:
    """A session whose model is nowhere."""
    recipe = replace(studio.recipe, model=Model("lost", "00")).with_edit("smile", 1.0)
    from app.core.session_file import SavedLook

    save_session(path, Session(recipe, (SavedLook("one", recipe),)))


def test_a_missing_model_is_asked_for(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    studio = window.studio
    missing(studio, tmp_path / "s.ganvas")
    with qtbot.waitSignal(studio.model_missing):
        window.open_path(tmp_path / "s.ganvas")
    assert "lost" in window.strip.label.text()
    assert [button.text() for button in window.strip.buttons] == [
        "Choose its file…",
        "Show it with tiny",
    ]
    with qtbot.waitSignal(studio.session_opened):
        window.strip.buttons[1].click()
    assert studio.recipe.edit("smile").strength == 1.0
    assert [look.name for look in studio.looks.items] == ["one"]
    assert "Made with another model (lost)" in window.strip.label.text()


def test_a_model_that_moved_with_its_session_is_found_by_its_place(
    closed_studio: Studio, make_window: Make, qtbot: QtBot, tmp_path: Path, tiny_model_path: Path
) -> None:
    window = make_window(closed_studio)
    model = shutil.copy(tiny_model_path, tmp_path / "mine.safetensors")
    with qtbot.waitSignal(closed_studio.picture_ready, timeout=30_000):
        window.open_path(Path(model))
    save(window, qtbot, tmp_path / "s.ganvas")
    other = Studio(device="cpu")
    with qtbot.waitSignal(other.session_opened, timeout=30_000):
        other.open(str(tmp_path / "s.ganvas"))
    assert other.model
    assert other.model.path == Path(model)
    other.close()


def test_what_a_crash_left_behind_is_offered_and_restored(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, make_window: Make
) -> None:
    folder = tmp_path / "autosave"
    keep_a_look(window)
    document = window.sessions.document
    window.sessions.protect(folder)
    assert not window.strip.isVisible()
    document.autosave()
    assert document.recovery
    qtbot.waitUntil(document.recovery.path.exists)
    left = document.recovery.path
    there = window.studio.recipe
    # Another window sees that this one lives, and offers nothing.
    assert not Document(window.studio).protect(folder)
    crash(document)

    other = Studio(device="cpu")
    second = make_window(other)
    second.sessions.protect(folder)
    assert "Ganvas ended unexpectedly" in second.strip.label.text()
    with qtbot.waitSignal(other.session_opened, timeout=30_000):
        second.strip.buttons[0].click()
    assert other.recipe == there
    assert second.isWindowModified()
    assert second.sessions.document.path is None
    assert second.sessions.document.at_risk
    assert left.exists()
    save(second, qtbot, tmp_path / "saved.ganvas")
    assert not left.exists()
    second.close()
    assert [path for path in folder.iterdir() if path.suffix == ".ganvas"] == []


def crash(document: Document) -> None:
    """As if the process were gone: its file stays, its lock is no one's."""
    assert document.recovery
    assert isinstance(document.recovery._lock, QLockFile)
    document.recovery._lock.unlock()
    document.recovery = None


def test_what_a_crash_left_behind_can_be_discarded(window: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / "autosave"
    folder.mkdir()
    save_session(folder / "old.ganvas", Session(Recipe()))
    window.sessions.protect(folder)
    window.strip.buttons[1].click()
    assert not (folder / "old.ganvas").exists()


def test_a_run_that_ends_well_leaves_no_copy(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "autosave"
    window.sessions.protect(folder)
    window.studio.set_seed(4)
    document = window.sessions.document
    document.autosave()
    assert document.recovery
    qtbot.waitUntil(document.recovery.path.exists)
    window.close()
    assert list(folder.iterdir()) == []


def test_the_first_start_greets_and_the_next_goes_on_where_one_was(
    closed_studio: Studio,
    make_window: Make,
    qtbot: QtBot,
    tiny_model_path: Path,
    settings: QSettings,
) -> None:
    window = make_window(closed_studio)
    with qtbot.waitSignal(closed_studio.picture_ready, timeout=30_000):
        window.open_first(tiny_model_path)
    assert closed_studio.recipe.latent.main.seed == GREETING
    assert not closed_studio.can_undo
    closed_studio.set_seed(123)
    closed_studio.set_edit("smile", -1.0)
    there = closed_studio.recipe
    window.close()
    assert settings.value("look")
    again = Studio(device="cpu")
    second = make_window(again)
    with qtbot.waitSignal(again.picture_ready, timeout=30_000):
        second.open_first(None)
    assert again.recipe == there
    assert not second.isWindowModified()
    second.close()
