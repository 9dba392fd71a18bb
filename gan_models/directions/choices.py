"""What a direction file may leave open, said without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gan_models.errors import DirectionError

Space = Literal["z", "w"]
Arrangement = Literal["rows", "columns", "layers"]


@dataclass(frozen=True)
class Choices:
    """What a person says of a file: in which space, how its arrays lie, on which layers."""

    space: Space | None = None
    arrangement: Arrangement | None = None
    layers: tuple[int, int] | None = None


class UnclearError(DirectionError):
    """A file can be read in several ways; `asks` says what decides between them."""

    def __init__(self, message: str, asks: str, rows: int = 1, width: int = 0) -> None:
        super().__init__(message)
        self.asks = asks
        """ "space", "arrangement" or "layers"."""
        self.rows, self.width = rows, width
