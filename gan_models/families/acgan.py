"""A small convolutional GAN, the layout of the PyTorch-GAN collection's ACGAN and DCGAN.

z and an embedding of the class, where there are classes, become a quarter-size map, which two
upsamplings make a picture.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import NoiseMode, Spec
from gan_models.families.direct import DirectGenerator

EPS = 0.8
"""Of the later normalisations: what was meant as a momentum became this in that collection."""


class ACGAN(DirectGenerator):
    """The generator; `w` is z and the class, or their product where `product`.

    `slope` is that of leaky ReLU below zero.
    """

    def __init__(
        self,
        *,
        z_dim: int,
        label_dim: int,
        embed_features: int,
        side: int,
        width: int = 128,
        narrow: int = 64,
        channels: int = 1,
        product: bool = False,
        slope: float = 0.0,
    ) -> None:
        super().__init__(
            {
                "z_dim": z_dim,
                "label_dim": label_dim,
                "embed_features": embed_features,
                "side": side,
                "width": width,
                "narrow": narrow,
                "channels": channels,
                "product": product,
                "slope": slope,
            }
        )
        self.side, self.product, self.slope = side, product, slope
        w_dim = z_dim if product else z_dim + embed_features
        if label_dim:
            self.embed = nn.Embedding(label_dim, embed_features)
        self.entry = nn.Linear(w_dim, width * side * side)
        self.norm0 = nn.BatchNorm2d(width)
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(width, eps=EPS)
        self.conv2 = nn.Conv2d(width, narrow, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(narrow, eps=EPS)
        self.to_rgb = nn.Conv2d(narrow, channels, 3, padding=1)
        self.spec = Spec(
            family="acgan",
            z_dim=z_dim,
            w_dim=w_dim,
            num_ws=1,
            resolution=4 * side,
            label_dim=label_dim,
            channels=channels,
            has_mapping=False,
            has_noise=False,
            ws_resolutions=(side,),
            draft_resolutions=(4 * side,),
        )

    def map(
        self,
        z: Tensor,
        label: Tensor | None = None,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        ws = super().map(z, label, truncation_psi, truncation_cutoff)
        if not self.product:
            return ws
        latent, embedded = ws.chunk(2, dim=2)
        return latent * embedded

    def embed_label(self, label: Tensor) -> Tensor:
        return label @ self.embed.weight

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002  # the family has no noise
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        x = self.entry(ws[:, 0])
        x = self.norm0(x.reshape(len(x), -1, self.side, self.side))
        for conv, norm in ((self.conv1, self.norm1), (self.conv2, self.norm2)):
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = F.leaky_relu(norm(conv(x)), self.slope)
        return torch.tanh(self.to_rgb(x))
