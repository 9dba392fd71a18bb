"""Whether sliders do what they should: each figure of the report beside its target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_models.datasets.portraits import MOMENT
from gan_models.evaluation.calibration import MARK
from gan_models.evaluation.edits import side_effects
from gan_models.evaluation.identity import SAME

REACHED = 0.95
"""Share of the seeds that have room for it whose attribute shall move by `WANTED` at the mark."""
SIDE = 0.25
"""How far, in std, an attribute that is not tied to the slider's may move at the mark."""


def targets(report: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """For each slider its figures at the marks, the worse of +2 and -2, and which targets hold.

    `reached`: of the seeds that have room for it, the share that moved by `WANTED`. `side` and
    `side_absolute`: the untied attribute that moves most, by its mean move and by the mean size of
    its moves. `identity`: of what belongs to the moment, not to the person.
    """
    return {name: _targets(report, name) for name in report["sliders"]}


def _targets(report: Mapping[str, Any], name: str) -> dict[str, Any]:
    slider = report["sliders"][name]
    free = [other for other in side_effects(report, name) if other not in slider["tied"]]
    marks = [slider["marks"][f"{mark:+g}"] for mark in (MARK, -MARK)]
    result: dict[str, Any] = {}
    for key, moves in (("side", "others"), ("side_absolute", "others_absolute")):
        worst = max(((mark[moves][x], x) for mark in marks for x in free), key=lambda m: abs(m[0]))
        result[key] = {"attribute": worst[1], "moved": worst[0], "holds": abs(worst[0]) <= SIDE}
    if "reached" in marks[0]:
        share = min(mark["reached_of_attainable"] for mark in marks)
        result["reached"] = {"share": share, "holds": share >= REACHED}
    if slider["identity"]:
        alike = [slider["identity"][f"{mark:+g}"] for mark in (MARK, -MARK)]
        similar = min(x["mean"] for x in alike)
        result["identity"] = {"mean": similar, "share": min(x["share"] for x in alike)}
        if name in MOMENT:
            result["identity"]["holds"] = similar >= SAME
    return result


def tally(verdicts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """How many sliders meet each target, as "12 of 15"."""
    keys = ("reached", "side", "side_absolute", "identity")
    judged = {
        key: [v[key]["holds"] for v in verdicts.values() if "holds" in v.get(key, {})]
        for key in keys
    }
    return {key: f"{sum(holds)} of {len(holds)}" for key, holds in judged.items() if holds}
