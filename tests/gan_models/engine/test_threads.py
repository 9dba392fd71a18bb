"""Small stages are computed by one thread: waking a second one would cost more than it gains."""

from __future__ import annotations

import threading
from collections.abc import Generator as Steps
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from app.core.jobs import Job
from benchmarks.models import MODELS
from gan_models.base import Generator
from gan_models.engine import Engine, threads
from gan_models.engine import engine as engines
from gan_models.engine.program import Inputs, State, prepare
from gan_models.engine.stylegan2 import BlockStage
from gan_models.registry import load_generator
from tests.conftest import tiny_generator
from tests.gan_models.test_families import some_ws


@pytest.fixture(autouse=True)
def _two_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    monkeypatch.setattr(threads, "ALL", 2)
    monkeypatch.setattr(engines, "ALL", 2)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many threads each block was computed with."""
    counts: dict[str, int] = {}
    run = BlockStage.run

    def counted(stage: BlockStage, state: State, inputs: Inputs, styles: Tensor | None) -> State:
        counts[stage.name] = torch.get_num_threads()
        return run(stage, state, inputs, styles)

    monkeypatch.setattr(BlockStage, "run", counted)
    return counts


def test_light_blocks_are_computed_by_one_thread_and_heavy_ones_by_all(
    monkeypatch: pytest.MonkeyPatch, seen: dict[str, int]
) -> None:
    generator = tiny_generator()
    works = [stage.work for stage in prepare(generator, torch.float32).stages(32)]
    monkeypatch.setattr(engines, "LIGHT", sorted(works)[-2])
    Engine(generator).synthesize(some_ws(generator, 1))
    assert sorted(seen.values()) == [1, 1, 1, 2]
    assert torch.get_num_threads() == 2


def test_many_pictures_at_once_are_more_work_than_one(
    monkeypatch: pytest.MonkeyPatch, seen: dict[str, int]
) -> None:
    generator = tiny_generator()
    works = [stage.work for stage in prepare(generator, torch.float32).stages(32)]
    monkeypatch.setattr(engines, "LIGHT", max(works))
    engine = Engine(generator)
    engine.synthesize(some_ws(generator, 1))
    assert set(seen.values()) == {1}
    engine.synthesize(some_ws(generator, 3))
    assert 2 in seen.values()


def test_the_bundled_models_are_light_and_large_ones_are_not(portraits: Generator) -> None:
    def works(generator: Generator) -> list[float]:
        size = generator.spec.resolution
        return [stage.work for stage in prepare(generator, torch.float32).stages(size)]

    assert max(works(portraits)) <= threads.LIGHT
    assert max(works(MODELS["stylegan2-256"]())) > threads.LIGHT
    assert works(MODELS["stylegan2-256"]())[0] <= threads.LIGHT


@pytest.fixture(scope="module")
def portraits() -> Generator:
    from app.core.models import BUNDLED

    return load_generator(BUNDLED["portraits"])


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


def test_the_work_of_blocks_is_that_of_their_convolutions() -> None:
    generator = tiny_generator()
    stages = prepare(generator, torch.float32).stages(32)
    blocks = sum(stage.work for stage in stages if isinstance(stage, BlockStage))
    assert blocks == pytest.approx(counted(generator), rel=0.1)


def test_a_job_that_begins_while_one_thread_draws_computes_with_all_of_them() -> None:
    numbers: list[int] = []
    ended = threading.Event()

    def steps() -> Steps[int, None, None]:
        numbers.append(torch.get_num_threads())
        yield 0

    with threads.threads(1):
        Job(steps(), on_done=lambda _: ended.set())
        assert ended.wait(10)
    assert numbers == [2]
