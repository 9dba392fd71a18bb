"""A gallery that lies beside a model is offered to start from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.core.gallery import FORMAT, gallery_path, load_gallery, save_gallery
from app.core.models import BUNDLED, bundled_names, open_model
from app.core.picture import direction_of
from app.core.recipe import Latent, Model, Recipe, RecipeError
from app.model.gallery import _steps
from app.model.studio import Studio
from app.ui.main_window import MainWindow
from gan_models.checkpoints.own import save_generator
from tests.conftest import tiny_generator

OLD = Model("faces", "0" * 64)
"""The model as it was when its gallery was chosen."""
LOOKS = [
    Recipe(OLD, Latent.of_seed(seed)).with_edit("smile", 2.0).with_edit("hat", 1.0)
    for seed in (3, 4, 5)
]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model that was trained on since its gallery was chosen."""
    path = tmp_path / "faces.safetensors"
    save_generator(path, tiny_generator())
    save_gallery(gallery_path(path), OLD, LOOKS)
    return path


@pytest.fixture
def offered(
    closed_studio: Studio,
    opened: Callable[[Studio, Path], None],
    make_window: Callable[[Studio], MainWindow],
    model: Path,
    qtbot: QtBot,
) -> MainWindow:
    """A window with all pictures of the gallery."""
    window = make_window(closed_studio)
    opened(closed_studio, model)
    gallery = closed_studio.gallery
    qtbot.waitUntil(
        lambda: bool(gallery.items) and all(look.picture is not None for look in gallery.items)
    )
    return window


def test_its_pictures_wait_until_the_hand_rests(model: Path) -> None:
    opened, rests, drawn = open_model(str(model)), iter([False, True, True, True]), []

    def render(recipe: Recipe, resolution: int | None) -> np.ndarray:
        drawn.append(recipe)
        return opened.render(recipe, resolution)

    counts = [len(drawn) for _ in _steps(opened, render, lambda: next(rests), {})]
    assert counts == [0, 0, 1, 2, 3]


def test_the_looks_are_bound_to_the_model_as_it_is_now(offered: MainWindow) -> None:
    studio = offered.studio
    assert studio.model is not None
    items = studio.gallery.items
    assert [look.recipe.model for look in items] == [studio.model.ref] * 3
    assert [edit.direction for edit in items[0].recipe.edits] == ["smile"]
    expected = studio.renderer()(items[1].recipe, None)
    assert np.array_equal(items[1].picture, expected)  # type: ignore[arg-type]


def test_the_empty_strip_offers_the_gallery(offered: MainWindow) -> None:
    panel = offered.looks
    assert panel.gallery.isVisible()
    assert panel.gallery.item(0).toolTip() == "Seed 3: Smile +2.0"
    assert not panel.gallery.item(2).icon().isNull()


def test_a_click_shows_a_look_and_undo_takes_it_back(offered: MainWindow) -> None:
    studio, strip = offered.studio, offered.looks.gallery
    before = studio.recipe
    strip.itemClicked.emit(strip.item(1))
    assert studio.recipe == studio.gallery.items[1].recipe
    studio.undo()
    assert studio.recipe == before


def test_what_is_kept_takes_the_place_of_the_gallery_until_that_is_asked_for(
    offered: MainWindow,
) -> None:
    panel = offered.looks
    panel.keep.click()
    assert panel.list.isVisible()
    offered.actions_.gallery.trigger()
    assert panel.gallery.isVisible()
    panel.offer.click()
    assert panel.list.isVisible()


def test_a_model_without_a_gallery_offers_none(window: MainWindow) -> None:
    assert not window.looks.offer.isVisible()
    assert not window.actions_.gallery.isVisible()
    assert window.looks.hint.isVisible()


def test_the_gallery_of_another_model_is_not_taken(model: Path) -> None:
    assert load_gallery(gallery_path(model), Model("cars", "1" * 64)) == []


def test_a_gallery_is_the_same_after_writing_and_reading(model: Path) -> None:
    assert load_gallery(gallery_path(model), OLD) == LOOKS
    new = replace(OLD, sha256="1" * 64)
    assert [look.model for look in load_gallery(gallery_path(model), new)] == [new] * 3


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', f'{{"format": {FORMAT + 1}}}'])
def test_a_damaged_gallery_is_told_with_its_name(model: Path, text: str) -> None:
    gallery_path(model).write_text(text)
    with pytest.raises(RecipeError, match=r"faces\.gallery\.json"):
        load_gallery(gallery_path(model), OLD)


@pytest.mark.parametrize("name", bundled_names())
def test_galleries_that_ship_fit_their_models(name: str) -> None:
    path = gallery_path(BUNDLED[name])
    if not path.is_file():
        pytest.skip(f"{name} ships without a gallery")
    model = open_model(name, "cpu")
    looks = load_gallery(path, model.ref)
    assert len(looks) >= 20
    assert len(set(looks)) == len(looks)
    for look in looks:
        for edit in look.edits:
            assert abs(edit.strength) <= direction_of(model.generator, edit.direction).limit
    assert json.loads(path.read_text())["model"]["name"] == name
