"""Directions that are found without labels: the textbook's, scaled, ranked, folded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from gan_models.base import DirectionError
from gan_models.directions.finding import (
    SPREAD_SAMPLES,
    distinct,
    find_directions,
    in_deviations,
    picture_changes,
)
from gan_models.directions.pca import pca_directions
from gan_models.directions.sampling import random_latents
from gan_models.directions.sefa import sefa_directions
from gan_models.progress import finish
from tests.app.small import small_generator
from tests.conftest import tiny_generator


def same_lines(found: np.ndarray, expected: np.ndarray) -> bool:
    """Whether unit vectors agree row by row but for their sign."""
    return np.allclose(np.abs((found * expected).sum(axis=1)), 1, atol=1e-4)


def test_components_of_w_are_those_of_the_textbook() -> None:
    generator = tiny_generator()
    found = finish(pca_directions(generator, 4, samples=700))
    z, _ = random_latents(generator, 700)
    w = generator.map(z)[:, 0].double().numpy()
    _, singular, rows = np.linalg.svd(w - w.mean(axis=0), full_matrices=False)
    assert same_lines(np.stack([d.vector for d in found]), rows[:4])
    shares = (singular**2 / (singular**2).sum())[:4]
    assert [d.facts["share"] for d in found] == pytest.approx(shares, rel=1e-4)


def test_components_of_early_activations_are_taken_back_to_z() -> None:
    generator = small_generator("dcgan")
    z_dim = generator.spec.z_dim
    found = finish(pca_directions(generator, 3, samples=600))
    # The first layer is linear in z: regressing on its coordinates gives the same as by hand.
    z, _ = random_latents(generator, 600)
    first = next(m for m in generator.modules() if isinstance(m, torch.nn.ConvTranspose2d))
    with torch.inference_mode():
        activations = first(z[:, :, None, None]).flatten(1).double().numpy()
    activations -= activations.mean(axis=0)
    rows = np.linalg.svd(activations, full_matrices=False)[2][:3]
    centred = z.numpy() - z.numpy().mean(axis=0)
    steps = np.linalg.lstsq(activations @ rows.T, centred, rcond=None)[0]
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    assert z_dim == generator.spec.w_dim
    assert same_lines(np.stack([d.vector for d in found]), steps)


def test_sefa_gives_the_eigenvectors_of_the_style_weights_of_each_group() -> None:
    generator = tiny_generator()
    found = sefa_directions(generator, 6)
    assert {d.layers for d in found} == {(0, 8), (0, 3), (3, 8)}
    coarse = [d for d in found if d.layers == (0, 3)]
    rows = [layer for _, block in generator.blocks() for layer in block.convolutions()][:3]
    stacked = np.concatenate([layer.affine.weight.double().numpy() for layer in rows])
    stacked /= np.linalg.norm(stacked, axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(stacked.T @ stacked)
    assert same_lines(np.stack([d.vector for d in coarse]), vectors.T[::-1][: len(coarse)])
    assert coarse[0].facts["share"] == pytest.approx(values[-1] / values.sum(), rel=1e-5)


def test_strength_one_is_a_standard_deviation_of_w() -> None:
    generator = tiny_generator()
    for direction in in_deviations(generator, sefa_directions(generator, 6)):
        length = np.linalg.norm(direction.vector)
        w = generator.map(*random_latents(generator, SPREAD_SAMPLES, 1))[:, 0].numpy()
        assert (w @ direction.vector / length).std() == pytest.approx(length, rel=0.01)


@pytest.mark.parametrize("method", ["pca", "sefa", "style"])
def test_what_changes_pictures_most_comes_first(method: str) -> None:
    found = finish(find_directions(tiny_generator(), method, 5))
    effects = [direction.facts["effect"] for direction in found]
    assert 0 < len(found) <= 5
    assert effects == sorted(effects, reverse=True)


def test_duplicates_are_folded_and_what_moves_nothing_is_hidden() -> None:
    generator = tiny_generator()
    one = in_deviations(generator, sefa_directions(generator, 1))[0]
    twin = replace(one, name="twin", vector=-0.9 * one.vector)
    idle = replace(one, name="idle", vector=1e-6 * one.vector)
    changes = finish(picture_changes(generator, [idle, twin, one]))
    assert [d.name for d in distinct([idle, twin, one], changes)] == [one.name]


@pytest.mark.parametrize("kind", ["conditional", "alias-free", "dcgan", "acgan"])
def test_every_family_with_latents_has_components(kind: str) -> None:
    generator = small_generator(kind)
    candidates = finish(pca_directions(generator, 3, samples=200))
    vectors = np.stack([direction.vector for direction in candidates])
    assert vectors.shape == (3, generator.spec.w_dim)
    assert np.isfinite(vectors).all()


@pytest.mark.parametrize(
    ("kind", "method", "reason"),
    [
        ("dcgan", "sefa", "no style layers"),
        ("spade", "pca", "label map"),
        ("pix2pixhd", "pca", "no latent space"),
        ("dcgan", "tsne", "known: pca, sefa"),
    ],
)
def test_what_cannot_be_analysed_is_said(kind: str, method: str, reason: str) -> None:
    with pytest.raises(DirectionError, match=reason):
        finish(find_directions(small_generator(kind), method, 3))
