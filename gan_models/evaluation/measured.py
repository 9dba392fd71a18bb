"""Measurements of sliders as part of a model file, for the window to show under each slider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gan_models.base import Direction, Generator
from gan_models.checkpoints.own import save_generator
from gan_models.evaluation.calibration import MARK
from gan_models.evaluation.edits import side_effects

LEAST = 0.01
"""Side effects below this many std per unit are left out."""


def with_measurements(generator: Generator, report: Mapping[str, Any]) -> None:
    """Put what `evaluate_edits` measured into each direction's facts, under "measured".

    That is {"seeds", "psi", "per_unit", "others", "identity"}: how far the named attribute and
    each other one moves per unit of the slider, in std (the half of -2 to +2, by two), and the
    mean similarity of faces at +2 and -2 with what they were (1: the same).
    """
    first, last = report["seeds"]
    for name, direction in generator.directions.items():
        slider = report["sliders"][name]
        up, down = (slider["moved"][f"{mark:+g}"].get(name) for mark in (MARK, -MARK))
        others = {
            other: round(half / MARK, 3)
            for other, half in side_effects(report, name).items()
            if abs(half / MARK) >= LEAST
        }
        measured: dict[str, Any] = {"seeds": last - first + 1, "psi": report["psi"]}
        if up is not None:
            measured["per_unit"] = round((up - down) / (2 * MARK), 3)
        measured["others"] = others
        if slider["identity"]:
            measured["identity"] = {
                at: slider["identity"][at]["mean"] for at in (f"{MARK:+g}", f"{-MARK:+g}")
            }
        generator.directions[name] = _with_fact(direction, measured)


def _with_fact(direction: Direction, measured: Mapping[str, Any]) -> Direction:
    return replace(direction, facts={**direction.facts, "measured": dict(measured)})


def write_measured(path: Path, generator: Generator, report: Mapping[str, Any]) -> None:
    """Write `generator`, as it is stored, with the measurements in it."""
    with_measurements(generator, report)
    save_generator(path, generator)
