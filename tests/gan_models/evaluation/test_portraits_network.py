"""Where the networks that read portraits come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gan_models.base import DataError
from gan_models.datasets.arrays import PictureArray, write_info
from gan_models.datasets.portraits import LABELS, VERSION
from gan_models.evaluation import portraits as networks_of_portraits
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.portraits import (
    FIRST_SEEDS,
    PICTURES,
    file_name,
    network_of,
    portraits_network,
    rendered_portraits,
)
from gan_models.progress import finish


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing was trained yet, with a Ganvas that ships no networks."""
    monkeypatch.setattr(networks_of_portraits, "SHIPPED", tmp_path / "shipped")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


@pytest.mark.slow
def test_a_network_is_trained_once_and_then_kept(cache: Path) -> None:
    steps: list[Any] = []
    first = finish(portraits_network("judge", pictures=300), steps.append)
    assert first.names == LABELS
    assert [path.name for path in cache.rglob("*.*")] == [file_name("judge")]
    assert {step.message.split()[0] for step in steps} == {"drawing", "learning"}
    again = finish(portraits_network("judge"), lambda step: pytest.fail(step.message))
    picture, _ = finish(rendered_portraits(0, 1))
    assert np.array_equal(again.predict(picture), first.predict(picture))


def test_a_given_file_is_opened_and_nothing_is_trained(cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    AttributeNetwork(["age"], width=4).save(path)
    assert finish(portraits_network("judge", path)).names == ("age",)
    assert not list(cache.rglob("portraits-*"))


def test_what_learned_from_an_older_renderer_is_not_used(cache: Path) -> None:
    older = cache / "ganvas" / file_name("judge").replace(f"-{VERSION}.", f"-{VERSION - 1}.")
    older.parent.mkdir()
    AttributeNetwork(["age"], width=4).save(older)
    job = portraits_network("judge", pictures=300)
    assert next(job).message == "drawing pictures"
    job.close()


def test_a_network_that_ships_is_preferred_to_training(cache: Path) -> None:
    shipped = cache / "shipped" / file_name("judge")
    shipped.parent.mkdir()
    AttributeNetwork(["age"], width=4).save(shipped, torch.float16)
    assert finish(portraits_network("judge")).names == ("age",)


def test_fitter_and_judge_learn_from_different_faces() -> None:
    assert abs(FIRST_SEEDS["fitter"] - FIRST_SEEDS["judge"]) >= PICTURES


def test_pictures_without_labels_cannot_teach_attributes(tmp_path: Path) -> None:
    np.save(tmp_path / "pictures.npy", np.zeros((4, 3, 16, 16), dtype=np.uint8))
    write_info(tmp_path, names=(), flip_sign=None, source={})
    with pytest.raises(DataError, match="no labels"):
        finish(network_of(PictureArray.open(tmp_path), "fitter"))


def test_rendered_portraits_come_with_their_labels() -> None:
    pictures, labels = finish(rendered_portraits(5, 3, 32))
    assert pictures.shape == (3, 3, 32, 32)
    assert labels.shape == (3, len(LABELS))
