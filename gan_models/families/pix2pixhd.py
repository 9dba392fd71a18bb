"""pix2pixHD (Wang et al. 2018): a residual encoder and decoder from label maps to pictures."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.families.class_styles import (
    ClassStyles,
    FeatureEncoder,
    region_means,
    resized,
    spread,
)
from gan_models.families.direct import (
    LabelMapGenerator,
    TableRows,
    label_map_spec,
    one_hot_map,
    table_rows,
)


def _block(channels: int) -> nn.Module:
    """Two convolutions with mirrored edges, each normalised; the caller adds its input."""
    return nn.Sequential(
        nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect"),
        nn.InstanceNorm2d(channels),
        nn.ReLU(),
        nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect"),
        nn.InstanceNorm2d(channels),
    )


def _wide(in_channels: int, out_channels: int) -> nn.Conv2d:
    return nn.Conv2d(in_channels, out_channels, 7, padding=3, padding_mode="reflect")


def _halve(channels: int) -> nn.Conv2d:
    return nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1)


def _double(channels: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(channels, channels // 2, 3, stride=2, padding=1, output_padding=1)


class Trunk(nn.Module):
    """Down, through residual blocks, and up again."""

    def __init__(self, entry: int, features: int, downs: int, blocks: int) -> None:
        super().__init__()
        widths = [features << i for i in range(downs)]
        self.entry = _wide(entry, features)
        self.downs = nn.ModuleList(_halve(width) for width in widths)
        self.blocks = nn.ModuleList(_block(features << downs) for _ in range(blocks))
        self.ups = nn.ModuleList(_double(2 * width) for width in reversed(widths))

    def down(self, x: Tensor) -> Tensor:
        """To the smallest size."""
        for layer in (self.entry, *self.downs):
            x = F.relu(F.instance_norm(layer(x)))
        return x

    def up(self, x: Tensor) -> Tensor:
        """Through the blocks and back to the size at the start."""
        for block in self.blocks:
            x = x + block(x)
        for layer in self.ups:
            x = F.relu(F.instance_norm(layer(x)))
        return x


LOCALS = ("local", "local2", "local3", "local4")
"""Names of the trunks that add detail, coarse to fine."""


class Pix2PixHD(LabelMapGenerator):
    """The generator; with `local_blocks` more trunks add detail, each at twice the resolution.

    With `feature_channels` it has styles: so many features of each class, which the trunks see
    beside the map on all pixels of the class. Unlike the paper's last convolution ours sees them
    too: instance norms take away what all of a picture shares, and so the light that is meant.
    """

    def __init__(
        self,
        *,
        map_classes: int,
        features: int,
        downs: int,
        blocks: int,
        local_blocks: int = 0,
        enhancers: int = 1,
        feature_channels: int = 0,
        channels: int = 3,
        resolution: int = 256,
        class_table: TableRows = (),
    ) -> None:
        config: dict[str, Any] = {
            "map_classes": map_classes,
            "features": features,
            "downs": downs,
            "blocks": blocks,
            "local_blocks": local_blocks,
            "enhancers": enhancers,
            "feature_channels": feature_channels,
            "channels": channels,
            "resolution": resolution,
            "class_table": table_rows(class_table),
        }
        super().__init__(config)
        self.encoder: FeatureEncoder | None = None
        self.styles: ClassStyles | None = None
        if feature_channels:
            self.encoder = FeatureEncoder(channels, feature_channels)
            self.styles = ClassStyles(map_classes, feature_channels)
        entry = map_classes + feature_channels
        self.trunk = Trunk(entry, features, downs, blocks)
        self._locals = LOCALS[:enhancers] if local_blocks else ()
        for name in self._locals:
            features //= 2
            self.add_module(name, Trunk(entry, features, 1, local_blocks))
        self.to_rgb = _wide(features + feature_channels, channels)
        self.spec = label_map_spec(
            "pix2pixhd",
            resolution,
            map_classes,
            channels=channels,
            z_dim=map_classes * feature_channels,
            encodes=feature_channels > 0,
            class_table=class_table,
        )

    def encode(self, pictures: Tensor, layout: Tensor) -> Tensor:
        """The `ws` of pictures for their own maps alone: features that a map lacks are 0."""
        assert self.encoder is not None
        assert self.styles is not None
        return self.styles.coordinates(region_means(self.encoder(pictures), layout)[0])

    def tell(self, pictures: Tensor, layout: Tensor) -> tuple[Tensor, Tensor]:
        """Features [N, classes + 1, k] by class and of whole pictures, and which there are."""
        assert self.encoder is not None
        whole = torch.ones_like(layout[:, :1])  # as one more class
        return region_means(self.encoder(pictures), torch.cat([layout, whole], dim=1))

    def encode_style(self, pictures: Tensor, label_map: Tensor | None = None) -> Tensor:
        """Classes that are not in the map, or all without one, get what the rest lets expect."""
        if self.styles is None:
            return super().encode_style(pictures, label_map)
        size = (self.spec.resolution, self.spec.resolution)
        if label_map is None:
            layout = pictures.new_zeros(len(pictures), self.spec.map_classes, *size)
        else:
            layout = one_hot_map(label_map, self.spec.map_classes, len(pictures))
        features, known = self.tell(
            resized(pictures, size, "bilinear"), resized(layout, size, "nearest")
        )
        return self.styles.coordinates(self.styles.completed(features, known))

    def draw(self, ws: Tensor, layout: Tensor) -> Tensor:
        if self.styles is None:
            return torch.tanh(self.to_rgb(self._detail(layout)))
        planes = spread(self.styles.features(ws), layout).to(layout.dtype)
        x = self._detail(torch.cat([layout, planes], dim=1))
        return torch.tanh(self.to_rgb(torch.cat([x, planes.to(x.dtype)], dim=1)))

    def _detail(self, layout: Tensor) -> Tensor:
        """What the last convolution gives colours, [N, features, H, W]."""
        layouts = [layout]
        for _ in self._locals:
            smaller = F.avg_pool2d(layouts[-1], 3, stride=2, padding=1, count_include_pad=False)
            layouts.append(smaller)
        x = self.trunk.up(self.trunk.down(layouts.pop()))
        for name in self._locals:
            local = self.get_submodule(name)
            assert isinstance(local, Trunk)
            x = local.up(local.down(layouts.pop()) + x)
        return x
