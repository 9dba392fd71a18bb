"""What a generator is, said without torch, so that a window is drawn before torch is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np

NoiseMode = Literal["const", "random", "none"]
NOISE_MODES: tuple[NoiseMode, ...] = get_args(NoiseMode)

COARSE, MIDDLE = 8, 32
"""Up to these resolutions layers are coarse and middle (StyleGAN, section 3.1)."""


PORTRAIT_SETS = ("portraits", "portraits-half-apart")
"""The sets of faces that our own renderer draws."""


def shows_portraits(data: object) -> bool:
    """Whether pictures are such faces, by what is told of their source."""
    return isinstance(data, Mapping) and data.get("name") in PORTRAIT_SETS


@dataclass(frozen=True)
class MapClass:
    """What a pixel of a label map can be."""

    name: str
    colour: tuple[int, int, int]
    """Of the legend and of coloured maps, sRGB."""


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
    controls: tuple[str, ...] = ()
    """What else `synthesize` takes, by keyword: "transform", an inverse matrix [3, 3] that moves
    the picture; "label_map", classes [N, H, W] or weights of classes [N, map_classes, H, W].
    "style_picture" is none of these: it says that `encode_style` can take a style from one."""
    map_classes: int = 0
    """Classes of a label map; 0 where the generator draws from latents alone."""
    class_table: tuple[MapClass, ...] = ()
    """Their names and colours; empty where the model does not tell."""
    has_identity: bool = False
    """Whether it is known what changes who is in a picture, so that sliders can leave it."""


def layer_parts(spec: Spec) -> tuple[range, range, range]:
    """The rows of the coarse, middle and fine layers."""
    sizes = spec.ws_resolutions
    if not sizes:
        third, rest = spec.num_ws // 3, spec.num_ws
        return range(third), range(third, 2 * third), range(2 * third, rest)
    coarse = sum(size <= COARSE for size in sizes)
    middle = sum(size <= MIDDLE for size in sizes)
    return range(coarse), range(coarse, middle), range(middle, len(sizes))


@dataclass(frozen=True, eq=False)
class Direction:
    """A named way to go in W, bound to one generator.

    `vector` is float32 [w_dim], one step for all rows, or [num_ws, w_dim], one for each; strength
    1 moves the named attribute by about one standard deviation over random pictures. It acts on
    rows `layers[0]` to `layers[1] - 1` of `ws`.
    """

    name: str
    vector: np.ndarray
    layers: tuple[int, int]
    source: str = ""
    limit: float = 3.0
    """The strength, to either side, up to which pictures stay good."""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def step(self, layers: tuple[int, int]) -> np.ndarray:
        """What strength 1 adds to the rows of `layers`: [w_dim] or [rows, w_dim]."""
        return self.vector if self.vector.ndim == 1 else self.vector[slice(*layers)]

    @property
    def moves(self) -> dict[str, float]:
        """What strength 1 moves, in std of each attribute, its own first; empty: not measured.

        `evaluate --write` puts it into model files, without what is too small to matter.
        """
        measured = self.facts.get("measured")
        if not isinstance(measured, Mapping):
            return {}
        own = {self.name: measured["per_unit"]} if "per_unit" in measured else {}
        return own | dict(measured.get("others", {}))

    @property
    def alike(self) -> float | None:
        """How alike a face stays at strength 2, 1 for the same; None: not measured."""
        measured = self.facts.get("measured")
        identity = measured.get("identity") if isinstance(measured, Mapping) else None
        return min(identity.values()) if identity else None
