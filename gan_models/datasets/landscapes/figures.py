"""Outlines of what stands in a landscape, as masks and as profiles along x.

Places are (x, y) of the middle of the foot, [N, 1, 1] each, in units of the picture's height.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from gan_models.datasets.landscapes.noise import Frame, Noise

Place = tuple[Tensor, Tensor]


def cumulus(
    noise: Noise, stream: int, place: Place, size: Tensor, puffs: Sequence[tuple[Tensor, Tensor]]
) -> Tensor:
    """Round puffs (offset, radius) on a flat base: a cloud, or a bush."""
    frame = noise.frame
    rough = noise.fractal(stream, 14.0, 14.0, 3, 0.6)
    x, y = (frame.x - place[0]) / size, (frame.y - place[1]) / size
    inside = torch.zeros((), dtype=torch.bool, device=frame.device)
    for offset, radius in puffs:
        # Puffs are highest in the middle.
        tall = radius * (1.15 - 0.35 * offset.abs())
        near = ((x - offset) / 1.1).square() + (y + 0.35 * tall).square()
        inside = inside | (near < (tall * (1.0 + 0.1 * rough)).square())
    return inside & (y < 0.06 * rough)


def blob(noise: Noise, stream: int, place: Place, size: Tensor, flat: Tensor) -> Tensor:
    """An angular boulder, `flat` times as high as wide, on a level foot."""
    frame = noise.frame
    x, y = (frame.x - place[0]) / size, (frame.y - place[1]) / (size * flat)
    rough = noise.line(stream, 16.0, 3, 0.5, angular=True)
    outline = 1.0 - x.abs() ** 2.4 + 0.16 * rough
    return (-y < outline) & (y < 0.12) & (x.abs() < 1.15)


def conifer(frame: Frame, place: Place, tall: Tensor, wide: Tensor) -> Tensor:
    """A fir of hanging tiers; `wide` is half its width in units of its height."""
    up = (place[1] - frame.y) / tall
    x = (frame.x - place[0]).abs() / tall
    tiers = (up * 7.0).frac()
    outline = wide * (1.03 - up) * (1.12 - 0.42 * tiers)
    trunk = (x < 0.022) & (up > 0.0) & (up < 0.3)
    return ((up > 0.1) & (up < 1.0) & (x < outline)) | trunk


def leafy(
    noise: Noise, stream: int, place: Place, tall: Tensor, puffs: Sequence[tuple[Tensor, Tensor]]
) -> Tensor:
    """A broad crown of round puffs on a trunk."""
    frame = noise.frame
    rough = noise.fractal(stream, 20.0, 20.0, 2, 0.6)
    up, x = (place[1] - frame.y) / tall, (frame.x - place[0]) / tall
    inside = (x.abs() < 0.03 * (1.6 - up)) & (up > 0.0) & (up < 0.6)
    for across, above in puffs:
        near = (x - 0.26 * across).square() + (up - 0.66 - 0.2 * above).square()
        inside = inside | (near < (0.17 * (1.0 + 0.09 * rough)).square())
    return inside


def _profile(noise: Noise, stream: int, density: float, *, pointed: bool) -> Tensor:
    """Heights 0 to about 1 of a row of trees along x, [N, 1, W]."""
    frame = noise.frame
    cells = math.ceil(density * frame.aspect) + 4
    heights, offsets = noise.table(stream, 2, cells).div(math.sqrt(12.0)).add(0.5).unbind(1)
    place = frame.x[0, 0] * density
    cell = place.floor().long()
    top = torch.zeros((), device=frame.device)
    for near in (0, 1, 2, 3):
        chosen = (cell + near).clamp(max=cells - 1)
        # Trees stand in cells 1 to the left up to 2 to the right of where we look.
        middle = chosen - 1 + 0.2 + 0.6 * offsets[:, chosen]
        away = (place - middle).abs()
        shape = (
            (1.0 - away * 1.1) if pointed else (1.0 - (away * 0.95).square()).clamp(min=0).sqrt()
        )
        top = torch.maximum(top, (0.45 + 0.55 * heights[:, chosen]) * shape)
    return top[:, None]


def spires(noise: Noise, stream: int, density: float) -> Tensor:
    """The outline of a fir wood, so many trees a unit of length."""
    return _profile(noise, stream, density, pointed=True)


def crowns(noise: Noise, stream: int, density: float) -> Tensor:
    """The outline of a leafy wood."""
    return _profile(noise, stream, density, pointed=False)
