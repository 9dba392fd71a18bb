"""Style channels: one step of W moves one of them alone, and those that change most come first."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from gan_models.base import DirectionError
from gan_models.directions import styles
from gan_models.directions.sampling import random_latents
from gan_models.directions.styles import (
    DEVIATIONS,
    PSI,
    SIDE,
    channel_steps,
    picture_slopes,
    style_directions,
)
from gan_models.engine import Engine
from gan_models.progress import finish
from tests.app.small import small_generator
from tests.conftest import tiny_generator


def styles_of(row: int, ws: torch.Tensor) -> torch.Tensor:
    layers = [layer for _, block in tiny_generator().blocks() for layer in block.convolutions()]
    return layers[row].affine(ws[:, row])


def test_a_direction_moves_its_channel_by_four_deviations_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(styles, "MOST", float("inf"))
    generator = tiny_generator()
    ws = generator.map(*random_latents(generator, 2000, 3))
    for direction in finish(style_directions(generator, 6)):
        row, channel = direction.layers[0], direction.facts["channel"]
        moved = ws.clone()
        moved[:, row] += torch.from_numpy(direction.vector)
        change = styles_of(row, moved) - styles_of(row, ws)
        spread = styles_of(row, ws)[:, channel].std()
        assert change[:, channel].mean() == pytest.approx(DEVIATIONS * float(spread), rel=0.1)
        change[:, channel] = 0
        assert change.abs().max() < 0.01 * spread


def test_a_channel_that_changes_pictures_much_is_moved_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = tiny_generator()
    slopes = finish(picture_slopes(generator))
    found = {}
    for most in (float("inf"), 1e-3):
        monkeypatch.setattr(styles, "MOST", most)
        found[most] = finish(style_directions(generator, 6))
    for free, tame in zip(*found.values(), strict=True):
        row, step = tame.layers[0], torch.from_numpy(tame.vector).double()
        change = (slopes[:, row] @ step).square().mean().sqrt() / (3 * SIDE**2) ** 0.5
        assert float(change) == pytest.approx(1e-3, rel=1e-3)
        assert tame.name == free.name
        assert np.abs(tame.vector).max() < np.abs(free.vector).max()


def test_channels_that_depend_on_each_other_are_left_out() -> None:
    one = torch.randn(1, 8, dtype=torch.float64)
    weight = torch.cat([one, one, torch.randn(1, 8, dtype=torch.float64)])
    steps = channel_steps(weight, torch.eye(8, dtype=torch.float64))
    assert not steps[:2].any()
    assert steps[2].any()


def test_slopes_foresee_how_much_a_small_step_changes_pictures() -> None:
    generator = tiny_generator()
    step = torch.zeros(generator.spec.num_ws, generator.spec.w_dim)
    step[2] = torch.randn(generator.spec.w_dim)
    slopes = finish(picture_slopes(generator))
    foreseen = (slopes * step).sum(dim=(1, 2)).square().mean().sqrt()
    ws = generator.map(*random_latents(generator, 4, 2), truncation_psi=PSI)
    small = [generator.synthesize(ws + way * 1e-2 * step) for way in (1, -1)]
    more, less = (F.interpolate(x, size=(SIDE, SIDE), mode="area") for x in small)
    seen = ((more - less) / 2e-2).square().sum(dim=(1, 2, 3)).mean().sqrt()
    assert float(foreseen) == pytest.approx(float(seen), rel=0.5)


def test_the_engine_draws_a_moved_channel_as_the_generator_does() -> None:
    generator = tiny_generator()
    direction = finish(style_directions(generator, 1))[0]
    ws = generator.map(*random_latents(generator, 1)).clone()
    ws[:, direction.layers[0]] += 2 * torch.from_numpy(direction.vector)
    with torch.inference_mode():
        plain, quick = generator.synthesize(ws), Engine(generator).synthesize(ws)
    assert (plain - quick).abs().max() < 1e-5 * plain.abs().max()


def test_models_without_style_layers_say_so() -> None:
    with pytest.raises(DirectionError, match="no style layers"):
        finish(style_directions(small_generator("dcgan"), 3))
