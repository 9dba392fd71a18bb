"""The window's benchmark plays all its scenes; in a process, since it is a program itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_window_is_driven_and_every_scene_has_figures(tiny_model_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.window", str(tiny_model_path), "--json", "--quick"]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["slider_to_paint_ms"]["median"] > 0
    for scene in ("drag", "seed travel", "random seed", "keep", "undo", "random sliders"):
        assert report[scene]["events"] > 0
        assert 0 <= report[scene]["work_p99"] <= report[scene]["work_largest"]
