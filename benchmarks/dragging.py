"""How often a dragged point of a bundled portrait arrives, and how long that takes.

    python -m benchmarks.dragging [--trials 50]

Each trial pulls an eye, a mouth corner or the chin of a random face by a tenth of the picture, in a
random direction. Where they are at first is told by the geometry of a rendered head with the pose,
smile and open mouth that the judge reads. Where they end is told twice: by the tracker of the drag
itself, and by one that knows nothing of it: the place where the pixels around the point are found
again (normalised cross-correlation of a square of 17 pixels). Seconds are of the processor, which
counts all cores together, so that other work on the machine does not matter.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from app.core.models import open_model
from gan_models.base import Generator
from gan_models.datasets.portraits.face import EYE_X, EYE_Y, MOUTH_Y
from gan_models.datasets.portraits.solids import RISE, ZOOM, pose
from gan_models.dragging import Drag, Handle, drag
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.samples import seed_ws

POINTS = ("eye", "mouth corner", "chin")
TENTH = 0.1
PATCH, SEARCH = 8, 3.0
"""Radii in pixels of the square that is looked for, and of where in the next picture."""
SEEN = 2
"""Steps of a drag from one picture to the next in which pixels are followed."""
NEAR, SECONDS = 2.0, 10.0
PSI = 0.7
FIRST_SEED = 3_000_000


def landmark(name: str, side: float, read: dict[str, Tensor]) -> tuple[float, float]:
    """Where a point of a rendered head of such a pose is, x and y from 0 to 1."""
    smile, opened = (float(read[key].clamp(0, 1)) for key in ("smile", "mouth_open"))
    bend = -0.008 + 0.131 * smile
    local = {
        "eye": (side * EYE_X, EYE_Y, 0.45),
        "mouth corner": (side * (0.145 + 0.115 * smile), MOUTH_Y + 0.6 * bend, 0.42),
        "chin": (0.0, -0.50 - 0.055 * opened, 0.28),
    }[name]
    yaw, pitch, roll = (read[key].reshape(1, 1, 1) for key in ("yaw", "pitch", "roll"))
    head = pose(yaw, pitch, roll, (0.0, 0.04, 0.0))
    x, y, _ = (head.rotation[0] @ torch.tensor(local) + head.origin[0]).tolist()
    return (x * ZOOM + 1) / 2, (1 - (y + RISE) * ZOOM) / 2


def followed(pictures: Sequence[Tensor], start: np.ndarray) -> np.ndarray:
    """Where the pixels around `start` of the first picture [3, H, W] are in the last.

    They are found again from one picture to the next: over all of a drag faces change so much that
    the pixels of its beginning are nowhere at its end.
    """
    place = torch.from_numpy(start)[None] * pictures[0].shape[-1]
    for before, after in pairwise(pictures):
        wanted = _normal(_squares(before, place))[0]
        for reach, spacing in ((SEARCH, 0.5), (0.5, 0.125)):
            line = torch.arange(-reach, reach + spacing / 2, spacing)
            y, x = torch.meshgrid(line, line, indexing="ij")
            places = place + torch.stack([x.flatten(), y.flatten()], dim=1)
            alike = _normal(_squares(after, places)) @ wanted
            place = places[alike.argmax()][None]
    return (place[0] / pictures[0].shape[-1]).numpy()


def _squares(picture: Tensor, places: Tensor) -> Tensor:
    """The pixels [P, n] around places [P, 2] in pixels."""
    line = torch.arange(-PATCH, PATCH + 1.0)
    y, x = torch.meshgrid(line, line, indexing="ij")
    points = places[:, None].float() + torch.stack([x.flatten(), y.flatten()], dim=1)
    grid = points / picture.shape[-1] * 2 - 1
    sampled = F.grid_sample(picture[None], grid[None], padding_mode="border", align_corners=False)
    return sampled[0].permute(1, 0, 2).flatten(1)


def _normal(pixels: Tensor) -> Tensor:
    return F.normalize(pixels - pixels.mean(dim=1, keepdim=True), dim=1)


def trial(
    generator: Generator, judge: AttributeNetwork, number: int, random: np.random.Generator
) -> dict[str, float | str]:
    """One pull, and how far from its target the point ends, in pixels."""
    ws = seed_ws(generator, [FIRST_SEED + number], PSI)
    with torch.no_grad():
        picture = generator.synthesize(ws).clamp(-1, 1)
        read = dict(zip(judge.names, judge.predict(picture)[0], strict=True))
    name = POINTS[number % len(POINTS)]
    start = np.array(landmark(name, float(random.choice([-1, 1])), read), np.float32)
    angle = random.uniform(0, 2 * np.pi)
    target = start + TENTH * np.array([np.cos(angle), np.sin(angle)], np.float32)
    clock, began = time.perf_counter(), time.process_time()
    handle = Handle((float(start[0]), float(start[1])), (float(target[0]), float(target[1])))
    steps = list(_in_time(drag(generator, ws[0].numpy(), [handle]), began + SECONDS))
    seconds, cpu, last = time.perf_counter() - clock, time.process_time() - began, steps[-1]
    with torch.no_grad():
        seen = [*steps[:-1:SEEN], last]
        after = [generator.synthesize(torch.from_numpy(x.ws)[None]).clamp(-1, 1)[0] for x in seen]
    there = followed([picture[0], *after], start)
    size = generator.spec.resolution
    return {
        "point": name,
        "steps": last.done,
        "seconds": seconds,
        "processor": cpu,
        "tracked": float(np.linalg.norm(np.array(last.places[0]) - target)) * size,
        "followed": float(np.linalg.norm(there - target)) * size,
    }


def _in_time(steps: Iterator[Drag], end: float) -> Iterator[Drag]:
    for step in steps:
        yield step
        if time.process_time() > end:
            return


def main(trials: int) -> None:
    """Print each trial and the shares that arrived."""
    generator = open_model("portraits").generator
    folder = Path(str(files("resources"))) / "evaluation"
    judge = AttributeNetwork.load(folder / "portraits-judge-2.safetensors")
    random = np.random.default_rng(0)
    results = []
    for number in range(trials):
        results.append(trial(generator, judge, number, random))
        print(json.dumps(results[-1]), flush=True)
    for who in ("tracked", "followed"):
        errors = np.array([float(result[who]) for result in results])
        arrived = int((errors <= NEAR).sum())
        print(
            f"{who}: {arrived} of {trials} within {NEAR:g} pixels, median {np.median(errors):.2f}"
        )
    for unit in ("seconds", "processor"):
        taken = [float(result[unit]) for result in results]
        print(f"{unit}: median {np.median(taken):.2f}, most {max(taken):.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=50)
    main(parser.parse_args().trials)
