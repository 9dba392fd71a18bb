"""Attribute networks: what they learn, what they refuse, and their file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from gan_models.base import DataError, ModelLoadError
from gan_models.evaluation.attributes import (
    FITTER,
    JUDGE,
    AttributeNetwork,
    train_attribute_network,
)
from gan_models.progress import finish

NAMES = ("left", "tint")


def patches(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Grey pictures of 16 px with a bright bar; `left` is where it stands, `tint` how red it is."""
    random = np.random.default_rng(seed)
    place, tint = random.integers(2, 13, count), random.random(count).astype(np.float32)
    pictures = np.full((count, 3, 16, 16), 60, dtype=np.uint8)
    for picture, x, red in zip(pictures, place, tint, strict=True):
        picture[:, :, x : x + 2] = 200
        picture[0, :, x : x + 2] = 100 + int(150 * red)
    return pictures, np.stack([place - 7.0, tint], axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def network() -> AttributeNetwork:
    pictures, labels = patches(1500)
    return finish(
        train_attribute_network(
            pictures, labels, NAMES, flip_sign=(-1, 1), width=8, images=25_000, seed=3
        )
    )


def test_it_reads_attributes_that_it_learned_in_their_own_units(network: AttributeNetwork) -> None:
    pictures, labels = patches(200, seed=1)
    error = network.predict(pictures) - torch.from_numpy(labels)
    assert error.std(dim=0)[0] < 0.25 * labels[:, 0].std()
    assert error.std(dim=0)[1] < 0.35 * labels[:, 1].std()
    assert network.r2["left"] > 0.9
    assert network.r2["tint"] > 0.85


def test_bytes_and_floats_of_one_picture_read_the_same(network: AttributeNetwork) -> None:
    pictures, _ = patches(5)
    floats = torch.from_numpy(pictures).float() / 127.5 - 1
    torch.testing.assert_close(network.predict(pictures), network.predict(floats))


def test_larger_pictures_are_averaged_down(network: AttributeNetwork) -> None:
    pictures, _ = patches(5)
    enlarged = pictures.repeat(2, axis=2).repeat(2, axis=3)
    torch.testing.assert_close(
        network.predict(enlarged), network.predict(pictures), atol=1e-4, rtol=0
    )


def test_a_saved_network_reads_the_same(network: AttributeNetwork, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    network.save(path)
    loaded = AttributeNetwork.load(path)
    pictures, _ = patches(5)
    torch.testing.assert_close(loaded.predict(pictures), network.predict(pictures))
    assert (loaded.names, loaded.r2) == (network.names, network.r2)
    assert [p.name for p in tmp_path.iterdir()] == ["net.safetensors"]


def test_the_same_seed_trains_the_same_network_and_another_one_does_not() -> None:
    pictures, labels = patches(300)

    def train(seed: int) -> torch.Tensor:
        job = train_attribute_network(pictures, labels, NAMES, width=4, images=640, seed=seed)
        return finish(job).predict(pictures[:4])

    first = train(0)
    assert torch.equal(first, train(0))
    assert not torch.allclose(first, train(1))


def test_the_judge_differs_from_the_fitter_in_shape_and_seed() -> None:
    assert all(FITTER[key] != JUDGE[key] for key in ("depth", "seed"))


def test_too_few_pictures_or_labels_of_another_shape_are_refused() -> None:
    pictures, labels = patches(100)
    with pytest.raises(DataError, match="100 pictures are too few"):
        finish(train_attribute_network(pictures, labels, NAMES))
    with pytest.raises(DataError, match="labels of that shape"):
        finish(train_attribute_network(pictures, labels[:, :1], NAMES))


def test_an_unknown_attribute_is_answered_with_those_there_are(network: AttributeNetwork) -> None:
    with pytest.raises(DataError, match=r"'beard'; known: left, tint"):
        network.index("beard")


@pytest.mark.parametrize("content", [b"", b"no network", b"\x80\x02pickle"])
def test_a_file_that_is_no_network_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelLoadError, match=r"x\.safetensors"):
        AttributeNetwork.load(path)


def test_a_missing_file_and_a_model_are_no_networks(tmp_path: Path, tiny_model_path: Path) -> None:
    with pytest.raises(ModelLoadError, match="cannot be read"):
        AttributeNetwork.load(tmp_path / "none.safetensors")
    with pytest.raises(ModelLoadError, match="no attributes network"):
        AttributeNetwork.load(tiny_model_path)
