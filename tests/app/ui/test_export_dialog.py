"""The export dialog: what it offers, what it writes, what it leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.core.export import read_recipe
from app.ui.dialogs.export_dialog import ExportDialog, in_bytes
from app.ui.main_window import MainWindow

SLOW = 30_000
"""Milliseconds that encoders may take on a busy machine."""


@pytest.fixture
def dialog(window: MainWindow) -> ExportDialog:
    window.show_export()
    assert window.export_dialog
    return window.export_dialog


def choose(dialog: ExportDialog, **choices: str) -> None:
    for name, key in choices.items():
        box = getattr(dialog.form, name)
        index = box.findData(key)
        assert index >= 0, f"{name} offers no {key}"
        box.setCurrentIndex(index)


def offered(dialog: ExportDialog) -> list[str]:
    box = dialog.form.clip
    return [box.itemData(i) for i in range(box.count())]


def test_only_clips_that_can_be_made_are_offered(dialog: ExportDialog, window: MainWindow) -> None:
    assert offered(dialog) == ["smile", "gender-swap", "slider", "walk"]
    window.mixing.buttons["coarse"].click()
    window.studio.keep_look()
    window.studio.set_seed(3)
    window.studio.keep_look()
    window.show_export()
    assert offered(dialog) == [
        "smile",
        "gender-swap",
        "slider",
        "morph",
        "looks",
        "walk",
        "style-mix",
    ]


def test_each_clip_shows_only_what_it_needs(dialog: ExportDialog) -> None:
    form = dialog.form
    choose(dialog, clip="slider")
    assert form.slider.isVisible()
    assert form.strength.isVisible()
    assert not form.seeds.isVisible()
    choose(dialog, clip="walk")
    assert form.seeds.isVisible()
    assert not form.slider.isVisible()


def test_the_preview_plays_and_the_size_is_estimated(dialog: ExportDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "about" in dialog.facts.text(), timeout=SLOW)
    assert len(dialog.player.frames) == 36
    assert "120 frames, 4 seconds" in dialog.facts.text()
    qtbot.waitUntil(lambda: dialog.player.picture._pixmap is not None)


def test_a_gif_is_written_with_its_recipe(
    dialog: ExportDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(dialog, clip="smile", format="gif", ending="ping-pong", side="128")
    dialog.form.seconds.setValue(0.4)
    dialog.form.fps.setValue(20)
    with qtbot.waitSignal(window.studio.message, timeout=SLOW):
        dialog.export_to(tmp_path / "smile.mp4")
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".ini"] == ["smile.gif"]
    with Image.open(tmp_path / "smile.gif") as image:
        assert image.size == (128, 128)
        assert getattr(image, "n_frames", 1) == 8
    assert read_recipe(tmp_path / "smile.gif") == window.studio.recipe
    assert dialog.export.isEnabled()


def test_cancel_leaves_nothing(
    dialog: ExportDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(dialog, clip="walk", format="gif")
    dialog.form.seconds.setValue(600)
    dialog.form.fps.setValue(10)
    with qtbot.waitSignal(window.studio.exporting.progressed, timeout=30_000):
        dialog.export_to(tmp_path / "walk.gif")
    assert dialog.cancel.isVisible()
    with qtbot.waitSignal(window.studio.exporting.cancelled, timeout=30_000):
        dialog.cancel.click()
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".ini"] == []
    assert dialog.export.isEnabled()
    assert not dialog.cancel.isVisible()


def test_a_folder_that_is_not_there_is_a_message(
    dialog: ExportDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.studio.error_raised):
        dialog.export_to(tmp_path / "nowhere" / "smile")
    assert window.strip.isVisible()
    assert "nowhere" in window.strip.label.text()


def test_choices_are_remembered(dialog: ExportDialog, window: MainWindow) -> None:
    choose(dialog, clip="walk", format="webp", easing="linear")
    dialog.form.seconds.setValue(7.5)
    dialog.close()
    again = ExportDialog(window.studio, window.settings, window)
    again.open_with(None)
    form = again.form
    assert (form.clip.currentData(), form.format.currentData()) == ("walk", "webp")
    assert (form.easing.currentData(), form.seconds.value()) == ("linear", 7.5)
    again.close()
    again.stop()


def test_the_look_that_is_chosen_in_the_strip_is_the_one_to_morph_to(window: MainWindow) -> None:
    for seed in (1, 2, 3):
        window.studio.set_seed(seed)
        window.studio.keep_look()
    window.looks.list.setCurrentRow(1)
    window.show_export()
    assert window.export_dialog
    form = window.export_dialog.form
    form.clip.setCurrentIndex(form.clip.findData("morph"))
    second = form.inputs().second
    assert second
    assert second.latent.main.seed == 2


@pytest.mark.parametrize(("size", "text"), [(10, "1 kB"), (41_900, "42 kB"), (2_345_678, "2.3 MB")])
def test_sizes_are_written_for_people(size: int, text: str) -> None:
    assert in_bytes(size) == text
