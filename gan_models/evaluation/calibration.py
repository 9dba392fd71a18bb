"""How wrong the judge is: what it reads where the renderer moved one attribute and nothing else.

Such a perfect edit moves every other reading by zero in truth. What the judge sees move there is
its own error, and is taken off what it sees a generator's edit move.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from gan_models.datasets.portraits import render, sample
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.progress import Job, Step

FIRST_SEED = 2_400_000_000
MARK = 2.0
"""The strength at which edits are judged, in standard deviations."""
WANTED = 1.5
"""How far, in std, a slider shall move its attribute at the mark."""


def judge_errors(judge: AttributeNetwork, people: int = 100) -> Job[dict[str, Any]]:
    """What `judge` reads in perfect edits of each attribute by +2 and -2 standard deviations.

    For each attribute and strength: the `true` mean move of it, and the mean moves that are read
    of all attributes, `signed` and `absolute`, in std; `reached`: of the faces with room for it,
    the share that is read to move by `WANTED`. Nothing is moved beyond its range.
    """
    faces = sample(range(FIRST_SEED, FIRST_SEED + people))
    base = judge.predict(render(faces, judge.size))
    errors: dict[str, Any] = {}
    for number, name in enumerate(judge.names):
        column = judge.index(name)
        spread = float(judge.std[column])
        low, high = float(judge.low[column]), float(judge.high[column])
        before = faces.column(name)
        errors[name] = {}
        for mark in (MARK, -MARK):
            after = torch.clamp(before + mark * spread, low, high)
            read = judge.predict(render(faces.replace(**{name: after}), judge.size))
            change = (read - base) / judge.std
            errors[name][f"{mark:+g}"] = {
                "true": round(float((after - before).mean()) / spread, 3),
                "signed": _rounded(change.mean(dim=0)),
                "absolute": _rounded(change.abs().mean(dim=0)),
                "reached": _reached(judge, column, mark, base[:, column], change[:, column]),
            }
        yield Step(number + 1, len(judge.names), "measuring the judge's errors")
    return errors


def _reached(
    judge: AttributeNetwork, column: int, mark: float, before: Tensor, change: Tensor
) -> float:
    """The most that can be asked of a slider, as this judge reads; 0 where no face has room."""
    low, high = ((end[column] - before) / judge.std[column] for end in (judge.low, judge.high))
    could = high >= WANTED if mark > 0 else low <= -WANTED
    did = change[could] * (1 if mark > 0 else -1) >= WANTED
    return round(float(did.float().mean()), 3) if len(did) else 0.0


def _rounded(values: Tensor) -> list[float]:
    return [round(float(value), 3) for value in values]


def without_errors(
    judge: AttributeNetwork, name: str, mark: float, signed: Tensor, absolute: Tensor
) -> tuple[Tensor, Tensor]:
    """Mean moves [L] at `mark` of slider `name`, with the judge's errors taken off.

    The errors of the perfect edit count in proportion to how far the named attribute moved; they
    add to true signed moves, and to true absolute ones as independent noise does, in squares. (A
    mean size is never below the size of the mean.)
    """
    errors = judge.errors.get(name)
    if errors is None:
        return signed, absolute
    perfect = errors[f"{mark:+g}"]
    column = judge.index(name)
    share = float(signed[column] / (perfect["signed"][column] or 1e-6))
    share = min(max(share, 0.0), 1.5)
    bias, noise = torch.tensor(perfect["signed"]), torch.tensor(perfect["absolute"])
    left = (absolute.square() - (share * noise).square()).clamp(min=0).sqrt()
    corrected = signed - share * bias
    return corrected, torch.maximum(left, corrected.abs())


def of_perfect_edit(judge: AttributeNetwork, name: str, mark: float) -> dict[str, float]:
    """What the judge sees of a perfect edit of `name`; nothing where that was not measured.

    `gain`: the share of its mean move; below 1, moves are larger than they are read. `perfect`: the
    share of faces with room for it that are read to move by `WANTED`, the most a slider can get.
    """
    errors = judge.errors.get(name)
    if errors is None:
        return {}
    perfect = errors[f"{mark:+g}"]
    share = perfect["signed"][judge.index(name)] / (perfect["true"] or 1e-6)
    return {"gain": round(share, 2), "perfect": perfect["reached"]}
