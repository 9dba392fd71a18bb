"""Imported directions: sliders that recipes carry, so that they come back wherever those go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.core.models import open_model
from app.core.presets import PRESETS, ClipInputs
from app.core.recipe import carrying
from app.model.imports import Question
from app.model.studio import Studio
from gan_models.checkpoints.own import save_generator
from gan_models.directions.choices import Choices
from tests.conftest import tiny_generator


@pytest.fixture
def hat(tmp_path: Path) -> Path:
    """One direction in W."""
    path = tmp_path / "hat_w.npy"
    np.save(path, np.linspace(-1, 1, 16))
    return path


def imported(studio: Studio, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(studio.message):
        studio.imports.load(path)


def test_an_imported_direction_is_a_slider_that_the_look_carries(
    studio: Studio, qtbot: QtBot, hat: Path
) -> None:
    before = studio.recipe
    imported(studio, qtbot, hat)
    assert list(studio.imports.items) == ["hat w"]
    assert list(studio.directions) == ["smile", "gender", "hat w"]
    assert studio.recipe == before
    with qtbot.waitSignal(studio.picture_ready):
        studio.set_edit("hat w", 2.0)
    carried = studio.recipe.edit("hat w").carried
    assert carried
    assert np.array_equal(carried.rows.array[0], studio.imports.items["hat w"].vector)
    studio.undo()
    assert studio.recipe == before


def test_a_file_of_directions_is_opened_like_any_other(
    studio: Studio, qtbot: QtBot, hat: Path
) -> None:
    model = studio.model
    with qtbot.waitSignal(studio.imports.changed):
        studio.open(str(hat))
    assert studio.model is model


def test_a_dropped_picture_brings_its_directions_to_a_studio_that_never_saw_their_file(
    studio: Studio,
    qtbot: QtBot,
    hat: Path,
    tmp_path: Path,
    opened: Callable[[Studio, Path], None],
    tiny_model_path: Path,
) -> None:
    imported(studio, qtbot, hat)
    studio.set_edit("hat w", 6.0)
    studio.set_layers("hat w", (1, 3))
    with qtbot.waitSignal(studio.message):
        studio.save_picture(tmp_path / "hat.png")
    fresh = Studio(device="cpu")
    try:
        opened(fresh, tiny_model_path)
        with qtbot.waitSignal(fresh.recipe_changed):
            fresh.open(str(tmp_path / "hat.png"))
        assert fresh.recipe == studio.recipe
        found = fresh.imports.items["hat w"]
        assert found.limit == 6.0
        assert np.array_equal(found.vector, studio.imports.items["hat w"].vector)
        assert studio.model
        assert fresh.model
        assert (fresh.model.render(fresh.recipe) == studio.model.render(studio.recipe)).all()
    finally:
        fresh.close()


def test_removal_and_renaming_are_undone(studio: Studio, qtbot: QtBot, hat: Path) -> None:
    imported(studio, qtbot, hat)
    studio.set_edit("hat w", 2.0)
    studio.end_gesture()
    studio.imports.rename("hat w", "brim")
    assert list(studio.imports.items) == ["brim"]
    assert studio.recipe.edit("brim").strength == 2.0
    studio.undo()
    assert list(studio.imports.items) == ["hat w"]
    studio.imports.remove("hat w")
    assert not studio.imports.items
    assert not studio.recipe.edits
    studio.undo()
    assert list(studio.imports.items) == ["hat w"]
    assert studio.imports.items["hat w"].source == "hat_w.npy"


def test_names_stay_apart(studio: Studio, qtbot: QtBot, hat: Path) -> None:
    imported(studio, qtbot, hat)
    imported(studio, qtbot, hat)
    assert list(studio.imports.items) == ["hat w", "hat w 2"]
    studio.imports.rename("hat w 2", "smile")
    studio.imports.rename("hat w", "  ")
    assert list(studio.imports.items) == ["hat w", "smile 2"]


def test_only_the_first_of_many_components_become_sliders(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    np.save(tmp_path / "pca_w.npy", np.random.default_rng(0).standard_normal((40, 16)))
    with qtbot.waitSignal(studio.message) as said:
        studio.imports.load(tmp_path / "pca_w.npy")
    assert said.args == ["12 of 40 directions imported from pca_w.npy"]
    assert len(studio.imports.items) == 12


def test_what_is_unclear_is_asked_and_answered(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    np.save(tmp_path / "rows.npy", np.random.default_rng(0).standard_normal((8, 16)))
    with qtbot.waitSignal(studio.imports.asked) as asked:
        studio.imports.load(tmp_path / "rows.npy")
    assert asked.args
    question = asked.args[0]
    assert isinstance(question, Question)
    assert (question.asks, question.rows, question.width) == ("arrangement", 8, 16)
    with qtbot.waitSignal(studio.imports.changed):
        studio.imports.load(question.path, Choices(arrangement="layers"))
    assert studio.imports.items["rows"].vector.shape == (8, 16)


def test_saved_directions_come_back_with_their_layers_for_the_same_model_only(
    studio: Studio,
    qtbot: QtBot,
    hat: Path,
    tmp_path: Path,
    opened: Callable[[Studio, Path], None],
    tiny_model_path: Path,
) -> None:
    imported(studio, qtbot, hat)
    vector = studio.imports.items["hat w"].vector
    studio.set_layers("hat w", (2, 5))
    path = tmp_path / "mine.safetensors"
    with qtbot.waitSignal(studio.message):
        studio.imports.save(path)
    other = tmp_path / "other.safetensors"
    save_generator(other, tiny_generator(seed=7))
    opened(studio, other)
    assert not studio.imports.items
    with qtbot.waitSignal(studio.error_raised) as said:
        studio.open(str(path))
    assert said.args
    assert "'tiny'" in said.args[0]
    opened(studio, tiny_model_path)
    studio.imports.remove("hat w")
    with qtbot.waitSignal(studio.message):
        studio.open(str(path))
    found = studio.imports.items["hat w"]
    assert found.layers == (2, 5)
    assert np.array_equal(found.vector, vector)


def test_a_clip_along_an_imported_direction_carries_it(
    studio: Studio, qtbot: QtBot, hat: Path, tiny_model_path: Path
) -> None:
    imported(studio, qtbot, hat)
    start = carrying(studio.recipe, "hat w", studio.imports.carried["hat w"])
    clip = PRESETS["slider"].build(ClipInputs(start, slider="hat w", strength=2.0))
    middle = clip.recipe_at(clip.span)
    assert middle.edit("hat w").strength == pytest.approx(2.0)
    open_model(str(tiny_model_path)).render(middle)


def test_random_sliders_move_imported_ones_too(studio: Studio, qtbot: QtBot, hat: Path) -> None:
    imported(studio, qtbot, hat)
    studio.random_edits()
    assert studio.recipe.edit("hat w").carried
