"""The seed wall: it loads as it is scrolled, marks and chooses seeds, and compares two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.export import export_sheet, read_recipe
from app.core.jobs import Progress
from app.core.recipe import SEED_LIMIT, Recipe
from app.model.seed_wall import PAGE, SeedWall
from app.model.studio import Studio
from app.ui.main_window import MainWindow
from app.ui.wall.wall_page import WallPage
from app.ui.widgets.wipe import Wipe
from gan_models.errors import GanvasError
from tests.app.small import small_model

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Keys = Qt.Key


@pytest.fixture
def page(window: MainWindow) -> WallPage:
    """The wall, shown."""
    window.resize(1366, 768)
    window.actions_.wall.trigger()
    assert window.wall.isVisible()
    return window.wall


def settle(page: WallPage, qtbot: QtBot) -> None:
    """Wait until all that is in sight is drawn."""
    wall = page.wall

    def drawn() -> bool:
        seeds = page.view.visible_seeds()
        return not wall.drawing.running and all(wall.picture(s) is not None for s in seeds)

    qtbot.waitUntil(drawn)


def press(page: WallPage, key: Qt.Key) -> None:
    QTest.keyClick(page.view, key)


def test_seeds_in_sight_are_drawn_as_the_studio_draws_them(page: WallPage, qtbot: QtBot) -> None:
    wall = page.wall
    settle(page, qtbot)
    seeds = page.view.visible_seeds()
    studio = page.wall._studio
    expected = studio.renderer()(wall.recipe(seeds[3]), None)
    assert np.array_equal(wall.picture(seeds[3]), expected)  # type: ignore[arg-type]


def test_the_wall_has_no_end(page: WallPage) -> None:
    view = page.view
    for pages in (2, 3):
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        view.seeds.fetchMore(view.rootIndex())
        assert len(page.wall.seeds) >= pages * PAGE
    assert page.wall.seeds == list(range(len(page.wall.seeds)))


def test_after_the_last_seed_comes_the_first(page: WallPage) -> None:
    page.wall.show_from(SEED_LIMIT - 1)
    assert page.wall.seeds[:2] == [SEED_LIMIT - 1, 0]


def test_what_was_scrolled_past_is_not_drawn(page: WallPage, qtbot: QtBot) -> None:
    wall = page.wall
    settle(page, qtbot)
    wall.want(range(1000, 1400))
    wall.want([5000])
    qtbot.waitUntil(lambda: wall.picture(5000) is not None)
    qtbot.waitUntil(lambda: not wall.drawing.running)
    assert wall.picture(1399) is None


def test_a_hidden_wall_draws_nothing(page: WallPage, qtbot: QtBot) -> None:
    settle(page, qtbot)
    page.wall.want([9000])
    press(page, Keys.Key_Escape)
    qtbot.waitUntil(lambda: not page.wall.drawing.running)
    page.wall._studio.set_psi(0.1)
    page.wall._rest.timeout.emit()
    assert not page.wall.drawing.running


def test_while_a_hand_moves_the_wall_stands_still(page: WallPage, qtbot: QtBot) -> None:
    wall, studio = page.wall, page.wall._studio
    settle(page, qtbot)
    studio.set_edit("smile", 1.0)
    wall.want([7000])
    assert not wall.drawing.running
    qtbot.waitUntil(lambda: wall.picture(7000) is not None)


def test_another_psi_draws_all_seeds_anew_and_an_edit_none(page: WallPage, qtbot: QtBot) -> None:
    wall, studio = page.wall, page.wall._studio
    qtbot.waitUntil(lambda: wall.picture(0) is not None)
    before = wall.picture(0)
    studio.set_edit("smile", 1.0)
    assert wall.picture(0) is before
    studio.set_psi(0.2)
    assert wall.picture(0) is None
    qtbot.waitUntil(lambda: wall.picture(0) is not None)
    assert wall.recipe(0).psi == 0.2


def test_a_click_uses_a_seed_and_undo_takes_it_back(page: WallPage) -> None:
    view, studio = page.view, page.wall._studio
    place = view.visualRect(view.seeds.index(4)).topLeft() + QPoint(20, 60)
    QTest.mouseClick(view.viewport(), LEFT, NONE, place)
    assert studio.recipe.latent.main.seed == 4
    assert page.isVisible()
    studio.undo()
    assert studio.recipe.latent.main.seed == 0


def test_the_star_in_the_corner_is_given_without_using_the_seed(page: WallPage) -> None:
    view = page.view
    corner = view.delegate.star_rect(view.visualRect(view.seeds.index(4))).center()
    QTest.mouseClick(view.viewport(), LEFT, NONE, corner)
    assert page.wall.marks.starred() == [4]
    assert page.wall.first == 0


def test_all_of_it_works_by_keyboard(page: WallPage, window: MainWindow) -> None:
    wall = page.wall
    page.view.show_seed(3)
    press(page, Keys.Key_Right)
    press(page, Keys.Key_Space)
    assert wall.first == 4
    press(page, Keys.Key_Right)
    press(page, Keys.Key_B)
    assert (wall.second, window.studio.mix.source.main.seed) == (5, 5)
    press(page, Keys.Key_S)
    assert wall.marks.starred() == [5]
    press(page, Keys.Key_Return)
    assert wall.first == 5
    assert not page.isVisible()
    assert window.canvas.isVisible()


def test_escape_leads_back_to_the_picture(page: WallPage, window: MainWindow) -> None:
    press(page, Keys.Key_Escape)
    assert window.canvas.isVisible()
    assert not window.actions_.wall.isChecked()


def test_lists_are_filtered_by_star_and_tag(page: WallPage) -> None:
    wall = page.wall
    page.starred.click()
    assert wall.seeds == []
    assert page.nothing.isVisible()
    for seed in (9, 3):
        wall.star(seed)
    wall.tag(9, "curls")
    page.starred.click()
    assert wall.seeds == [3, 9]
    page.tags.setCurrentIndex(1)
    page.tags.activated.emit(1)
    assert wall.seeds == [9]
    page.all.click()
    assert wall.seeds[:3] == [0, 1, 2]


def test_the_menu_of_a_seed_has_what_can_be_done_with_it(page: WallPage) -> None:
    wall = page.wall
    wall.tag(1, "curls")
    actions = {action.text(): action for action in page.menu_of(7).actions()}
    actions["Use as seed B"].trigger()
    actions["curls"].trigger()
    actions["Give a star"].trigger()
    assert (wall.second, wall.marks.tagged("curls"), wall.marks.starred()) == (7, [1, 7], [7])


def test_stars_are_remembered_for_the_model(page: WallPage, studio: Studio, tmp_path: Path) -> None:
    page.wall.remember_in(tmp_path)
    page.wall.star(8)
    other = SeedWall(studio, tmp_path)
    assert other.marks.starred() == [8]
    other.close()


def test_two_seeds_are_laid_over_each_other(page: WallPage, qtbot: QtBot) -> None:
    page.wall.use_first(2)
    page.wall.use_second(6)
    press(page, Keys.Key_C)
    qtbot.waitUntil(page.wipe.isVisible)
    assert "2" in page.wipe._names[0]
    QTest.keyClick(page.wipe, Keys.Key_Escape)
    assert page.view.isVisible()


def test_the_divider_shows_one_picture_on_either_side(qtbot: QtBot) -> None:
    wipe = Wipe("A and B")
    qtbot.addWidget(wipe)
    wipe.resize(400, 400)
    black, white = np.zeros((16, 16, 3), np.uint8), np.full((16, 16, 3), 255, np.uint8)
    wipe.show_pair(black, white, ("A", "B"))
    rect = wipe.picture_rect().toRect()
    place = QPoint(rect.left() + rect.width() // 4, rect.center().y())
    QTest.mouseClick(wipe, LEFT, NONE, place)
    assert wipe.share == pytest.approx(0.25, abs=0.01)
    image = wipe.grab().toImage()
    y = rect.top() + 10
    assert image.pixelColor(rect.left() + 10, y).lightness() == 0
    assert image.pixelColor(rect.right() - 10, y).lightness() == 255
    QTest.keyClick(wipe, Keys.Key_End)
    assert wipe.share == 1.0


def test_a_contact_sheet_is_written_with_its_recipe(
    page: WallPage, qtbot: QtBot, tmp_path: Path
) -> None:
    studio, path = page.wall._studio, tmp_path / "sheet.png"
    steps: list[Progress] = []
    studio.exporting.progressed.connect(steps.append)
    with qtbot.waitSignal(studio.message):
        page.wall.export(path, [3, 4, 5, 6, 7])
    assert [step.done for step in steps] == [1, 2, 3, 4, 5]
    with Image.open(path) as image:
        assert image.size == (3 * 128, 2 * (128 + 16))
    assert read_recipe(path) == page.wall.recipe(3)


def test_a_contact_sheet_of_nothing_is_refused(tmp_path: Path) -> None:
    def render(_recipe: Recipe, _resolution: int | None) -> np.ndarray:
        return np.zeros((4, 4, 3), np.uint8)

    with pytest.raises(GanvasError, match="at least one"):
        next(export_sheet(tmp_path / "x.png", render, [], 128, []))


def test_sheets_begin_at_what_is_seen(page: WallPage) -> None:
    texts = [action.text() for action in page.sheet_menu().actions()]
    assert texts[0] == "16 seeds from 0 on"
    page.wall.star(4)
    page.wall.show_only("*")
    assert [action.text() for action in page.sheet_menu().actions()] == ["Listed seeds (1)"]


def test_models_that_draw_from_maps_have_no_wall(
    closed_studio: Studio,
    opened: Callable[[Studio, Path], None],
    make_window: Callable[[Studio], MainWindow],
    tmp_path: Path,
) -> None:
    opened(closed_studio, small_model(tmp_path, "spade"))
    window = make_window(closed_studio)
    assert not window.actions_.wall.isVisible()
    window.show_wall(True)
    assert not window.wall.isVisible()


@pytest.mark.parametrize("kind", ["dcgan", "conditional", "alias-free"])
def test_seeds_of_every_other_family_are_drawn_and_compared(
    kind: str,
    closed_studio: Studio,
    opened: Callable[[Studio, Path], None],
    make_window: Callable[[Studio], MainWindow],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    opened(closed_studio, small_model(tmp_path, kind))
    window = make_window(closed_studio)
    if closed_studio.spec and closed_studio.spec.label_dim:
        closed_studio.controls.set_class(2)
    window.show_wall(True)
    wall = window.wall.wall
    qtbot.waitUntil(lambda: wall.picture(5) is not None)
    assert wall.recipe(5).latent.main.label == closed_studio.recipe.latent.main.label
    wall.use_second(5)
    with qtbot.waitSignal(wall.pair_drawn):
        wall.compare()
