"""Classes, motion, label maps and direction files from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app import cli
from app.core.export import read_clip, read_recipe
from app.core.models import open_model
from app.core.recipe import Anchor, Motion, Recipe
from tests.app.small import small_model

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Recipe:
    """The recipe of the picture x.png that `render` draws, whose pixels are the recipe's own."""
    model = open_model(arguments[0].removeprefix("--model="))
    assert cli.main(["render", *arguments, "--out=x.png"]) == 0
    recipe = read_recipe("x.png")
    with Image.open("x.png") as image:
        assert np.array_equal(np.asarray(image), model.render(recipe))
    return recipe


def fails(captured: Captured, *arguments: str, code: int = 1) -> str:
    assert cli.main([*arguments, "--out=no.png"]) == code
    assert not Path("no.png").exists()
    out, error = captured.readouterr()
    assert out == ""
    assert "Traceback" not in error
    return " ".join(error.split())


def model_of(kind: str) -> str:
    return f"--model={small_model(Path.cwd(), kind)}"


def test_a_class_and_the_way_to_another_one(capsys: Captured) -> None:
    model = model_of("conditional")
    assert run(model, "--seed=3", "--class=2").latent.main == Anchor(3, 2)
    between = run(model, "--seed=3", "--class=2", "--to-class=4", "--class-travel=0.25")
    assert between.latent.anchors == ((Anchor(3, 2), 0.75), (Anchor(3, 4), 0.25))
    mixed = run(model, "--class=1", "--seed2=5", "--class2=3", "--mix=0-2")
    assert mixed.mixes[0].source.main == Anchor(5, 3)
    assert run(model, "--class=1", "--seed2=5", "--mix=0-2").mixes[0].source.main == Anchor(5, 1)
    capsys.readouterr()
    assert "no class 5" in fails(capsys, "render", model, "--class=5")
    assert "no class 9" in fails(capsys, "render", model, "--to-class=9", "--class-travel=1")
    assert "needs --to-class" in fails(capsys, "render", model, "--class-travel=1", code=2)
    assert "needs --class-travel" in fails(capsys, "render", model, "--to-class=1", code=2)


def test_a_sheet_is_drawn_in_the_class(capsys: Captured) -> None:
    del capsys
    model = model_of("conditional")
    assert run(model, "--class=3", "--seeds=4").latent.main == Anchor(4, 3)


def test_clips_through_classes_and_to_a_class(capsys: Captured) -> None:
    model, small = model_of("conditional"), ["--seconds=0.5", "--fps=8", "--size=16"]
    walk = ["--preset=classes", "--seed=6", "--classes=4,1", *small]
    assert cli.main(["animate", model, *walk, "--out=walk.gif"]) == 0
    clip = read_clip("walk.gif")
    assert clip
    assert [key.recipe.latent.main for key in clip.keyframes] == [
        Anchor(6, 4),
        Anchor(6, 1),
        Anchor(6, 4),
    ]
    morph = ["--preset=morph", "--class=1", "--to-class=2", *small, "--out=morph.gif"]
    assert cli.main(["animate", model, *morph]) == 0
    clip = read_clip("morph.gif")
    assert clip
    assert clip.keyframes[-1].recipe.latent.main == Anchor(0, 2)
    capsys.readouterr()
    assert "no class 7" in fails(capsys, "animate", model, "--preset=classes", "--classes=0,7")


def test_moving_and_turning(capsys: Captured) -> None:
    model = model_of("alias-free")
    assert run(model, "--translate=0.1,-0.2", "--rotate=30").motion == Motion(0.1, -0.2, 30)
    capsys.readouterr()
    flat = model_of("conditional")
    assert "cannot move" in fails(capsys, "render", flat, "--rotate=30")
    assert "no point" in fails(capsys, "render", model, "--translate=3", code=2)


