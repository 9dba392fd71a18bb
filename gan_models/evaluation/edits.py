"""What each slider moves, as a second network sees it that took no part in fitting.

The report is plain values, ready for JSON. Attributes are in standard deviations ("std") over the
pictures that the judge learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan_models.base import Direction, DirectionError, Generator
from gan_models.engine import Engine
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.portraits import portraits_network
from gan_models.evaluation.quality import evaluate_samples
from gan_models.evaluation.samples import seed_ws, synthesize_batches
from gan_models.progress import Job, Step
from gan_models.registry import load_generator

STRENGTHS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
FIRST_SEED = 1_000_000
"""Judged seeds start here, away from those that people look at while they choose settings."""
FALL_BACK = 0.1
"""A response counts as monotone if it never falls back by more than this, in std."""


def evaluate_edits(
    generator: Generator,
    judge: AttributeNetwork,
    *,
    seeds: int = 500,
    psi: float = 0.7,
    strengths: Sequence[float] = STRENGTHS,
) -> Job[dict[str, Any]]:
    """Move every slider of `generator` over `seeds` faces and report what the judge sees."""
    if not generator.directions:
        raise DirectionError("the model has no directions to evaluate; make some with `discover`")
    ws = seed_ws(generator, range(FIRST_SEED, FIRST_SEED + seeds), psi)
    levels = sorted({*strengths, 0.0})
    total = len(generator.directions) * len(levels)
    base, sliders = _judge(generator, judge, ws), {}
    for number, (name, direction) in enumerate(generator.directions.items()):
        seen = []
        for level in levels:
            moved = _judge(generator, judge, edited(ws, direction, level)) if level else base
            seen.append(moved)
            done = number * len(levels) + len(seen)
            yield Step(done, total, f"judging {name}")
        sliders[name] = _slider_report(judge, direction, levels, torch.stack(seen))
    return {
        "seeds": [FIRST_SEED, FIRST_SEED + seeds - 1],
        "psi": psi,
        "strengths": levels,
        "attributes": list(judge.names),
        "judge_r2": judge.r2,
        "spread": _by_name(judge.names, judge.standardise(base).std(dim=0)),
        "sliders": sliders,
    }


def evaluate_model(
    model: str | Path, judge: str | Path | None = None, *, seeds: int = 500, psi: float = 0.7
) -> Job[dict[str, Any]]:
    """All figures of a model of portraits: its samples against renders, and its edits.

    Without a file for `judge`, one is trained on rendered portraits the first time, which takes
    some minutes on two processor cores, and is kept in the user's cache folder.
    """
    generator = load_generator(model)
    network = yield from portraits_network("judge", None if judge is None else Path(judge))
    quality = yield from evaluate_samples(generator)
    edits = yield from evaluate_edits(generator, network, seeds=seeds, psi=psi)
    return {"model": str(model), "quality": quality, **edits}


def edited(ws: Tensor, direction: Direction, strength: float) -> Tensor:
    """`ws` moved along a direction on the rows of its layer range."""
    start, end = direction.layers
    step = torch.from_numpy(direction.step((start, end))).to(ws) * strength
    return torch.cat([ws[:, :start], ws[:, start:end] + step, ws[:, end:]], dim=1)


def _judge(generator: Generator, judge: AttributeNetwork, ws: Tensor) -> Tensor:
    """Attributes [N, L] in label units of the pictures of `ws`."""
    return torch.cat([judge.predict(part) for part in synthesize_batches(generator, ws)])


def _slider_report(
    judge: AttributeNetwork, direction: Direction, levels: Sequence[float], seen: Tensor
) -> dict[str, Any]:
    """Figures of one slider from what was `seen` [levels, N, L], in label units."""
    change = judge.standardise(seen) - judge.standardise(seen[levels.index(0.0)])
    report: dict[str, Any] = {
        "layers": list(direction.layers),
        "moved": {
            f"{level:+g}": _by_name(judge.names, change[i].mean(dim=0))
            for i, level in enumerate(levels)
        },
        "moved_absolute": {
            f"{level:+g}": _by_name(judge.names, change[i].abs().mean(dim=0))
            for i, level in enumerate(levels)
        },
    }
    if direction.name in judge.names:
        column = judge.index(direction.name)
        middle = (judge.low[column] + judge.high[column]) / 2
        report |= _ends(seen[:, :, column] > middle, levels.index(0.0))
        steps = change[:, :, column].diff(dim=0)
        report["monotone"] = _share((steps > -FALL_BACK).all(dim=0))
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
    return round(float(flags.float().mean()), 4)


def _by_name(names: Sequence[str], values: Tensor) -> dict[str, float]:
    return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}


def side_effects(report: Mapping[str, Any], name: str, strength: float = 2.0) -> dict[str, float]:
    """What else a slider moves, largest first: half of the change from -strength to +strength."""
    moved = report["sliders"][name]["moved"]
    up, down = moved[f"{strength:+g}"], moved[f"{-strength:+g}"]
    half = {other: (up[other] - down[other]) / 2 for other in up if other != name}
    return dict(sorted(half.items(), key=lambda item: -abs(item[1])))


def table(report: Mapping[str, Any]) -> str:
    """The report for people: how each slider works, then the matrix of what it moved at +2."""
    first, last = report["seeds"]
    lines = [
        f"{last - first + 1} seeds ({first} to {last}), psi {report['psi']}; "
        "moved: std of the attribute at +1, +2, +3; shares of seeds in percent",
        "",
        f"{'slider':<22}{'layers':>8}{'+1':>7}{'+2':>7}{'+3':>7}"
        f"{'high':>6}{'low':>6}{'flip':>6}{'mono':>6}  moves most besides",
    ]
    lines += [_slider_line(report, name) for name in report["sliders"]]
    lines += ["", "mean change in std at +2 (rows: sliders, columns: attributes)", ""]
    names = report["attributes"]
    lines.append(" " * 22 + "".join(f"{name[:7]:>8}" for name in names))
    for name, slider in report["sliders"].items():
        cells = "".join(f"{slider['moved']['+2'][other]:>8.2f}" for other in names)
        lines.append(f"{name:<22}{cells}")
    return "\n".join(lines)


def _slider_line(report: Mapping[str, Any], name: str) -> str:
    slider = report["sliders"][name]
    start, end = slider["layers"]
    line = f"{name:<22}{f'{start}-{end}':>8}"
    if "flip" in slider:
        moved = [slider["moved"][strength][name] for strength in ("+1", "+2", "+3")]
        shares = [slider[key] * 100 for key in ("high", "low", "flip", "monotone")]
        line += "".join(f"{x:>7.2f}" for x in moved) + "".join(f"{x:>6.0f}" for x in shares)
    else:
        line += f"{'not an attribute of the judge':>45}"
    most = list(side_effects(report, name).items())[:3]
    return line + "  " + ", ".join(f"{other} {value:+.2f}" for other, value in most)


def strips(
    generator: Generator,
    direction: Direction,
    seeds: Sequence[int],
    strengths: Sequence[float] = STRENGTHS,
    psi: float = 0.7,
) -> np.ndarray:
    """uint8 [len(seeds) H, len(strengths) W, 3]: one row a seed, one column a strength."""
    ws = seed_ws(generator, seeds, psi)
    engine = Engine(generator, cache_bytes=0)
    columns = []
    for strength in strengths:
        pictures = engine.synthesize(edited(ws, direction, strength))
        columns.append(torch.cat(list(pictures), dim=1))
    sheet = torch.cat(columns, dim=2).expand(3, -1, -1).permute(1, 2, 0)
    return (sheet * 127.5 + 128).clamp(0, 255).to(torch.uint8).cpu().numpy()
