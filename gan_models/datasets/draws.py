"""Random numbers that a seed decides alone, whatever else is drawn in the same batch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]


class Draws:
    """Random columns [N] from a counter-based hash, so that no seed depends on another."""

    def __init__(self, seeds: Sequence[int], stream: int) -> None:
        keys = np.array([int(seed) & 0xFFFFFFFFFFFFFFFF for seed in seeds], dtype=np.uint64)
        self._keys = mix_bits(keys + np.array([stream], np.uint64) * np.uint64(0xD1342543DE82EF95))
        self._count = 0

    def uniform(self, low: float = 0.0, high: float = 1.0) -> Column:
        """Draw evenly between two numbers."""
        self._count += 1
        step = np.array([self._count], dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        bits = mix_bits(self._keys + step) >> np.uint64(11)
        draws: Column = low + (high - low) * bits.astype(np.float64) * 2.0**-53
        return draws

    def normal(self, mean: float | Column = 0.0, std: float = 1.0) -> Column:
        """Draw from a bell curve."""
        # Irwin-Hall: four uniforms are bell-shaped with no tail beyond 3.5 deviations.
        total = self.uniform() + self.uniform() + self.uniform() + self.uniform()
        return mean + std * (total - 2.0) * 1.7320508

    def chance(self, probability: float | Column) -> Column:
        """Draw 1 with this probability, else 0."""
        return (self.uniform() < probability).astype(np.float64)


def mix_bits(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Finalise 64 bits (SplitMix64, Steele et al. 2014)."""
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = keys ^ (keys >> np.uint64(31))
    return mixed