def test_drawing_from_a_label_map(capsys: Captured) -> None:
    model = model_of("pix2pixhd")
    ids = np.zeros((30, 60), np.uint8)
    ids[:, 30:] = 3
    Image.fromarray(ids).save("map.png")
    label_map = run(model, "--map=map.png").label_map
    assert label_map
    assert label_map.array.shape == (32, 64)
    assert "60x30 resized to 64x32, nearest pixels" in " ".join(capsys.readouterr().err.split())
    assert "give one as --map" in fails(capsys, "render", model)
    Image.fromarray(ids + 9).save("wrong.png")
    assert "classes 9, 12" in fails(capsys, "render", model, "--map=wrong.png")
    dcgan = model_of("dcgan")
    assert "without a label map" in fails(capsys, "render", dcgan, "--map=map.png")


def test_edits_along_directions_of_a_file(capsys: Captured) -> None:
    model = model_of("conditional")
    np.save("hat.npy", np.arange(8.0))
    error = fails(capsys, "render", model, "--directions=hat.npy", "--edit=hat=2")
    assert "--space w or --space z" in error
    recipe = run(model, "--directions=hat.npy", "--space=w", "--layers=1-3", "--edit=hat=2")
    carried = recipe.edit("hat").carried
    assert carried
    assert carried.layers == (1, 4)
    np.save("rows.npy", np.random.default_rng(0).standard_normal((6, 8)))
    each = run(model, "--directions=rows.npy", "--space=w+", "--edit=rows=1").edit("rows")
    assert each.carried
    assert each.carried.rows.array.shape == (6, 8)
    capsys.readouterr()
    error = fails(capsys, "render", model, "--directions=hat.npy", "--space=w", "--edit=cap=1")
    assert "it has: hat" in error


def test_a_clip_along_a_direction_of_a_file(capsys: Captured) -> None:
    del capsys
    model, small = model_of("conditional"), ["--seconds=0.5", "--fps=8", "--size=16"]
    np.save("hat_w.npy", np.arange(8.0))
    along = ["--preset=slider", "--slider=hat w", "--directions=hat_w.npy"]
    assert cli.main(["animate", model, *along, *small, "--out=hat.gif"]) == 0
    clip = read_clip("hat.gif")
    assert clip
    assert clip.keyframes[-1].recipe.edit("hat w").carried


def test_inspect_tells_what_a_direction_file_is(capsys: Captured) -> None:
    np.savez("sg2_style_w.npz", lat_comp=np.ones((3, 1, 8)), lat_stdev=np.ones(3))
    np.save("stylegan_ffhq_age_boundary.npy", np.ones((1, 8)))
    assert cli.main(["inspect", "sg2_style_w.npz", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["layout"], facts["space"], facts["width"]) == ("GANSpace components", "w", 8)
    assert facts["directions"] == ["PCA 1", "PCA 2", "PCA 3"]
    assert cli.main(["inspect", "stylegan_ffhq_age_boundary.npy", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["layout"], facts["space"]) == ("arrays", "z")


def test_inspect_tells_the_model_of_our_own_direction_files(capsys: Captured) -> None:
    from app.core.directions import import_directions, save_directions
    from gan_models.directions.choices import Choices

    opened = open_model(str(small_model(Path.cwd(), "conditional")))
    np.save("hat_w.npy", np.arange(8.0))
    found = import_directions(opened, Path("hat_w.npy"), Choices())
    save_directions(Path("hat.safetensors"), opened.ref, found.values())
    assert cli.main(["inspect", "hat.safetensors", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["kind"], facts["model"]) == ("directions", "conditional")
    assert [each["name"] for each in facts["directions"]] == ["hat w"]
    own = ["--directions=hat.safetensors", "--edit=hat w=1"]
    model = "--model=conditional.safetensors"
    carried = run(model, *own, "--layers=2").edit("hat w").carried
    assert carried
    assert carried.layers == (2, 3)
    capsys.readouterr()
    assert "layer 30 is not there" in fails(capsys, "render", model, *own, "--layers=30")
