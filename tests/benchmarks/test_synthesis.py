"""The benchmark reports ratios of one run."""

from __future__ import annotations

from pathlib import Path

from app.core.models import open_model
from benchmarks.synthesis import measure
from gan_models.progress import finish


def test_the_textbook_is_its_own_measure(tiny_model_path: Path) -> None:
    report = finish(measure(open_model(str(tiny_model_path)), rounds=3))
    assert report["textbook"]["ratio"] == 1
    assert set(report) >= {"full", "draft_16", "rounds", "threads", "device"}
    for name in ("full", "draft_16"):
        figures = report[name]
        assert figures["milliseconds"] > 0
        assert 0 < figures["low"] <= figures["ratio"] <= figures["high"]
