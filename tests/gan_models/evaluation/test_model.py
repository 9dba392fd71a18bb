"""The whole report of a model, against portraits and against a folder of any pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_models.base import DataError
from gan_models.evaluation import quality
from gan_models.evaluation.model import Plan, evaluate_model
from gan_models.evaluation.reference import open_reference
from gan_models.evaluation.report import markdown
from gan_models.progress import finish
from gan_models.registry import load_generator


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """256 pictures of noise, not all square."""
    path = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    for number in range(256):
        pixels = random.integers(0, 255, (8, 8 + number % 3, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((40, 36)).save(path / f"{number}.png")
    return path


def test_any_folder_can_be_compared_with_without_a_network(
    tiny_model_path: Path, folder: Path, tmp_path: Path
) -> None:
    plan = Plan(str(folder), features="none", samples=128)
    report = finish(evaluate_model(tiny_model_path, plan, out=tmp_path / "out"))
    assert report["quality"]["pictures_each"] == 128
    assert {"sliced_wasserstein", "diversity"} <= set(report["quality"])
    assert not {"distance", "nearest", "attributes"} & set(report["quality"])
    assert "sliders" not in report
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"report.json", "report.md", "samples-psi-0.7.png", "samples-psi-1.0.png"}


def test_a_folder_is_seen_by_a_network_of_its_own(
    tiny_model_path: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "LEARNING", 256)
    plan = Plan(str(folder), samples=128)
    report = finish(evaluate_model(tiny_model_path, plan, out=tmp_path))
    seen = report["quality"]["distance"]
    assert seen["samples"]["frechet_distance"] > seen["real"]["frechet_distance"]
    assert report["quality"]["nearest"]["real_pictures"] == 256
    assert (tmp_path / "nearest.png").exists()
    assert json.loads((tmp_path / "report.json").read_text()) == report
    text = markdown(report)
    assert "Frechet distance" in text
    assert "FD-portraits" not in text


@pytest.mark.slow
def test_portraits_are_judged_with_attributes_edits_and_identity(
    tiny_model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    written = tmp_path / "with.safetensors"
    plan = Plan(samples=40, seeds=6)
    report = finish(evaluate_model(tiny_model_path, plan, write=written, out=tmp_path / "out"))
    assert set(report["quality"]["attributes"]["rates"]) >= {"glasses", "beard", "head turned"}
    assert set(report["targets"]) == {"smile", "gender"}
    assert "measured" in load_generator(written).directions["smile"].facts
    assert (tmp_path / "out" / "slider-smile.png").exists()
    assert "FD-portraits" in markdown(report)


def test_a_model_is_not_written_without_measurements(
    tiny_model_path: Path, folder: Path, tmp_path: Path
) -> None:
    plan = Plan(str(folder), features="none", samples=100)
    with pytest.raises(DataError, match="would hold no measurements"):
        finish(evaluate_model(tiny_model_path, plan, write=tmp_path / "x.safetensors"))
    assert not (tmp_path / "x.safetensors").exists()


def test_a_folder_without_pictures_and_a_broken_picture_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no pictures"):
        finish(open_reference(str(tmp_path), 16, 10))
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"broken\.png"):
        finish(open_reference(str(tmp_path), 16, 10))
