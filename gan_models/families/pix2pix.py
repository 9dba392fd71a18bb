"""pix2pix (Isola et al. 2017): a U-Net from a label map to a picture."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.families.direct import (
    LabelMapGenerator,
    TableRows,
    label_map_spec,
    table_rows,
)

WIDEST = 8
"""Widths stop doubling at this many times `features`."""
DROPPED = 3
"""Steps up, after the first, that drop half of their maps in training: the paper's noise."""


class Pix2Pix(LabelMapGenerator):
    """The generator: `downs` halvings, as many doublings, and each size handed across.

    Maps whose sides are no multiple of 2**downs are padded to one that is, and the picture is
    cut back.
    """

    def __init__(
        self,
        *,
        map_classes: int,
        features: int = 64,
        downs: int = 7,
        channels: int = 3,
        resolution: int = 128,
        class_table: TableRows = (),
    ) -> None:
        config: dict[str, Any] = {
            "map_classes": map_classes,
            "features": features,
            "downs": downs,
            "channels": channels,
            "resolution": resolution,
            "class_table": table_rows(class_table),
        }
        super().__init__(config)
        widths = [features * min(2**i, WIDEST) for i in range(downs)]
        entries = [map_classes, *widths[:-1]]
        self.downs = nn.ModuleList(
            nn.Conv2d(a, b, 4, 2, 1) for a, b in zip(entries, widths, strict=True)
        )
        exits = [channels, *widths[:-1]]
        # All but the innermost step up also see what came from their own size.
        doubled = [2 * w for w in widths[:-1]] + widths[-1:]
        self.ups = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 4, 2, 1) for a, b in zip(doubled, exits, strict=True)
        )
        # The first and the innermost go unnormalised: a 1 pixel map would become its own mean.
        self.down_norms = nn.ModuleList(nn.BatchNorm2d(w) for w in widths[1:-1])
        self.up_norms = nn.ModuleList(nn.BatchNorm2d(w) for w in widths[:-1])
        self.spec = label_map_spec(
            "pix2pix", resolution, map_classes, channels=channels, class_table=class_table
        )

    def draw(self, ws: Tensor, layout: Tensor) -> Tensor:  # noqa: ARG002  # no style
        height, width = layout.shape[2:]
        grain = 2 ** len(self.downs)
        right, below = -width % grain, -height % grain
        picture = self._through(F.pad(layout, (0, right, 0, below), mode="replicate"))
        return picture[:, :, :height, :width]

    def _through(self, x: Tensor) -> Tensor:
        kept = []
        for level, down in enumerate(self.downs):
            x = down(x if level == 0 else F.leaky_relu(x, 0.2))
            if 0 < level < len(self.downs) - 1:
                x = self.down_norms[level - 1](x)
            kept.append(x)
        innermost = len(self.ups) - 1
        for level in range(innermost, -1, -1):
            if level < innermost:
                x = torch.cat([kept[level], x], dim=1)
            x = self.ups[level](F.relu(x))
            if level:
                x = self.up_norms[level - 1](x)
            if level and innermost - DROPPED <= level < innermost:
                x = F.dropout(x, 0.5, self.training)
        return torch.tanh(x)
