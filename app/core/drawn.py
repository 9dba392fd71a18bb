"""A picture with what it cost, said without torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

SMOOTH = 512
"""Pixels of the longer side that small pictures are enlarged to for the eye, by a cubic: what a
screen adds to that, bilinear, is not seen."""
Ask = Callable[[], bool]
"""Asked between two blocks: whether something newer waits, so that a full picture gives way."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """uint8 [H, W, 3], and how it came about."""

    picture: np.ndarray
    enlarged: np.ndarray | None = None
    """The same in `SMOOTH` pixels, if it is smaller itself."""
    full: bool = True
    """Whether this is as good as it gets; a draft is smaller or less exact."""
    precision: str = "float32"
    stages: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds of mapping, styles, each block that was computed, and the conversion."""
    hits: int = 0
    """Blocks that did not have to be computed."""
    note: str = ""
    """What the person should know of it, as a sentence."""

    @property
    def blocks(self) -> dict[str, float]:
        """Milliseconds of the blocks alone."""
        others = ("mapping", "styles", "convert")
        return {name: ms for name, ms in self.stages.items() if name not in others}

    @property
    def shown(self) -> np.ndarray:
        """What a screen should scale."""
        return self.picture if self.enlarged is None else self.enlarged

    @property
    def size(self) -> int:
        """The longer side in pixels."""
        return max(self.picture.shape[:2])
