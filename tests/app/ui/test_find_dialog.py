"""Find sliders: what is found is shown, named, pinned as a slider, saved or discarded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.model.studio import Studio
from app.ui.dialogs.find_dialog import FindDialog
from app.ui.main_window import MainWindow
from gan_models.directions.files import load_directions
from tests.app.small import small_model


@pytest.fixture
def dialog(window: MainWindow) -> FindDialog:
    window.actions_.find.trigger()
    assert window.find_dialog
    return window.find_dialog


def search(dialog: FindDialog, qtbot: QtBot, method: str = "sefa", count: int = 3) -> list[int]:
    """The numbers of what was found, once all strips are drawn."""
    dialog.method.setCurrentIndex(dialog.method.findData(method))
    dialog.count.setValue(count)
    dialog.start_button.click()
    finder = dialog.finder
    qtbot.waitUntil(
        lambda: (
            bool(finder.items) and finder.strips.keys() == finder.items.keys() == dialog.rows.keys()
        ),
        timeout=30_000,
    )
    return list(finder.items)


@pytest.mark.parametrize("method", ["pca", "sefa", "style"])
def test_strips_show_the_look_before_and_after(
    dialog: FindDialog, qtbot: QtBot, studio: Studio, method: str
) -> None:
    number = search(dialog, qtbot, method)[0]
    less, same, more = dialog.finder.strips[number]
    assert np.array_equal(same, studio.renderer()(studio.recipe, None))
    assert not np.array_equal(less, same)
    assert not np.array_equal(more, less)


def test_a_pinned_direction_is_a_slider_that_undo_covers(
    dialog: FindDialog, qtbot: QtBot, studio: Studio, window: MainWindow
) -> None:
    row = dialog.rows[search(dialog, qtbot)[0]]
    before = studio.recipe
    row.name.setText("glow")
    row.last.setValue(row.last.value() - 1)
    row.pin.click()
    assert list(window.imported.rows) == ["glow"]
    assert studio.imports.items["glow"].layers == (row.first.value(), row.last.value() + 1)
    assert not row.pin.isEnabled()
    studio.set_edit("glow", 2.0)
    assert studio.recipe.edit("glow").carried
    studio.undo()
    assert studio.recipe == before


def test_other_layers_draw_another_strip(dialog: FindDialog, qtbot: QtBot) -> None:
    number = next(n for n in search(dialog, qtbot) if dialog.finder.items[n].layers[1] > 2)
    before = dialog.finder.strips[number][2]
    with qtbot.waitSignal(dialog.finder.drawn):
        dialog.rows[number].last.setValue(dialog.rows[number].first.value())
    assert not np.array_equal(dialog.finder.strips[number][2], before)


def test_what_is_not_discarded_is_saved_for_this_model(
    dialog: FindDialog,
    qtbot: QtBot,
    studio: Studio,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, *rest = search(dialog, qtbot)
    dialog.rows[first].discard.click()
    for number in (second, *rest):  # equal names are told apart
        dialog.rows[number].name.setText("glow")
        dialog.rows[number].name.editingFinished.emit()
    path = tmp_path / "found.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(studio.message):
        dialog.save.click()
    assert str(path) in dialog.message.text()  # the window's own strip is behind the dialog
    file = load_directions(path)
    assert studio.model
    assert file.sha256 == studio.model.ref.sha256
    assert list(file.directions) == ["glow", "glow 2"][: 1 + len(rest)]


def test_what_cannot_be_saved_is_told_in_the_dialog(
    dialog: FindDialog, qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    search(dialog, qtbot)
    with qtbot.waitSignal(studio.error_raised):
        dialog.finder.save(tmp_path / "gone" / "found.safetensors")
    assert "gone" in dialog.message.text()


def test_a_search_can_be_cancelled(dialog: FindDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.finder.finding.cancelled):
        dialog.start_button.click()
        dialog.cancel.click()
    assert not dialog.finder.items
    assert dialog.start_button.isVisible()


def test_another_model_empties_the_list_and_offers_its_own_methods(
    dialog: FindDialog,
    qtbot: QtBot,
    studio: Studio,
    opened: Callable[[Studio, Path], None],
    tmp_path: Path,
) -> None:
    search(dialog, qtbot)
    opened(studio, small_model(tmp_path, "dcgan"))
    assert not dialog.rows
    assert [dialog.method.itemData(i) for i in range(dialog.method.count())] == ["pca", "table"]
    assert len(search(dialog, qtbot, "pca")) > 0


def test_labels_of_pictures_make_rows_too(
    dialog: FindDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, Path]] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "a.csv"), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(
        dialog.finder, "find_from_table", lambda labels, pictures: asked.append((labels, pictures))
    )
    dialog.method.setCurrentIndex(dialog.method.findData("table"))
    dialog.start_button.click()
    assert asked == [(tmp_path / "a.csv", tmp_path)]


def test_a_table_that_cannot_be_read_says_so_in_the_dialog(
    dialog: FindDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(dialog.finder.finding.failed):
        dialog.finder.find_from_table(tmp_path / "none.csv", tmp_path)
    assert "none.csv" in dialog.message.text()


def test_models_of_label_maps_have_no_such_command(
    window: MainWindow, opened: Callable[[Studio, Path], None], tmp_path: Path
) -> None:
    opened(window.studio, small_model(tmp_path, "pix2pixhd"))
    assert not window.actions_.find.isEnabled()
    assert not window.actions_.find.isVisible()


def test_enter_ends_a_name_and_searches_for_nothing(dialog: FindDialog, qtbot: QtBot) -> None:
    number = search(dialog, qtbot)[0]
    row = dialog.rows[number]
    qtbot.keyClicks(row.name, "glow")
    for field in (row.name, row.last):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not dialog.finder.finding.running
    assert dialog.finder.items[number].name.endswith("glow")


def test_a_slider_of_a_model_with_one_layer_offers_no_range(
    dialog: FindDialog,
    qtbot: QtBot,
    window: MainWindow,
    opened: Callable[[Studio, Path], None],
    tmp_path: Path,
) -> None:
    opened(window.studio, small_model(tmp_path, "dcgan"))
    dialog.rows[search(dialog, qtbot, "pca")[0]].pin.click()
    (row,) = window.imported.rows.values()
    assert row.lock.isVisibleTo(window)
    assert not row.more.isVisibleTo(window)
