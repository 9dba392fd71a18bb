"""The words of recipes and runs, in the language of the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.core.training_runs import BEFORE, RunView

RECIPES = (
    QT_TRANSLATE_NOOP(
        "Recipe", "The default: styles, layers and truncation to explore, and steady on small sets."
    ),
    QT_TRANSLATE_NOOP("Recipe", "Quick look: 32 px, half an hour on a CPU"),
    QT_TRANSLATE_NOOP("Recipe", "An afternoon on a CPU: 64 px"),
    QT_TRANSLATE_NOOP(
        "Recipe", "Overnight on a CPU: 128 px, built-in portraits alone, and their sliders"
    ),
    QT_TRANSLATE_NOOP("Recipe", "An hour on a GPU: 64 px, four times the parameters"),
    QT_TRANSLATE_NOOP("Recipe", "Overnight on a GPU: 128 px, full width"),
    QT_TRANSLATE_NOOP(
        "Recipe",
        "Convolutions from 1024 channels down to the picture. Digits, or tiny faces, in minutes.",
    ),
    QT_TRANSLATE_NOOP(
        "Recipe", "128 pixels without batch norm, by units that normalise themselves."
    ),
    QT_TRANSLATE_NOOP(
        "Recipe", "The classic at 64 pixels. Fast to show something; z alone to explore."
    ),
    QT_TRANSLATE_NOOP(
        "Recipe", "The first one: fully connected layers. For digits and other small grey pictures."
    ),
    QT_TRANSLATE_NOOP(
        "Recipe", "Squared distances to the targets 0 and 1: gentle gradients, DCGAN's networks."
    ),
    QT_TRANSLATE_NOOP(
        "Recipe", "Grows from 4 pixels by doubling. `--loss lsgan` is the other loss of the paper."
    ),
    QT_TRANSLATE_NOOP(
        "Recipe",
        "Real and generated pictures judged in pairs: covers rare kinds of pictures, slower steps.",
    ),
    QT_TRANSLATE_NOOP(
        "Recipe", "A critic whose gradient is kept at 1: hardly ever collapses, five critic steps."
    ),
    QT_TRANSLATE_NOOP(
        "Recipe", "A critic with clipped weights: the loss follows the quality, training is slow."
    ),
    QT_TRANSLATE_NOOP(
        "Recipe", "Paints landscapes from label maps, with a style that a seed or a photo gives."
    ),
    QT_TRANSLATE_NOOP(
        "Recipe",
        "The first of its kind: a U-Net from label maps to pictures, one answer to each map.",
    ),
    QT_TRANSLATE_NOOP(
        "Recipe",
        "Residual blocks and judges at several sizes, and styles: calmer and sharper than pix2pix.",
    ),
)
"""What the recipe files that come along say of themselves."""
STATES: dict[str, object] = {
    "starting": QT_TRANSLATE_NOOP("Run", "Starting…"),
    "preparing": QT_TRANSLATE_NOOP("Run", "Preparing the pictures…"),
    "settling": QT_TRANSLATE_NOOP("Run", "The discriminator learns alone first…"),
    "running": QT_TRANSLATE_NOOP("Run", "Training"),
    "paused": QT_TRANSLATE_NOOP("Run", "Paused"),
    "stopped": QT_TRANSLATE_NOOP("Run", "Stopped; it can be resumed"),
    "finished": QT_TRANSLATE_NOOP("Run", "Finished"),
    "failed": QT_TRANSLATE_NOOP("Run", "Failed"),
    "cancelled": QT_TRANSLATE_NOOP("Run", "Cancelled before it began; nothing was kept"),
    "died": QT_TRANSLATE_NOOP("Run", "The process ended unexpectedly"),
}
HEALTH: dict[str, tuple[object, object]] = {
    "starting": (
        QT_TRANSLATE_NOOP("Run", "Training has just begun; there are no figures yet."),
        "",
    ),
    "good": (
        QT_TRANSLATE_NOOP("Run", "Learning well: neither side has won, and samples vary."),
        "",
    ),
    "disk full": (
        QT_TRANSLATE_NOOP("Run", "The disk is full: the run waits until it can write."),
        QT_TRANSLATE_NOOP("Run", "Free some space; it goes on by itself."),
    ),
    "nan": (
        QT_TRANSLATE_NOOP(
            "Run", "The losses became infinite; the run went back and halved its learning rate."
        ),
        QT_TRANSLATE_NOOP(
            "Run", "If it happens again, start with a lower learning rate or a larger gamma."
        ),
    ),
    "collapse": (
        QT_TRANSLATE_NOOP("Run", "Mode collapse: samples are {0} times more alike than the data."),
        QT_TRANSLATE_NOOP(
            "Run",
            "Choose a recipe with a gradient penalty (WGAN-GP, R3GAN), or an earlier snapshot.",
        ),
    ),
    "memorising": (
        QT_TRANSLATE_NOOP("Run", "Memorising: samples are nearly copies of training pictures."),
        QT_TRANSLATE_NOOP(
            "Run", "Use more pictures or more augmentation, or stop at an earlier snapshot."
        ),
    ),
    "discriminator wins": (
        QT_TRANSLATE_NOOP("Run", "The discriminator wins, so the generator learns little."),
        QT_TRANSLATE_NOOP(
            "Run", "Raise gamma, add augmentation, or lower the discriminator's learning rate."
        ),
    ),
    "overfitting": (
        QT_TRANSLATE_NOOP("Run", "The discriminator knows its training pictures by heart."),
        QT_TRANSLATE_NOOP("Run", "Use more pictures or more augmentation."),
    ),
    "no better": (
        QT_TRANSLATE_NOOP("Run", "It no longer gets better."),
        QT_TRANSLATE_NOOP("Run", "Stop, and keep the best snapshot."),
    ),
}
"""A sentence and its advice for each kind of `Health`."""


def recipe_words(text: str) -> str:
    """What a recipe file says; as it is written there where it is one of the user's own."""
    return QCoreApplication.translate("Recipe", text)


