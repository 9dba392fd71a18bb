"""Photos to looks from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app import cli
from app.core.alignment import Crop, centre_crop, crop_of, cut
from app.core.export import read_recipe
from app.core.face_detector import anchors_of_rows
from app.core.models import open_model
from app.core.recipe import Latent, Recipe, lerp_recipe
from app.core.recipe_json import from_dict, to_dict
from app.project_command import parse_crop
from tests.app.faces import detector_file, face_model, give_opencv, row

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def photo(name: str, size: tuple[int, int] = (50, 40)) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    pixels = np.linspace(0, 255, size[0] * size[1] * 3).astype(np.uint8)
    Image.fromarray(pixels.reshape(size[1], size[0], 3)).save(name)
    return name


def project(model: Path, *arguments: str) -> int:
    options = [f"--model={model}", "--out=out", "--no-train", "--steps=4"]
    return cli.main(["project", *arguments, *options])


def test_a_photo_becomes_a_look_that_draws_what_was_found(
    tiny_model_path: Path, capsys: Captured
) -> None:
    assert project(tiny_model_path, photo("me.png"), "--json") == 0
    row = json.loads(capsys.readouterr().out)["photos"][0]
    assert row["photo"] == "me.png"
    assert 0 <= row["likeness"] <= 1
    assert row["verdict"].endswith("was not measured")
    look = read_recipe("out/me.png")
    with Image.open("out/me.png") as image:
        drawn = open_model(str(tiny_model_path)).render(look).astype(int)
        assert np.abs(drawn - np.asarray(image)).max() <= 1


def test_a_projected_look_can_be_edited_and_mixed_as_any_other(tiny_model_path: Path) -> None:
    assert project(tiny_model_path, photo("me.png")) == 0
    model, look = open_model(str(tiny_model_path)), read_recipe("out/me.png")
    assert look.psi == 1
    assert from_dict(json.loads(json.dumps(to_dict(look)))) == look
    plain = model.render(look)
    assert (model.render(look.with_edit("smile", 2)) != plain).any()
    other = Recipe(model.ref, Latent.of_seed(3))
    assert (model.render(lerp_recipe(look, other, 0.5)) != plain).any()


def test_a_tuned_look_names_its_own_model(tiny_model_path: Path) -> None:
    assert project(tiny_model_path, photo("me.png"), "--tune", "--space=w", "--seconds=2") == 0
    tuned, look = open_model("out/me.safetensors"), read_recipe("out/me.png")
    assert look.model == tuned.ref
    with Image.open("out/me.png") as image:
        assert np.abs(tuned.render(look).astype(int) - np.asarray(image)).max() <= 1
    assert tuned.generator.directions.keys() == {"smile", "gender"}


def test_a_folder_is_projected_photo_by_photo_and_a_bad_one_is_told(
    tiny_model_path: Path, capsys: Captured
) -> None:
    photo("in/a.png")
    Path("in/b.png").write_text("no picture")
    photo("in/c.png", (4, 40))
    photo("more/a.png")
    assert project(tiny_model_path, "in", "more", "--space=encoder") == 1
    out, error = capsys.readouterr()
    assert sorted(path.name for path in Path("out").iterdir()) == ["a-2.png", "a.png"]
    assert "b.png is no picture" in out.replace(str(Path.cwd()), "")
    assert "4 x 40" in out
    assert "2 of 4 photos could not be used" in error


def test_mistakes_are_told_in_one_line(tiny_model_path: Path, capsys: Captured) -> None:
    photo("me.png")
    assert project(tiny_model_path, "gone.png") == 1
    assert project(tiny_model_path, "me.png", "--space=z") == 1
    assert project(tiny_model_path, "me.png", "--perceptual=me.png") == 1
    lines = capsys.readouterr().err.splitlines()
    assert "gone.png is not there" in lines[0]
    assert "encoder, w, w+" in lines[1]
    assert "a PNG picture" in lines[-1]
    assert project(tiny_model_path, "me.png", "--crop=1,2") == 2


def test_a_crop_is_read() -> None:
    assert parse_crop("320,240,400") == (320, 240, 400, 0)
    assert parse_crop("3,4,5,-10") == (3, 4, 5, -10)


def test_a_detector_chooses_the_largest_face_and_tells_of_several_and_of_none(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, crops = [row(2, 2, 10), row(20, 10, 16)], []

    def cut_and_tell(picture: Image.Image, crop: Crop, size: int) -> Image.Image:
        crops.append(crop)
        return cut(picture, crop, size)

    monkeypatch.setattr("app.core.project_files.cut", cut_and_tell)
    give_opencv(monkeypatch, rows)
    Image.new("RGB", (50, 40)).save("black.png")
    finds = (f"--detector={detector_file(tmp_path)}", "--space=encoder")
    assert project(face_model(tmp_path), photo("me.png"), "black.png", *finds) == 0
    assert crops == [crop_of(anchors_of_rows(np.array(rows, np.float32))[0]), centre_crop(50, 40)]
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("2 faces were found: the largest was used")
    assert second.endswith("no face was found: the middle was used")


def test_a_detector_that_cannot_be_used_is_told_before_anything_is_done(
    tmp_path: Path, tiny_model_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo("me.png")
    model, finds = face_model(tmp_path), f"--detector={detector_file(tmp_path)}"
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert project(model, "me.png", finds) == 1
    give_opencv(monkeypatch, [])
    assert project(model, "me.png", "--detector=me.png") == 1
    assert project(tiny_model_path, "me.png", finds) == 1
    lines = capsys.readouterr().err.splitlines()
    assert "pip install opencv-python-headless" in lines[0]
    assert "me.png is no face detector" in lines[1]
    assert "eyes and mouth" in lines[2]
    assert not Path("out").exists()
    assert project(model, "me.png", finds, "--crop=20,20,30") == 2
