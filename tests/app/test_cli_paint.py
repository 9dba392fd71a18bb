"""The command paint: what it writes, what it says, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.cli import main
from app.core.export import read_recipe
from app.core.recipe import Recipe
from tests.app.small import small_model

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def model(tmp_path: Path) -> str:
    """Four labels at 32 pixels, with a style encoder."""
    return str(small_model(tmp_path, "landscapes"))


def save_map(name: str, side: int = 32, kind: str = "ids") -> None:
    ids = np.zeros((side, side), np.uint8)
    ids[side // 2 :] = 3
    table = np.array([(10, 20, 30), (200, 40, 40), (40, 200, 40), (40, 40, 200)], np.uint8)
    Image.fromarray(ids if kind == "ids" else table[ids]).save(name)


def paint(model: str, *arguments: str) -> Recipe:
    assert main(["paint", "map.png", f"--model={model}", "--out=x.png", *arguments]) == 0
    return read_recipe("x.png")


def test_a_map_becomes_a_picture_that_carries_it(model: str, capsys: Captured) -> None:
    save_map("map.png")
    recipe = paint(model, "--seed=3")
    assert recipe.latent.main.seed == 3
    assert recipe.label_map
    assert (recipe.label_map.array[20:] == 3).all()
    assert capsys.readouterr().err.strip() == "map.png: read as class numbers"
    with Image.open("x.png") as image:
        assert image.size == (32, 32)


def test_colours_are_read_and_another_size_is_said(model: str, capsys: Captured) -> None:
    save_map("map.png", 64, "colours")
    recipe = paint(model)
    assert recipe.label_map
    assert set(np.unique(recipe.label_map.array)) == {0, 3}
    said = capsys.readouterr().err
    assert "the legend's colours; 64x64 resized to 32x32, nearest pixels" in said


def test_the_style_of_a_photo_is_carried_by_the_recipe(model: str) -> None:
    save_map("map.png")
    Image.effect_noise((50, 40), 90).convert("RGB").save("photo.jpg")
    plain, styled = paint(model), paint(model, "--style=photo.jpg")
    assert styled.latent.main.rows
    assert plain.latent.main.rows is None


def test_features_of_classes_are_a_style_too(tmp_path: Path) -> None:
    save_map("map.png")
    Image.effect_noise((50, 40), 90).convert("RGB").save("photo.jpg")
    model = str(small_model(tmp_path, "class features"))
    drawn = []
    for options in (["--seed=1"], ["--seed=2"], ["--style=photo.jpg"]):
        paint(model, *options)
        drawn.append(np.asarray(Image.open("x.png")).tobytes())
    assert len(set(drawn)) == 3


def test_two_styles_are_mixed(model: str) -> None:
    save_map("map.png")
    recipe = paint(model, "--seed2=9", "--mix=0.25")
    assert recipe.mixes[0].weights == (0.25,)
    assert recipe.mixes[0].source.main.seed == 9


def test_a_folder_of_maps_becomes_a_folder_of_pictures(model: str) -> None:
    Path("maps").mkdir()
    for name in ("a", "b"):
        save_map(f"maps/{name}.png")
    assert main(["paint", "maps", f"--model={model}", "--out=pictures"]) == 0
    assert sorted(path.name for path in Path("pictures").iterdir()) == ["a.png", "b.png"]


def test_unknown_colours_are_listed_and_nothing_is_written(model: str, capsys: Captured) -> None:
    pixels = np.zeros((32, 32, 3), np.uint8) + np.array([200, 40, 44], np.uint8)
    Image.fromarray(pixels).save("map.png")
    assert main(["paint", "map.png", f"--model={model}", "--out=x.png"]) == 1
    assert "#c8282c (nearest: hill)" in capsys.readouterr().err
    assert not Path("x.png").exists()
    recipe = paint(model, "--nearest")
    assert recipe.label_map
    assert (recipe.label_map.array == 1).all()
    assert "one label only (hill)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("dcgan", [], "draws without a label map"),
        ("spade", ["--style=photo.png"], "no style encoder"),
        ("pix2pixhd", ["--seed2=4"], "has no styles"),
        ("spade", ["--style=none.jpg"], "no such file"),
    ],
)
def test_what_a_model_cannot_do_is_said(
    tmp_path: Path, capsys: Captured, kind: str, options: list[str], expected: str
) -> None:
    save_map("map.png")
    save_map("photo.png", kind="colours")
    model = small_model(tmp_path, kind)
    assert main(["paint", "map.png", f"--model={model}", "--out=x.png", *options]) == 1
    assert expected in capsys.readouterr().err
    assert not Path("x.png").exists()
