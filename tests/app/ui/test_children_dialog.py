"""Child of two: parents are chosen, children shown, kept, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.model.children import COUNT
from app.model.studio import Studio
from app.ui.main_window import MainWindow
from app.ui.photo.children_dialog import ChildrenDialog
from tests.app.small import small_model


def all_drawn(dialog: ChildrenDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(dialog.children_.items) == COUNT)


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> ChildrenDialog:
    window.actions_.child.trigger()
    dialog = window.photo.children_dialog
    assert dialog
    all_drawn(dialog, qtbot)
    return dialog


def click(dialog: ChildrenDialog, number: int) -> None:
    place = dialog.list.visualItemRect(dialog.list.item(number)).center()
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_shows_a_child_and_undo_takes_it_back(
    dialog: ChildrenDialog, studio: Studio
) -> None:
    before = studio.recipe
    click(dialog, 2)
    child, picture = dialog.children_.items[2]
    assert studio.recipe == child.recipe != before
    assert np.array_equal(studio.renderer()(child.recipe, None), picture)
    studio.undo()
    assert studio.recipe == before


def test_a_kept_child_is_a_look_and_can_be_a_parent(
    dialog: ChildrenDialog, studio: Studio, qtbot: QtBot
) -> None:
    click(dialog, 1)
    QTest.keyClick(dialog.list, Qt.Key.Key_K)
    assert len(studio.looks.items) == 1
    dialog.keep.click()
    (look,) = studio.looks.items  # twice the same is once
    assert look.recipe == dialog.children_.items[1][0].recipe
    assert look.picture is not None
    card = dialog.cards[1]
    row = card.choice.findText(look.name)
    card.choice.activated.emit(row)
    all_drawn(dialog, qtbot)
    assert dialog.children_.parents
    assert dialog.children_.parents[1].recipe == look.recipe
    assert card.choice.currentText() == look.name


def test_more_siblings_are_others_of_the_same_parents(dialog: ChildrenDialog, qtbot: QtBot) -> None:
    before, parents = dialog.children_.items[0][0], dialog.children_.parents
    dialog.more.click()
    all_drawn(dialog, qtbot)
    assert dialog.children_.items[0][0] != before
    assert dialog.children_.parents == parents
    dialog.swap.click()
    assert parents
    assert dialog.children_.parents == (parents[1], parents[0])
    all_drawn(dialog, qtbot)


def test_a_model_whose_looks_have_no_children_says_so(
    dialog: ChildrenDialog,
    studio: Studio,
    opened: Callable[[Studio, Path], None],
    tmp_path: Path,
) -> None:
    opened(studio, small_model(tmp_path, "dcgan"))
    assert dialog.message.isVisible()
    assert not dialog.list.count()
    assert not dialog.more.isEnabled()


def test_m_brings_other_children_of_the_same_parents(dialog: ChildrenDialog, qtbot: QtBot) -> None:
    click(dialog, 1)
    before = dialog.children_.items[1][0]
    parents = dialog.children_.parents
    with qtbot.waitSignal(dialog.children_.changed):
        QTest.keyClick(dialog.list, Qt.Key.Key_M)
    all_drawn(dialog, qtbot)
    assert dialog.children_.parents == parents
    assert dialog.children_.items[1][0] != before
