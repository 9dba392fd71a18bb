"""Each quick operation against its plain form."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType

import pytest
import torch
import torch.nn.functional as F

from gan_models.engine import kernels
from gan_models.engine.kernels import (
    Flow,
    Rows,
    channels_last,
    convolution,
    doubled,
    doubling_convolution,
    finish_layer,
    interleaved,
    merged_doubling,
    merges,
    plane_for,
    transposed_convolution,
)
from gan_models.layers import depthwise_fir, fir_filter, upsample2


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


def doubled_plainly(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    x = F.conv_transpose2d(x, weight.transpose(0, 1).double(), stride=2)
    return fir_filter(x, padding=1, gain=4.0)


@pytest.mark.usefixtures("_with_and_without_packing")
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("small", [0, kernels.SMALL_WEIGHT], ids=["parities", "transposed"])
def test_a_doubling_convolution(monkeypatch: pytest.MonkeyPatch, count: int, small: int) -> None:
    monkeypatch.setattr(kernels, "SMALL_WEIGHT", small)
    weight, x = torch.randn(20, 6, 3, 3), channels_last(torch.randn(count, 6, 5, 5))
    fir = depthwise_fir(20, 4.0, x.dtype, x.device)
    torch.testing.assert_close(
        doubling_convolution(weight, 5, fir)(x),
        doubled_plainly(x.double(), weight).float(),
        rtol=0,
        atol=2e-5,
    )


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_transposed_convolution_by_parities_in_16_bits(count: int, dtype: torch.dtype) -> None:
    weight, x = torch.randn(6, 20, 3, 3).to(dtype), torch.randn(count, 6, 5, 5).to(dtype)
    wanted = F.conv_transpose2d(x.double(), weight.double(), stride=2)
    y = transposed_convolution(channels_last(x), weight)
    tolerance = 1e-5 if dtype == torch.float32 else 0.05
    torch.testing.assert_close(y.double(), wanted, rtol=tolerance, atol=tolerance)
    assert y.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("count", [1, 2])
def test_a_doubling_and_its_filter_are_one_convolution_whose_parities_are_interleaved(
    count: int,
) -> None:
    weight, x = torch.randn(20, 6, 3, 3).double(), torch.randn(count, 6, 5, 7).double()
    y = interleaved(F.conv2d(channels_last(x), merged_doubling(weight), padding=1))
    torch.testing.assert_close(y, doubled_plainly(x, weight), rtol=0, atol=1e-10)
    assert y.is_contiguous(memory_format=torch.channels_last)


def test_a_light_doubling_in_16_bits_is_merged_and_a_heavy_one_is_not() -> None:
    weight, x = torch.randn(32, 16, 3, 3), channels_last(torch.randn(1, 16, 8, 8))
    fir = depthwise_fir(32, 4.0, torch.bfloat16, x.device)
    light = doubling_convolution(weight, 8, fir)(x.bfloat16())
    merged = F.conv2d(x.bfloat16(), merged_doubling(weight).bfloat16(), padding=1)
    assert torch.equal(light, interleaved(merged))
    assert not merges(1e8, torch.bfloat16, x.device)
    assert not merges(1e6, torch.float32, x.device)


@pytest.mark.parametrize(("colours", "side"), [(3, 4), (1, 8), (4, 32), (3, 64), (3, 96)])
def test_a_picture_is_doubled_as_the_layers_do(colours: int, side: int) -> None:
    picture = torch.randn(1, colours, side, side // 2)
    for laid_out in (picture, channels_last(picture)):
        torch.testing.assert_close(doubled(laid_out), upsample2(picture), rtol=0, atol=1e-5)


def test_several_pictures_are_doubled_as_the_layers_do() -> None:
    pictures = torch.randn(2, 3, 8, 8)
    assert torch.equal(doubled(pictures), upsample2(pictures))


@pytest.mark.parametrize("channels", [1, 16, 40])
def test_a_plane_of_noise_added_to_few_maps_in_16_bits(channels: int) -> None:
    noise, x = (
        torch.randn(8, 8).bfloat16(),
        channels_last(torch.randn(1, channels, 8, 8).bfloat16()),
    )
    plane = plane_for(noise, channels)
    assert torch.equal(x + plane, x + noise)
    assert (plane.shape == x.shape) == (channels < 32)


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


def put_in_place(monkeypatch: pytest.MonkeyPatch, finish: Callable[..., None]) -> None:
    """A kernel of Triton, as an NVIDIA GPU would have it, for the processor."""
    module = ModuleType("triton_kernels")
    module.finish = finish  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gan_models.engine.triton_kernels", module)
    monkeypatch.setattr(kernels, "FUSES", "cpu")
    monkeypatch.setattr(kernels, "fusing", True)


@pytest.mark.parametrize("clamp", [None, 0.7])
def test_the_end_of_a_layer_in_one_pass(
    monkeypatch: pytest.MonkeyPatch, clamp: float | None
) -> None:
    given = []
    put_in_place(monkeypatch, lambda *inputs: given.append(inputs))
    x, noise, bias = channels_last(torch.randn(1, 5, 8, 8)), torch.randn(8, 8), torch.randn(5)
    assert finish_layer(x, noise, clamp, bias) is x
    assert given == [(x, bias, noise, clamp)]
    finish_layer(torch.randn(1, 5, 8, 8), noise, clamp, bias)  # lies another way
    assert len(given) == 1


def test_where_one_pass_fails_it_is_some_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def finish(*_: object) -> None:
        tried.append(1)
        raise OSError("no compiler")

    put_in_place(monkeypatch, finish)
    x, noise, bias = channels_last(torch.randn(1, 5, 8, 8)), torch.randn(8, 8), torch.randn(5)
    wanted = F.leaky_relu(x + bias[:, None, None] + noise, 0.2).clamp(-1, 1)
    for _ in range(3):
        torch.testing.assert_close(finish_layer(x.clone(), noise, 1.0, bias), wanted)
    assert len(tried) == 1


def test_nothing_of_triton_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gan_models.engine.triton_kernels", None)
    monkeypatch.setattr(kernels, "FUSES", "cpu")
    monkeypatch.setattr(kernels, "fusing", True)
    x = channels_last(torch.randn(1, 5, 8, 8))
    assert torch.equal(finish_layer(x.clone(), None, None), F.leaky_relu(x, 0.2))


@pytest.mark.skipif(find_spec("triton") is None, reason="torch brings Triton for NVIDIA GPUs")
def test_the_kernel_of_triton_does_what_plain_operations_do() -> None:
    code = """
