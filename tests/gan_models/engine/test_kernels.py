"""Each quick operation against its plain form."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from gan_models.engine import kernels
from gan_models.engine.kernels import (
    channels_last,
    convolution,
    doubling_convolution,
    finish_layer,
)


@pytest.fixture(params=[True, False], ids=["packed", "plain"])
def _with_and_without_packing(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not request.param:
        monkeypatch.setattr(kernels, "_pack", lambda *_: None)


@pytest.mark.usefixtures("_with_and_without_packing")
@pytest.mark.parametrize("count", [1, 2])
def test_a_convolution(count: int) -> None:
    weight, x = torch.randn(20, 6, 3, 3), channels_last(torch.randn(count, 6, 9, 9))
    wanted = F.conv2d(x, weight, padding=(1, 0))
    torch.testing.assert_close(convolution(weight, 9, (1, 0))(x), wanted, rtol=0, atol=1e-5)


@pytest.mark.usefixtures("_with_and_without_packing")
@pytest.mark.parametrize("count", [1, 2])
def test_a_transposed_convolution_as_four_small_ones(count: int) -> None:
    weight, x = torch.randn(20, 6, 3, 3), channels_last(torch.randn(count, 6, 5, 5))
    wanted = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
    torch.testing.assert_close(doubling_convolution(weight, 5)(x), wanted, rtol=0, atol=1e-5)


def test_packing_works_here_or_the_engine_is_slow() -> None:
    packed = kernels._pack(torch.randn(16, 16, 3, 3), 8, [1, 1])
    assert (packed is not None) == torch.backends.mkldnn.is_available()


@pytest.mark.parametrize("strip", [1, 3000, 10**9])
@pytest.mark.parametrize("clamp", [None, 0.7])
def test_the_end_of_a_layer_in_strips(
    monkeypatch: pytest.MonkeyPatch, strip: int, clamp: float | None
) -> None:
    monkeypatch.setattr(kernels, "STRIP_BYTES", strip)
    x, noise = channels_last(torch.randn(2, 5, 11, 7)), torch.randn(11, 7)
    wanted = F.leaky_relu(x + noise, 0.2)
    if clamp:
        wanted = wanted.clamp(-clamp, clamp)
    assert torch.equal(finish_layer(x.clone(), noise, clamp), wanted)
    assert torch.equal(finish_layer(x.clone(), None, None), F.leaky_relu(x, 0.2))
