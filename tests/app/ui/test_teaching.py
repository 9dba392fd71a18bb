"""Teach a slider: marks on a wall make a slider that follows them, and undo takes them back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.model import teacher as teaching
from app.model.studio import Studio
from app.model.teacher import Teacher
from app.ui.main_window import MainWindow
from app.ui.teach.teach_page import TeachPage
from app.ui.widgets.seed_grid import SIDE
from gan_models.directions.files import load_directions
from tests.app.small import small_model

Keys = Qt.Key


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> TeachPage:
    """The page, with pictures on it."""
    monkeypatch.setattr(teaching, "POPULATION", 150)
    window.actions_.teach.trigger()
    page = window.teach.page
    assert page
    assert window.teach.shown
    qtbot.waitUntil(lambda: len(page.teacher.pictures) == teaching.PAGE, timeout=30_000)
    return page


def mark_some(teacher: Teacher, count: int = 4) -> None:
    for number, seed in enumerate(teacher.seeds[: 2 * count]):
        teacher.mark(seed, 1 if number < count else -1)


def test_pictures_on_the_wall_are_the_models_at_full_variety(
    page: TeachPage, studio: Studio
) -> None:
    seed = page.teacher.seeds[5]
    assert page.teacher.recipe(seed).psi == 1.0
    expected = studio.renderer()(page.teacher.recipe(seed), None)
    assert np.array_equal(page.teacher.pictures[seed], expected)


def test_keys_mark_and_unmark_the_current_picture(page: TeachPage) -> None:
    seed, marks = page.teacher.seeds[0], []
    for key in (Keys.Key_Plus, Keys.Key_Minus, Keys.Key_Space, Keys.Key_Equal):
        QTest.keyClick(page.view, key)
        marks.append(page.teacher.marks[seed])
    assert marks == [1, -1, 0, 1]


def test_the_halves_of_a_picture_are_more_and_less(page: TeachPage) -> None:
    view, seed = page.view, page.teacher.seeds[1]
    corner = view.visualRect(view.pictures.index(1)).topLeft()
    for x, wanted in ((SIDE - 10, 1), (10, -1), (10, 0)):
        QTest.mouseClick(
            view.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            corner + QPoint(x, SIDE // 2),
        )
        assert page.teacher.marks[seed] == wanted


def test_marks_all_on_one_side_make_no_slider_and_say_what_is_missing(
    page: TeachPage, studio: Studio
) -> None:
    for seed in page.teacher.seeds[:6]:
        page.teacher.mark(seed, 1)
    assert not studio.imports.items
    assert "less" in page.message.text()
    assert not page.unsure.isEnabled()


def test_the_slider_appears_and_moves_with_each_mark(
    page: TeachPage, studio: Studio, window: MainWindow, qtbot: QtBot
) -> None:
    teacher = page.teacher
    mark_some(teacher)
    assert list(window.imported.rows) == [teacher.name]
    studio.set_edit(teacher.name, 1.0)
    before = studio.recipe.edit(teacher.name).carried
    teacher.mark(teacher.seeds[20], 1)
    after = studio.recipe.edit(teacher.name)
    assert after.carried != before
    assert after.strength == 1.0
    assert list(studio.imports.items) == [teacher.name]
    qtbot.waitUntil(lambda: len(teacher.strip) == 3)
    assert not np.array_equal(teacher.strip[0], teacher.strip[2])
    assert "8" in page.sure.text() or "9" in page.sure.text()


def test_undo_takes_marks_back_where_they_are_made(
    page: TeachPage, window: MainWindow, studio: Studio
) -> None:
    seed, look = page.teacher.seeds[0], studio.recipe
    QTest.keyClick(page.view, Keys.Key_Plus)
    window.actions_.undo.trigger()
    assert page.teacher.marks[seed] == 0
    assert not window.actions_.undo.isEnabled()
    window.actions_.redo.trigger()
    assert page.teacher.marks[seed] == 1
    assert studio.recipe == look
    window.teach.show_page(False)
    assert not window.actions_.undo.isEnabled()


def test_what_is_asked_next_was_not_shown_and_is_unsure(page: TeachPage) -> None:
    teacher = page.teacher
    mark_some(teacher)
    shown = set(teacher.seeds)
    page.unsure.click()
    assert teacher.lesson
    assert teacher._pupils
    assert not shown & set(teacher.seeds)
    place = [teacher._pupils.seeds.index(seed) for seed in teacher.seeds]
    distance = np.abs(teacher.lesson.score(teacher._pupils.w))
    free = [i for i, seed in enumerate(teacher._pupils.seeds) if seed not in shown]
    assert np.median(distance[place]) < np.median(distance[free])


def test_a_kept_slider_is_left_alone(page: TeachPage, studio: Studio) -> None:
    teacher = page.teacher
    mark_some(teacher)
    teacher.set_keep({"gender"})
    kept = studio.model_directions["gender"].vector
    assert teacher.lesson
    assert np.abs(teacher.lesson.direction.vector @ kept).max() < 1e-4
    teacher.undo()
    assert teacher.marks.keep == frozenset()


def test_a_renamed_slider_is_taught_on_and_saved_for_its_model(
    page: TeachPage, studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    mark_some(page.teacher)
    page.name.setText("glow")
    page.name.editingFinished.emit()
    assert page.teacher.name == "glow"
    page.teacher.mark(page.teacher.seeds[30], -1)
    assert list(studio.imports.items) == ["glow"]
    path = tmp_path / "glow.safetensors"
    with qtbot.waitSignal(studio.message):
        studio.imports.save(path)
    file = load_directions(path)
    assert studio.model
    assert file.sha256 == studio.model.ref.sha256
    assert file.directions["glow"].facts["more"] == 4


def test_starting_over_keeps_the_slider(page: TeachPage, studio: Studio, qtbot: QtBot) -> None:
    mark_some(page.teacher)
    page.anew.click()
    assert not len(page.teacher.marks)
    assert len(studio.imports.items) == 1
    qtbot.waitUntil(lambda: len(page.teacher.seeds) == teaching.PAGE)


def test_another_model_forgets_the_marks(
    page: TeachPage,
    window: MainWindow,
    studio: Studio,
    opened: Callable[[Studio, Path], None],
    tmp_path: Path,
) -> None:
    mark_some(page.teacher)
    opened(studio, small_model(tmp_path, "dcgan"))
    assert not len(page.teacher.marks)
    assert not window.teach.shown


def test_models_of_label_maps_have_no_such_command(
    window: MainWindow, opened: Callable[[Studio, Path], None], tmp_path: Path
) -> None:
    opened(window.studio, small_model(tmp_path, "pix2pixhd"))
    assert not window.actions_.teach.isEnabled()


def test_a_slider_that_appears_moves_no_picture(
    page: TeachPage, window: MainWindow, qtbot: QtBot
) -> None:
    def place() -> tuple[QPoint, int]:
        return page.view.mapTo(window, QPoint()), page.view.width()

    window.resize(1000, 760)
    before = place()
    mark_some(page.teacher)
    qtbot.waitUntil(lambda: bool(page.teacher.strip), timeout=30_000)
    qtbot.waitUntil(page.strip[0].isVisible)
    assert place() == before
