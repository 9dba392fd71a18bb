"""A data set's own labels are learned once, off its own pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.labels import Labels, known_labels
from gan_models.progress import finish
from gan_models.training import readers
from gan_models.training.readers import FEWEST, NAME, data_of, label_reader
from gan_models.training.run_folder import RunFolder
from tests.gan_models.training.test_training import make_pictures


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PictureArray:
    monkeypatch.setattr(readers, "SEEN", 3200)
    return PictureArray.open(make_pictures(tmp_path / "discs", FEWEST))


def test_the_labels_are_read_off_pictures_and_learned_once(data: PictureArray) -> None:
    labels = known_labels(data)
    network = finish(label_reader(data, labels))
    assert network is not None
    assert min(network.r2.values()) > 0.5
    again = finish(label_reader(data, labels), lambda step: pytest.fail(step.message))
    assert again is not None
    assert again.r2 == network.r2


def test_other_labels_are_learned_anew(data: PictureArray) -> None:
    labels = known_labels(data)
    finish(label_reader(data, labels))
    steps: list[object] = []
    finish(label_reader(data, Labels(labels.names, 255 - labels.values, {})), steps.append)
    assert steps


def test_too_few_labelled_pictures_teach_nothing(data: PictureArray) -> None:
    labels = known_labels(data)
    labels.values[0] = np.nan
    assert finish(label_reader(data, labels)) is None
    assert not (data.path / NAME).exists()


def test_the_pictures_of_a_snapshot_are_found_as_long_as_they_are_there(
    data: PictureArray, tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.create({"format": 1, "data": str(data.path)})
    snapshot = folder.path / "snapshots" / "000001.safetensors"
    snapshot.write_bytes(b"")
    found = data_of(snapshot)
    assert found is not None
    assert found.path == data.path
    folder.write_config({"format": 1, "data": str(tmp_path / "gone")})
    assert data_of(snapshot) is None
    assert data_of(tmp_path / "alone.safetensors") is None
