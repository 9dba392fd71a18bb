"""The cache of converted copies, and opening as a job that tells how far it is."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from gan_models import memory
from gan_models.base import Generator, ModelLoadError
from gan_models.checkpoints.cache import ModelCache
from gan_models.files import Hashing, file_sha256
from gan_models.progress import finish
from gan_models.registry import Opened, load_generator, opening
from tests.gan_models.checkpoints.test_imports import STYLEGAN2, built, nvidia_file, same


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    nvidia_file(tmp_path / "net.pkl", built("stylegan2", STYLEGAN2[0]))
    return tmp_path / "net.pkl"


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    return ModelCache(tmp_path / "cache")


def opened(path: Path, cache: ModelCache) -> Opened:
    return finish(opening(path, "cpu", cache))


def test_the_copy_is_written_when_the_caller_says_so(checkpoint: Path, cache: ModelCache) -> None:
    first = opened(checkpoint, cache)
    assert first.sha256 == file_sha256(checkpoint)
    assert first.keep
    assert not cache.copy_of(first.sha256).exists()
    first.keep()
    again = opened(checkpoint, cache)
    assert again.keep is None
    assert again.sha256 == first.sha256
    same(again.generator, first.generator)


def test_a_known_file_is_opened_from_its_copy_without_reading_it(
    checkpoint: Path, cache: ModelCache
) -> None:
    first = opened(checkpoint, cache)
    assert first.keep
    first.keep()
    facts = checkpoint.stat()
    checkpoint.write_bytes(bytes(facts.st_size))  # would be refused if it were read
    os.utime(checkpoint, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    same(opened(checkpoint, cache).generator, first.generator)


def test_a_file_that_changed_is_read_anew(checkpoint: Path, cache: ModelCache) -> None:
    first = opened(checkpoint, cache)
    nvidia_file(checkpoint, built("stylegan2", STYLEGAN2[2]))
    second = opened(checkpoint, cache)
    assert second.sha256 == file_sha256(checkpoint) != first.sha256
    assert second.generator.spec.channels == 1


def test_the_same_file_under_another_name_uses_the_copy(
    checkpoint: Path, cache: ModelCache
) -> None:
    first = opened(checkpoint, cache)
    assert first.keep
    first.keep()
    moved = checkpoint.rename(checkpoint.with_name("other.pkl"))
    assert opened(moved, cache).keep is None


ONE, TWO, THREE = ("1" * 64, "2" * 64, "3" * 64)


def test_copies_that_were_not_used_for_longest_go_first(
    checkpoint: Path, cache: ModelCache
) -> None:
    generator = opened(checkpoint, cache).generator
    cache.keep(ONE, generator)
    size = cache.copy_of(ONE).stat().st_size
    cache.limit = 2 * size + size // 2
    for age, name in enumerate((ONE, TWO)):
        cache.keep(name, generator)
        os.utime(cache.copy_of(name), (age, age))
    cache.used(ONE)
    cache.keep(THREE, generator)
    there = {name for name in (ONE, TWO, THREE) if cache.copy_of(name).exists()}
    assert there == {ONE, THREE}


def test_copies_of_older_importers_are_removed_and_other_files_are_not(
    checkpoint: Path, cache: ModelCache
) -> None:
    generator = opened(checkpoint, cache).generator
    old, other = cache.folder / f"{TWO}-1.safetensors", cache.folder / "portraits.safetensors"
    for path in (old, other):
        path.write_bytes(b"x")
    cache.keep(ONE, generator)
    assert not old.exists()
    assert other.exists()


def test_a_damaged_list_of_hashes_costs_only_time(checkpoint: Path, cache: ModelCache) -> None:
    opened(checkpoint, cache)
    for content in ("{", "[]", '{"x": 3}', json.dumps({str(checkpoint): [1]})):
        (cache.folder / "hashes.json").write_text(content)
        assert opened(checkpoint, cache).sha256 == file_sha256(checkpoint)


def test_the_steps_of_opening_go_up_to_their_total(checkpoint: Path, cache: ModelCache) -> None:
    steps = list(opening(checkpoint, "cpu", cache))
    assert len(steps) > 10
    assert all(a.done <= b.done for a, b in pairwise(steps))
    assert all(step.total == 2 * checkpoint.stat().st_size for step in steps)
    assert "synthesis.b4.const" in {step.message for step in steps}


def test_an_opening_can_be_given_up_between_tensors(checkpoint: Path, cache: ModelCache) -> None:
    job = opening(checkpoint, "cpu", cache)
    next(job)
    job.close()  # no thread is left, which a fixture checks
    assert not cache.folder.exists()


def test_a_hash_that_cannot_be_computed_says_why(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Hashing(tmp_path / "nothing").result()


def test_a_model_that_needs_more_memory_than_is_free_says_how_much(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda _device: 50_000)
    with pytest.raises(ModelLoadError, match=r"net\.pkl.* needs about 0 MB of memory, and 0 MB"):
        load_generator(checkpoint)
    monkeypatch.setattr(memory, "free_bytes", lambda _device: None)
    load_generator(checkpoint)


def test_the_memory_message_tells_what_would_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = built("stylegan2", STYLEGAN2[0])
    generator.to(torch.float32)
    monkeypatch.setattr(memory, "BYTES_PER_PIXEL", 10_000_000)
    monkeypatch.setattr(memory, "free_bytes", lambda _device: 1_000_000_000)
    problem = memory.memory_problem(generator, "cuda")
    assert problem is not None
    assert "needs about 2.6 GB of memory, and 1.0 GB of cuda is free" in problem
    assert "--device cpu" in problem
    assert "up to 90 million parameters at 8 pixels" in problem


def test_a_model_is_handed_on_before_its_hash_is_waited_for(
    checkpoint: Path, cache: ModelCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()
    hashed = Hashing._run

    def slowly(hashing: Hashing) -> None:
        may_end.wait()
        hashed(hashing)

    monkeypatch.setattr(Hashing, "_run", slowly)
    given: list[Generator] = []

    def meanwhile(generator: Generator, hashed: Callable[[], bool]) -> None:
        given.append(generator)
        assert not hashed()
        may_end.set()

    found = finish(opening(checkpoint, "cpu", cache, meanwhile))
    assert given == [found.generator]
    assert found.sha256 == file_sha256(checkpoint)
