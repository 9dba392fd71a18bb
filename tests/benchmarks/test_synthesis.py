"""The benchmark reports ratios of one run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from app.core.models import open_model
from benchmarks import gpu, models, work
from benchmarks.chart import block_costs, draw_chart
from benchmarks.report import measure
from benchmarks.soak import soak
from benchmarks.synthesis import engines, exactness
from gan_models.errors import GanvasError
from gan_models.progress import finish
from gan_models.registry import build_generator
from tests.conftest import tiny_generator


@pytest.fixture(autouse=True)
def _a_processor_with_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny networks are soon drawn in both precisions, whatever the machine."""
    monkeypatch.setattr("benchmarks.synthesis.native_bf16", lambda _: True)


def test_the_textbook_is_its_own_measure(tiny_model_path: Path) -> None:
    model = open_model(str(tiny_model_path))
    whole = finish(measure(model, ["speed"], ["model"], rounds=3))
    assert whole["machine"]["gain_of_16_bits"] > 0
    report = whole["speed"]["model"]
    assert report["textbook"]["ratio"] == 1
    assert report["float32_error"] < 1e-4 < report["bfloat16_error"]
    for name in ("float32", "bfloat16"):
        figures = report[name]
        assert figures["milliseconds"] > 0
        assert 0 < figures["low"] <= figures["ratio"] <= figures["high"]


def test_sliders_are_compared_with_a_change_of_all_rows(tiny_model_path: Path) -> None:
    model = open_model(str(tiny_model_path))
    report = finish(measure(model, ["sliders"], ["model"], rounds=1))["sliders"]["model"]
    for precision in ("float32", "bfloat16"):
        assert set(report[precision]) == {"all rows", "fine third", "last block"}


def test_an_export_is_compared_with_drawing_its_frames() -> None:
    report = finish(work.export(tiny_generator(), rounds=1, frames=4))
    assert report["frames"] == 4
    assert report["drawing"]["ratio"] == 1
    assert {"gif", "mp4"} < set(report)


def test_opening_is_measured_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(models.MODELS, "tiny", tiny_generator)
    report = work.opening("tiny")
    seconds = [*report["seconds"].values()]
    assert 0 <= seconds[0] <= seconds[1] <= seconds[2]
    peaks = [memory["peak"] for memory in report["memory_mb"].values()]
    assert 0 <= peaks[0] <= peaks[1] <= peaks[2]


def test_bfloat16_is_a_few_levels_off() -> None:
    report = exactness(tiny_generator(), seeds=2)
    assert 0 < report["mean"] <= report["p99.9"] <= report["largest"] < 128


def test_a_family_without_a_textbook_is_named(tiny_model_path: Path) -> None:
    model = open_model(str(tiny_model_path))
    torch.manual_seed(0)
    model.engine.generator = build_generator("gan", {"widths": [4, 8, 16]})
    with pytest.raises(GanvasError, match="no textbook of the family gan"):
        finish(measure(model, ["speed"], ["model"], rounds=1))


def test_many_pictures_are_told_in_ten_lines(capsys: pytest.CaptureFixture[str]) -> None:
    soak(10, 32)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11
    assert all(" MB, kept " in line for line in lines)


def test_the_chart_has_a_bar_for_each_block_and_precision() -> None:
    costs = block_costs(engines(tiny_generator()), 1)
    assert [*costs["float32"]] == [*costs["bfloat16"]] == ["4", "8", "16", "32"]
    colours = draw_chart(costs, "tiny").getcolors(100_000)
    assert colours
    assert {(70, 110, 180), (225, 150, 60)} <= {colour for _, colour in colours}


def test_only_precisions_of_the_processor_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    for native, names in ((True, ["float32", "bfloat16"]), (False, ["float32"])):
        monkeypatch.setattr("benchmarks.synthesis.native_bf16", lambda _, native=native: native)
        assert [*engines(tiny_generator())] == names


def test_the_figures_of_a_gpu_are_those_of_one_and_of_many_pictures() -> None:
    figures = gpu.of_generator(tiny_generator(), rounds=1)
    assert set(figures) == {"float32", "bfloat16", "levels_apart"}
    for name in ("float32", "bfloat16"):
        assert figures[name]["recorded"] == 0  # the processor draws
        assert figures[name]["milliseconds"] > 0
        assert set(figures[name]["per_second"]) == set(gpu.BATCHES)
    assert 0 < figures["levels_apart"] < 10


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_said_where_it_is_asked_for(tiny_model_path: Path) -> None:
    model = open_model(str(tiny_model_path))
    with pytest.raises(GanvasError, match="no NVIDIA GPU"):
        finish(measure(model, ["gpu"], ["model"], rounds=1))


def test_the_figures_of_a_gpu_need_neither_a_window_nor_a_command_line() -> None:
    code = "import sys; sys.modules['PySide6'] = sys.modules['typer'] = None; import benchmarks.gpu"
    subprocess.run([sys.executable, "-c", code], check=True)
