"""How a run is doing, in plain words: a pure function of what its folder holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

Lines = Sequence[Mapping[str, Any]]

RECENT = 6
"""Lines of stats that count as now."""
SURE = 0.97
"""A discriminator that is right this often has won."""
COLLAPSED = 2.0
"""Samples that are so many times more alike than the data have lost its variety."""
OVERFIT = 0.5
"""Share of the way from real to generated logits at which those of held-out pictures lie, from
which on the discriminator knows its pictures by heart."""
COPIED = 0.6
"""Samples that are nearer to training pictures than this share of how near others are, are
copies."""
PATIENCE = 6
"""Snapshots without a better one, after which it has stopped getting better."""


@dataclass(frozen=True)
class Health:
    """A finding by its kind, in words, and what to do."""

    kind: str
    """"starting", "good", "disk full", "nan", "discriminator wins", "collapse", "memorising",
    "overfitting" or "no better"."""
    text: str
    advice: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What the words were made of, for those who word it themselves."""


def best_snapshot(quality: Lines) -> Mapping[str, Any] | None:
    """The line of the snapshot nearest to the data, by sliced Wasserstein distance."""
    measured = [line for line in quality if "sliced_wasserstein" in line]
    return min(measured, key=lambda line: line["sliced_wasserstein"], default=None)


def assess(stats: Lines, quality: Lines, events: Lines) -> Health:
    """The most important thing to know of a run, worst first."""
    if events and events[-1]["kind"] == "disk full":
        return Health(
            "disk full",
            "The disk is full: the run waits until it can write.",
            "Free some space; it goes on by itself.",
        )
    if not stats:
        return Health("starting", "Training has just begun; there are no figures yet.")
    recent = stats[-RECENT:]
    findings = (
        _rolled_back(recent, events),
        _collapse(quality),
        _memorising(quality),
        _discriminator_wins(recent, quality),
        _overfitting(recent),
        _no_better(quality),
    )
    return next((finding for finding in findings if finding), _good(stats, quality))


def _mean(lines: Lines, name: str) -> float | None:
    values = [line[name] for line in lines if line.get(name) is not None]
    return fmean(values) if values else None


def _rolled_back(recent: Lines, events: Lines) -> Health | None:
    since = recent[0]["pictures"]
    found = [e for e in events if e["kind"] == "rolled back" and e["pictures"] >= since]
    if not found:
        return None
    rate = found[-1].get("learning_rate", 0.0)
    return Health(
        "nan",
        f"The losses became infinite; the run went back to its last checkpoint and goes on with "
        f"half the learning rate, {rate:.3g}.",
        "If it happens again, start with a lower learning rate or a larger gamma.",
        {"learning_rate": rate, "times": len(found)},
    )


def _collapse(quality: Lines) -> Health | None:
    if not quality or not quality[-1].get("diversity_of_data"):
        return None
    ratio = quality[-1]["diversity_of_data"] / max(quality[-1]["diversity"], 1e-6)
    if ratio < COLLAPSED or len(quality) < 2:
        return None
    return Health(
        "collapse",
        f"Mode collapse: samples are {ratio:.1f} times more alike than the data.",
        "Go back to an earlier snapshot and lower the learning rate, or choose a loss with a "
        "gradient penalty (wgan-gp, r3gan) or more augmentation.",
        {"ratio": ratio},
    )


def _memorising(quality: Lines) -> Health | None:
    if not quality or not quality[-1].get("nearest_of_held_out"):
        return None
    ratio = quality[-1]["nearest"] / quality[-1]["nearest_of_held_out"]
    if ratio >= COPIED:
        return None
    return Health(
        "memorising",
        f"Memorising: samples are {1 / max(ratio, 1e-6):.1f} times nearer to training pictures "
        "than other pictures of the set are.",
        "Use more pictures or more augmentation, or stop at an earlier snapshot.",
        {"ratio": ratio},
    )


def _discriminator_wins(recent: Lines, quality: Lines) -> Health | None:
    accuracy = _mean(recent, "discriminator_accuracy")
    if accuracy is None or accuracy < SURE or len(recent) < RECENT or _improved(quality, 2):
        return None
    return Health(
        "discriminator wins",
        f"The discriminator wins: it is right about {accuracy:.0%} of the pictures, so the "
        "generator learns little.",
        "Raise gamma, add augmentation, or lower the discriminator's learning rate.",
        {"accuracy": accuracy},
    )


def _overfitting(recent: Lines) -> Health | None:
    names = ("real_logits", "fake_logits", "held_out_logits")
    real, fake, held_out = (_mean(recent, name) for name in names)
    if real is None or fake is None or held_out is None or len(recent) < RECENT:
        return None
    if real - fake < 0.5:
        return None  # nothing is told apart yet
    share = (real - held_out) / (real - fake)
    if share < OVERFIT:
        return None
    return Health(
        "overfitting",
        "The discriminator learns its pictures by heart: it judges held-out pictures "
        f"{share:.0%} of the way to generated ones.",
        "Switch augmentation on or raise its share; more pictures help most.",
        {"share": share},
    )


def _improved(quality: Lines, within: int) -> bool:
    """Whether one of the last snapshots is the best."""
    best = best_snapshot(quality)
    return best is not None and any(best is line for line in quality[-within:])


def _no_better(quality: Lines) -> Health | None:
    best = best_snapshot(quality)
    if best is None or len(quality) <= PATIENCE or _improved(quality, PATIENCE):
        return None
    kimg = best["pictures"] / 1000
    return Health(
        "no better",
        f"No snapshot has been better than the one at {kimg:g} kimg for {PATIENCE} snapshots.",
        "Stop and keep that one, or go on with a lower learning rate.",
        {"kimg": kimg},
    )


def _good(stats: Lines, quality: Lines) -> Health:
    if len(stats) < RECENT:
        return Health("starting", "Training has just begun; look again after a few snapshots.")
    if len(quality) > 1 and _improved(quality, 1):
        return Health("good", "Learning well: the newest snapshot is the best so far.")
    return Health("good", "Learning well: neither side has won, and samples vary as the data do.")
