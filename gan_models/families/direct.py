"""What generators without a mapping network share: `w` is z, followed by the class, if any.

Those that draw from label maps are among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from gan_models.base import Generator, NoiseMode, Spec
from gan_models.spec import MapClass

TableRows = Sequence[tuple[str, Sequence[int]]]
"""A name and a colour for each class of a label map, as JSON has them."""


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


class LabelMapGenerator(DirectGenerator):
    """A generator of pictures from label maps, whose `ws` are the style, where it has one."""

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002  # these families have no noise
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002
        *,
        label_map: Tensor | None = None,
    ) -> Tensor:
        return self.draw(ws, one_hot_map(label_map, self.spec.map_classes, len(ws)))

    def encode_style(self, pictures: Tensor, label_map: Tensor | None = None) -> Tensor:
        """The `ws` [N, 1, w_dim] of the style of pictures [N, C, H, W] in [-1, 1], of any size.

        `label_map` is the pictures' own, where it is known; some families read more with it. Only
        where `spec.controls` has "style_picture"; raises NotImplementedError elsewhere.
        """
        raise NotImplementedError

    def draw(self, ws: Tensor, layout: Tensor) -> Tensor:
        """Pictures [N, C, H, W] of styles [N, 1, w_dim] and one-hot maps [N, classes, H, W]."""
        raise NotImplementedError


def table_rows(class_table: TableRows) -> list[list[Any]]:
    """The same as JSON values."""
    return [[name, list(colour)] for name, colour in class_table]


def label_map_spec(
    family: str,
    resolution: int,
    map_classes: int,
    channels: int = 3,
    z_dim: int = 0,
    *,
    encodes: bool = False,
    class_table: TableRows = (),
) -> Spec:
    """What generators from label maps have in common; `z_dim` is that of their style.

    `encodes` says whether they can take that style from a picture.
    """
    if class_table and len(class_table) != map_classes:
        raise ValueError(f"a table of {len(class_table)} classes for {map_classes}")
    return Spec(
        family=family,
        z_dim=z_dim,
        w_dim=z_dim,
        num_ws=1,
        resolution=resolution,
        channels=channels,
        has_mapping=False,
        has_noise=False,
        ws_resolutions=(resolution,),
        draft_resolutions=(resolution,),
        controls=("label_map", "style_picture") if encodes else ("label_map",),
        map_classes=map_classes,
        class_table=tuple(
            MapClass(name, (int(r), int(g), int(b))) for name, (r, g, b) in class_table
        ),
    )
