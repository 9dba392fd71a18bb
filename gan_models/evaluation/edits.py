"""What each slider moves, as a second network sees it that took no part in fitting.

The report is plain values, ready for JSON. Attributes are in standard deviations ("std") over the
pictures that the judge learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gan_models.base import Direction, DirectionError, Generator
from gan_models.directions.bounds import within
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.calibration import MARK, WANTED, of_perfect_edit, without_errors
from gan_models.evaluation.embedding import EmbeddingNetwork
from gan_models.evaluation.identity import SAME
from gan_models.evaluation.samples import seed_ws, synthesize_batches
from gan_models.progress import Job, Step

STRENGTHS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
FIRST_SEED = 1_000_000
"""Judged seeds start here, away from those that people look at while they choose settings."""
SEEDS = 1000
RESPONSE_SEEDS = 200
"""How many of them are also judged at the strengths other than 2, which are many pictures."""
FALL_BACK = 0.1
"""A response counts as monotone if it never falls back by more than this, in std."""
NEAR = 0.5
"""A face this near to the end of an attribute's range, in std, has arrived there."""


@dataclass(frozen=True)
class Judges:
    """Who looks at edits: the reader of attributes, and the one who knows people again."""

    attributes: AttributeNetwork
    identity: EmbeddingNetwork | None = None

    def look(self, generator: Generator, ws: Tensor) -> tuple[Tensor, Tensor | None]:
        """Attributes [N, L] in std of the pictures of `ws`, and who is in them [N, dim]."""
        read, known = [], []
        for pictures in synthesize_batches(generator, ws):
            read.append(self.attributes.standardise(self.attributes.predict(pictures)))
            if self.identity is not None:
                known.append(self.identity.embed(pictures))
        return torch.cat(read), torch.cat(known) if known else None


def evaluate_edits(
    generator: Generator,
    judge: AttributeNetwork,
    identity: EmbeddingNetwork | None = None,
    *,
    seeds: int = SEEDS,
    psi: float = 0.7,
    strengths: Sequence[float] = STRENGTHS,
) -> Job[dict[str, Any]]:
    """Move every slider of `generator` and report what the judges see.

    All `seeds` are moved to the marks at +2 and -2, the first `RESPONSE_SEEDS` to all strengths.
    """
    if not generator.directions:
        raise DirectionError("the model has no directions to evaluate; make some with `discover`")
    judges = Judges(judge, identity)
    ws = seed_ws(generator, range(FIRST_SEED, FIRST_SEED + seeds), psi)
    levels = sorted({*strengths, 0.0, MARK, -MARK})
    base, who = judges.look(generator, ws)
    sliders: dict[str, Any] = {}
    total, done = len(generator.directions) * len(levels), 0
    for name, direction in generator.directions.items():
        seen: dict[float, Tensor] = {}
        alike: dict[float, Tensor] = {}
        for level in levels:
            some = ws if abs(level) == MARK else ws[:RESPONSE_SEEDS]
            moved, known = (base, who)
            if level:
                moved, known = judges.look(generator, edited(generator, some, direction, level))
            seen[level] = moved - base[: len(moved)]
            if known is not None and who is not None:
                alike[level] = (known * who[: len(known)]).sum(dim=1)
            done += 1
            yield Step(done, total, f"judging {name}")
        sliders[name] = _slider_report(judge, direction, base, seen, alike)
    return {
        "seeds": [FIRST_SEED, FIRST_SEED + seeds - 1],
        "psi": psi,
        "strengths": levels,
        "attributes": list(judge.names),
        "judge_r2": judge.r2,
        "identity_network": identity.facts if identity else {},
        "spread": _by_name(judge.names, base.std(dim=0)),
        "sliders": sliders,
    }


def edited(generator: Generator, ws: Tensor, direction: Direction, strength: float) -> Tensor:
    """`ws` moved along a direction on the rows of its layer range, within the model's bounds."""
    start, end = direction.layers
    step = torch.from_numpy(direction.step((start, end))).to(ws) * strength
    moved = torch.cat([ws[:, :start], ws[:, start:end] + step, ws[:, end:]], dim=1)
    return within(generator.bounds, ws, moved)


