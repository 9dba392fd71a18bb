"""New training with label maps: what the card shows, and which recipes can be chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QStandardItemModel
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.core.training_runs import Plan
from app.ui.main_window import MainWindow
from app.ui.train.new_training import NewTraining
from gan_models.datasets.map_names import read_names
from tests.gan_models.datasets.test_pairs import SHADES, photo, save, two_folders

PAIRED = {"spade", "pix2pix", "pix2pixhd"}


@pytest.fixture
def dialog(window: MainWindow) -> NewTraining:
    window.train.new()
    assert window.train.dialog is not None
    return window.train.dialog


def offered(dialog: NewTraining) -> set[str]:
    """Recipes that can be chosen."""
    model = dialog.recipe.model()
    assert isinstance(model, QStandardItemModel)
    rows = range(dialog.recipe.count())
    return {dialog.recipe.itemData(row) for row in rows if model.item(row).isEnabled()}


def choose(dialog: NewTraining, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(dialog.card.surveyed):
        dialog.choose_data(path)


def test_pairs_are_shown_with_their_classes(
    dialog: NewTraining, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(dialog, qtbot, two_folders(tmp_path, count=4))
    card = dialog.card
    assert card.facts.text().startswith("4 pairs of label map and picture")
    assert dialog.maps.currentText() == "Found: maps"
    assert card.classes.isVisible()
    rows = [card.classes.list.topLevelItem(row) for row in range(3)]
    shares = [row.text(2) for row in rows if row is not None]
    assert sum(float(share.rstrip("%")) for share in shares) == pytest.approx(100, abs=0.3)
    assert sum(tile.isVisible() for tile in card.tiles) == 8
    assert offered(dialog) >= PAIRED
    assert dialog.plan().recipe == "spade"
    assert dialog.plan().arguments()[:5] == ["train", "--recipe", "spade", "--data", str(tmp_path)]


def test_recipes_that_paint_need_label_maps_and_say_so(
    dialog: NewTraining, qtbot: QtBot, tmp_path: Path
) -> None:
    for number in range(3):
        save(tmp_path / "set" / f"{number}.png", photo())
    choose(dialog, qtbot, tmp_path / "set")
    assert not offered(dialog) & PAIRED
    spade = dialog.recipe.findData("spade")
    why = dialog.recipe.itemData(spade, Qt.ItemDataRole.ToolTipRole)
    assert "have no label maps: put both into folders" in why
    assert dialog.maps.currentText() == "None found"
    assert not dialog.card.classes.isVisible()
    dialog.data.setCurrentIndex(dialog.data.findData("landscapes"))
    assert offered(dialog) >= PAIRED
    assert dialog.plan().recipe == "spade"
    dialog.data.setCurrentIndex(dialog.data.findData("portraits"))
    assert dialog.plan().recipe == "stylegan2"


def test_a_recipe_that_was_chosen_stays_as_long_as_it_can(
    dialog: NewTraining, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog.recipe.setCurrentIndex(dialog.recipe.findData("dcgan"))
    dialog.recipe.activated.emit(dialog.recipe.currentIndex())  # as a click does
    choose(dialog, qtbot, two_folders(tmp_path))
    assert dialog.plan().recipe == "dcgan"


def test_label_maps_of_another_folder_are_read_at_once(
    dialog: NewTraining, qtbot: QtBot, tmp_path: Path
) -> None:
    two_folders(tmp_path, "x", "y")
    choose(dialog, qtbot, tmp_path / "y")
    assert not dialog.card.paired
    with qtbot.waitSignal(dialog.card.surveyed):
        dialog.choose_maps(tmp_path / "x")
    assert dialog.card.paired
    assert dialog.plan().maps == str(tmp_path / "x")
    assert dialog.start.isEnabled()


def test_names_and_colours_that_were_changed_go_into_the_run(
    dialog: NewTraining, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(dialog, qtbot, two_folders(tmp_path / "set"))
    assert dialog.plan().class_table == ""
    classes = dialog.card.classes
    item = classes.list.topLevelItem(1)
    assert item is not None
    value = item.text(1)
    item.setText(0, "forest")
    classes.set_colour(1, QColor(1, 2, 3))
    plan = dialog.plan()
    plan = Plan(plan.data, plan.recipe, tmp_path / "run", kimg=1, class_table=plan.class_table)
    plan.write_classes()
    assert plan.arguments()[5:7] == ["--map-classes", str(tmp_path / "run" / "classes.csv")]
    named = read_names((tmp_path / "run" / "classes.csv").read_bytes(), "classes.csv")
    assert (named[1].name, named[1].colour) == ("forest", (1, 2, 3))
    assert named[1].shade is not None
    assert bytes(named[1].shade).hex() == value[1:]
    classes.list.setCurrentItem(item)
    classes.list.setFocus()
    qtbot.keyClick(classes.list, Qt.Key.Key_F2)
    assert classes.list.findChild(QLineEdit) is not None
    item.setText(0, "  ")
    assert item.text(0) == "forest"


def test_thumbnails_show_maps_in_the_colours_of_their_classes(tmp_path: Path) -> None:
    from app.core.data_survey import survey
    from gan_models.progress import finish

    found = finish(survey(two_folders(tmp_path)))
    assert len(found.thumbnails) == 6
    shown = np.unique(found.thumbnails[0].reshape(-1, 3), axis=0)
    assert {tuple(c) for c in shown.tolist()} == {tuple(c) for c in SHADES.tolist()}
