"""The mapping network of the StyleGANs: z (and a label) to w."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from gan_models.layers import FullyConnected, normalize_second_moment


class MappingNetwork(nn.Module):
    """z (and a label) to w: normalise, then fully connected layers that learn slowly.

    The label's embedding is normalised by itself, or where `joint` together with z.
    """

    w_avg: Tensor

    def __init__(
        self,
        z_dim: int,
        label_dim: int,
        w_dim: int,
        num_layers: int,
        lr_multiplier: float = 0.01,
        *,
        layer_features: int | None = None,
        embed_features: int | None = None,
        joint: bool = False,
    ) -> None:
        super().__init__()
        self.num_layers = num_layers
        self.joint = joint
        embedded = (embed_features or w_dim) if label_dim else 0
        if embedded:
            self.embed = FullyConnected(label_dim, embedded)
        widths = [z_dim + embedded, *[layer_features or w_dim] * (num_layers - 1), w_dim]
        for i, (width, out) in enumerate(pairwise(widths)):
            layer = FullyConnected(width, out, activate=True, lr_multiplier=lr_multiplier)
            setattr(self, f"fc{i}", layer)
        self.register_buffer("w_avg", torch.zeros(w_dim))

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        parts = [z.float()]
        if hasattr(self, "embed"):
            if label is None:
                raise ValueError("this generator is conditional and needs a label")
            parts.append(self.embed(label.float()))
        if self.joint:
            parts = [torch.cat(parts, dim=1)]
        return self.layers(torch.cat([normalize_second_moment(part) for part in parts], dim=1))

    def layers(self, x: Tensor) -> Tensor:
        """The fully connected layers, fc0 and on."""
        for i in range(self.num_layers):
            x = getattr(self, f"fc{i}")(x)
        return x