import contextlib, itertools, os
os.environ["TRITON_INTERPRET"] = "1"
import torch
from gan_models.engine.kernels import channels_last, finish_layer
from gan_models.engine.triton_kernels import finish
torch.cuda.device_of = contextlib.nullcontext
types = torch.float32, torch.bfloat16, torch.float16
cases = itertools.product(types, (0, 1), (0, 1), (None, 0.7))
for dtype, biased, noisy, clamp in cases:
    x = channels_last(torch.randn(2, 5, 11, 7).to(dtype))
    bias = torch.randn(5).to(dtype) if biased else None
    noise = torch.randn(11, 7).to(dtype) if noisy else None
    wanted = finish_layer(x.clone(), noise, clamp, bias)
    finish(x, bias, noise, clamp)
    near = 1e-6 if dtype == torch.float32 else 2e-2
    torch.testing.assert_close(x, wanted, rtol=near, atol=near)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_rows_that_flow_are_those_of_the_whole() -> None:
    x = channels_last(torch.randn(1, 3, 20, 4))
    flow = Flow(Rows(part, 7 * n, 20) for n, part in enumerate(x.split(7, dim=2)))
    for start, stop in ((-2, 3), (1, 6), (4, 16), (14, 16), (13, 23)):
        found = flow.part(range(start, stop))
        assert torch.equal(found.maps, x[:, :, max(0, start) : stop])
        assert found.start == max(0, start)
