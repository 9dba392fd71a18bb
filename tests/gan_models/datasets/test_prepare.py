"""A built-in data set is drawn once, completely or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_models.base import DataError
from gan_models.datasets import landscapes, portraits, prepare
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.folder import Preparation
from gan_models.datasets.prepare import HALF_APART, open_prepared, prepare_built_in


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "faces"
    steps = list(prepare_built_in("portraits", path, 70, 16, first_seed=5, processes=1))
    assert sorted(step.done for step in steps)[-1] == 70
    return path


def test_each_picture_is_that_of_its_seed(prepared: Path) -> None:
    data = PictureArray.open(prepared)
    faces = portraits.sample([5, 70])
    wanted = portraits.render(faces, size=16).numpy().astype(int)
    drawn = data.pictures[[0, 65]].astype(int)
    assert np.abs(drawn - wanted).max() <= 1
    assert data.labels is not None
    assert np.allclose(data.labels[[0, 65]], faces.labels().numpy())
    assert data.label_names == portraits.LABELS


def test_every_second_one_has_attributes_that_are_apart(tmp_path: Path) -> None:
    list(prepare_built_in(HALF_APART, tmp_path / "faces", 4, 16, processes=1))
    labels = PictureArray.open(tmp_path / "faces").labels
    assert labels is not None
    assert np.allclose(labels[::2], portraits.sample([0, 2]).labels().numpy())
    assert np.allclose(labels[1::2], portraits.sample_apart([1, 3]).labels().numpy())


def test_batches_are_scaled_and_mirrored(prepared: Path) -> None:
    data = PictureArray.open(prepared)
    indices = torch.tensor([3, 3])
    batch = data.batch(indices, flip=torch.tensor([False, True]))
    assert batch.min() >= -1
    assert batch.max() <= 1
    assert torch.equal(batch[0].flip(2), batch[1])


def test_stopping_half_way_leaves_nothing(tmp_path: Path) -> None:
    drawing = prepare_built_in("portraits", tmp_path / "faces", 200, 16, processes=1)
    next(drawing)
    drawing.close()
    assert list(tmp_path.iterdir()) == []


def test_a_shortened_array_is_noticed(prepared: Path, tmp_path: Path) -> None:
    info = json.loads((prepared / "info.json").read_text())
    for name in ("pictures.npy", "labels.npy"):
        (tmp_path / name).write_bytes((prepared / name).read_bytes())
    (tmp_path / "info.json").write_text(json.dumps(info | {"count": 71}))
    with pytest.raises(DataError, match="incomplete"):
        PictureArray.open(tmp_path)


def test_another_resolution_is_refused(prepared: Path) -> None:
    with pytest.raises(DataError, match="are 16 px, the recipe wants 64 px"):
        open_prepared(prepared, Preparation(64))


def test_landscapes_come_with_their_maps_and_mirror_together(tmp_path: Path) -> None:
    list(prepare_built_in("landscapes", tmp_path / "set", 3, 16, first_seed=5, processes=1))
    data = PictureArray.open(tmp_path / "set")
    assert data.maps is not None
    maps = landscapes.draw_maps([5, 6, 7], 16)
    drawn = landscapes.render(maps, landscapes.sample_styles([5, 6, 7]))
    assert (data.maps == maps.numpy()).all()
    assert np.abs(data.pictures.astype(int) - drawn.numpy().astype(int)).max() <= 1
    assert tuple(name for name, _ in data.map_classes) == landscapes.NAMES
    assert [colour for _, colour in data.map_classes] == [c.colour for c in landscapes.CLASSES]
    assert data.mirrors()
    indices, flip = torch.tensor([2, 2]), torch.tensor([False, True])
    turned = data.label_maps(indices, flip)
    assert torch.equal(turned[0].flip(1), turned[1])
    pictures = data.batch(indices, flip)
    assert torch.equal(pictures[0].flip(2), pictures[1])


def test_landscapes_of_one_light_have_the_same_maps_and_one_style(tmp_path: Path) -> None:
    list(prepare_built_in("landscapes-noon", tmp_path / "set", 2, 16, first_seed=5, processes=1))
    data = PictureArray.open(tmp_path / "set")
    assert data.maps is not None
    maps = landscapes.draw_maps([5, 6], 16)
    assert (data.maps == maps.numpy()).all()
    alike = landscapes.sample_styles([prepare.NOON, prepare.NOON]).replace(time=0.5, overcast=0.0)
    detail = landscapes.sample_styles([5, 6]).values[:, -1]
    drawn = landscapes.render(maps, alike.replace(detail=detail))
    assert np.abs(data.pictures.astype(int) - drawn.numpy().astype(int)).max() <= 1
