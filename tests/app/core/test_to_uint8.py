"""Pictures of every kind of channels are shown in RGB."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from app.core.drawn import SMOOTH
from app.core.picture import enlarged, render
from app.core.recipe import Recipe
from gan_models.engine.pixels import to_uint8
from gan_models.registry import build_generator


def shown(*values: float) -> list[int]:
    """The colours of one pixel."""
    pictures = torch.tensor(values)[None, :, None, None].expand(2, -1, 3, 4)
    pixels = to_uint8(pictures)
    assert pixels.shape == (2, 3, 4, 3)
    assert pixels.dtype == np.uint8
    assert (pixels == pixels[0, 0, 0]).all()
    return pixels[0, 0, 0].tolist()


def test_rgb_is_shown_as_it_is() -> None:
    assert shown(-1.0, 0.0, 1.0) == [0, 128, 255]
    assert shown(-9.0, 9.0, 0.5) == [0, 255, 191]


def test_grey_is_shown_in_three_equal_colours() -> None:
    assert shown(0.5) == [191, 191, 191]


@pytest.mark.parametrize("colour", [(0.5,), (-1.0, 0.0, 0.5)])
def test_alpha_lets_white_through(colour: tuple[float, ...]) -> None:
    assert shown(*colour, 1.0) == shown(*colour)
    assert shown(*colour, 7.0) == shown(*colour)
    assert shown(*colour, -1.0) == [255, 255, 255]
    half = [(1 + value) / 2 for value in colour]
    assert shown(*colour, 0.0) == shown(*half)


def test_colours_out_of_range_do_not_shine_through() -> None:
    assert shown(-9.0, 0.0, 0.0, 0.0) == shown(-1.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_generators_of_every_kind_render(channels: int) -> None:
    torch.manual_seed(0)
    config = {"widths": [8, 6], "w_dim": 8, "mapping_layers": 2, "channels": channels}
    generator = build_generator("lucidrains", config).eval().requires_grad_(False)
    assert render(generator, Recipe()).shape == (8, 8, 3)


@pytest.mark.parametrize("shape", [(32, 32), (24, 48), (48, 7)])
def test_a_small_picture_is_enlarged_for_the_eye_as_pillow_would(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    large = enlarged(picture)
    assert large is not None
    assert max(large.shape[:2]) == SMOOTH
    size = (large.shape[1], large.shape[0])
    wanted = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
    assert np.abs(large.astype(int) - wanted).max() <= 2
    assert large.flags.c_contiguous  # as it goes to the screen


def test_a_picture_that_is_large_enough_stays_as_it_is() -> None:
    assert enlarged(np.zeros((40, SMOOTH, 3), np.uint8)) is None
