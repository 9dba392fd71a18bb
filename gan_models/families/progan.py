"""Progressive GAN (Karras et al. 2018, "Progressive Growing of GANs")."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import NoiseMode, Spec
from gan_models.families.direct import DirectGenerator
from gan_models.families.growing import GrownColours, conv2d, he_scaled, upscale_conv2d
from gan_models.layers import SQRT2, normalize_second_moment


class GrownBlock(nn.Module):
    """Two layers of one resolution; the first of all is a product of the latent."""

    def __init__(self, in_channels: int, channels: int, *, first: bool) -> None:
        super().__init__()
        self.first = first
        shape = (channels * 16, in_channels) if first else (channels, in_channels, 3, 3)
        self.weight0 = nn.Parameter(torch.randn(*shape))
        self.weight1 = nn.Parameter(torch.randn(channels, channels, 3, 3))
        self.bias0 = nn.Parameter(torch.zeros(channels))
        self.bias1 = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        if self.first:
            x = F.linear(x, he_scaled(self.weight0, gain=SQRT2 / 4)).unflatten(1, (-1, 4, 4))
        else:
            x = upscale_conv2d(x, self.weight0)
        x = normalize_second_moment(F.leaky_relu(x + self.bias0[:, None, None], 0.2))
        x = conv2d(x, self.weight1) + self.bias1[:, None, None]
        return normalize_second_moment(F.leaky_relu(x, 0.2))


class ProGAN(DirectGenerator):
    """The generator; `widths` are the feature maps at 4, 8, ... pixels.

    The class, if any, is appended to z as it is. `fade` is as in StyleGAN1.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int],
        z_dim: int = 512,
        label_dim: int = 0,
        channels: int = 3,
        fade: float = 0.0,
    ) -> None:
        super().__init__(
            {
                "widths": list(widths),
                "z_dim": z_dim,
                "label_dim": label_dim,
                "channels": channels,
                "fade": fade,
            }
        )
        w_dim = z_dim + label_dim
        self.blocks = nn.ModuleList(
            GrownBlock(into, out, first=not i)
            for i, (into, out) in enumerate(pairwise([w_dim, *widths]))
        )
        self.to_rgb = GrownColours(widths[-2] if widths[1:] else 0, widths[-1], channels, fade)
        resolution = 4 * 2 ** (len(widths) - 1)
        self.spec = Spec(
            family="progan",
            z_dim=z_dim,
            w_dim=w_dim,
            num_ws=1,
            resolution=resolution,
            label_dim=label_dim,
            channels=channels,
            has_mapping=False,
            has_noise=False,
            ws_resolutions=(4,),
            draft_resolutions=(resolution,),
        )

    def embed_label(self, label: Tensor) -> Tensor:
        return label

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002  # the family has no noise
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        before = x = normalize_second_moment(ws[:, 0])
        for block in self.blocks:
            before, x = x, block(x)
        return self.to_rgb(before, x)
