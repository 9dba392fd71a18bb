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
UNMEASURED = "how near real pictures of its kind come to this model was not measured"
TYPICAL, FOREIGN = 0.75, 0.95
"""Quantiles of the residuals of held-out real pictures: up to the first a residual is as good as
they get, beyond the second the picture is of another kind."""


@dataclass(frozen=True)
class Likeness:
    """How alike a projected picture is, `share` 0 (as two random pictures) to 1 (the same)."""

    share: float
    verdict: Verdict | None = None
    """None where no real pictures of the model's kind were measured, to compare with."""

    @property
    def words(self) -> str:
        """The verdict in English."""
        return VERDICTS[self.verdict] if self.verdict else UNMEASURED


@dataclass(frozen=True)
class LikenessScale:
    """Residuals to compare with."""

    unlike: float
    """The median of pairs of random pictures of the model."""
    real: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """For each space, the residuals at `TYPICAL` and `FOREIGN` of real pictures that the model did
    not learn from; empty where none were measured."""

    def likeness(self, residual: float, space: str) -> Likeness:
        """What a residual that was reached in `space` means."""
        share = min(1.0, max(0.0, 1 - residual / self.unlike))
        if space not in self.real:
            return Likeness(share)
        typical, foreign = self.real[space]
        if residual > foreign:
            return Likeness(share, "foreign")
        return Likeness(share, "typical" if residual <= typical else "loose")

    def to_json(self) -> dict[str, Any]:
        return {"unlike": self.unlike, "real": {k: list(v) for k, v in self.real.items()}}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The reverse of `to_json`."""
        real = {str(k): (float(v[0]), float(v[1])) for k, v in value["real"].items()}
        return cls(float(value["unlike"]), real)