def state_words(view: RunView) -> str:
    """What a run is doing, and why it stopped doing it."""
    words = QCoreApplication.translate("Run", str(STATES.get(view.state, view.state)))
    return f"{words}: {view.problem}" if view.problem else words


def progress_words(view: RunView) -> str:
    """How far a run is; nothing where that is not known."""
    if not view.total:
        return ""
    if view.state in BEFORE:
        return f"{100 * view.pictures // view.total} %"
    return QCoreApplication.translate("Run", "{0} of {1} kimg").format(
        f"{view.pictures / 1000:.3g}", f"{view.total / 1000:.4g}"
    )


def health_words(view: RunView) -> tuple[str, str]:
    """How a run is doing, and what to do; nothing of one that has taken no step."""
    if view.state in (*BEFORE, "cancelled"):
        return "", ""
    text, advice = HEALTH.get(view.health.kind, (view.health.text, view.health.advice))
    ratio = f"{view.health.figures.get('ratio', 0):.1f}"
    said = QCoreApplication.translate("Run", str(text)).format(ratio)
    return said, QCoreApplication.translate("Run", str(advice)) if advice else ""


def event_words(event: Mapping[str, Any]) -> str:
    """What was changed at a point of a run; empty for what charts do not mark."""
    translate = QCoreApplication.translate
    kind = event.get("kind")
    if kind == "changed":
        changes = (f"{name} = {value}" for name, value in event.get("settings", {}).items())
        return translate("Run", "Changed: {0}").format(", ".join(changes))
    if kind == "rolled back":
        return translate("Run", "Losses became infinite: rolled back, learning rate halved")
    if kind == "rewound":
        return translate("Run", "Rewound from {0} kimg").format(event.get("left", 0) / 1000)
    if kind == "refused":
        return translate("Run", "Refused: {0}").format(event.get("text", ""))
    return ""


def facts_words(view: RunView) -> str:
    """Where a run is computed, and what it takes."""
    translate = QCoreApplication.translate
    parts = [view.device]
    if view.memory_mb:
        parts.append(translate("Run", "{0} of memory").format(bytes_words(view.memory_mb * 2**20)))
    if view.disk_bytes:
        disk = translate("Run", "{0} on the disk, {1} free")
        parts.append(disk.format(bytes_words(view.disk_bytes), bytes_words(view.free_bytes)))
    return " · ".join(filter(None, parts))


def bytes_words(count: float) -> str:
    """As "38 MB"."""
    units = ("MB", "GB", "TB")
    size = count / 1e6
    for unit in units:
        if size < 1000 or unit == units[-1]:
            break
        size /= 1000
    return f"{size:.0f} {unit}" if size >= 10 else f"{size:.1f} {unit}"


def time_left(seconds: float | None) -> str:
    """How long a run will still take; nothing where that is not known."""
    if seconds is None:
        return ""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return QCoreApplication.translate("Run", "{0} min left").format(minutes)
    hours = QCoreApplication.translate("Run", "{0} h {1} min left")
    return hours.format(minutes // 60, minutes % 60)
