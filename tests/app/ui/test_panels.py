"""Panels follow the model and the recipe, and write only through the studio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.models import OpenModel, open_model
from app.core.recipe import Latent
from app.model.studio import Studio
from app.ui.main_window import MainWindow
from gan_models.checkpoints.own import save_generator
from gan_models.spec import Spec, layer_parts
from tests.conftest import tiny_generator

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def show_spec(studio: Studio, model: OpenModel, **changes: object) -> None:
    """Let the studio show a model whose spec says something else."""
    model.generator.spec = replace(model.generator.spec, **changes)  # type: ignore[arg-type]
    studio._set_model(model)


@pytest.fixture
def other(tmp_path: Path) -> OpenModel:
    path = tmp_path / "other.safetensors"
    save_generator(path, tiny_generator(seed=3))
    return open_model(str(path))


def test_all_panels_are_there_for_a_model_that_has_everything(window: MainWindow) -> None:
    assert window.mixing.isVisible()
    assert window.latent.truncation.isVisible()
    assert window.latent.noise.isVisible()
    assert all(dock.isVisible() for dock in window.docks)
    assert list(window.sliders.rows) == ["smile", "gender"]
    assert not any(
        panel.isVisible() for panel in (window.label, window.motion, window.paint.labels)
    )


def test_panels_that_do_not_apply_are_absent(window: MainWindow, other: OpenModel) -> None:
    other.generator.directions.clear()
    show_spec(window.studio, other, has_mapping=False, has_noise=False)
    assert not window.mixing.isVisible()
    assert not window.latent.isVisible()
    assert not window.docks[1].isVisible()
    assert not window.docks[1].toggleViewAction().isVisible()
    assert not window.actions_.random_edits.isVisible()


def test_dragging_a_slider_is_one_step_and_undo_moves_it_back(window: MainWindow) -> None:
    slider = window.sliders.rows["smile"].value.slider
    middle = slider.rect().center()
    QTest.mousePress(slider, LEFT, NONE, middle)
    for step in range(1, 20):
        QTest.mouseMove(slider, middle + QPoint(step, 0))
    QTest.mouseRelease(slider, LEFT, NONE, middle + QPoint(19, 0))
    moved = window.studio.recipe.edit("smile").strength
    assert moved > 0
    assert window.sliders.rows["smile"].value.box.value() == pytest.approx(moved, abs=0.01)
    window.studio.undo()
    assert slider.number == 0
    assert not window.studio.can_undo


def test_the_slider_that_is_dragged_is_not_moved_by_the_answer(window: MainWindow) -> None:
    slider = window.sliders.rows["smile"].value.slider
    slider.setSliderDown(True)
    slider.set_number(1.0)
    window.studio.set_seed(8)
    assert slider.number == 1.0


def test_a_lock_keeps_a_slider_from_random_and_reset(window: MainWindow) -> None:
    window.studio.set_edit("smile", 2.0)
    window.studio.set_edit("gender", 1.0)
    window.sliders.rows["smile"].lock.click()
    window.sliders.random.click()
    assert window.studio.recipe.edit("smile").strength == 2.0
    assert window.studio.recipe.edit("gender").strength != 1.0
    window.sliders.reset.click()
    assert [edit.direction for edit in window.studio.recipe.edits] == ["smile"]


def test_layers_are_chosen_for_each_slider_and_given_back(window: MainWindow) -> None:
    row = window.sliders.rows["smile"]
    row.more.click()
    assert row.layers.isVisible()
    window.studio.set_edit("smile", 1.0)
    row.layers.first.setValue(2)
    row.layers.last.setValue(4)
    assert window.studio.recipe.edit("smile").layers == (2, 5)
    row.layers.first.setValue(6)
    assert window.studio.recipe.edit("smile").layers == (6, 7)
    row.layers.reset.click()
    assert window.studio.recipe.edit("smile").layers is None


def test_seed_buttons_step_and_the_scrubber_travels(window: MainWindow) -> None:
    seed, studio = window.seed.seed, window.studio
    seed.next.click()
    seed.next.click()
    seed.previous.click()
    assert studio.recipe.latent.main.seed == 1
    window.seed.travel.box.setValue(25)
    assert studio.recipe.latent.anchors[1][1] == pytest.approx(0.25)
    window.seed.travel.slider.setFocus()
    window.seed.travel.box.setValue(100)
    assert studio.recipe.latent.main.seed == 2
    assert (seed.box.value(), window.seed.travel.box.value()) == (2, 0)


def test_a_drag_to_the_next_seed_and_back_stays_on_its_way(window: MainWindow) -> None:
    travel, studio = window.seed.travel.slider, window.studio
    travel.setSliderDown(True)
    for share in (0.5, 1.0, 0.25):
        travel.setValue(round(share * travel.maximum()))
    assert [anchor.seed for anchor, _ in studio.recipe.latent.anchors] == [0, 1]
    assert studio.recipe.latent.anchors[1][1] == pytest.approx(0.25)


def test_the_largest_seed_fits_the_box(window: MainWindow) -> None:
    window.seed.seed.box.setValue(2**32 - 1)
    assert window.studio.recipe.latent.main.seed == 2**32 - 1


def test_groups_of_layers_are_filled_and_emptied(window: MainWindow) -> None:
    studio, buttons = window.studio, window.mixing.buttons
    buttons["coarse"].click()
    assert studio.mix.weights == (1, 1, 1, 0, 0, 0, 0, 0)
    buttons["fine"].click()
    buttons["coarse"].click()
    assert sum(studio.mix.weights[:3]) == 0
    buttons["all"].click()
    assert set(studio.mix.weights) == {1}
    buttons["clear"].click()
    assert set(studio.mix.weights) == {0}


def test_layers_mix_softly_and_show_what_the_recipe_says(window: MainWindow) -> None:
    window.mixing.sliders[2].setValue(window.mixing.sliders[2].maximum() // 2)
    assert window.studio.mix.weights[2] == pytest.approx(0.5)
    window.studio.undo()
    assert window.mixing.sliders[2].number == 0


def test_the_second_seed_shows_its_own_picture(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.studio.second_ready):
        window.mixing.seed.next.click()
    assert window.studio.mix.source.main.seed == 1001
    assert window.mixing.thumbnail._pixmap


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((4, 8, 8, 16, 16, 32, 32, 64, 64, 64), (3, 7, 10)),
        ((4, 8, 8, 8), (4, 4, 4)),
        ((), (2, 4, 6)),
    ],
)
def test_layers_fall_into_three_groups(sizes: tuple[int, ...], expected: tuple[int, ...]) -> None:
    spec = Spec("any", 4, 4, len(sizes) or 6, 64, ws_resolutions=sizes)
    groups = layer_parts(spec)
    assert tuple(group.stop for group in groups) == expected


def test_truncation_and_noise_follow_and_write(window: MainWindow) -> None:
    studio, latent = window.studio, window.latent
    latent.psi.box.setValue(0.3)
    latent.cutoff.box.setValue(4)
    assert (studio.recipe.psi, studio.recipe.cutoff) == (0.3, 4)
    latent.cutoff.box.setValue(8)
    assert studio.recipe.cutoff is None
    latent.mode.setCurrentIndex(latent.mode.findData("random"))
    assert latent.seed_row.isVisible()
    latent.seed.next.click()
    assert (studio.recipe.noise_mode, studio.recipe.noise_seed) == ("random", 1)
    studio.undo()
    studio.undo()
    assert not latent.seed_row.isVisible()


def test_looks_are_a_strip_to_return_to(window: MainWindow, qtbot: QtBot) -> None:
    looks, studio = window.looks, window.studio
    studio.set_seed(5)
    looks.keep.click()
    studio.set_seed(6)
    qtbot.waitUntil(lambda: not looks.list.item(0).icon().isNull())
    looks.list.itemClicked.emit(looks.list.item(0))
    assert studio.recipe.latent.main.seed == 5
    looks.list.item(0).setText("nice")
    assert studio.looks.items[0].name == "nice"


def test_the_menu_of_a_look_moves_and_deletes_it(window: MainWindow) -> None:
    looks, studio = window.looks, window.studio
    for seed in (5, 6):
        studio.set_seed(seed)
        looks.keep.click()

    def choose(row: int, text: str) -> None:
        actions = looks.menu_of(looks.list.item(row)).actions()
        next(action for action in actions if action.text() == text).trigger()

    choose(1, "Move left")
    assert [look.recipe.latent.main.seed for look in studio.looks.items] == [6, 5]
    choose(0, "Delete")
    assert looks.list.count() == 1


def test_a_morph_has_a_slider_and_stays_where_it_is_left(window: MainWindow) -> None:
    looks, studio = window.looks, window.studio
    studio.set_edit("smile", 2.0)
    looks.keep.click()
    studio.reset()
    window.morph()
    assert looks.morph.isVisible()
    looks.morph.box.setValue(50)
    assert studio.recipe.edit("smile").strength == pytest.approx(1.0)
    looks.stop.click()
    assert not looks.morph.isVisible()
    assert studio.recipe.edit("smile").strength == pytest.approx(1.0)


def test_the_window_shows_the_picture_of_the_recipe(
    window: MainWindow, qtbot: QtBot, opened: Callable[[Studio, Path], None]
) -> None:
    del opened
    qtbot.waitUntil(lambda: window.canvas.image is not None)
    assert window.canvas.isVisible()
    assert window.studio.result
    assert isinstance(window.studio.result.picture, np.ndarray)


def test_a_look_that_has_no_seed_shows_none_and_takes_one(window: MainWindow) -> None:
    spec = window.studio.spec
    assert spec
    rows = np.zeros((spec.num_ws, spec.w_dim), np.float32)
    window.studio.edit(replace(window.studio.recipe, latent=Latent.of_rows(rows)))
    box = window.seed.seed.box
    assert box.text() == "no seed"
    assert not window.seed.travel.isEnabled()
    box.stepUp()
    assert window.studio.recipe.latent == Latent.of_seed(0)
    assert box.text() == "0"
    window.studio.undo()
    assert box.text() == "no seed"
    box.stepDown()
    assert window.studio.recipe.latent.main.rows is None
