"""How far W goes where it is known: edits end where the faces that a model learned from end."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Bounds:
    """The ends of W along axes at right angles to each other.

    Beyond them nothing was ever drawn: hair glows, heads come apart.
    """

    axes: Tensor
    """Float32 [axes, w_dim], each of length 1."""
    low: Tensor
    high: Tensor
    """Float32 [axes]: from where to where w goes along each."""

    def __post_init__(self) -> None:
        ends = self.axes.shape[:1]
        if self.axes.ndim != 2 or self.low.shape != ends or self.high.shape != ends:
            raise ValueError(
                f"bounds of shapes {tuple(self.axes.shape)}, {tuple(self.low.shape)} and "
                f"{tuple(self.high.shape)} do not belong together"
            )

    def held(self, before: Tensor, after: Tensor) -> Tensor:
        """Rows `after` an edit [..., w_dim], taken back to the ends where it left them.

        What was beyond `before` may stay there, and what the axes do not know is free. Where
        nothing was edited, rows stay what they are to the bit.
        """
        axes = self.axes.to(after)
        was, now = before @ axes.t(), after @ axes.t()
        least = torch.minimum(self.low.to(after), was)
        most = torch.maximum(self.high.to(after), was)
        back = (now.clamp(least, most) - now) @ axes
        return torch.where((back != 0).any(dim=-1, keepdim=True), after + back, after)


def within(bounds: Bounds | None, before: Tensor, after: Tensor) -> Tensor:
    """Rows `after` an edit as `Bounds.held` has them; as they are where nothing bounds them."""
    return after if bounds is None or after is before else bounds.held(before, after)
