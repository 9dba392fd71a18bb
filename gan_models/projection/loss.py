"""How far a picture is from the one that is searched for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.evaluation.pyramids import laplacian_pyramid

LARGEST = 256
"""Pixels of a side to which larger pictures are shrunk before they are compared (as StyleGAN2's
projector does): what is finer says little of who it is, and costs most."""
COARSEST = 8
FEATURES = 1.0


class Features(Protocol):
    """A network that looks at RGB pictures [N, 3, H, W] in [-1, 1] and gives maps [N, C, h, w]."""

    def __call__(self, pictures: Tensor) -> Sequence[Tensor]: ...


class PictureLoss:
    """The distance of pictures [N, C, H, W] in [-1, 1] to one target [1, C, H, W].

    The mean absolute difference in each band of a Laplacian pyramid, summed; and, where there are
    networks to look, the squared difference of their unit-length features (Zhang et al. 2018,
    without their learned weights), summed over the maps.
    """

    def __init__(self, target: Tensor, features: Sequence[Features] = ()) -> None:
        self._target = _compared(target)
        self._features = features
        with torch.no_grad():
            self._seen = [_unit(maps(as_rgb(self._target))) for maps in features]

    def __call__(self, pictures: Tensor) -> Tensor:
        """The distances [N]; of what is beyond [-1, 1] only what is shown counts."""
        # The gradient goes straight through, or pixels that are white by mistake would stay so.
        pictures = _compared(pictures + (pictures.clamp(-1, 1) - pictures).detach())
        bands = laplacian_pyramid(pictures - self._target, COARSEST)
        distance = sum((band.abs().mean(dim=(1, 2, 3)) for band in bands), pictures.new_zeros(()))
        for network, target in zip(self._features, self._seen, strict=True):
            maps = _unit(network(as_rgb(pictures)))
            apart = [
                (a - b).square().sum(dim=1).mean(dim=(1, 2))
                for a, b in zip(maps, target, strict=True)
            ]
            distance = distance + FEATURES * torch.stack(apart).mean(dim=0)
        return distance


def _compared(pictures: Tensor) -> Tensor:
    """Pictures of at most `LARGEST` pixels to a side, which can be halved down to `COARSEST`."""
    side = min(pictures.shape[-1], LARGEST)
    side -= side % 2 ** max(0, int(math.log2(side / COARSEST)))
    if side == pictures.shape[-1]:
        return pictures
    return F.interpolate(pictures, size=(side, side), mode="area")


def as_rgb(pictures: Tensor) -> Tensor:
    """Three channels of grey or colour; transparency is left out."""
    return pictures[:, :3] if pictures.shape[1] >= 3 else pictures[:, :1].expand(-1, 3, -1, -1)


def _unit(maps: Sequence[Tensor]) -> list[Tensor]:
    """Each place's features at length 1, so that no layer and no place outweighs the rest."""
    return [F.normalize(x.float(), dim=1, eps=1e-6) for x in maps]
