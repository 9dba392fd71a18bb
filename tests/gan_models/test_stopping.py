"""Work that takes long stops between two operations, forward and backward, and only then."""

from __future__ import annotations

import threading

import pytest
import torch

from gan_models.progress import finish
from gan_models.projection.project import project
from gan_models.projection.settings import ProjectionSettings
from gan_models.stopping import LARGE, StoppedError, between_operations, stop_when
from tests.conftest import tiny_generator


class Asked:
    """Says "stop" once it was asked so often."""

    def __init__(self, until: float = float("inf")) -> None:
        self.times, self.until = 0, until

    def __call__(self) -> bool:
        self.times += 1
        return self.times > self.until


def test_the_backward_pass_is_left_too() -> None:
    x = torch.ones(3, requires_grad=True)
    y = x.exp().sin().tanh().sum()
    asked = Asked(until=2)
    with stop_when(asked), pytest.raises(StoppedError), between_operations():
        y.backward()
    assert asked.times == 3
    assert x.grad is None


@pytest.mark.parametrize("space", ["w", "w+"])
def test_each_step_of_a_projection_looks_between_the_blocks(space: str) -> None:
    generator = tiny_generator()
    settings = ProjectionSettings(space=space, steps=3, tune=True, tune_steps=2)  # type: ignore[arg-type]
    job = project(generator, torch.zeros(3, 16, 16), settings)
    blocks = len(generator.spec.draft_resolutions)
    looked = []
    asked = Asked()
    with stop_when(asked):
        for _ in range(settings.steps + settings.tune_steps):
            before = asked.times
            with between_operations():
                next(job)
            looked.append(asked.times - before)
    assert min(looked) > 2 * blocks  # forward and backward


def test_a_projection_that_is_stopped_within_a_step_leaves_the_generator_usable() -> None:
    generator = tiny_generator()
    settings = ProjectionSettings(space="w", steps=3)
    before = finish(project(generator, torch.zeros(3, 16, 16), settings)).ws
    asked = Asked(until=400)
    with stop_when(asked), pytest.raises(StoppedError), between_operations():
        finish(project(generator, torch.zeros(3, 16, 16), settings))
    assert (finish(project(generator, torch.zeros(3, 16, 16), settings)).ws == before).all()


def test_small_pictures_and_other_threads_are_not_looked_at() -> None:
    asked = Asked(until=0)
    with stop_when(asked):
        with between_operations(LARGE - 1):
            torch.ones(2).exp()
        with between_operations(LARGE):
            other = threading.Thread(target=lambda: torch.ones(2).exp())
            other.start()
            other.join()
    assert not asked.times


def test_without_anybody_to_ask_nothing_is_looked_at() -> None:
    with between_operations():
        torch.ones(2).exp()
