"""What the machine is good at is measured once, and followed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from app.core import performance
from app.core.performance import Performance, low_gain, make_engine, process_mb, remembered_gain
from gan_models.engine import Engine, probe
from tests.conftest import tiny_generator

CPU = torch.device("cpu")


@pytest.fixture
def gains(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the probe will find, one after the other."""
    left = [2.0, 3.0]
    monkeypatch.setattr(probe, "measure_low", lambda _: left.pop(0))
    return left


def types(engine: Engine) -> tuple[torch.dtype, torch.dtype]:
    return engine.precision.full, engine.precision.draft


def test_the_probe_gives_a_ratio_or_one_where_bfloat16_is_emulated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert probe.measure_low(CPU) > 0
    monkeypatch.setattr(probe, "native_bf16", lambda _: False)
    assert probe.measure_low(CPU) == 1.0


def test_what_was_measured_is_remembered(tmp_path: Path, gains: list[float]) -> None:
    folder = tmp_path / "cache"
    assert remembered_gain("cpu", folder) is None
    assert [low_gain(CPU, folder) for _ in range(2)] == [2.0, 2.0]
    assert remembered_gain("cpu", folder) == 2.0
    assert gains == [3.0]
    assert [path.name for path in folder.iterdir()] == ["speed.json"]


def test_another_machine_is_measured_anew(
    tmp_path: Path, gains: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    low_gain(CPU, tmp_path)
    monkeypatch.setattr(performance, "_processor", lambda: "another")
    assert low_gain(CPU, tmp_path) == 3.0
    assert len(json.loads((tmp_path / "speed.json").read_text())) == 2
    assert gains == []


@pytest.mark.parametrize("content", ["", "[]", "{", '{"cpu": 1}'])
def test_a_damaged_note_is_written_anew(tmp_path: Path, gains: list[float], content: str) -> None:
    (tmp_path / "speed.json").write_text(content)
    assert low_gain(CPU, tmp_path) == 2.0
    assert remembered_gain("cpu", tmp_path) == 2.0
    assert gains == [3.0]


@pytest.mark.usefixtures("gains")
def test_the_engine_draws_as_chosen(tmp_path: Path) -> None:
    generator = tiny_generator()
    exact, low = torch.float32, torch.bfloat16
    wanted = {"exact": (exact, exact), "balanced": (exact, low), "fast": (low, low)}
    for name, precision in wanted.items():
        chosen = Performance("cpu", name, cache_mb=3)  # type: ignore[arg-type]
        engine = make_engine(generator, chosen, tmp_path)
        assert types(engine) == precision
        assert engine.cache.limit == 3 * 2**20


def test_where_bfloat16_gains_nothing_it_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "measure_low", lambda _: 1.1)
    engine = make_engine(tiny_generator(), Performance("cpu", "fast"), tmp_path)
    assert types(engine) == (torch.float32, torch.float32)


def test_a_gpu_without_bfloat16_draws_in_float16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: False)
    types = {name: probe.low_type(torch.device(name)) for name in ("cpu", "cuda", "mps")}
    assert types == {"cpu": torch.bfloat16, "cuda": torch.float16, "mps": torch.float16}
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)
    assert probe.low_type(torch.device("cuda")) == torch.bfloat16


def test_the_memory_of_the_process_is_told_where_the_system_tells() -> None:
    found = process_mb()
    assert found is None or 10 < found < 100_000
