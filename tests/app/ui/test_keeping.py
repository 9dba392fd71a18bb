"""Keeping attributes, and what sliders move besides: in the window, the recipe and the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.core.models import open_model
from app.core.picture import recipe_ws
from app.core.recipe import Recipe, RecipeError
from app.core.recipe_json import from_dict, to_dict
from app.model.studio import Studio
from app.ui.main_window import MainWindow
from gan_models.checkpoints.own import save_generator
from tests.conftest import tiny_generator

MEASURED = {
    "smile": {"per_unit": 1.0, "others": {"gender": 0.3, "brows": -0.2, "roll": 0.01}},
    "gender": {"per_unit": 0.8, "others": {"brows": 0.4}},
}


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """The tiny model with side effects in its file."""
    generator = tiny_generator()
    for name, direction in generator.directions.items():
        measured = MEASURED[name] | {"identity": {"+2": 0.95, "-2": 0.93}}
        generator.directions[name] = replace(direction, facts={"measured": measured})
    path = tmp_path / "measured.safetensors"
    save_generator(path, generator)
    return path


@pytest.fixture
def measured_window(
    closed_studio: Studio,
    opened: Callable[[Studio, Path], None],
    measured: Path,
    make_window: Callable[[Studio], MainWindow],
) -> MainWindow:
    opened(closed_studio, measured)
    return make_window(closed_studio)


def test_keeping_is_one_step_and_undo_frees_it(window: MainWindow) -> None:
    row = window.sliders.rows["gender"]
    row.keep.click()
    assert window.studio.recipe.keeps == (("gender", 1.0),)
    window.studio.undo()
    assert window.studio.recipe.keeps == ()
    assert not row.keep.isChecked()


def test_the_bar_is_absent_where_nothing_was_measured(window: MainWindow) -> None:
    assert not window.sliders.rows["smile"].effects.isVisible()


def test_the_bar_tells_what_else_moves_the_strongest_first(measured_window: MainWindow) -> None:
    effects = measured_window.sliders.rows["smile"].effects
    assert effects.isVisible()
    assert [name for name, _ in effects.effects] == ["gender", "brows"]
    assert "Brows -0.20" in effects.toolTip()
    assert "93 %" in effects.toolTip()


def test_the_bar_follows_what_is_kept(measured_window: MainWindow) -> None:
    rows = measured_window.sliders.rows
    rows["gender"].keep.click()
    assert [name for name, _ in rows["smile"].effects.effects] == ["brows"]
    assert dict(rows["smile"].effects.effects)["brows"] == pytest.approx(-0.35)
    measured_window.studio.set_layers("smile", (0, 2))
    assert not rows["smile"].effects.isVisible()


def test_what_is_kept_changes_the_rows_that_a_slider_moves(tiny_model_path: Path) -> None:
    model = open_model(str(tiny_model_path))
    free = Recipe(model.ref).with_edit("smile", 2.0)
    plain = recipe_ws(model.generator, Recipe(model.ref))
    moved = (recipe_ws(model.generator, free.with_keep("gender")) - plain)[0].numpy()
    other = model.generator.directions["gender"].vector
    np.testing.assert_allclose(moved @ other, 0, atol=1e-4)
    assert np.abs(moved).max() > 0
    alone = recipe_ws(model.generator, Recipe(model.ref).with_keep("gender"))
    np.testing.assert_array_equal(alone.numpy(), plain.numpy())


def test_a_kept_attribute_that_the_model_lacks_is_an_error(
    tiny_model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--model", str(tiny_model_path), "--device", "cpu", "--out", str(tmp_path / "x.png")]
    assert main(["render", *words, "--edit", "smile=2", "--keep", "wings"]) == 1
    assert "wings" in capsys.readouterr().err
    assert main(["render", *words, "--edit", "smile=2", "--keep", "gender"]) == 0
    assert main(["render", *words, "--keep", "gender,"]) == 2


def test_a_damaged_weight_is_refused() -> None:
    with pytest.raises(RecipeError, match="usable number"):
        from_dict(to_dict(Recipe()) | {"keeps": {"age": float("nan")}})
