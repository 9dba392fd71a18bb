"""Sliders that are taught by example, against those that labels fitted: what few marks are worth.

    python -m benchmarks.teaching [--markings 20] [--faces 40]

The judge of attributes plays the person: of a wall of six times as many random pictures it marks
the n with most and the n with least of an attribute. A taught slider goes to +2 on half of the
judged faces and to -2 on the other half. "success" is the share of those with room for it whose
attribute moved by 1.5 std; "cosine" compares with the direction that ridge regression fits to the
readings of all samples, taken along the covariance of w; "others" is how far the other attributes
moved, in std. The label-fitted slider is that of the model file.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from app.core.models import open_model
from gan_models.base import Direction
from gan_models.directions.fitting import ridge
from gan_models.directions.teaching import teach
from gan_models.evaluation.calibration import MARK, WANTED
from gan_models.evaluation.edits import FIRST_SEED, Judges, edited
from gan_models.evaluation.portraits import portraits_network
from gan_models.evaluation.samples import seed_ws
from gan_models.progress import finish

ATTRIBUTES = ("gender", "age", "smile", "glasses", "hair_length", "yaw")
SAMPLES = 1200
WALL = 6
"""Pictures that are looked at for each mark of a side."""


class Bench:
    """The bundled portraits, their judge, and random pictures as the judge reads them."""

    def __init__(self, samples: int, faces: int) -> None:
        self.generator = open_model("portraits").generator
        self.judge = finish(portraits_network("judge"))
        self._judges = Judges(self.judge)
        ws = seed_ws(self.generator, range(samples), 1.0)
        self.w = ws[:, 0].numpy()
        self.read = self.look(ws).numpy()
        self.faces = seed_ws(self.generator, range(FIRST_SEED, FIRST_SEED + faces), 0.7)
        self.base = self.look(self.faces)
        slopes, covariance = ridge(torch.from_numpy(self.w), torch.from_numpy(self.read))
        self.fitted = (slopes @ covariance).numpy()

    def look(self, ws: Tensor) -> Tensor:
        return self._judges.look(self.generator, ws)[0]

    def effect(self, direction: Direction, column: int) -> tuple[float, float, float]:
        """Success, mean move of the attribute for each unit, and that of the others."""
        half = len(self.faces) // 2
        ends = [
            edited(self.generator, self.faces[:half], direction, MARK),
            edited(self.generator, self.faces[half:], direction, -MARK),
        ]
        change = self.look(torch.cat(ends)) - self.base
        way = torch.ones(len(self.faces))
        way[half:] = -1
        low, high = (
            self.judge.standardise(end)[column] for end in (self.judge.low, self.judge.high)
        )
        here = self.base[:, column]
        room = torch.where(way > 0, high - here, here - low)
        moved = change[:, column] * way
        success = float((moved[room >= WANTED] >= WANTED).float().mean())
        others = torch.cat([change[:, :column], change[:, column + 1 :]], dim=1)
        return success, float(moved.mean()) / MARK, float(others.abs().mean()) / MARK

    def taught(self, column: int, count: int, random: np.random.Generator) -> dict[str, float]:
        """What one marking of `count` to a side comes to."""
        wall = random.choice(len(self.w), WALL * count, replace=False)
        order = wall[self.read[wall, column].argsort()]
        more, less = self.w[order[-count:]], self.w[order[:count]]
        lesson = teach("taught", self.w, more, less, self.generator.spec.num_ws)
        success, unit, others = self.effect(lesson.direction, column)
        vector, fitted = lesson.direction.vector, self.fitted[column]
        cosine = float(vector @ fitted / np.linalg.norm(vector) / np.linalg.norm(fitted))
        held = lesson.held_out.right / lesson.held_out.of
        figures = {"cosine": cosine, "success": success, "unit": unit, "others": others}
        return figures | {"held_out": held}


def measure(
    counts: Sequence[int], markings: int, faces: int, attributes: Sequence[str]
) -> dict[str, Any]:
    """For each attribute, the slider of the file and the median taught ones."""
    bench, random = Bench(SAMPLES, faces), np.random.default_rng(0)
    report: dict[str, Any] = {}
    for name in attributes:
        column = bench.judge.index(name)
        success, unit, others = bench.effect(bench.generator.directions[name], column)
        report[name] = {"labels": {"success": success, "unit": unit, "others": others}}
        for count in counts:
            runs = [bench.taught(column, count, random) for _ in range(markings)]
            middle = {key: float(np.median([run[key] for run in runs])) for key in runs[0]}
            middle["of_labels"] = middle["success"] / max(success, 1e-9)
            report[name][f"{count}+{count}"] = middle
        print(name, json.dumps(_rounded(report[name])), flush=True)
    for key in [f"{count}+{count}" for count in counts]:
        shares = [report[name][key]["of_labels"] for name in attributes]
        report[key] = {"median_of_labels": float(np.median(shares))}
    return report


def _rounded(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _rounded(value) for key, value in tree.items()}
    return round(tree, 3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markings", type=int, default=20)
    parser.add_argument("--faces", type=int, default=40)
    parser.add_argument("--attribute", action="append")
    chosen = parser.parse_args()
    names = chosen.attribute or ATTRIBUTES
    print(json.dumps(_rounded(measure((10, 30), chosen.markings, chosen.faces, names)), indent=1))
