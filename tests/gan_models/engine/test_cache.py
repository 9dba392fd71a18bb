"""What is kept for the next picture: little, and what is likely to be asked for."""

from __future__ import annotations

import torch

from gan_models.engine import Engine
from gan_models.engine.cache import LOOKS, Key, StateCache
from gan_models.engine.program import State
from tests.conftest import tiny_generator
from tests.gan_models.test_families import some_ws


def test_the_cache_forgets_what_was_not_used_for_longest() -> None:
    cache = StateCache(limit=3 * 40)
    keys = {name: Key(name, b"") for name in ("a", "b", "c", "d", "e", "f", "large")}

    def kept(names: str) -> str:
        return "".join(name for name in names if cache.get(keys[name]))

    for name in "abc":
        cache.put(keys[name], State(torch.zeros(10)))
    cache.get(keys["a"])
    cache.put(keys["d"], State(torch.zeros(5), torch.zeros(5)))
    assert kept("abcd") == "acd"
    assert cache.bytes == 120
    cache.put(keys["large"], State(torch.zeros(100)))
    assert len(cache) == 3
    shared = torch.zeros(10)
    cache.put(keys["e"], State(shared))
    cache.put(keys["f"], State(shared, torch.zeros(5)))
    assert cache.bytes == 100
    assert kept("acdef") == "def"
    cache.clear()
    assert (len(cache), cache.bytes) == (0, 0)


def test_the_cache_keeps_a_few_looks_of_each_stage_the_latest_ones() -> None:
    cache = StateCache(limit=2**20)
    keys = [Key("8", bytes([number])) for number in range(LOOKS + 2)]
    other = Key("4", b"")
    cache.put(other, State(torch.zeros(10)))
    for key in keys[:LOOKS]:
        cache.put(key, State(torch.zeros(10)))
    cache.get(keys[0])
    for key in keys[LOOKS:]:
        cache.put(key, State(torch.zeros(10)))
    assert [key in cache for key in keys] == [True, False, False, True, True, True]
    assert other in cache
    assert cache.bytes == (LOOKS + 1) * 40


def test_a_drag_takes_no_more_memory_than_a_few_looks() -> None:
    generator = tiny_generator()
    engine = Engine(generator)
    held = []
    for step in range(3 * LOOKS):
        engine.synthesize(some_ws(generator, 1, psi=step / 10))
        held.append(engine.cache.bytes)
    assert held[LOOKS - 1] == held[-1] > held[0]
