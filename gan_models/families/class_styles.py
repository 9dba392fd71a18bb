"""The styles of pix2pixHD: features of each class of a picture, and how those go together.

Wang et al. 2018, section 3.4, average features within instances of objects. Maps here hold classes
alone, so that all pixels of a class in a picture are one region.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH = 16
"""Feature maps of the encoder at full size."""


class FeatureEncoder(nn.Module):
    """Pictures to planes of features in (-1, 1), of the same size.

    Unlike the paper's the convolutions are not normalised: that would take away the very light
    that is looked for. What was seen at each size is added on the way back, for thin regions.
    """

    def __init__(self, channels: int, feature_channels: int) -> None:
        super().__init__()
        widths = [channels, WIDTH, 2 * WIDTH, 4 * WIDTH, 2 * WIDTH, WIDTH, feature_channels]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(widths))

    def forward(self, pictures: Tensor) -> Tensor:
        """[N, channels, H, W] in [-1, 1] to [N, feature_channels, H, W]; sides divide by 4."""
        entry, half, quarter, back, last, colour = self.convs
        full = F.leaky_relu(entry(pictures), 0.2)
        halved = F.leaky_relu(half(F.avg_pool2d(full, 2)), 0.2)
        x = F.leaky_relu(quarter(F.avg_pool2d(halved, 2)), 0.2)
        x = halved + F.interpolate(F.leaky_relu(back(x), 0.2), scale_factor=2.0)
        x = full + F.interpolate(F.leaky_relu(last(x), 0.2), scale_factor=2.0)
        return torch.tanh(colour(x))


def region_means(planes: Tensor, layout: Tensor) -> tuple[Tensor, Tensor]:
    """Planes [N, k, H, W] averaged by class of maps [N, classes, H, W]: [N, classes, k].

    Also returns which classes a map has, [N, classes]; the features of others are 0.
    """
    area = layout.sum(dim=(2, 3))
    sums = torch.einsum("nkhw,nchw->nck", planes, layout)
    return sums / area.clamp(min=1e-6)[:, :, None], area > 0


def spread(features: Tensor, layout: Tensor) -> Tensor:
    """Features [N, classes, k] on the pixels of their classes: [N, k, H, W]."""
    return torch.einsum("nck,nchw->nkhw", features, layout)


class ClassStyles(nn.Module):
    """The coordinates in which the features of all classes of real pictures are standard normal.

    The paper draws the features of each class from clusters of its own. Classes of one picture
    share their light, and drawn apart the sky would be of the night and the grass of noon: here
    one normal distribution holds all of them, and the features of whole pictures besides.
    """

    mean: Tensor
    factor: Tensor

    def __init__(self, classes: int, feature_channels: int) -> None:
        super().__init__()
        self.shape = (classes, feature_channels)
        numbers = (classes + 1) * feature_channels
        self.register_buffer("mean", torch.zeros(numbers))
        self.register_buffer("factor", 0.5 * torch.eye(numbers))
        """Lower triangular; its product with its transpose is the covariance."""

    @property
    def _own(self) -> slice:
        """The classes' part, without the whole pictures'."""
        return slice(self.shape[0] * self.shape[1])

    def features(self, ws: Tensor) -> Tensor:
        """Coordinates [N, 1, w_dim] to features [N, classes, k], within what the encoder says."""
        far = self.mean[self._own] + ws[:, 0] @ self.factor[self._own, self._own].T
        return far.clamp(-1, 1).unflatten(1, self.shape)

    def coordinates(self, features: Tensor) -> Tensor:
        """Features [N, classes, k] to coordinates [N, 1, w_dim]."""
        away = features.flatten(1).float() - self.mean[self._own]
        factor = self.factor[self._own, self._own]
        return torch.linalg.solve_triangular(factor, away.T, upper=False).T[:, None]

    def completed(self, features: Tensor, known: Tensor) -> Tensor:
        """Features [N, classes + 1, k], the whole picture's last, to those of all classes.

        What is not among `known` [N, classes + 1] becomes what the rest lets expect.
        """
        factor, mean = self.factor.double().cpu(), self.mean.double().cpu()
        known = known.cpu().repeat_interleave(self.shape[1], dim=1)
        full, _ = expected(features.flatten(1).double().cpu(), known, mean, factor @ factor.T)
        return full[:, self._own].clamp(-1, 1).to(features).unflatten(1, self.shape)


def expected(
    values: Tensor, known: Tensor, mean: Tensor, covariance: Tensor
) -> tuple[Tensor, Tensor]:
    """What normal variables [N, D] are expected to be where only those of `known` are seen.

    Also returns the covariances [N, D, D] that are left.
    """
    seen = known.to(values.dtype)
    cross = covariance * seen[:, None]
    among = cross * seen[:, :, None] + torch.diag_embed(1 - seen)
    gain = torch.linalg.solve(among, cross.transpose(1, 2)).transpose(1, 2)
    away = ((values - mean) * seen)[:, :, None]
    left = covariance - gain @ cross.transpose(1, 2)
    return torch.where(known, values, mean + (gain @ away)[:, :, 0]), left


def resized(x: Tensor, size: Sequence[int], mode: str) -> Tensor:
    """Pictures or maps [N, C, H, W] at another size, where they are of another."""
    return x if x.shape[2:] == tuple(size) else F.interpolate(x, tuple(size), mode=mode)
