"""The figures for people: tables in Markdown, which are also easy to read on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gan_models.evaluation.calibration import MARK, WANTED
from gan_models.evaluation.edits import side_effects
from gan_models.evaluation.identity import SAME
from gan_models.evaluation.quality import JUDGED, LOOKED_UP
from gan_models.evaluation.targets import REACHED, SIDE, tally, targets


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table with aligned columns: words to the left, figures to the right."""
    cells = [list(heads), *([_cell(value) for value in row] for row in rows)]
    widths = [max(3, *(len(row[i]) for row in cells)) for i in range(len(heads))]
    lines = [
        "| "
        + " | ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in cells
    ]
    rule = [("-" * width) if i == 0 else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    return [lines[0], "| " + " | ".join(rule) + " |", *lines[1:]]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def markdown(report: Mapping[str, Any]) -> str:
    """The whole report of `evaluate_model`."""
    if "painted" in report:
        return "\n".join(painted_lines(report["painted"])) + "\n"
    lines = quality_lines(report["quality"])
    if "sliders" in report:
        lines += ["", *edit_lines(report)]
    return "\n".join(lines) + "\n"


def quality_lines(quality: Mapping[str, Any]) -> list[str]:
    """How samples compare with real pictures, beside how real pictures compare with others."""
    count = quality["pictures_each"]
    lines = [
        f"Samples at psi 1 (seeds from 0) against {quality['data']}, {count} of each; the column "
        "*real* compares real pictures with others of them, the best that can be had.",
        "",
        *table(["figure", "samples", "real"], _distance_rows(quality)),
    ]
    if "nearest" in quality:
        lines += ["", *_nearest_lines(quality["nearest"])]
    if "attributes" in quality:
        lines += ["", *_attribute_lines(quality["attributes"])]
    return lines


def _nearest_lines(figures: Mapping[str, Any]) -> list[str]:
    drawn, real = figures["samples"], figures["real"]
    return [
        f"Distance to the nearest of {figures['real_pictures']} real pictures: of samples "
        f"{drawn['median']} (median; least {drawn['least']}), of real pictures {real['median']} "
        f"(least {real['least']}). Samples nearer to a real picture than any real one to another: "
        f"{figures['nearer_than_any_real']} of {LOOKED_UP}."
    ]


def _distance_rows(quality: Mapping[str, Any]) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = []
    if "distance" in quality:
        drawn, real = quality["distance"]["samples"], quality["distance"]["real"]
        title = "FD-portraits" if quality["seen_by"] == JUDGED else "Frechet distance"
        rows.append([title, drawn["frechet_distance"], real["frechet_distance"]])
        kernel = [
            f"{x['kernel_distance']:.4f} +- {x['kernel_distance_error']:.4f}" for x in (drawn, real)
        ]
        rows.append(["kernel distance", *kernel])
        rows += [[key, f"{drawn[key]:.3f}", f"{real[key]:.3f}"] for key in ("precision", "recall")]
    patches, least = quality["sliced_wasserstein"], quality["sliced_wasserstein_of_real"]
    for level in patches:
        at = level if level == "mean" else f"{level} px"
        rows.append([f"sliced Wasserstein x 1000, {at}", patches[level], least[level]])
    rows.append(["diversity", f"{quality['diversity']:.3f}", f"{quality['diversity_of_real']:.3f}"])
    return rows


def _attribute_lines(figures: Mapping[str, Any]) -> list[str]:
    distances, least = figures["distance"], figures["distance_of_real"]
    rows = [[name, distances[name], least[name]] for name in distances]
    rows.append(["mean", figures["mean_distance"], figures["mean_distance_of_real"]])
    rates = figures["rates"]
    return [
        "How often rare things occur, as the judge sees it in samples and in real pictures:",
        "",
        *table(
            ["", "samples", "real"],
            [[x, f"{r['samples']:.1%}", f"{r['real']:.1%}"] for x, r in rates.items()],
        ),
        "",
        "Wasserstein-1 distance of each attribute's distribution, in std:",
        "",
        *table(["attribute", "samples", "real"], rows),
    ]


def edit_lines(report: Mapping[str, Any]) -> list[str]:
    """All tables of `evaluate_edits`: targets, responses, and what moves with what."""
    first, last = report["seeds"]
    return [
        f"Edits of {last - first + 1} seeds ({first} to {last}), psi {report['psi']:g}, in "
        "standard deviations (std) over rendered faces; the judge's own errors are taken off side "
        "effects.",
        "",
        *_targets_table(report),
        "",
        *_response_table(report),
        "",
        "Mean move in std at +2 (rows: sliders, columns: attributes), as the judge reads it:",
        "",
        "```",
        *_matrix(report),
        "```",
    ]


def _targets_table(report: Mapping[str, Any]) -> list[str]:
    verdicts = targets(report)
    rows = [_target_row(report, name, verdict) for name, verdict in verdicts.items()]
    heads = ["slider", "reached +2", "room +2", "reached -2", "room -2", "side (mean)"]
    heads += ["side (absolute)", f"identity (share from {SAME:g})", "misses"]
    return [
        "Targets at the marks +2 and -2: *reached*, of the seeds with room for it, the share moved "
        f"by {WANTED:g} std ({REACHED:.0%} wanted); *side*, the untied attribute that moves most, "
        f"by its mean move and by the mean size of its moves (at most {SIDE:g} std); *identity*, "
        f"the mean similarity (at least {SAME:g} for expression, light, pose and glasses).",
        "",
        *table(heads, rows),
        "",
        "Targets met: " + ", ".join(f"{key} {value}" for key, value in tally(verdicts).items()),
    ]


def _target_row(
    report: Mapping[str, Any], name: str, verdict: Mapping[str, Any]
) -> Sequence[object]:
    slider = report["sliders"][name]
    cells: list[object] = [name]
    for mark in (MARK, -MARK):
        figures = slider["marks"][f"{mark:+g}"]
        known = "reached" in figures
        cells += [
            f"{figures[key]:.0%}" if known else ""
            for key in ("reached_of_attainable", "attainable")
        ]
    for key in ("side", "side_absolute"):
        cells.append(f"{verdict[key]['attribute']} {verdict[key]['moved']:+.2f}")
    alike = verdict.get("identity")
    cells.append(f"{alike['mean']:.2f} ({alike['share']:.0%})" if alike else "")
    missed = [key for key, figures in verdict.items() if not figures.get("holds", True)]
    return [*cells, ", ".join(key.replace("_", " ") for key in missed) or "none"]


def _response_table(report: Mapping[str, Any]) -> list[str]:
    heads = ["slider", "rows", "+1", "+2", "+3", "-2", "high", "low", "flip", "monotone"]
    heads += ["gain +2", "gain -2", "perfect +2", "perfect -2"]
    rows = []
    for name, slider in report["sliders"].items():
        start, end = slider["layers"]
        row: list[object] = [name, f"{start}-{end - 1}"]
        if "flip" in slider:
            row += [float(slider["moved"][at][name]) for at in ("+1", "+2", "+3", "-2")]
            row += [f"{slider[key]:.0%}" for key in ("high", "low", "flip", "monotone")]
            marks = [slider["marks"][at] for at in ("+2", "-2")]
            row += [mark.get("gain", "") for mark in marks]
            row += [f"{mark['perfect']:.0%}" if "perfect" in mark else "" for mark in marks]
        else:
            row += ["not an attribute of the judge", *[""] * 11]
        most = list(side_effects(report, name).items())[:3]
        rows.append([*row, ", ".join(f"{other} {value:+.2f}" for other, value in most)])
    return [
        "Mean move in std, and shares of seeds: *high* and *low* stand above and below the middle "
        "of the attribute's range at +3 and -3, *flip* crossed it, *monotone* never fall "
        "back. *gain*: what the judge reads of a perfect edit, which the renderer makes by moving "
        "this attribute alone; where it is far below 1, true moves are larger than those read. "
        "*perfect*: what such an edit gets as *reached*, which is the most that a slider can.",
        "",
        *table([*heads, "moves most besides"], rows),
    ]


def _matrix(report: Mapping[str, Any]) -> list[str]:
    names = report["attributes"]
    lines = [" " * 22 + "".join(f"{name[:7]:>8}" for name in names)]
    for name, slider in report["sliders"].items():
        cells = "".join(f"{slider['moved']['+2'][other]:>8.2f}" for other in names)
        lines.append(f"{name:<22}{cells}")
    return lines


def painted_lines(report: Mapping[str, Any]) -> list[str]:
    """The report of `evaluate_paired` as tables."""
    rows: list[list[object]] = [
        [title, *(f"{report[key][name]:.3f}" for name in ("generated", "true"))]
        for key, title in (
            ("accuracy", "pixel accuracy"),
            ("mean_iou", "mean IoU"),
            ("style_variety", "style variety"),
        )
    ]
    patches, least = report["sliced_wasserstein"], report["sliced_wasserstein_of_real"]
    rows.append(["sliced Wasserstein x 1000", patches["mean"], least["mean"]])
    iou = report["iou"]
    classes = [
        [name, *(f"{iou[kind].get(name, 0.0):.2f}" for kind in ("generated", "true"))]
        for name in iou["true"]
    ]
    lines = [
        f"{report['maps']} label maps that were never trained on, in styles of random seeds, read "
        "back by a network that learned on true pictures; beside them the true pictures.",
        "",
        *table(["figure", "generated", "true"], rows),
        "",
        *table(["IoU", "generated", "true"], classes),
    ]
    if "own_style" in report:
        own, other = report["own_style"]["own"], report["own_style"]["other"]
        lines += [
            "",
            f"A picture drawn again from its map and its own style is {own:.1f} levels of 256 away "
            f"(mean), in the style of another picture {other:.1f}.",
        ]
    return lines
