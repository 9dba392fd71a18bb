"""Latency beside other work: `python -m benchmarks.loads OUT.png [--rounds 20]`, on Linux or macOS.

Drafts of the bundled model are drawn by two processes in turn, one with the settings that `main.py`
makes before torch is loaded and one without. Their neighbours are stopped and continued between
the rounds, so that what else the machine does meets all bars alike.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from app.environment import SETTINGS
from benchmarks.chart import draw_chart

BUDGET = 33.0
FRAMES = 8
"""Drafts of each process in a round."""
POLICIES = {"as main.py starts it": SETTINGS, "torch as it is": {}}
NEIGHBOURS = {"quiet": "", "busy loop": "busy()", "trainer": "train()"}
"""What runs beside; the trainer has two threads, and a low priority as Ganvas' own."""


def draw() -> None:
    """Draw drafts of ever new looks; for each line that comes in, tell the milliseconds of some."""
    from app.core.models import open_model
    from app.core.recipe import Latent, Recipe

    model, seed = open_model("portraits"), 0
    model.render(Recipe(model.ref))
    for _ in sys.stdin:
        for _ in range(FRAMES):
            seed += 1
            look, start = Recipe(model.ref, Latent.of_seed(seed)), time.perf_counter()
            model.draw(look, BUDGET, lambda: False)
            print((time.perf_counter() - start) * 1000, flush=True)


def busy() -> None:
    """Keep a core busy, for ever."""
    while True:
        pass


def train() -> None:
    """Steps of a small network, for ever."""
    import torch

    os.nice(10)
    layers = [torch.nn.Conv2d(32, 32, 3, padding=1) for _ in range(4)]
    network, x = torch.nn.Sequential(*layers), torch.randn(16, 32, 64, 64)
    while True:
        network(x).square().mean().backward()


@contextmanager
def _processes(
    codes: dict[str, str], settings: dict[str, dict[str, str]]
) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Each code as a process of its own; at the end they are gone."""
    started = {}
    plain = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    for name, code in codes.items():
        command = [sys.executable, "-c", f"from benchmarks.loads import *; {code}"]
        pipe, environment = subprocess.PIPE, plain | settings.get(name, {})
        started[name] = subprocess.Popen(
            command, env=environment, stdin=pipe, stdout=pipe, text=True
        )
    try:
        yield started
    finally:
        for process in started.values():
            process.kill()
            process.communicate()


def _asked(process: subprocess.Popen[str]) -> list[float]:
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return [float(process.stdout.readline()) for _ in range(FRAMES)]


def measure(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Milliseconds by policy and neighbour."""
    times: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in POLICIES}
    codes = {name: code for name, code in NEIGHBOURS.items() if code}
    trainer = {"trainer": SETTINGS}
    with (
        _processes(dict.fromkeys(POLICIES, "draw()"), POLICIES) as drawers,
        _processes(codes, trainer) as neighbours,
    ):
        for process in drawers.values():
            _asked(process)
        for process in neighbours.values():
            process.send_signal(signal.SIGSTOP)
        for _ in range(rounds):
            for load in NEIGHBOURS:
                if load in neighbours:
                    neighbours[load].send_signal(signal.SIGCONT)
                for policy, process in drawers.items():
                    times[policy][load] += _asked(process)
                if load in neighbours:
                    neighbours[load].send_signal(signal.SIGSTOP)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description="Latency under three kinds of load.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    times = measure(asked.rounds)
    bars = {}
    for policy, loads in times.items():
        bars[policy] = {load: float(np.median(values)) for load, values in loads.items()}
        for load, values in loads.items():
            low, middle, high = np.percentile(values, [25, 50, 95])
            print(f"{policy:22} {load:10} 25% {low:6.1f}  50% {middle:6.1f}  95% {high:6.1f} ms")
    title = f"portraits: median milliseconds of a draft, {asked.rounds * FRAMES} each, in turn"
    draw_chart(bars, title).save(asked.out)


if __name__ == "__main__":
    main()
