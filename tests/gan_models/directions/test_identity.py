"""What changes the person: measured through the generator, and found again by the model's W."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from gan_models.directions.identity import KEY, attach_identity, save_identity
from gan_models.evaluation.embedding import EmbeddingNetwork
from gan_models.evaluation.identity_space import identity_space
from gan_models.evaluation.samples import seed_ws
from gan_models.files import save_tensors
from gan_models.progress import finish
from tests.conftest import tiny_generator


def test_the_leading_way_changes_the_embedding_more_than_a_random_one() -> None:
    generator = tiny_generator()
    torch.manual_seed(1)
    network = EmbeddingNetwork(width=8, depth=1, size=32, dim=8).eval().requires_grad_(False)
    space = finish(identity_space(generator, network, looks=16, ways=2))
    assert space.shape == (2, generator.spec.num_ws, generator.spec.w_dim)
    ws = seed_ws(generator, range(24), 0.7)

    def change(step: np.ndarray) -> float:
        unit = torch.from_numpy(0.05 * step / np.linalg.norm(step)).float()
        ends = [network(generator.synthesize(x)) for x in (ws, ws + unit)]
        return float((ends[1] - ends[0]).square().sum())

    random = np.random.default_rng(0).standard_normal((4, *space.shape[1:]))
    assert change(space[0]) > 2 * max(change(each) for each in random)


def test_a_space_is_for_its_own_model_alone(tmp_path: Path) -> None:
    own, other = tiny_generator(0), tiny_generator(1)
    space = np.ones((2, own.spec.num_ws, own.spec.w_dim), np.float32)
    save_identity(tmp_path / "tiny.identity.safetensors", space, own)
    for generator in (own, other):
        attach_identity(generator, tmp_path)
    assert own.identity is not None
    np.testing.assert_array_equal(own.identity, space)
    assert own.spec.has_identity
    assert other.identity is None
    assert not other.spec.has_identity


@pytest.mark.parametrize("header", [None, "[]", "{", '{"model": 3}'])
def test_a_damaged_space_is_as_good_as_none(tmp_path: Path, header: str | None) -> None:
    path, generator = tmp_path / "tiny.identity.safetensors", tiny_generator()
    if header is None:
        path.write_bytes(b"no tensors")
    else:
        save_tensors(path, {"ways": torch.zeros(1)}, {KEY: header})
    attach_identity(generator, tmp_path)
    assert generator.identity is None
