"""A picture with what it cost, said without torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

Ask = Callable[[], bool]
"""Asked between two blocks: whether something newer waits, so that a full picture gives way."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """uint8 [H, W, 3], and how it came about."""

    picture: np.ndarray
    full: bool = True
    """Whether this is as good as it gets; a draft is smaller or less exact."""
    precision: str = "float32"
    stages: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds of mapping, styles, each block that was computed, and the conversion."""
    hits: int = 0
    """Blocks that did not have to be computed."""

    @property
    def blocks(self) -> dict[str, float]:
        """Milliseconds of the blocks alone."""
        others = ("mapping", "styles", "convert")
        return {name: ms for name, ms in self.stages.items() if name not in others}

    @property
    def size(self) -> int:
        """The longer side in pixels."""
        return max(self.picture.shape[:2])
