"""How often a dragged point of a bundled portrait arrives, and how long that takes.

    python -m benchmarks.dragging [--trials 50]

Each trial pulls an eye, a mouth corner or the chin of a random face by a tenth of the picture, in a
random direction. Where they are at first, and where they end, is told by a network that knows
nothing of the drag: it learned landmarks from rendered heads (`benchmarks/landmarks.py`, trained
the first time). The drag's own tracker is told beside it. Seconds are of the processor, which
counts all cores together, so that other work on the machine does not matter.

A tenth of the picture is further than most heads differ: 98 of 100 chins are within 10 pixels of
128 from top to bottom. So the shares are told for all trials, and for those whose target is where
some head in a hundred has that point.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from app.core.models import cache_folder, open_model
from benchmarks.landmarks import (
    LANDMARKS,
    LandmarkNetwork,
    held_out_errors,
    landmark_network,
    reach,
)
from gan_models.base import Generator
from gan_models.dragging import Drag, Handle, drag
from gan_models.evaluation.samples import seed_ws

POINTS, SIDES = ("eye", "mouth corner", "chin"), ("left", "right")
TENTH = 0.1
NEAR, SECONDS = 2.0, 10.0
PSI = 0.7
FIRST_SEED = 3_000_000


def trial(
    generator: Generator,
    judge: LandmarkNetwork,
    usual: tuple[np.ndarray, np.ndarray],
    number: int,
    random: np.random.Generator,
) -> dict[str, float | str]:
    """One pull, and how far from its target the point ends, in pixels."""
    ws = seed_ws(generator, [FIRST_SEED + number], PSI)
    name = POINTS[number % len(POINTS)]
    which = LANDMARKS.index(name if name == "chin" else f"{random.choice(SIDES)} {name}")
    start = _landmarks(generator, judge, ws)[which]
    angle = random.uniform(0, 2 * np.pi)
    target = start + TENTH * np.array([np.cos(angle), np.sin(angle)], np.float32)
    clock, began = time.perf_counter(), time.process_time()
    handle = Handle((float(start[0]), float(start[1])), (float(target[0]), float(target[1])))
    steps = list(_in_time(drag(generator, ws[0].numpy(), [handle]), began + SECONDS))
    seconds, cpu, last = time.perf_counter() - clock, time.process_time() - began, steps[-1]
    there = _landmarks(generator, judge, torch.from_numpy(last.ws)[None])[which]
    size = generator.spec.resolution
    return {
        "point": name,
        "reachable": bool(((target > usual[0][which]) & (target < usual[1][which])).all()),
        "steps": last.done,
        "seconds": seconds,
        "processor": cpu,
        "judged": float(np.linalg.norm(there - target)) * size,
        "tracked": float(np.linalg.norm(np.array(last.places[0]) - target)) * size,
    }


def _landmarks(generator: Generator, judge: LandmarkNetwork, ws: Tensor) -> np.ndarray:
    """x and y of all landmarks [5, 2] of a picture."""
    with torch.no_grad():
        return judge(generator.synthesize(ws).clamp(-1, 1))[0].numpy()


def _in_time(steps: Iterator[Drag], end: float) -> Iterator[Drag]:
    for step in steps:
        yield step
        if time.process_time() > end:
            return


def main(trials: int) -> None:
    """Print how exact the judge is, each trial, and the shares that arrived."""
    generator, judge = open_model("portraits").generator, landmark_network(cache_folder())
    missed = held_out_errors(judge).flatten()
    print(f"judge: median {missed.median():.2f} pixels, {missed.quantile(0.95):.2f} at the 95 %")
    random = np.random.default_rng(0)
    low, high = (end.numpy() for end in reach())
    results = []
    for number in range(trials):
        results.append(trial(generator, judge, (low, high), number, random))
        print(json.dumps(results[-1]), flush=True)
    for who in ("judged", "tracked"):
        _tell(who, results)
        _tell(f"{who}, reachable", [result for result in results if result["reachable"]])
    for unit in ("seconds", "processor"):
        taken = [float(result[unit]) for result in results]
        print(f"{unit}: median {np.median(taken):.2f}, most {max(taken):.2f}")


def _tell(name: str, results: Sequence[Mapping[str, float | str]]) -> None:
    errors = np.array([float(result[name.split(",")[0]]) for result in results])
    arrived = int((errors <= NEAR).sum())
    print(
        f"{name}: {arrived} of {len(errors)} within {NEAR:g} pixels, {np.median(errors):.2f} median"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=50)
    main(parser.parse_args().trials)
