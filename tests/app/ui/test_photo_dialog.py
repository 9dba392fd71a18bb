"""A photo in the window: aligned by hand, projected, compared, filmed, and taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.alignment import PORTRAITS, crop_of
from app.core.metadata import read_recipe
from app.model.studio import Studio
from app.ui.main_window import MainWindow
from app.ui.photo.align_view import AlignView
from app.ui.photo.photo_dialog import PhotoDialog
from tests.app.small import small_model

SLOW = 300_000
"""Milliseconds that a search, and loading what it needs, may take on a busy machine."""
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of 120 x 80 pixels, bright on the left."""
    pixels = np.zeros((80, 120, 3), np.uint8)
    pixels[:, :60] = (220, 180, 140)
    path = tmp_path / "grandma.jpg"
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def dialog(window: MainWindow, photo: Path, qtbot: QtBot) -> PhotoDialog:
    """The dialog as it is after the photo was dropped on the window."""
    window.open_path(photo)
    qtbot.waitUntil(lambda: bool(window.photo.dialog and window.photo.dialog.isVisible()))
    assert window.photo.dialog
    return window.photo.dialog


def choose(dialog: PhotoDialog, way: str) -> None:
    dialog.align.way.setCurrentIndex(dialog.align.way.findData(way))


def project(dialog: PhotoDialog, qtbot: QtBot, way: str = "fast") -> None:
    choose(dialog, way)
    with qtbot.waitSignal(dialog.projector.ended, timeout=SLOW):
        dialog.align.go.click()


def faces(dialog: PhotoDialog) -> AlignView:
    """As for a model of faces."""
    view = dialog.align.view
    view.follow(PORTRAITS)
    return view


def test_anchors_are_dragged_nudged_and_taken_back(dialog: PhotoDialog) -> None:
    view = faces(dialog)
    before = view.framing
    assert before.anchors
    start = view.place(before.anchors.mouth).toPoint()
    QTest.mousePress(view, LEFT, NONE, start)
    QTest.mouseMove(view, start + QPoint(0, -10))
    QTest.mouseMove(view, start + QPoint(0, -20))
    QTest.mouseRelease(view, LEFT, NONE, start + QPoint(0, -20))
    dragged = view.framing
    assert dragged.anchors
    assert dragged.anchors.left_eye == before.anchors.left_eye
    assert dragged.anchors.mouth[1] < before.anchors.mouth[1]
    assert dragged.crop == crop_of(dragged.anchors)
    QTest.keyClick(view, Qt.Key.Key_1)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    nudged = view.framing
    assert nudged.anchors
    assert nudged.anchors.left_eye[0] > dragged.anchors.left_eye[0]
    dialog.align.undo.click()
    assert view.framing == dragged
    dialog.align.undo.click()
    assert view.framing == before
    assert not dialog.align.undo.isEnabled()
    dialog.align.redo.click()
    assert view.framing == dragged


def test_a_square_is_moved_zoomed_and_turned_where_there_are_no_anchors(
    dialog: PhotoDialog,
) -> None:
    view, page = dialog.align.view, dialog.align
    assert view.framing.anchors is None
    assert (view.framing.crop.x, view.framing.crop.side) == (60, 80)
    page.size_.box.setValue(200)
    page.turn.box.setValue(30)
    assert (view.framing.crop.side, view.framing.crop.degrees) == (40, 30)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.framing.crop.x < 60
    page.reset.click()
    assert (view.framing.crop.x, view.framing.crop.side, view.framing.crop.degrees) == (60, 80, 0)
    assert page.turn.slider.number == 0


def test_what_is_found_is_a_look_of_the_photo_that_undo_takes_back(
    dialog: PhotoDialog, window: MainWindow, studio: Studio, qtbot: QtBot
) -> None:
    before = studio.recipe
    project(dialog, qtbot)
    assert dialog.projector.result
    rows = studio.recipe.latent.main.rows
    assert rows
    assert np.array_equal(rows.array, dialog.projector.result.ws)
    assert studio.recipe.psi == 1
    assert dialog.search.words.text()
    assert dialog.search.smile.isEnabled()
    dialog.search.compare.click()
    assert window.photo.wiping
    assert not dialog.isVisible()
    studio.set_edit("smile", 1.0)
    assert window.photo.compares
    studio.undo()
    studio.undo()
    assert studio.recipe == before
    qtbot.waitUntil(lambda: not window.photo.wiping)
    assert not window.actions_.compare.isEnabled()


def test_a_search_that_is_stopped_keeps_the_best_so_far(
    dialog: PhotoDialog, studio: Studio, qtbot: QtBot
) -> None:
    choose(dialog, "faithful")
    projector = dialog.projector
    dialog.align.go.click()
    qtbot.waitUntil(lambda: projector.last is not None, timeout=SLOW)
    with qtbot.waitSignal(projector.ended, timeout=SLOW):
        dialog.search.stop.click()
    assert projector.last
    assert projector.last.done < projector.last.total
    assert projector.result
    rows = studio.recipe.latent.main.rows
    assert rows
    assert np.array_equal(rows.array, projector.last.ws)
    assert dialog.search.save_film.isEnabled()


@pytest.mark.parametrize("way", ["Escape", "frame"])
def test_it_closes_in_every_way(dialog: PhotoDialog, qtbot: QtBot, way: str) -> None:
    if way == "Escape":
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()
    assert not dialog.isVisible()


def test_a_window_that_closes_in_a_search_leaves_no_thread(
    dialog: PhotoDialog, window: MainWindow, qtbot: QtBot
) -> None:
    choose(dialog, "tuned")
    dialog.align.go.click()
    qtbot.waitUntil(lambda: dialog.projector.last is not None, timeout=SLOW)
    window._leaving = True
    window.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "job"]


def test_smile_and_gender_swap_are_one_click_from_the_result(
    dialog: PhotoDialog, window: MainWindow, studio: Studio, qtbot: QtBot
) -> None:
    project(dialog, qtbot)
    for button, clip in ((dialog.search.smile, "smile"), (dialog.search.gender, "gender-swap")):
        button.click()
        assert window.export_dialog
        assert window.export_dialog.form.clip.currentData() == clip
        made = window.export_dialog.clip()
        assert made
        assert made.keyframes[0].recipe.latent == studio.recipe.latent


def test_the_film_of_a_search_is_a_clip_that_begins_with_its_first_state(
    dialog: PhotoDialog, studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    project(dialog, qtbot)
    path = tmp_path / "search.gif"
    with qtbot.waitSignal(studio.exporting.finished, timeout=SLOW):
        dialog.projector.save_film(path)
    assert read_recipe(path) == dialog.projector.film[0][0]


def test_pictures_that_cannot_be_used_are_named(
    window: MainWindow, studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    text, tiny = tmp_path / "notes.jpg", tmp_path / "tiny.png"
    text.write_text("no picture")
    Image.new("RGB", (8, 8)).save(tiny)
    for path in (text, tiny):
        with qtbot.waitSignal(studio.error_raised) as raised:
            window.open_path(path)
        assert path.name in raised.args[0]
    assert not (window.photo.dialog and window.photo.dialog.isVisible())


def test_a_model_without_a_latent_offers_no_photo(
    window: MainWindow,
    studio: Studio,
    opened: Callable[[Studio, Path], None],
    tmp_path: Path,
) -> None:
    assert window.actions_.project.isEnabled()
    opened(studio, small_model(tmp_path, "pix2pixhd"))
    assert not window.actions_.project.isVisible()
    assert not window.actions_.compare.isVisible()
