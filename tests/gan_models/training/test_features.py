"""Snapshots are compared with their data set in features that were learned from it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError

from gan_models.datasets.arrays import PictureArray
from gan_models.evaluation.embedding import EmbeddingNetwork
from gan_models.progress import finish
from gan_models.training import features
from gan_models.training.features import FEWEST, NAME, data_features
from gan_models.training.run_folder import RunFolder
from tests.gan_models.training.test_training import make_pictures, run

ALL = torch.arange(FEWEST)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PictureArray:
    monkeypatch.setattr(features, "SEEN", 1280)
    return PictureArray.open(make_pictures(tmp_path / "discs", FEWEST))


def test_the_network_is_learned_once_for_a_data_set(data: PictureArray) -> None:
    before = torch.random.get_rng_state()
    first = finish(data_features(data, ALL))
    assert torch.equal(torch.random.get_rng_state(), before)  # or resumed runs would differ
    written = (data.path / NAME).stat().st_mtime_ns
    again = finish(data_features(data, ALL), lambda step: pytest.fail(step.message))
    assert first is not None
    assert again is not None
    assert torch.equal(first.features(data.pictures[:4]), again.features(data.pictures[:4]))
    assert (data.path / NAME).stat().st_mtime_ns == written


def test_that_of_other_pictures_is_learned_anew(data: PictureArray, tmp_path: Path) -> None:
    finish(data_features(data, ALL))
    other = PictureArray.open(make_pictures(tmp_path / "more", FEWEST + 1))
    (data.path / NAME).rename(other.path / NAME)
    steps: list[object] = []
    finish(data_features(other, ALL), steps.append)
    assert steps


def test_a_small_set_is_compared_without(data: PictureArray) -> None:
    assert finish(data_features(data, ALL[:-1])) is None


def test_a_run_writes_the_distances_of_each_snapshot(data: PictureArray, tmp_path: Path) -> None:
    run(tmp_path / "run", data.path, 0.08, held_out=0.0)
    lines = RunFolder(tmp_path / "run").read_lines("quality.jsonl")
    assert len(lines) == 2
    for line in lines:
        assert line["frechet_distance"] > 0
        assert 0 <= line["precision"] <= 1
        assert 0 <= line["recall"] <= 1


def test_without_the_setting_nothing_is_learned(data: PictureArray, tmp_path: Path) -> None:
    run(tmp_path / "run", data.path, 0.04, held_out=0.0, measure_features=False)
    assert not (data.path / NAME).exists()


def test_a_full_disk_does_not_end_a_run_for_its_features(
    data: PictureArray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_network: EmbeddingNetwork, _path: Path) -> None:
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(EmbeddingNetwork, "save", full)
    run(tmp_path / "run", data.path, 0.04, held_out=0.0)
    assert RunFolder(tmp_path / "run").read_lines("quality.jsonl")[0]["recall"] >= 0
    assert not (data.path / NAME).exists()
