"""The feature map of a generator in which points are followed."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import Generator
from gan_models.errors import DirectionError

COARSEST, FINEST = 4, 128
"""Pixels to a side of the maps that are used: finer ones know colours, not what is there."""
COLOURS = 4
"""What has no more channels is a picture, not a map of features."""


class _DrawnError(Exception):
    """The map is there; the rest of the picture need not be drawn."""


class Features:
    """Reads one intermediate map [N, C, S, S] of the pictures that a generator draws.

    It is the last one at half of the picture's resolution, and at most `FINEST`; differentiable.
    Where S is larger, as in StyleGAN3, the map has a margin around what becomes the picture.
    Raises DirectionError where the generator makes no such map.
    """

    def __init__(self, generator: Generator, ws: Tensor) -> None:
        self._generator = generator
        self._layer, side, self._core = _layer_of(generator, ws)
        self._inside = self._core / side
        """The share of the map that becomes the picture."""

    def __call__(self, ws: Tensor) -> Tensor:
        """The map of `ws` [N, num_ws, w_dim]; nothing beyond it is computed."""
        found: list[Tensor] = []

        def keep(_module: nn.Module, _inputs: object, output: Tensor) -> None:
            found.append(output)
            raise _DrawnError

        hook = self._layer.register_forward_hook(keep)
        try:
            self._generator.synthesize(ws)
        except _DrawnError:
            pass
        finally:
            hook.remove()
        return found[0]

    def at(self, features: Tensor, places: Tensor) -> Tensor:
        """Features [P, C] of one map [1, C, S, S] at places [P, 2] of the picture, 0 to 1."""
        grid = ((places * 2 - 1) * self._inside)[None, None].to(features)
        sampled = F.grid_sample(features, grid, "bilinear", "border", align_corners=False)
        return sampled[0, :, 0].t()

    def mask(self, picture: Tensor, features: Tensor) -> Tensor:
        """A mask [H, W] of the picture as one of the map, [1, 1, S, S]."""
        core = F.interpolate(picture[None, None].to(features), size=(self._core,) * 2, mode="area")
        more = features.shape[-1] - self._core
        return F.pad(core, (more // 2, more - more // 2) * 2, mode="replicate")


def _layer_of(generator: Generator, ws: Tensor) -> tuple[nn.Module, int, int]:
    """The layer, the side of its map, and how much of that becomes the picture."""
    resolution = generator.spec.resolution
    found: list[tuple[int, int, nn.Module]] = []

    def note(module: nn.Module, _inputs: object, output: object) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output.shape[1] > COLOURS:
            side, core = output.shape[-1], resolution
            while core > side:
                core //= 2
            found.append((core, side, module))

    hooks = [m.register_forward_hook(note) for m in generator.modules() if m is not generator]
    try:
        with torch.no_grad():
            generator.synthesize(ws)
    finally:
        for hook in hooks:
            hook.remove()
    most = min(FINEST, max(resolution // 2, COARSEST))
    fitting = [(core, side, layer) for core, side, layer in found if COARSEST <= core <= most]
    if not fitting:
        raise DirectionError("this model has no feature maps in which points could be followed")
    finest = max(core for core, _, _ in fitting)
    _, side, layer = [each for each in fitting if each[0] == finest][-1]
    return layer, side, finest


def square(radius: float, spacing: float) -> Tensor:
    """Offsets [P, 2] of a square of points."""
    count = round(radius / spacing)
    line = torch.arange(-count, count + 1) * spacing
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], dim=1)
