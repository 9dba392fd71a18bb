"""What a residual means, in words and as a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

Verdict = Literal["typical", "loose", "foreign"]
VERDICTS: dict[Verdict, str] = {
    "typical": "as good as pictures of this kind get",
    "loose": "like it, less closely than pictures of this kind",
    "foreign": "off-domain: expect a likeness, not a copy",
}
TYPICAL, FOREIGN = 0.75, 0.95
"""Quantiles of the residuals of held-out real pictures: up to the first a residual is as good as
they get, beyond the second the picture is of another kind."""


@dataclass(frozen=True)
class Likeness:
    """How alike a projected picture is, `share` 0 (as two random pictures) to 1 (the same)."""

    share: float
    verdict: Verdict
    measured: bool
    """Whether real pictures of the model's kind were measured; else the verdict is a guess."""

    @property
    def words(self) -> str:
        """The verdict in English."""
        return VERDICTS[self.verdict]


@dataclass(frozen=True)
class LikenessScale:
    """Residuals to compare with."""

    unlike: float
    """The median of pairs of random pictures of the model."""
    real: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """For each space, the residuals at `TYPICAL` and `FOREIGN` of real pictures that the model did
    not learn from; empty where none were measured."""

    GUESS = (0.25, 0.45)
    """Shares of `unlike` that stand for them where none were measured: a guess, and said to be one
    (`Likeness.measured`)."""

    def likeness(self, residual: float, space: str) -> Likeness:
        """What a residual that was reached in `space` means."""
        marks = self.real.get(space)
        typical, foreign = marks or (mark * self.unlike for mark in self.GUESS)
        verdict: Verdict = "typical" if residual <= typical else "loose"
        if residual > foreign:
            verdict = "foreign"
        share = min(1.0, max(0.0, 1 - residual / self.unlike))
        return Likeness(share, verdict, marks is not None)

    def to_json(self) -> dict[str, Any]:
        return {"unlike": self.unlike, "real": {k: list(v) for k, v in self.real.items()}}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The reverse of `to_json`."""
        real = {str(k): (float(v[0]), float(v[1])) for k, v in value["real"].items()}
        return cls(float(value["unlike"]), real)
