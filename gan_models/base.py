"""The one contract that every generator keeps; errors and `Spec` come along for convenience."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from gan_models.directions.bounds import Bounds
from gan_models.errors import (
    DataError,
    DirectionError,
    GanvasError,
    ModelLoadError,
    TrainingError,
)
from gan_models.spec import NOISE_MODES, Direction, NoiseMode, Spec

__all__ = [
    "NOISE_MODES",
    "DataError",
    "Direction",
    "DirectionError",
    "GanvasError",
    "Generator",
    "ModelLoadError",
    "NoiseMode",
    "Spec",
    "TrainingError",
    "seed_to_z",
]


class Generator(nn.Module, ABC):
    """Latents in, pictures out.

    `map` and `synthesize` are batch invariant: a picture does not depend on its neighbours.
    """

    spec: Spec

    def __init__(self) -> None:
        super().__init__()
        self.directions: dict[str, Direction] = {}
        self.provenance: dict[str, Any] = {}
        """How the weights were made: data set, recipe, kimg, licence."""
        self.identity: np.ndarray | None = None
        """The ways in W, float32 [K, num_ws, w_dim], that change who is in a picture the most;
        None: nobody measured them."""
        self.bounds: Bounds | None = None
        """How far edits may go; None: as far as anybody likes."""

    @abstractmethod
    def config(self) -> dict[str, Any]:
        """The arguments of the constructor, as JSON values."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """A generator with fresh weights, from what `config` returned."""
        return cls(**config)

    @property
    @abstractmethod
    def w_avg(self) -> Tensor:
        """The mean of W, float32 [w_dim], towards which truncation goes."""

    def class_centre(self, label: Tensor) -> Tensor | None:  # noqa: ARG002  # for those that have it
        """The mean [N, 1, w_dim] of the classes that `label` [N, label_dim] weighs.

        None where all classes share one mean, `w_avg`.
        """
        return None

    def style_weights(self) -> dict[int, Tensor]:
        """For each row of `ws`, the weights [styles, w_dim] of the convolution styles it makes.

        Empty for generators without style affines.
        """
        return {}

    @abstractmethod
    def map(
        self,
        z: Tensor,
        label: Tensor | None = None,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        """`z` [N, z_dim] and one-hot `label` [N, label_dim] to `ws` [N, num_ws, w_dim].

        Truncation: w_avg + psi (w - w_avg) on the first `truncation_cutoff` rows (None: all).
        """

    @abstractmethod
    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",
        noise_seed: int | None = 0,
        resolution: int | None = None,
    ) -> Tensor:
        """`ws` [N, num_ws, w_dim] to pictures [N, channels, H, W], float32 in about [-1, 1].

        `noise_mode` "random" draws one noise for all pictures from `noise_seed`, or a fresh one
        for each picture where that is None. `resolution` stops early, at one of
        `spec.draft_resolutions`, for a draft of that size.
        """

    def truncate(
        self, ws: Tensor, psi: float, cutoff: int | None = None, centre: Tensor | None = None
    ) -> Tensor:
        """Draw the first `cutoff` rows of `ws` towards the mean (StyleGAN, section B).

        `centre` [N, 1, w_dim] replaces the mean, such as by those of the pictures' classes.
        """
        if psi == 1.0 or not self.spec.has_mapping:
            return ws
        rows = ws.shape[1] if cutoff is None else cutoff
        mean = (self.w_avg if centre is None else centre).to(ws)
        near = torch.lerp(mean, ws[:, :rows], psi)
        return torch.cat([near, ws[:, rows:]], dim=1)


def seed_to_z(seed: int, z_dim: int) -> Tensor:
    """The latent [1, z_dim] that a seed (0 to 2**32 - 1) means, the same as in other GAN tools."""
    draw = np.random.RandomState(seed).randn(1, z_dim)
    return torch.from_numpy(draw).to(torch.float32)
