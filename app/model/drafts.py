"""Which resolution a draft gets, by what pictures cost lately."""

from __future__ import annotations

from collections import defaultdict, deque
from statistics import median

BUDGET_MS = 33.0
"""What a picture may cost while a hand is moving: 30 of them a second."""
RECENT = 5
"""Pictures of one resolution that count; older ones may have met a busy machine."""


class DraftPolicy:
    """Chooses the largest resolution of one model that fits the budget."""

    def __init__(self, resolutions: tuple[int, ...], budget_ms: float = BUDGET_MS) -> None:
        self._resolutions = resolutions
        self._budget = budget_ms
        self._times: dict[int, deque[float]] = defaultdict(lambda: deque(maxlen=RECENT))

    def measured(self, resolution: int | None, milliseconds: float) -> None:
        """Take note of what a picture cost; None is the full resolution."""
        if self._resolutions:
            self._times[resolution or self._resolutions[-1]].append(milliseconds)

    def choose(self) -> int | None:
        """The resolution of the next draft; None where the full picture is quick enough.

        Also None where there is but one resolution: drawing it twice would help no one.
        """
        if len(self._resolutions) < 2:
            return None
        for resolution in reversed(self._resolutions):
            if self._expected(resolution) <= self._budget:
                return None if resolution == self._resolutions[-1] else resolution
        return self._resolutions[0]

    def _expected(self, resolution: int) -> float:
        """Milliseconds; a smaller picture never costs more than a larger one did."""
        costs = {size: median(times) for size, times in self._times.items() if times}
        if resolution in costs:
            return min(cost for size, cost in costs.items() if size >= resolution)
        # Not tried yet: half for each halving of the side, which is cautious.
        larger = [cost * resolution / size for size, cost in costs.items() if size > resolution]
        return min(larger, default=0.0)
