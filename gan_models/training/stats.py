"""The figures of a run between two lines of stats.jsonl."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

import torch
from torch import Tensor

from gan_models.training.loop import Trainer


class StatsWindow:
    """Means of the figures of the steps since the last line of stats."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self._restart()

    def _restart(self) -> None:
        self.started = time.monotonic()
        self.first = self.trainer.pictures
        self.steps = 0
        self.values: dict[str, list[Tensor]] = {}

    def add(self, figures: Mapping[str, Tensor]) -> None:
        """Note the figures of a step: still on the device, which need not wait for them."""
        self.steps += 1
        for name, value in figures.items():
            self.values.setdefault(name, []).append(value)

    def close(self) -> dict[str, float]:
        """The means, and what is true at this moment."""
        trainer, seconds = self.trainer, max(time.monotonic() - self.started, 1e-9)
        config = trainer.config
        means = {
            name: float(torch.stack(values).float().mean()) for name, values in self.values.items()
        }
        means.pop("real_sign", None)
        held_out = trainer.held_out_logits()
        if held_out is not None:
            means["held_out_logits"] = held_out
        means["learning_rate"] = config.learning_rate
        means["discriminator_rate"] = config.discriminator_rate or config.learning_rate
        if config.augment:
            means["augment_p"] = config.augment_p
        means["memory_mb"] = _memory_mb(trainer.device)
        means["pictures"] = trainer.pictures
        means["kimg"] = trainer.pictures / 1000
        means["time"] = round(time.time(), 1)
        means["pictures_per_second"] = (trainer.pictures - self.first) / seconds
        self._restart()
        return means


def _memory_mb(device: torch.device) -> float:
    """The most memory that was used so far."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**20
    if sys.platform == "win32":
        return 0.0
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)