def _slider_report(
    judge: AttributeNetwork,
    direction: Direction,
    base: Tensor,
    seen: Mapping[float, Tensor],
    alike: Mapping[float, Tensor],
) -> dict[str, Any]:
    """Figures of one slider: the changes that were `seen` [N, L] and how `alike` [N] faces stay."""
    report: dict[str, Any] = {
        "layers": list(direction.layers),
        "tied": [name for name in direction.facts.get("tied", ()) if name in judge.names],
        "moved": {f"{at:+g}": _by_name(judge.names, x.mean(dim=0)) for at, x in seen.items()},
        "moved_absolute": {
            f"{at:+g}": _by_name(judge.names, x.abs().mean(dim=0)) for at, x in seen.items()
        },
        "identity": {f"{at:+g}": _identity(x) for at, x in alike.items()},
        "marks": {f"{at:+g}": _mark(judge, direction, at, base, seen[at]) for at in (MARK, -MARK)},
    }
    if direction.name in judge.names:
        report |= _response(judge, direction.name, base, seen)
    return report


def _identity(alike: Tensor) -> dict[str, float]:
    return {"mean": round(float(alike.mean()), 3), "share": _share(alike >= SAME)}


def _mark(
    judge: AttributeNetwork, direction: Direction, mark: float, base: Tensor, change: Tensor
) -> dict[str, Any]:
    """How far the attribute and the others moved at a mark, the judge's errors taken off."""
    signed, absolute = without_errors(
        judge, direction.name, mark, change.mean(dim=0), change.abs().mean(dim=0)
    )
    others = [name for name in judge.names if name != direction.name]
    moved, paced = _by_name(judge.names, signed), _by_name(judge.names, absolute)
    report: dict[str, Any] = {
        "others": {name: moved[name] for name in others},
        "others_absolute": {name: paced[name] for name in others},
    }
    if direction.name in judge.names:
        column = judge.index(direction.name)
        report |= _reach(judge, column, mark, base[:, column], change[:, column])
        report |= of_perfect_edit(judge, direction.name, mark)
    return report


def _reach(
    judge: AttributeNetwork, column: int, mark: float, base: Tensor, change: Tensor
) -> dict[str, float]:
    """Shares of seeds that moved by `WANTED`, that could (the range ends), and that arrived."""
    low, high = (judge.standardise(end)[column] for end in (judge.low, judge.high))
    room, moved = (high - base, change) if mark > 0 else (base - low, -change)
    could, did = room >= WANTED, moved >= WANTED
    return {
        "reached": _share(did),
        "attainable": _share(could),
        "reached_of_attainable": _share(did[could]),
        "arrived": _share(did | (moved >= room - NEAR)),
    }


def _response(
    judge: AttributeNetwork, name: str, base: Tensor, seen: Mapping[float, Tensor]
) -> dict[str, float]:
    """How the attribute answers over all strengths, on the seeds that were moved to each."""
    column = judge.index(name)
    count = min(map(len, seen.values()))
    curve = torch.stack([base[:count, column] + x[:count, column] for x in seen.values()])
    ends = [judge.standardise(end)[column] for end in (judge.low, judge.high)]
    report = _ends(curve > sum(ends) / 2, list(seen).index(0.0))
    report["monotone"] = _share((curve.diff(dim=0) > -FALL_BACK).all(dim=0))
    return report


def _ends(above: Tensor, zero: int) -> dict[str, float]:
    """Shares of seeds [levels, N] that stand above and below the middle of the attribute's range.

    `high`: above at the high end; `low`: below at the low end; `flip`: those that crossed to the
    side where they did not begin.
    """
    begins, low, high = above[zero], ~above[0], above[-1]
    return {
        "high_before": _share(begins),
        "high": _share(high),
        "low": _share(low),
        "flip": _share(torch.where(begins, low, high)),
    }


def _share(flags: Tensor) -> float:
    return round(float(flags.float().mean()), 4) if len(flags) else 0.0


def _by_name(names: Sequence[str], values: Tensor) -> dict[str, float]:
    return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}


def side_effects(report: Mapping[str, Any], name: str) -> dict[str, float]:
    """What else a slider moves, largest first: half of the change from -2 to +2, in std."""
    marks = report["sliders"][name]["marks"]
    up, down = marks[f"{MARK:+g}"]["others"], marks[f"{-MARK:+g}"]["others"]
    half = {other: (up[other] - down[other]) / 2 for other in up}
    return dict(sorted(half.items(), key=lambda item: -abs(item[1])))
