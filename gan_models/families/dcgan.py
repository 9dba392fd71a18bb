"""DCGAN (Radford et al. 2015): transposed convolutions from z to a picture.

The first makes a small square of z, as a dense layer would; each other one doubles its side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import NoiseMode, Spec
from gan_models.families.direct import DirectGenerator

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
    "selu": F.selu,
}


class DCGAN(DirectGenerator):
    """The generator; `widths` are z_dim, the feature maps from coarse to fine, and the colours.

    `start` is the side in pixels of the first square. "selu" goes without batch norm. Classes are
    embedded into as many numbers as z has, beside it.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int],
        bias: bool = False,
        start: int = 4,
        activation: str = "relu",
        dropout: float = 0.0,
        label_dim: int = 0,
    ) -> None:
        config: dict[str, Any] = {
            "widths": list(widths),
            "bias": bias,
            "start": start,
            "activation": activation,
            "dropout": dropout,
            "label_dim": label_dim,
        }
        super().__init__(config)
        z_dim, *rest = widths
        self.activate, self.dropout = ACTIVATIONS[activation], dropout
        w_dim = 2 * z_dim if label_dim else z_dim
        if label_dim:
            self.embed = nn.Embedding(label_dim, z_dim)
        first = nn.ConvTranspose2d(w_dim, rest[0], start, bias=bias)
        others = [nn.ConvTranspose2d(a, b, 4, 2, 1, bias=bias) for a, b in pairwise(rest)]
        self.convs = nn.ModuleList([first, *others])
        normal = [] if activation == "selu" else rest[:-1]
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in normal)
        resolution = start * 2 ** len(others)
        self.spec = Spec(
            family="dcgan",
            z_dim=z_dim,
            w_dim=w_dim,
            num_ws=1,
            resolution=resolution,
            label_dim=label_dim,
            channels=rest[-1],
            has_mapping=False,
            has_noise=False,
            ws_resolutions=(start,),
            draft_resolutions=(resolution,),
        )

    def embed_label(self, label: Tensor) -> Tensor:
        return label @ self.embed.weight

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002  # the family has no noise
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        x = ws[:, 0, :, None, None]
        for number, conv in enumerate(self.convs[:-1]):
            x = conv(x)
            if self.norms:
                x = self.norms[number](x)
            x = self.activate(x)
            if self.dropout:
                x = F.dropout(x, self.dropout, self.training)
        return torch.tanh(self.convs[-1](x))
