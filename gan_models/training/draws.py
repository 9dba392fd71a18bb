"""Randomness as a function of the step: nothing of it has to be saved for an exact resume.

What all processes draw alike (latents, pictures, mirroring) comes from one generator, of which each
process takes its share; what each draws for itself (noise, augmentation, dropout) from torch's
default generator.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from gan_models.training.workers import Workers


def _seed(*numbers: int) -> int:
    """Well mixed: neighbouring steps must not begin alike."""
    return int(np.random.SeedSequence(numbers).generate_state(2, np.uint32).view(np.uint64)[0] >> 1)


class Draws:
    """The random numbers of one step of one run, the same in any number of processes."""

    def __init__(self, seed: int, workers: Workers, device: torch.device) -> None:
        self.seed, self.workers, self.device = seed, workers, device
        self.source = torch.Generator()

    def begin(self, step: int, attempt: int) -> None:
        """Start the numbers of a step; another attempt gets others than the one that failed."""
        self.source.manual_seed(_seed(self.seed, attempt, step))
        torch.manual_seed(_seed(self.seed, attempt, step, 1 + self.workers.rank))

    def normal(self, count: int, width: int) -> Tensor:
        """This process' share of [count, width]."""
        return self._own(torch.randn(count, width, generator=self.source))

    def uniform(self, count: int) -> Tensor:
        """In [0, 1), this process' share of [count]."""
        return self._own(torch.rand(count, generator=self.source))

    def integers(self, low: int, high: int, count: int) -> Tensor:
        """From `low` up to but not `high`, this process' share of [count], on the CPU."""
        return self.workers.share(torch.randint(low, high, (count,), generator=self.source))

    def _own(self, values: Tensor) -> Tensor:
        return self.workers.share(values).to(self.device, non_blocking=True)
