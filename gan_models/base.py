"""The one contract that every generator keeps, and the errors of the package.

The errors, each with a message that names the file or value and the remedy::

    GanvasError
    ├── ModelLoadError      a file is no model that can be opened
    ├── DirectionError      a direction that the open model does not have, or that does not fit
    ├── DataError           pictures or labels that cannot be trained on
    └── TrainingError       a run that cannot start, go on or be resumed
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

import numpy as np
import torch
from torch import Tensor, nn

NoiseMode = Literal["const", "random", "none"]
NOISE_MODES: tuple[NoiseMode, ...] = get_args(NoiseMode)


class GanvasError(Exception):
    """Something that the user can understand and mend; its message is one clear sentence."""


class ModelLoadError(GanvasError):
    """A file is no model that can be opened."""


class DirectionError(GanvasError):
    """A direction is unknown to the open model or does not fit it."""


class DataError(GanvasError):
    """Pictures or labels cannot be used."""


class TrainingError(GanvasError):
    """A training run cannot start, go on or be resumed."""


@dataclass(frozen=True)
class Spec:
    """What a generator is; panels and commands follow it and know no family by name."""

    family: str
    z_dim: int
    w_dim: int
    num_ws: int
    resolution: int
    label_dim: int = 0
    channels: int = 3
    has_mapping: bool = True
    """False where `w` is `z`: no truncation, no style mixing."""
    has_noise: bool = True
    ws_resolutions: tuple[int, ...] = ()
    """The resolution in pixels at which each row of `ws` acts, coarse to fine."""
    draft_resolutions: tuple[int, ...] = ()
    """Resolutions at which `synthesize` can stop early, ascending, the full one last."""


@dataclass(frozen=True, eq=False)
class Direction:
    """A named way to go in W, bound to one generator.

    `vector` is float32 [w_dim]; strength 1 moves the named attribute by about one standard
    deviation over random pictures. It acts on rows `layers[0]` to `layers[1] - 1` of `ws`.
    """

    name: str
    vector: np.ndarray
    layers: tuple[int, int]
    source: str = ""
    limit: float = 3.0
    """The strength, to either side, up to which pictures stay good."""
    facts: Mapping[str, Any] = field(default_factory=dict)


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

    def truncate(self, ws: Tensor, psi: float, cutoff: int | None = None) -> Tensor:
        """Draw the first `cutoff` rows of `ws` towards the mean (StyleGAN, section B)."""
        if psi == 1.0 or not self.spec.has_mapping:
            return ws
        rows = ws.shape[1] if cutoff is None else cutoff
        near = torch.lerp(self.w_avg.to(ws), ws[:, :rows], psi)
        return torch.cat([near, ws[:, rows:]], dim=1)


def seed_to_z(seed: int, z_dim: int) -> Tensor:
    """The latent [1, z_dim] that a seed (0 to 2**32 - 1) means, the same as in other GAN tools."""
    draw = np.random.RandomState(seed).randn(1, z_dim)
    return torch.from_numpy(draw).to(torch.float32)
