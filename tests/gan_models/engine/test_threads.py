"""Small pictures are drawn by one thread: waking a second one would cost more than it gains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest
import torch
from torch import Tensor

from app.core.models import BUNDLED
from benchmarks.models import MODELS
from gan_models.base import Generator
from gan_models.engine import Engine
from gan_models.engine import engine as engines
from gan_models.engine.program import multiplications
from gan_models.engine.stylegan2 import StyleGAN2Program
from gan_models.engine.threads import LIGHT
from gan_models.registry import load_generator
from tests.conftest import tiny_generator
from tests.gan_models.test_families import some_ws


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


class Counted(StyleGAN2Program):
    """Notes how many threads there are."""

    seen: ClassVar[list[int]] = []

    def styles(self, ws: Tensor) -> Tensor:
        self.seen.append(torch.get_num_threads())
        return super().styles(ws)


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize(("light", "threads"), [(1e9, 1), (0.0, 2)])
def test_a_light_picture_is_drawn_by_one_thread_and_a_heavy_one_by_all(
    monkeypatch: pytest.MonkeyPatch, light: float, threads: int
) -> None:
    monkeypatch.setattr(engines, "LIGHT", light)
    monkeypatch.setattr(engines, "prepare", Counted)
    Counted.seen.clear()
    generator = tiny_generator()
    Engine(generator).synthesize(some_ws(generator, 1))
    assert Counted.seen == [threads]
    assert torch.get_num_threads() == 2


def test_the_faces_are_light_and_what_takes_a_second_is_not() -> None:
    assert multiplications(load_generator(BUNDLED["portraits"])) < LIGHT
    assert multiplications(MODELS["stylegan2-256"]()) > LIGHT


def counted(generator: Generator) -> float:
    """Multiplications of the convolutions with kernels of 3 x 3 that really run."""
    total = 0.0

    class Mode(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
            nonlocal total
            result = func(*args, **(kwargs or {}))
            if func in (torch.conv2d, torch.conv_transpose2d) and args[1].shape[-1] == 3:
                total += args[1].numel() * min(args[0].shape[-1], result.shape[-1]) ** 2
            return result

    with torch.no_grad(), Mode():
        generator.synthesize(some_ws(generator, 1))
    return total


def test_multiplications_are_those_of_the_convolutions() -> None:
    generator = tiny_generator()
    assert multiplications(generator) == pytest.approx(counted(generator), rel=0.1)
