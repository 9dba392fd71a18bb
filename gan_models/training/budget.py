"""Time turned into a length of training, by a short probe."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import torch

from gan_models.base import TrainingError
from gan_models.datasets.arrays import PictureArray
from gan_models.training.config import TrainingConfig
from gan_models.training.paired.trainer import build_trainer
from gan_models.training.workers import Workers

WARM_UP, PROBE = 3, 20
TRAINING_SHARE = 0.93
"""Of the time; the rest goes to snapshots, their figures and checkpoints."""
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def parse_time(text: str) -> float:
    """Seconds of "1h", "90m", "1h30m", "2d" or "45s"; raises TrainingError."""
    compact = text.replace(" ", "").lower()
    parts = re.findall(r"(\d+(?:\.\d+)?)([dhms])", compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise TrainingError(f"{text!r} is no time; write it as 1h, 90m or 1h30m")
    seconds = sum(float(number) * UNITS[unit] for number, unit in parts)
    if seconds <= 0:
        raise TrainingError(f"{text!r} is no time to train in")
    return seconds


def kimg_within(seconds: float, pictures_per_second: float) -> float:
    """How many thousand pictures can be shown in that time."""
    return max(pictures_per_second * seconds * TRAINING_SHARE / 1000, 0.001)


def probe(
    config: TrainingConfig, data: PictureArray, device: torch.device, workers: Workers
) -> float:
    """Pictures per second of a run like this one, by twenty steps that are thrown away.

    A growing network is measured fully grown, where it is slowest and spends most of its time.
    """
    # Without warm-up: it would be all of a short probe, and is little of a run.
    trainer = build_trainer(replace(config, critic_warmup=0), data, device, workers)
    trainer.pictures = round(config.kimg * 1000)
    for _ in range(WARM_UP):
        trainer.step()
    _settle(device)
    started, before = time.perf_counter(), trainer.pictures
    for _ in range(PROBE):
        trainer.step()
    _settle(device)
    rate = (trainer.pictures - before) / (time.perf_counter() - started)
    return workers.told(rate)


def _settle(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
