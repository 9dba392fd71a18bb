"""Models open by bundled name or by file, and everything else is said in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from app.core import models
from app.core.performance import Performance
from app.core.picture import render
from app.core.recipe import Latent, Recipe
from gan_models.engine import Engine
from gan_models.errors import GanvasError, ModelLoadError
from gan_models.files import file_sha256
from gan_models.progress import finish
from gan_models.registry import build_generator, load_generator


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch, tiny_model_path: Path, tmp_path: Path) -> None:
    files = {"portraits": tiny_model_path, "landscapes": tmp_path / "absent.safetensors"}
    monkeypatch.setattr(models, "BUNDLED", files)


@pytest.mark.usefixtures("bundled")
def test_a_bundled_name_opens_its_file(tiny_model_path: Path) -> None:
    model = models.open_model("portraits")
    assert model.path == tiny_model_path
    assert model.ref.name == "portraits"
    assert model.ref.sha256 == file_sha256(tiny_model_path)


@pytest.mark.usefixtures("bundled")
def test_only_models_that_are_there_are_listed() -> None:
    assert models.bundled_names() == ["portraits"]
    with pytest.raises(ModelLoadError, match=r"'landscapes'.*bundled model \(portraits\)"):
        models.model_path("landscapes")


def test_a_file_is_called_by_its_stem(tiny_model_path: Path) -> None:
    assert models.open_model(str(tiny_model_path)).ref.name == "tiny"


def test_an_open_model_draws_what_the_recipe_says(tiny_model_path: Path) -> None:
    recipe = Recipe(latent=Latent.of_seed(5)).with_edit("smile", 2)
    model = models.open_model(str(tiny_model_path))
    expected = render(load_generator(tiny_model_path), recipe)
    assert np.array_equal(model.render(recipe), expected)
    assert model.render(recipe, 8).shape == (8, 8, 3)


def test_the_automatic_device_is_one_that_works(tiny_model_path: Path) -> None:
    assert models.open_model(str(tiny_model_path), "auto").render(Recipe()).shape == (32, 32, 3)


@pytest.mark.parametrize(("kind", "rank", "found"), [("cuda", 0, "cuda:0"), ("cuda", 3, "cuda:1")])
def test_a_gpu_is_taken_where_there_is_one_and_each_process_takes_its_own(
    monkeypatch: pytest.MonkeyPatch, kind: str, rank: int, found: str
) -> None:
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device(kind))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    monkeypatch.setenv("LOCAL_RANK", str(rank))
    assert models._device("auto") == torch.device(found)
    assert models._device("cpu") == torch.device("cpu")


def test_an_unknown_device_is_named(tiny_model_path: Path) -> None:
    with pytest.raises(GanvasError, match="no device 'abacus'"):
        models.open_model(str(tiny_model_path), "abacus")


def test_a_picture_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    with pytest.raises(ModelLoadError, match=r"face\.png is a PNG picture"):
        models.open_model(str(path))


def test_a_truncated_model_is_named(tiny_model_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.safetensors"
    path.write_bytes(tiny_model_path.read_bytes()[:3000])
    with pytest.raises(ModelLoadError, match=r"half\.safetensors is damaged"):
        models.open_model(str(path))


def test_the_module_loads_without_torch() -> None:
    code = "import sys, app.core.models, app.core.history; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_converted_models_are_kept_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    generator = build_generator("gan", {"widths": [4, 8, 16]})
    torch.save(generator.state_dict(), tmp_path / "small.pth")
    first, again = (models.open_model(str(tmp_path / "small.pth")) for _ in range(2))
    assert len(list((tmp_path / "cache").glob("*.safetensors"))) == 1
    assert first.ref == again.ref
    assert np.array_equal(first.render(Recipe()), again.render(Recipe()))


@pytest.mark.parametrize("hashed", [False, True])
def test_the_first_look_is_drawn_while_the_file_is_hashed(
    tiny_model_path: Path, monkeypatch: pytest.MonkeyPatch, hashed: bool
) -> None:
    ahead = models._draw_ahead

    def draw_ahead(engine: Engine, look: Recipe, budget: float, _: object) -> None:
        ahead(engine, look, budget, lambda: hashed)

    monkeypatch.setattr(models, "_draw_ahead", draw_ahead)
    chosen = Performance("cpu", "exact", budget=1e9)
    job = models.opening_model(str(tiny_model_path), chosen, lambda ref, _: models.greeting(ref))
    model = finish(job)
    drawn = model.draw(model.greeting, chosen.budget, lambda: False)
    assert (not drawn.blocks) == (not hashed)


def test_a_first_look_that_cannot_be_drawn_leaves_the_model_open(tiny_model_path: Path) -> None:
    chosen = Performance("cpu", "exact")
    impossible = Recipe().with_edit("no such slider", 1)
    model = finish(models.opening_model(str(tiny_model_path), chosen, lambda *_: impossible))
    with pytest.raises(GanvasError, match="no such slider"):
        model.draw(impossible, None, lambda: False)
