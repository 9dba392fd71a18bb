"""The render loop: the newest request is always drawn, in order, and errors are values."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from app.core.drawn import Ask, Drawn
from app.core.recipe import Latent, Recipe
from app.core.render_loop import RenderLoop, Result
from gan_models.errors import SupersededError

PATIENCE = 10.0


def seed(number: int) -> Recipe:
    return Recipe(latent=Latent.of_seed(number))


class Bench:
    """A loop whose renders wait at a gate, and what it delivered."""

    def __init__(self) -> None:
        self.started = threading.Semaphore(0)
        self.gate = threading.Semaphore(0)
        self.results: list[Result] = []
        self.delivered = threading.Condition()
        self.loop = RenderLoop(self.draw, self.deliver)

    def draw(self, recipe: Recipe, budget: float | None, superseded: Ask) -> Drawn:
        self.started.release()
        assert self.gate.acquire(timeout=PATIENCE)
        if recipe == seed(13):
            raise ValueError("unlucky")
        if budget is None and superseded():
            raise SupersededError
        size = 8 if budget else 32
        return Drawn(np.full((size, 1, 3), recipe.latent.main.seed, np.uint8), full=not budget)

    def deliver(self, result: Result) -> None:
        with self.delivered:
            self.results.append(result)
            self.delivered.notify()

    def begin(self, number: int, budget: float | None = None) -> int:
        """Submit and wait until the render is under way, held at the gate."""
        stamp = self.loop.submit(seed(number), budget)
        assert self.started.acquire(timeout=PATIENCE)
        return stamp

    def wait_for_stamp(self, stamp: int) -> None:
        def arrived() -> bool:
            return bool(self.results) and self.results[-1].request.stamp >= stamp

        with self.delivered:
            assert self.delivered.wait_for(arrived, PATIENCE)

    @property
    def seeds(self) -> list[int]:
        return [result.request.recipe.latent.main.seed for result in self.results]


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.gate.release(1000)
    bench.loop.close()


def test_a_request_is_drawn_within_its_budget(bench: Bench) -> None:
    bench.gate.release()
    stamp = bench.loop.submit(seed(7), 8)
    bench.wait_for_stamp(stamp)
    result = bench.results[0]
    assert result.request.stamp == stamp
    assert result.picture is not None
    assert result.picture.shape == (8, 1, 3)
    assert result.error is None
    assert result.milliseconds >= 0


def test_the_newest_request_takes_the_slot(bench: Bench) -> None:
    bench.begin(1, 8)
    bench.loop.submit(seed(2), 8)
    bench.loop.submit(seed(3))
    last = bench.loop.submit(seed(4), 8)
    bench.gate.release(2)
    bench.wait_for_stamp(last)
    assert bench.seeds == [1, 4]


def test_a_full_picture_that_waits_yields_to_a_newer_draft(bench: Bench) -> None:
    bench.begin(1, 8)
    bench.loop.submit(seed(2), None)
    last = bench.loop.submit(seed(3), 8)
    bench.gate.release(2)
    bench.wait_for_stamp(last)
    assert bench.seeds == [1, 3]


def test_a_full_picture_that_has_begun_gives_way_to_a_draft(bench: Bench) -> None:
    bench.begin(1)
    last = bench.loop.submit(seed(2), 8)
    bench.gate.release(2)
    bench.wait_for_stamp(last)
    assert bench.seeds == [2]


def test_full_pictures_do_not_give_way_to_each_other(bench: Bench) -> None:
    bench.begin(1)
    last = bench.loop.submit(seed(2))
    bench.gate.release(2)
    bench.wait_for_stamp(last)
    assert bench.seeds == [1, 2]


def test_a_drag_delivers_its_last_position_and_keeps_the_order(bench: Bench) -> None:
    bench.gate.release(1000)
    stamps = [bench.loop.submit(seed(number), 8) for number in range(60)]
    bench.wait_for_stamp(stamps[-1])
    delivered = [result.request.stamp for result in bench.results]
    assert delivered == sorted(set(delivered))
    assert delivered[-1] == stamps[-1]


def test_during_a_drag_every_render_that_began_is_shown(bench: Bench) -> None:
    for number in range(5):
        bench.begin(number, 8)
        stamp = bench.loop.submit(seed(100 + number), 8)
        bench.gate.release(2)
        bench.wait_for_stamp(stamp)
        assert bench.started.acquire(timeout=PATIENCE)
    assert bench.seeds == [0, 100, 1, 101, 2, 102, 3, 103, 4, 104]


def test_an_error_is_a_value_and_the_loop_goes_on(bench: Bench) -> None:
    bench.gate.release(2)
    bench.wait_for_stamp(bench.loop.submit(seed(13)))
    bench.wait_for_stamp(bench.loop.submit(seed(14)))
    assert isinstance(bench.results[0].error, ValueError)
    assert bench.results[0].picture is None
    assert bench.results[1].picture is not None


def test_after_a_change_of_model_nothing_of_the_old_one_arrives(bench: Bench) -> None:
    bench.begin(1)
    bench.loop.submit(seed(2))
    bench.loop.set_draw(lambda *_: Drawn(np.zeros((2, 2, 3), np.uint8)))
    bench.gate.release()
    last = bench.loop.submit(seed(3))
    bench.wait_for_stamp(last)
    assert bench.seeds == [3]
    assert bench.results[0].picture is not None
    assert bench.results[0].picture.shape == (2, 2, 3)


def test_a_long_job_that_holds_the_lock_keeps_the_view_waiting(bench: Bench) -> None:
    bench.gate.release()
    with bench.loop.lock:
        stamp = bench.loop.submit(seed(1))
        assert not bench.started.acquire(blocking=False)
    bench.wait_for_stamp(stamp)


def test_it_knows_whether_something_was_asked_for_lately(bench: Bench) -> None:
    assert not bench.loop.asked_within(PATIENCE)
    bench.loop.submit(seed(1), 10.0)
    assert bench.loop.asked_within(PATIENCE)
    assert not bench.loop.asked_within(0.0)
    bench.gate.release()


def test_close_ends_the_thread_and_drops_what_waits(bench: Bench) -> None:
    bench.begin(1)
    bench.loop.submit(seed(2))
    closing = threading.Thread(target=bench.loop.close)
    closing.start()
    with bench.loop._changed:
        bench.loop._changed.wait_for(lambda: bench.loop._closed, PATIENCE)
    bench.gate.release()
    closing.join(PATIENCE)
    assert not closing.is_alive()
    assert not bench.loop._thread.is_alive()
    assert bench.results == []
    bench.loop.submit(seed(3))
