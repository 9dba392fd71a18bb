"""How well, and how fast, held-out portraits are found in the bundled model.

    python -m benchmarks.projection --portraits 100 --out projection.json
    python -m benchmarks.projection --photos FOLDER --portraits 0

Prints a row for each way to project: residual, mean difference of pixels (of 255), identity, how
far smile +2 moves smile as a share of how far it moves it on random faces, and seconds. Random
faces are not truncated, as projected ones are not; `smile_07` compares with faces at psi 0.7, which
are nearer to the mean and smile more readily.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from app.core.alignment import centre_crop, cut
from app.core.models import BUNDLED, cache_folder
from app.core.photos import photo_files, read_photo
from gan_models.base import Generator
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.edits import edited
from gan_models.evaluation.networks import as_floats
from gan_models.evaluation.portraits import portraits_network
from gan_models.evaluation.samples import seed_ws
from gan_models.files import file_sha256
from gan_models.progress import finish
from gan_models.projection.aids import known_aids, quick_aids
from gan_models.projection.project import Projected, fit_target, project
from gan_models.projection.settings import ProjectionSettings
from gan_models.registry import load_generator

FIRST_SEED = 2_500_000_000
"""Of portraits on which nothing was trained, chosen or calibrated."""
RANDOM_SEEDS = range(1_000_000, 1_000_100)
WAYS = {
    "encoder": ProjectionSettings("encoder"),
    "w": ProjectionSettings("w"),
    "w+": ProjectionSettings("w+"),
    "w, tuned": ProjectionSettings("w", tune=True),
    "w+, tuned": ProjectionSettings("w+", tune=True),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portraits", type=int, default=100)
    parser.add_argument("--photos", type=Path, nargs="*", default=[])
    parser.add_argument("--way", choices=WAYS, action="append")
    parser.add_argument("--steps", type=int, default=ProjectionSettings.steps)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    generator = load_generator(BUNDLED["portraits"]).requires_grad_(False)
    targets = pictures(given.portraits, given.photos, generator.spec.resolution)
    ways = {way: WAYS[way] for way in given.way or WAYS}
    report = measure(generator, targets, ways, given.steps)
    if given.out:
        given.out.write_text(json.dumps(report, indent=1))


def pictures(portraits: int, photos: Sequence[Path], size: int) -> Tensor:
    """Held-out portraits, or photos, [N, 3, size, size]."""
    from gan_models.datasets.portraits import render, sample

    parts = []
    if portraits:
        faces = render(sample(range(FIRST_SEED, FIRST_SEED + portraits)), size)
        parts.append(as_floats(faces))
    for path in photo_files(photos):
        photo = read_photo(path)
        square = np.asarray(cut(photo, centre_crop(*photo.size), size)).transpose(2, 0, 1)
        parts.append(as_floats(square[None]))
    return torch.cat(parts)


def measure(
    generator: Generator, targets: Tensor, ways: dict[str, ProjectionSettings], steps: int
) -> dict[str, Any]:
    """The figures of each way, which are printed as they come."""
    from dataclasses import replace

    aids = known_aids(generator, file_sha256(BUNDLED["portraits"]), cache_folder())
    aids = aids or quick_aids(generator)
    judge = finish(portraits_network("judge"))
    usual = {
        name: float(smile_gain(generator, judge, seed_ws(generator, RANDOM_SEEDS, psi)).mean())
        for name, psi in (("smile", 1.0), ("smile_07", 0.7))
    }
    print(f"{len(targets)} pictures, {steps} steps, {torch.get_num_threads()} threads")
    report: dict[str, Any] = {}
    for way, settings in ways.items():
        rows = []
        for target in targets:
            found = finish(project(generator, target, replace(settings, steps=steps), aids))
            rows.append(figures(generator, judge, target, found, usual))
        report[way] = {name: spread([row[name] for row in rows]) for name in rows[0]}
        print(way, json.dumps(report[way]), flush=True)
    return report


def figures(
    generator: Generator,
    judge: AttributeNetwork,
    target: Tensor,
    found: Projected,
    usual: dict[str, float],
) -> dict[str, float]:
    """One picture's figures."""
    drawer = found.tuned or generator
    ws = torch.from_numpy(found.ws)[None]
    with torch.no_grad():
        apart = (drawer.synthesize(ws).clamp(-1, 1) - fit_target(target, generator)).abs().mean()
    smile = float(smile_gain(drawer, judge, ws))
    return {
        "residual": found.residual,
        "pixels": float(apart) * 127.5,
        "identity": found.identity or 0.0,
        "likeness": found.likeness.share,
        "seconds": found.seconds,
    } | {name: smile / gain for name, gain in usual.items()}


def smile_gain(generator: Generator, judge: AttributeNetwork, ws: Tensor) -> Tensor:
    """How far smile +2 moves what the judge reads as smile, in std, [N]."""
    column = judge.index("smile")
    with torch.no_grad():
        read = [
            judge.standardise(judge.predict(generator.synthesize(x).clamp(-1, 1)))[:, column]
            for x in (ws, edited(generator, ws, generator.directions["smile"], 2.0))
        ]
    return read[1] - read[0]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Mean, median and the twentieths at both ends."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    named = {"mean": np.mean(values), "5%": low, "median": middle, "95%": high}
    return {name: round(float(value), 4) for name, value in named.items()}


if __name__ == "__main__":
    start = time.perf_counter()
    main()
    print(f"{time.perf_counter() - start:.0f} s")
