"""The panel of imported directions, and the question that a file may leave open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication, QInputDialog, QToolButton
from pytestqt.qtbot import QtBot

from app.ui.dialogs.directions_dialog import DirectionsDialog
from app.ui.main_window import MainWindow


def imported(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    path = folder / "hat_w.npy"
    np.save(path, np.linspace(-1, 1, 16))
    with qtbot.waitSignal(window.studio.message):
        window.open_path(path)


def choose(window: MainWindow, name: str, text: str) -> None:
    """An entry of the row's menu."""
    item = window.imported.rows[name].buttons.itemAt(3)
    button = item and item.widget()
    assert isinstance(button, QToolButton)
    next(action for action in button.menu().actions() if action.text() == text).trigger()


def test_the_panel_is_there_when_something_is_imported(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    assert not window.imported.isVisible()
    imported(window, qtbot, tmp_path)
    assert window.imported.isVisible()
    row = window.imported.rows["hat w"]
    row.value.box.setValue(2)
    assert window.studio.recipe.edit("hat w").carried
    assert "hat_w.npy" in row.value.toolTip()
    assert "hat w" not in window.sliders.rows
    row.layers.first.setValue(3)
    assert window.studio.recipe.edit("hat w").layers == (3, 8)
    choose(window, "hat w", "Remove")
    assert not window.imported.isVisible()
    window.studio.undo()
    assert window.imported.rows["hat w"].value.slider.number == 2


def test_a_model_without_sliders_shows_the_imported_ones_alone(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = window.studio
    assert studio.model
    studio.model.generator.directions.clear()
    studio.model_changed.emit()
    assert not window.docks[1].isVisible()
    imported(window, qtbot, tmp_path)
    assert window.docks[1].isVisible()
    assert not window.sliders.isVisible()
    assert window.actions_.random_edits.isVisible()


def test_a_direction_is_renamed_in_a_dialog(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    imported(window, qtbot, tmp_path)
    choose(window, "hat w", "Rename…")
    dialog = window.imported.findChild(QInputDialog)
    assert dialog
    dialog.setTextValue("Brim")
    dialog.accept()
    assert list(window.imported.rows) == ["Brim"]
    assert window.imported.rows["Brim"].value.label.text() == "Brim"


def question(window: MainWindow, qtbot: QtBot, path: Path, array: np.ndarray) -> DirectionsDialog:
    np.save(path, array)
    with qtbot.waitSignal(window.studio.imports.asked):
        window.open_path(path)
    (dialog,) = (d for d in QApplication.topLevelWidgets() if isinstance(d, DirectionsDialog))
    return dialog


def test_the_likeliest_reading_is_offered_first_and_taken(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = np.random.default_rng(0).standard_normal((18, 16))
    dialog = question(window, qtbot, tmp_path / "wide.npy", rows)
    assert [button.text() for button, _ in dialog.answers] == [
        "One direction for 18 layers; use the first 8 rows",
        "Each row is a direction",
    ]
    with qtbot.waitSignal(window.studio.message):
        dialog.accept()
    assert window.studio.imports.items["wide"].vector.shape == (8, 16)


def test_a_direction_for_other_layers_is_cut_when_the_person_agrees(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = np.random.default_rng(0).standard_normal((1, 18, 16))
    dialog = question(window, qtbot, tmp_path / "wide.npy", rows)
    assert [button.text() for button, _ in dialog.answers] == ["Use its first 8 rows"]
    with qtbot.waitSignal(window.studio.message):
        dialog.accept()
    assert window.studio.imports.items["wide"].vector.shape == (8, 16)


def test_the_space_is_asked_for_and_a_cancelled_question_imports_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = question(window, qtbot, tmp_path / "age.npy", np.ones((1, 16)))
    assert len(dialog.answers) == 2
    dialog.reject()
    assert not window.studio.imports.items
