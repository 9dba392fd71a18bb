"""The style encoder of SPADE: what light and season a picture has, as one vector."""

from __future__ import annotations

from itertools import pairwise

import torch.nn.functional as F
from torch import Tensor, nn


class StyleEncoder(nn.Module):
    """Pictures to the mean and log variance of their style (Park et al. 2019, appendix A).

    Six strided convolutions, so that pictures of any size are first brought to `size`. Unlike the
    paper's they are not normalised: that would take away the very light that is looked for.
    """

    def __init__(self, z_dim: int, features: int = 64, size: int = 256, channels: int = 3) -> None:
        super().__init__()
        self.size = size
        widths = [channels, *(features * min(2**i, 8) for i in range(6))]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, 2, 1) for a, b in pairwise(widths))
        side = size
        for _ in self.convs:
            side = (side + 1) // 2
        flat = widths[-1] * side * side
        self.mean = nn.Linear(flat, z_dim)
        self.log_variance = nn.Linear(flat, z_dim)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """[N, C, H, W] in [-1, 1] to mean and log variance, [N, z_dim] each."""
        x = pictures
        if x.shape[2:] != (self.size, self.size):
            x = F.interpolate(x, (self.size, self.size), mode="bilinear", align_corners=False)
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.2)
        x = x.flatten(1)
        return self.mean(x), self.log_variance(x)
