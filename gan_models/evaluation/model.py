"""All figures of a model in one report: its samples against real pictures, and its sliders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gan_models.base import DataError, Generator
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.edits import SEEDS, evaluate_edits
from gan_models.evaluation.histograms import attribute_figures
from gan_models.evaluation.identity import identity_network
from gan_models.evaluation.measured import write_measured
from gan_models.evaluation.networks import PictureNetwork
from gan_models.evaluation.paired import evaluate_paired
from gan_models.evaluation.portraits import portraits_network
from gan_models.evaluation.quality import (
    JUDGED,
    draw_samples,
    feature_figures,
    folder_network,
    nearest_figures,
    picture_figures,
)
from gan_models.evaluation.reference import Reference, open_reference, rgb
from gan_models.evaluation.report import markdown
from gan_models.evaluation.samples import seed_ws, synthesize_batches
from gan_models.evaluation.sheets import as_bytes, save_sheet, strips
from gan_models.evaluation.targets import targets
from gan_models.families.direct import LabelMapGenerator
from gan_models.files import write_text
from gan_models.progress import Job
from gan_models.registry import load_generator

SAMPLES = 1000
STRIP_SEEDS = range(4)
MAPS_SHARE = 5
"""A generator from label maps draws one map for so many samples of others: in several styles."""


@dataclass(frozen=True)
class Plan:
    """What is measured: against which pictures, by which networks, on how many seeds."""

    data: str = "portraits"
    """"portraits", or a folder of pictures, plain or prepared for training."""
    features: str = "learned"
    """"learned": seen by a network, our judge or one of the folder's own; "none"."""
    samples: int = SAMPLES
    seeds: int = SEEDS
    """Faces whose edits are judged; 0: no edits."""
    psi: float = 0.7
    judge: Path | None = None


def evaluate_model(
    model: str | Path, plan: Plan = Plan(), *, out: Path | None = None, write: Path | None = None
) -> Job[dict[str, Any]]:
    """Measure a model; see `Plan`.

    `out` is a folder for the report and for sheets to look at; `write` is a model file that
    gets the measurements of its sliders.
    """
    generator = load_generator(model)
    if isinstance(generator, LabelMapGenerator):
        painted = yield from evaluate_paired(generator, plan.samples // MAPS_SHARE, out=out)
        return {"model": str(model), "painted": painted}
    real = yield from open_reference(plan.data, generator.spec.resolution, 2 * plan.samples)
    edits_too = real.portraits and bool(generator.directions) and plan.seeds > 0
    if write is not None and not edits_too:
        raise DataError(
            f"{write} would hold no measurements: sliders are measured on a model of portraits "
            "with directions, against portraits, on at least one seed"
        )
    judge = None
    if real.portraits:
        judge = yield from portraits_network("judge", plan.judge)
    report: dict[str, Any] = {"model": str(model)}
    samples = yield from draw_samples(generator, plan.samples)
    report["quality"], sheet = yield from _quality(samples, real, plan, judge)
    if judge is not None and edits_too:
        identity = yield from identity_network()
        edits = yield from evaluate_edits(
            generator, judge, identity, seeds=plan.seeds, psi=plan.psi
        )
        report |= edits
        report["targets"] = targets(edits)
    if write is not None:
        write_measured(write, generator, report)
    if out is not None:
        _write_folder(out, generator, report, sheet)
    return report


def _quality(
    samples: np.ndarray, real: Reference, plan: Plan, judge: AttributeNetwork | None
) -> Job[tuple[dict[str, Any], np.ndarray | None]]:
    some = real.some(2 * len(samples), samples.shape[-1])
    figures: dict[str, Any] = {"data": real.name, "samples": len(samples)}
    pictures = yield from picture_figures(samples, some)
    figures |= pictures
    if judge is not None:
        count = pictures["pictures_each"]
        figures["attributes"] = attribute_figures(judge, samples, some[:count], some[count:])
    if plan.features == "none":
        return figures, None
    network: PictureNetwork | None = judge
    if network is None:
        network = yield from folder_network(real.pictures)
    figures["seen_by"] = JUDGED if judge else f"a network of {real.name}"
    figures["distance"] = yield from feature_figures(network, samples, some)
    figures["nearest"], sheet = yield from nearest_figures(network, samples, real)
    return figures, sheet


def _write_folder(
    out: Path, generator: Generator, report: Mapping[str, Any], nearest: np.ndarray | None
) -> None:
    """The report as JSON and Markdown, and sheets: samples, nearest pictures, sliders."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_text(out / "report.json", json.dumps(report, indent=1))
        write_text(out / "report.md", markdown(report))
        for psi in (0.7, 1.0):
            ws = seed_ws(generator, range(64), psi)
            parts = [as_bytes(pictures) for pictures in synthesize_batches(generator, ws)]
            save_sheet(out / f"samples-psi-{psi}.png", rgb(np.concatenate(parts)), 8)
        if nearest is not None:
            save_sheet(out / "nearest.png", nearest, 10)
        for name in report.get("sliders", ()):
            moved = strips(generator, generator.directions[name], STRIP_SEEDS)
            save_sheet(out / f"slider-{name}.png", moved, len(moved) // len(STRIP_SEEDS))
    except OSError as error:
        raise DataError(f"{out} cannot be written: {error.strerror}") from None
