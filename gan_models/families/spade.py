"""SPADE (Park et al. 2019, "Semantic Image Synthesis with Spatially-Adaptive Normalization")."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.families.direct import (
    LabelMapGenerator,
    TableRows,
    label_map_spec,
    table_rows,
)
from gan_models.families.style_encoder import StyleEncoder


class SpatialNorm(nn.Module):
    """Normalise, then scale and shift each pixel by what the label map says (equation 1)."""

    def __init__(
        self, channels: int, map_classes: int, hidden: int, kernel: int, *, batch_norm: bool
    ) -> None:
        super().__init__()
        kind = nn.BatchNorm2d if batch_norm else nn.InstanceNorm2d
        self.norm = kind(channels, affine=False)
        self.shared = nn.Conv2d(map_classes, hidden, kernel, padding=kernel // 2)
        self.gamma = nn.Conv2d(hidden, channels, kernel, padding=kernel // 2)
        self.beta = nn.Conv2d(hidden, channels, kernel, padding=kernel // 2)

    def forward(self, x: Tensor, label_map: Tensor) -> Tensor:
        layout = F.interpolate(label_map, size=x.shape[2:], mode="nearest")
        hidden = F.relu(self.shared(layout))
        # One convolution for both reads what is hidden once.
        weight = torch.cat([self.gamma.weight, self.beta.weight])
        bias = torch.cat([self.gamma.bias + 1, self.beta.bias])  # type: ignore[operator, list-item]
        both = F.conv2d(hidden, weight, bias, padding=self.gamma.padding)
        gamma, beta = both.chunk(2, dim=1)
        return torch.addcmul(beta, self.norm(x), gamma)


class SpadeBlock(nn.Module):
    """Two normalised convolutions around which x goes, itself convolved if the width changes."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        map_classes: int,
        hidden: int,
        kernel: int,
        *,
        batch_norm: bool,
    ) -> None:
        super().__init__()
        middle = min(in_channels, out_channels)
        norm = partial(
            SpatialNorm,
            map_classes=map_classes,
            hidden=hidden,
            kernel=kernel,
            batch_norm=batch_norm,
        )
        self.norm_0 = norm(in_channels)
        self.conv_0 = nn.Conv2d(in_channels, middle, 3, padding=1)
        self.norm_1 = norm(middle)
        self.conv_1 = nn.Conv2d(middle, out_channels, 3, padding=1)
        self.changes = in_channels != out_channels
        if self.changes:
            self.norm_s = norm(in_channels)
            self.conv_s = nn.Conv2d(in_channels, out_channels, 1, bias=False)

    def forward(self, x: Tensor, label_map: Tensor) -> Tensor:
        around = self.conv_s(self.norm_s(x, label_map)) if self.changes else x
        y = self.conv_0(F.leaky_relu(self.norm_0(x, label_map), 0.2))
        return around + self.conv_1(F.leaky_relu(self.norm_1(y, label_map), 0.2))


class SPADE(LabelMapGenerator):
    """The generator: a label map and, where z_dim is not 0, a style z to a picture.

    Three wide blocks, then `ups` that halve the width and double the size; `extra_up` doubles the
    size once more in the middle. `hidden` feature maps stand between the label map and the scales
    that it gives. Pictures have the size of the label map; `resolution` is the size that the
    network was made for. With `encoder_features` a style encoder of that width comes along.
    """

    def __init__(
        self,
        *,
        features: int,
        map_classes: int,
        z_dim: int = 0,
        resolution: int = 256,
        ups: int = 4,
        extra_up: bool = False,
        kernel: int = 3,
        hidden: int = 128,
        batch_norm: bool = True,
        encoder_features: int = 0,
        class_table: TableRows = (),
    ) -> None:
        super().__init__(
            {
                "features": features,
                "map_classes": map_classes,
                "z_dim": z_dim,
                "resolution": resolution,
                "ups": ups,
                "extra_up": extra_up,
                "kernel": kernel,
                "hidden": hidden,
                "batch_norm": batch_norm,
                "encoder_features": encoder_features,
                "class_table": table_rows(class_table),
            }
        )
        wide = 16 * features
        self.extra_up = extra_up
        self.doublings = 1 + ups + extra_up
        side = resolution >> self.doublings
        self.fc: nn.Module
        if z_dim:
            self.fc = nn.Linear(z_dim, wide * side * side)
        else:
            self.fc = nn.Conv2d(map_classes, wide, 3, padding=1)
        widths = [wide] * 4 + [wide >> i for i in range(1, ups + 1)]
        self.blocks = nn.ModuleList(
            SpadeBlock(a, b, map_classes, hidden, kernel, batch_norm=batch_norm)
            for a, b in pairwise(widths)
        )
        self.to_rgb = nn.Conv2d(widths[-1], 3, 3, padding=1)
        self.encoder: StyleEncoder | None = None
        if encoder_features:
            self.encoder = StyleEncoder(z_dim, encoder_features, size=resolution)
        self.spec = label_map_spec(
            "spade",
            resolution,
            map_classes,
            z_dim=z_dim,
            encodes=self.encoder is not None,
            class_table=class_table,
        )

    def encode_style(self, pictures: Tensor, label_map: Tensor | None = None) -> Tensor:
        if self.encoder is None:
            return super().encode_style(pictures, label_map)
        return self.encoder(pictures)[0][:, None]

    def draw(self, ws: Tensor, layout: Tensor) -> Tensor:
        height, width = (max(1, length >> self.doublings) for length in layout.shape[2:])
        if self.spec.z_dim:
            side = self.spec.resolution >> self.doublings
            x = self.fc(ws[:, 0]).reshape(len(ws), -1, side, side)
        else:
            x = self.fc(F.interpolate(layout, size=(height, width), mode="nearest"))
        for number, block in enumerate(self.blocks):
            if number == 1 or number > 2 or (number == 2 and self.extra_up):
                x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = block(x, layout)
        return torch.tanh(self.to_rgb(F.leaky_relu(x, 0.2)))
