"""How pictures are to be drawn, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Precision:
    """The types that full pictures and drafts are computed in."""

    full: torch.dtype = torch.float32
    draft: torch.dtype = torch.float32


EXACT = Precision()


@dataclass(frozen=True)
class Plan:
    """How a picture is to be drawn: up to `resolution`, in `dtype`; `full` if nothing is left."""

    resolution: int
    dtype: torch.dtype
    full: bool


@dataclass(frozen=True)
class Report:
    """What the last picture cost, in milliseconds, and what did not have to be computed."""

    plan: Plan
    styles: float
    stages: Mapping[str, float]
    """The stages that were run."""
    hits: int
    """The stages whose state was there."""
    convert: float = 0.0
    """From floats to bytes."""
    note: str = ""
    """What the person should know of it, as a sentence."""
