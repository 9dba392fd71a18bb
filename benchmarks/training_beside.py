"""How the window behaves while a model is trained beside it.

``python -m benchmarks.training_beside [--rounds 3]`` (Linux, macOS) starts a real training of
StyleGAN2 at 64 px as the Train menu does, and watches it. Sliders are moved with the trainer
stopped and going on, in turn: the ratio of both times from a value to its paint is printed, and
then how long the GUI thread was busy with single events while the trainer worked.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from app.core.training_runs import Plan, start_process
from app.environment import set_environment
from app.ui.main_window import MainWindow
from benchmarks.window import Events, Probe, latency, opened, play, wait
from gan_models.training.run_folder import RunFolder

SHARE = 0.5
"""Of the steps of `benchmarks.window`, in each round."""


@contextmanager
def _training(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A training that has taken its first steps; at the end it is gone."""
    pictures = np.random.default_rng(0).integers(0, 255, (512, 64, 64, 3), dtype=np.uint8)
    np.savez(folder / "noise.npz", images=pictures)
    run = folder / "run"
    plan = Plan(str(folder / "noise.npz"), "stylegan2", run, kimg=10_000)
    main = Path(__file__).parent.parent / "main.py"
    process = start_process([sys.executable, str(main), *plan.arguments()], run)
    try:
        while not RunFolder(run).read_lines("stats.jsonl"):
            if process.poll() is not None:
                raise SystemExit((run / "log.txt").read_text())
            wait(500)
        yield process, run
    finally:
        process.kill()
        process.wait()


def in_turn(window: MainWindow, trainer: subprocess.Popen[bytes], rounds: int) -> dict[str, object]:
    """Milliseconds from a slider to its paint, with and without the trainer."""
    times: dict[str, list[float]] = {"alone": [], "beside training": []}
    for _ in range(rounds):
        for name, order in zip(times, (signal.SIGSTOP, signal.SIGCONT), strict=True):
            trainer.send_signal(order)
            wait(300)
            times[name].append(latency(window, SHARE)["median"])
    alone, beside = map(np.array, times.values())
    return times | {"ratio": round(float(np.median(beside / alone)), 2)}


def measure(rounds: int, app: Probe) -> dict[str, object]:
    """Open the window, train, and report on both."""
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(app, "portraits") as window,
        _training(Path(folder)) as (trainer, run),
    ):
        report: dict[str, object] = {"slider_to_paint_ms": in_turn(window, trainer, rounds)}
        report |= play(app, window, SHARE)
        window.train.follow(run)
        app.events = Events()
        wait(10_000)
        return report | {"watching the run": app.events.report()}


def main() -> None:
    parser = argparse.ArgumentParser(description="The window while a model is trained.")
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    set_environment()
    app = Probe(sys.argv[:1])
    for name, figures in measure(rounds, app).items():
        print(json.dumps({name: figures}))
    del app


if __name__ == "__main__":
    main()
