"""What generators without a mapping network share: `w` is z, followed by the class, if any."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from gan_models.base import Generator


class DirectGenerator(Generator):
    """A generator of one row of `ws`: z, and after it what `embed_label` makes of the label."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self._config = config

    def config(self) -> dict[str, Any]:
        return dict(self._config)

    @property
    def w_avg(self) -> Tensor:
        """Zeros: z has no other mean, and there is no truncation towards it."""
        return torch.zeros(self.spec.w_dim, device=next(self.parameters()).device)

    def map(
        self,
        z: Tensor,
        label: Tensor | None = None,
        truncation_psi: float = 1.0,  # noqa: ARG002  # there is no W to truncate
        truncation_cutoff: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        if not self.spec.label_dim:
            return z.float()[:, None]
        if label is None:
            raise ValueError("this generator is conditional and needs a label")
        return torch.cat([z.float(), self.embed_label(label.float())], dim=1)[:, None]

    def embed_label(self, label: Tensor) -> Tensor:
        """One-hot [N, label_dim] to [N, w_dim - z_dim]."""
        raise NotImplementedError


def one_hot_map(label_map: Tensor | None, classes: int, batch: int) -> Tensor:
    """A label map as float32 [batch, classes, H, W].

    `label_map` holds class numbers [N or 1, H, W], or is weights of classes already.
    """
    if label_map is None:
        raise ValueError("this generator draws from a label map, and none was given")
    if label_map.ndim == 3:
        numbers = label_map.long().clamp(0, classes - 1)
        label_map = torch.nn.functional.one_hot(numbers, classes).permute(0, 3, 1, 2)
    return label_map.float().expand(batch, -1, -1, -1)
