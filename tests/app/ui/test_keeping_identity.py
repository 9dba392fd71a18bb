"""Keeping who it is: one button for all sliders, there only for models that know how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from app.cli import main
from app.core.models import open_model
from app.core.picture import recipe_ws
from app.core.recipe import Model, Recipe
from app.core.recipe_json import from_dict, to_dict
from app.model.changes import adapted
from app.model.studio import Studio
from app.ui.main_window import MainWindow
from gan_models.checkpoints.own import save_generator
from gan_models.directions import identity
from gan_models.directions.identity import save_identity
from gan_models.directions.keeping import IDENTITY
from tests.conftest import tiny_generator


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """What changes the person in the tiny model, as if it shipped."""
    generator = tiny_generator()
    shape = (2, generator.spec.num_ws, generator.spec.w_dim)
    space = np.random.default_rng(3).standard_normal(shape).astype(np.float16)
    save_identity(tmp_path / "tiny.identity.safetensors", space, generator)
    monkeypatch.setattr(identity, "SHIPPED", tmp_path)
    return space.astype(np.float32)


@pytest.fixture
def knowing_window(
    known: np.ndarray,
    closed_studio: Studio,
    opened: Callable[[Studio, Path], None],
    tiny_model_path: Path,
    make_window: Callable[[Studio], MainWindow],
) -> MainWindow:
    assert len(known)
    opened(closed_studio, tiny_model_path)
    return make_window(closed_studio)


def test_the_button_is_absent_where_the_model_does_not_know(window: MainWindow) -> None:
    assert not window.sliders.identity.isVisible()


def test_keeping_identity_is_one_step_and_undo_frees_it(knowing_window: MainWindow) -> None:
    button, studio = knowing_window.sliders.identity, knowing_window.studio
    assert button.isVisible()
    button.click()
    assert studio.recipe.keeps == ((IDENTITY, 1.0),)
    studio.undo()
    assert studio.recipe.keeps == ()
    assert not button.isChecked()


def test_bars_go_with_what_was_measured_and_leave_their_place(
    known: np.ndarray,
    closed_studio: Studio,
    opened: Callable[[Studio, Path], None],
    make_window: Callable[[Studio], MainWindow],
    tmp_path: Path,
) -> None:
    assert len(known)
    generator = tiny_generator()
    facts = {"measured": {"per_unit": 1.0, "others": {"brows": 0.3}}}
    for name, direction in generator.directions.items():
        generator.directions[name] = replace(direction, facts=facts)
    save_generator(tmp_path / "measured.safetensors", generator, torch.float32)
    opened(closed_studio, tmp_path / "measured.safetensors")
    sliders = make_window(closed_studio).sliders
    row = sliders.rows["gender"]
    assert row.effects.isVisible()
    sliders.identity.click()
    assert not row.effects.isVisible()
    assert row.effects.sizePolicy().retainSizeWhenHidden()


def test_no_slider_moves_the_person(known: np.ndarray, tiny_model_path: Path) -> None:
    model = open_model(str(tiny_model_path))
    plain = recipe_ws(model.engine, Recipe(model.ref))
    free = Recipe(model.ref).with_edit("smile", 2.0)

    def moved(recipe: Recipe) -> np.ndarray:
        return (recipe_ws(model.engine, recipe) - plain)[0].numpy()

    assert np.abs(np.tensordot(known, moved(free), axes=2)).max() > 0.1
    for recipe in (free.with_keep(IDENTITY), free.with_keep(IDENTITY).with_keep("gender")):
        np.testing.assert_allclose(np.tensordot(known, moved(recipe), axes=2), 0, atol=1e-3)
        assert np.abs(moved(recipe)).max() > 0.1
    half = moved(free.with_keep(IDENTITY, 0.5))
    whole = moved(free.with_keep(IDENTITY))
    np.testing.assert_allclose(half, (moved(free) + whole) / 2, atol=1e-5)


def test_a_recipe_carries_it_to_a_model_that_knows(known: np.ndarray) -> None:
    assert len(known)
    recipe = Recipe().with_edit("smile", 2.0).with_keep(IDENTITY)
    assert from_dict(to_dict(recipe)) == recipe
    generator = tiny_generator()
    ref, directions = Model("tiny"), generator.directions
    assert adapted(recipe, ref, generator.spec, directions).keeps == ()
    identity.attach_identity(generator)
    assert adapted(recipe, ref, generator.spec, directions).keeps == recipe.keeps


def test_the_command_line_keeps_it_where_the_model_knows(
    known: np.ndarray, tiny_model_path: Path, tmp_path: Path
) -> None:
    assert len(known)
    words = ["render", "--model", str(tiny_model_path), "--device", "cpu", "--edit", "smile=2"]
    assert main([*words, "--keep", "identity", "--out", str(tmp_path / "x.png")]) == 0
    assert (tmp_path / "x.png").exists()


def test_a_model_that_does_not_know_says_so(
    tiny_model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["render", "--model", str(tiny_model_path), "--device", "cpu", "--edit", "smile=2"]
    assert main([*words, "--keep", "identity", "--out", str(tmp_path / "x.png")]) == 1
    assert "identity" in capsys.readouterr().err
