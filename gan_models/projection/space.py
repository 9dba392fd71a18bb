"""Coordinates of W in which one unit is one standard deviation, whichever way it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from gan_models.base import Generator
from gan_models.directions.sampling import random_latents

SAMPLES = 10_000
FLATTEST = 1e-3
"""Directions in which w varies less than this, relative to the largest deviation, are held so."""


@dataclass(frozen=True, eq=False)
class WhitenedSpace:
    """w = mean + spread v, where v [.., dim] of random pictures has unit covariance.

    Without a mapping network only the first `z_dim` entries of w are free; the rest is the class.
    """

    mean: Tensor
    spread: Tensor
    """The symmetric square root of the covariance: unlike principal axes it has no signs or order
    that could differ from computer to computer."""
    inverse: Tensor
    num_ws: int

    @classmethod
    def of(cls, generator: Generator) -> Self:
        """The space of a generator, from the same random latents each time."""
        spec = generator.spec
        free = spec.w_dim if spec.has_mapping else spec.z_dim
        with torch.no_grad():
            w = generator.map(*random_latents(generator, SAMPLES, 1))[:, 0, :free]
        w = w.cpu().double()
        values, axes = torch.linalg.eigh(torch.cov(w.t()).reshape(free, free))
        deviations = values.clamp(min=0).sqrt()
        deviations = deviations.clamp(min=float(deviations[-1]) * FLATTEST)
        parts = (w.mean(dim=0), axes * deviations @ axes.t(), axes / deviations @ axes.t())
        device = generator.w_avg.device
        mean, spread, inverse = (part.float().to(device) for part in parts)
        return cls(mean, spread, inverse, spec.num_ws)

    @property
    def dim(self) -> int:
        return len(self.mean)

    def ws(self, v: Tensor, rest: Tensor) -> Tensor:
        """`ws` [N, num_ws, w_dim] of coordinates [N, 1 or num_ws, dim].

        `rest` [N, 1, w_dim - dim] is the class, where the model has no mapping network.
        """
        free = self.mean + v @ self.spread
        return torch.cat([free, rest.expand(-1, free.shape[1], -1)], dim=2).expand(
            -1, self.num_ws, -1
        )

    def coordinates(self, ws: Tensor) -> tuple[Tensor, Tensor]:
        """The reverse of `ws`: coordinates [N, num_ws, dim], and the rest."""
        free = (ws[..., : self.dim] - self.mean) @ self.inverse
        return free, ws[:, :1, self.dim :]
