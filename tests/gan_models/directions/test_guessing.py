"""Guessing latents: of pictures that were not learned from, the guess is nearer than the mean."""

from __future__ import annotations

import torch

from gan_models.directions.guessing import encoded, guessing
from gan_models.directions.sampling import random_latents
from gan_models.progress import finish
from gan_models.projection.encoder import Encoder
from gan_models.projection.space import WhitenedSpace
from tests.app.small import small_generator
from tests.conftest import tiny_generator


def test_guesses_follow_the_latents_of_pictures_that_are_new() -> None:
    generator = tiny_generator()
    encode = finish(guessing(generator, pictures=300))
    ws = generator.map(*random_latents(generator, 50, 9))
    guessed, w = encode(generator.synthesize(ws)), ws[:, 0]
    error = (guessed - w).square().sum(dim=1).mean()
    assert error < 0.7 * (w - w.mean(dim=0)).square().sum(dim=1).mean()


def test_models_with_classes_and_without_mapping_are_read_too() -> None:
    for kind in ("conditional", "dcgan"):
        generator = small_generator(kind)
        encode = finish(guessing(generator, pictures=30))
        guessed = encode(torch.zeros(2, 3, 16, 16))
        assert guessed.shape == (2, generator.spec.w_dim)
        assert torch.isfinite(guessed).all()


def test_an_encoder_of_projection_is_read_in_its_own_coordinates() -> None:
    generator = tiny_generator()
    space = WhitenedSpace.of(generator)
    encoder = Encoder(dim=space.dim, size=16).eval()
    pictures = torch.rand(3, 3, 16, 16) * 2 - 1
    with torch.inference_mode():
        expected = space.ws(encoder(pictures)[:, None], torch.zeros(3, 1, 0))[:, 0]
    assert torch.allclose(encoded(generator, encoder)(pictures), expected, atol=1e-5)
