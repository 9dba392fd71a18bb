"""The network that knows people again, on people who are colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from gan_models.base import DataError
from gan_models.evaluation.embedding import EmbeddingNetwork, contrast, train_embedding
from gan_models.evaluation.identity import (
    identity_network,
    rendered_people,
    verification,
)
from gan_models.evaluation.portraits import SHIPPED, file_name
from gan_models.progress import finish


def people(count: int, moments: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Each person a colour, seen as a square at another place on a grey of another lightness."""
    random = np.random.default_rng(seed)
    who = np.arange(count * moments) // moments
    colours = random.integers(0, 255, (count, 3))[who]
    pictures = np.empty((len(who), 3, 16, 16), dtype=np.uint8)
    pictures[:] = random.integers(60, 200, len(who))[:, None, None, None]
    for picture, colour in zip(pictures, colours, strict=True):
        top, left = random.integers(0, 8, 2)
        picture[:, top : top + 8, left : left + 8] = colour[:, None, None]
    return pictures, who


@pytest.fixture(scope="module")
def network() -> EmbeddingNetwork:
    pictures, who = people(200)
    return finish(train_embedding(pictures, who, width=8, dim=8, images=12_000, batch=64))


def test_it_knows_people_again_whom_it_never_saw(network: EmbeddingNetwork) -> None:
    pictures, who = people(40, seed=1)
    facts = verification(network.embed(pictures), torch.from_numpy(who))
    assert facts["accuracy"] > 0.85
    assert facts["same_person"]["median"] > facts["other_person"]["median"] + 0.4


def test_without_names_a_picture_is_nearest_to_its_own_crop() -> None:
    pictures, _ = people(80)
    job = train_embedding(pictures, width=4, dim=8, images=2_000, batch=32)
    network = finish(job)
    assert network.embed(pictures[:3]).norm(dim=1).tolist() == pytest.approx([1, 1, 1])
    assert network.features(pictures[:3]).shape == (3, 4)


def test_a_saved_network_sees_the_same(network: EmbeddingNetwork, tmp_path: Path) -> None:
    network.save(tmp_path / "net.safetensors")
    pictures, _ = people(3)
    again = EmbeddingNetwork.load(tmp_path / "net.safetensors")
    torch.testing.assert_close(again.embed(pictures), network.embed(pictures))


def test_half_precision_on_disk_hardly_changes_it(
    network: EmbeddingNetwork, tmp_path: Path
) -> None:
    network.save(tmp_path / "net.safetensors", torch.float16)
    pictures, _ = people(20)
    again = EmbeddingNetwork.load(tmp_path / "net.safetensors")
    assert (again.embed(pictures) * network.embed(pictures)).sum(dim=1).min() > 0.999


def test_the_loss_is_the_mean_over_the_others_of_the_same_person() -> None:
    x = F.normalize(torch.tensor([[1.0, 0], [0, 1.0], [1.0, 1.0], [-1.0, 0]]), dim=1)
    who = torch.tensor([0, 1, 0, 1])
    logits = (x @ x.t() / 0.5).numpy()
    expected = 0.0
    for i, j in ((0, 2), (1, 3), (2, 0), (3, 1)):
        others = [logits[i, k] for k in range(4) if k != i]
        expected -= (logits[i, j] - np.log(np.exp(others).sum())) / 4
    assert float(contrast(x, who, temperature=0.5)) == pytest.approx(expected, rel=1e-5)


def test_too_few_pictures_of_a_person_or_in_all_are_refused() -> None:
    pictures, who = people(200, moments=2)
    with pytest.raises(DataError, match="each person needs 4 pictures; one has 2"):
        finish(train_embedding(pictures, who))
    with pytest.raises(DataError, match="10 pictures are too few"):
        finish(train_embedding(pictures[:10]))


def test_perfect_embeddings_are_verified_perfectly() -> None:
    who = torch.arange(40) // 4
    facts = verification(F.one_hot(who).float(), who)
    assert facts["accuracy"] == 1
    assert facts["same_person_from_0.8"] == 1
    assert facts["other_person_from_0.8"] == 0


def test_rendered_people_are_the_same_at_other_moments() -> None:
    pictures, who = finish(rendered_people(7, 2, 2))
    assert who.tolist() == [7, 7, 8, 8]
    assert not np.array_equal(pictures[0], pictures[1])


def test_the_network_that_ships_knows_people_of_the_present_renderer() -> None:
    assert (SHIPPED / file_name("identity")).exists()
    facts = finish(identity_network()).facts
    assert facts["accuracy"] >= 0.99
