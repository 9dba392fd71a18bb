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
