"""The fast synthesis draws what the paper's equations, written down plainly, draw."""

from __future__ import annotations

import pytest
import torch

from benchmarks import textbook, textbook3
from benchmarks.models import stylegan3_config
from gan_models.base import Generator
from gan_models.engine import Engine
from gan_models.families.stylegan3 import StyleGAN3
from gan_models.registry import build_generator
from gan_models.spec import NOISE_MODES, NoiseMode
from tests.conftest import tiny_generator
from tests.gan_models.test_families import small_stylegan3


def latents(generator: Generator, count: int) -> torch.Tensor:
    z = torch.randn(count, generator.spec.z_dim, generator=torch.Generator().manual_seed(0))
    return generator.map(z)


@pytest.mark.parametrize("noise_mode", NOISE_MODES)
@pytest.mark.parametrize("count", [1, 3])
def test_both_draw_the_same_picture(noise_mode: NoiseMode, count: int) -> None:
    generator = tiny_generator()
    ws = latents(generator, count)
    expected = textbook.synthesize(generator, ws, noise_mode, noise_seed=5)
    assert expected.shape == (count, 3, 32, 32)
    torch.testing.assert_close(
        generator.synthesize(ws, noise_mode, noise_seed=5), expected, rtol=0, atol=1e-4
    )


def test_both_clamp_alike() -> None:
    generator = tiny_generator()
    ws = latents(generator, 2)
    free = textbook.synthesize(generator, ws)
    generator.conv_clamp = 0.5
    expected = textbook.synthesize(generator, ws)
    assert not torch.allclose(free, expected, atol=1e-2)
    torch.testing.assert_close(generator.synthesize(ws), expected, rtol=0, atol=1e-4)


def test_each_row_of_ws_has_its_own_part_in_both() -> None:
    generator = tiny_generator()
    first, second = latents(generator, 2)
    for row in range(generator.spec.num_ws):
        ws = first.clone()
        ws[row] = second[row]
        expected = textbook.synthesize(generator, ws[None])
        torch.testing.assert_close(generator.synthesize(ws[None]), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("count", [1, 2])
def test_stylegan3_is_drawn_alike(kernel: int, count: int) -> None:
    torch.manual_seed(0)
    generator = build_generator("stylegan3", small_stylegan3(kernel)).requires_grad_(False)
    ws = latents(generator, count)
    expected = textbook3.synthesize(generator, ws)  # type: ignore[arg-type]
    for found in (generator.synthesize(ws), Engine(generator).synthesize(ws)):
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


def test_the_sizes_of_a_stylegan3_end_at_its_resolution() -> None:
    for resolution in (64, 256):
        config = stylegan3_config(resolution, 256, 32)
        assert StyleGAN3(**config).spec.resolution == resolution
