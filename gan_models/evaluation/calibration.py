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


def judge_errors(judge: AttributeNetwork, people: int = 100) -> Job[dict[str, Any]]:
    """What `judge` reads in perfect edits of each attribute by +2 and -2 standard deviations.

    For each attribute and strength: the `true` mean move of it, and the mean moves that are read
    of all attributes, `signed` and `absolute`, in std. Nothing is moved beyond its range.
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
            }
        yield Step(number + 1, len(judge.names), "measuring the judge's errors")
    return errors


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


def gain(judge: AttributeNetwork, name: str, mark: float) -> float | None:
    """How much of a perfect edit of `name` the judge sees: below 1, moves are larger than read."""
    errors = judge.errors.get(name)
    if errors is None:
        return None
    perfect = errors[f"{mark:+g}"]
    return round(perfect["signed"][judge.index(name)] / (perfect["true"] or 1e-6), 2)
