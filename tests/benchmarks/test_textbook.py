"""The fast synthesis draws what the paper's equations, written down plainly, draw."""

from __future__ import annotations

import pytest
import torch

from benchmarks import textbook
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.spec import NOISE_MODES, NoiseMode
from tests.conftest import tiny_generator


def latents(generator: StyleGAN2, count: int) -> torch.Tensor:
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
