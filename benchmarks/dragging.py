"""How often a dragged point of a bundled portrait arrives, and how long that takes.

    python -m benchmarks.dragging [--trials 50] [--reachable] [--first-seed 3000000]

Each trial pulls an eye, a mouth corner or the chin of a random face by a tenth of the picture, in a
random direction. Where they are at first, and where they end, is told by a network that knows
nothing of the drag: it learned landmarks from rendered heads (`benchmarks/landmarks.py`, trained
the first time). The drag's own tracker is told beside it, and how alike the person stays by the
network of `gan_models/evaluation/identity.py`. Seconds are of the processor, which counts all cores
together, so that other work on the machine does not matter.

A tenth of the picture is further than most heads differ: 98 of 100 chins are within 10 pixels of
128 from top to bottom. So the shares are told for all trials, and for those whose target is where
some head in a hundred has that point. With `--reachable` all targets are such ones, and faces for
which none was found are left out.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from app.core.models import cache_folder, open_model
from benchmarks.landmarks import (
    LANDMARKS,
    LandmarkNetwork,
    held_out_errors,
    landmark_network,
    located,
    reach,
)
from gan_models.base import Generator
from gan_models.dragging import Drag, Handle, drag
from gan_models.evaluation.embedding import EmbeddingNetwork
from gan_models.evaluation.identity import identity_network
from gan_models.evaluation.samples import seed_ws
from gan_models.progress import finish

POINTS, SIDES = ("eye", "mouth corner", "chin"), ("left", "right")
TENTH = 0.1
NEAR, SECONDS = 2.0, 10.0
DRAWN = 200
"""Most targets that are drawn until one is reachable."""
PSI = 0.7
FIRST_SEED = 3_000_000


@dataclass(frozen=True)
class Judges:
    """Networks that took no part in a drag."""

    landmarks: LandmarkNetwork
    identity: EmbeddingNetwork


@dataclass(frozen=True, eq=False)
class Trial:
    """A point of a face `ws` [1, num_ws, w_dim], and where it shall go."""

    name: str
    which: int
    ws: Tensor
    handle: Handle
    reachable: bool


def set_up(
    generator: Generator,
    judge: LandmarkNetwork,
    number: int,
    usual: tuple[np.ndarray, np.ndarray],
    random: np.random.Generator,
    anew: bool,
    first_seed: int = FIRST_SEED,
) -> Trial:
    """The trial of a number; with `anew`, targets are drawn until one is reachable."""
    low, high = usual
    ws = seed_ws(generator, [first_seed + number], PSI)
    name = POINTS[number % len(POINTS)]
    which = LANDMARKS.index(name if name == "chin" else f"{random.choice(SIDES)} {name}")
    start = _landmarks(generator, judge, ws)[which]
    for _ in range(DRAWN if anew else 1):
        angle = random.uniform(0, 2 * np.pi)
        target = start + TENTH * np.array([np.cos(angle), np.sin(angle)], np.float32)
        reachable = bool(((target > low[which]) & (target < high[which])).all())
        if reachable:
            break
    handle = Handle((float(start[0]), float(start[1])), (float(target[0]), float(target[1])))
    return Trial(name, which, ws, handle, reachable)


def pull(generator: Generator, judges: Judges, trial: Trial) -> dict[str, float | str]:
    """How far from its target the point ends, in pixels, and how alike the person stayed."""
    clock, began = time.perf_counter(), time.process_time()
    steps = list(_in_time(drag(generator, trial.ws[0].numpy(), [trial.handle]), began + SECONDS))
    seconds, cpu, last = time.perf_counter() - clock, time.process_time() - began, steps[-1]
    ws, target = torch.from_numpy(last.ws)[None], np.array(trial.handle.target)
    there = _landmarks(generator, judges.landmarks, ws)[trial.which]
    with torch.no_grad():
        before, after = judges.identity.embed(generator.synthesize(torch.cat([trial.ws, ws])))
    size = generator.spec.resolution
    return {
        "point": trial.name,
        "reachable": trial.reachable,
        "steps": last.done,
        "seconds": seconds,
        "processor": cpu,
        "alike": float(before @ after),
        "judged": float(np.linalg.norm(there - target)) * size,
        "tracked": float(np.linalg.norm(np.array(last.places[0]) - target)) * size,
    }


def _landmarks(generator: Generator, judge: LandmarkNetwork, ws: Tensor) -> np.ndarray:
    """x and y of all landmarks [5, 2] of a picture."""
    with torch.no_grad():
        return located(judge, generator.synthesize(ws).clamp(-1, 1))[0].numpy()


def _in_time(steps: Iterator[Drag], end: float) -> Iterator[Drag]:
    for step in steps:
        yield step
        if time.process_time() > end:
            return


def main(trials: int, anew: bool, first_seed: int) -> None:
    """Print how exact the judge is, each trial, and the shares that arrived."""
    generator, judge = open_model("portraits").generator, landmark_network(cache_folder())
    judges = Judges(judge, finish(identity_network()))
    for name, share in (("sharp", 1.0), ("soft", 0.5)):
        missed = held_out_errors(judge, share).flatten()
        far = missed.quantile(0.95)
        print(f"judge, {name} heads: median {missed.median():.2f} pixels, {far:.2f} at the 95 %")
    random = np.random.default_rng(0)
    low, high = (end.numpy() for end in reach())
    results = []
    for number in range(trials):
        trial = set_up(generator, judge, number, (low, high), random, anew, first_seed)
        if trial.reachable or not anew:
            results.append(pull(generator, judges, trial))
            print(json.dumps(results[-1]), flush=True)
    summarise(results)


def summarise(results: Sequence[Mapping[str, float | str]]) -> None:
    """Print the shares that arrived, likeness and time."""
    for who in ("judged", "tracked"):
        _tell(who, results)
        _tell(f"{who}, reachable", [result for result in results if result["reachable"]])
        for point in POINTS:
            _tell(f"{who}, {point}", [result for result in results if result["point"] == point])
    alike = np.array([float(result["alike"]) for result in results])
    print(f"alike: median {np.median(alike):.2f}, {np.quantile(alike, 0.1):.2f} at the 10 %")
    for unit in ("seconds", "processor"):
        taken = [float(result[unit]) for result in results]
        print(f"{unit}: median {np.median(taken):.2f}, most {max(taken):.2f}")


def _tell(name: str, results: Sequence[Mapping[str, float | str]]) -> None:
    if not results:
        return
    errors = np.array([float(result[name.split(",")[0]]) for result in results])
    arrived = int((errors <= NEAR).sum())
    print(
        f"{name}: {arrived} of {len(errors)} within {NEAR:g} pixels, {np.median(errors):.2f} median"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--reachable", action="store_true", help="targets that heads reach")
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    args = parser.parse_args()
    main(args.trials, args.reachable, args.first_seed)
