"""The feature maps of a generator in which points are followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class _Layer:
    """A layer, the side of its map, and how much of that becomes the picture."""

    core: int
    side: int
    module: nn.Module


class Features:
    """Reads two intermediate maps [N, C, S, S] of the pictures that a generator draws.

    The finest is the last one at half of the picture's resolution, and at most `FINEST`; before it
    comes the last one of half its side, where there is one. What moves by more than a detail's
    width is still seen there. Each is scaled to weigh as much as the other. Differentiable.
    Where S is larger, as in StyleGAN3, the maps have a margin around what becomes the picture.
    Raises DirectionError where the generator makes no such map.
    """

    def __init__(self, generator: Generator, ws: Tensor) -> None:
        self._generator = generator
        self._layers = _layers_of(generator, ws)
        self._scales = [1.0] * len(self._layers)
        with torch.no_grad():
            self._scales = [float(1 / (m.std() * m.shape[1] ** 0.5 + 1e-8)) for m in self(ws)]

    def __call__(self, ws: Tensor) -> list[Tensor]:
        """The maps of `ws` [N, num_ws, w_dim], the finest last; nothing beyond it is computed."""
        found: dict[nn.Module, Tensor] = {}

        def keep(module: nn.Module, _inputs: object, output: Tensor) -> None:
            found[module] = output
            if module is self._layers[-1].module:
                raise _DrawnError

        hooks = [layer.module.register_forward_hook(keep) for layer in self._layers]
        try:
            self._generator.synthesize(ws)
        except _DrawnError:
            pass
        finally:
            for hook in hooks:
                hook.remove()
        return [
            found[layer.module] * scale
            for layer, scale in zip(self._layers, self._scales, strict=True)
        ]

    def at(self, maps: Sequence[Tensor], places: Tensor) -> Tensor:
        """Features [N, P, C] of all maps [N, C, S, S] at places [P, 2] of the picture, 0 to 1."""
        layers = self._layers[-len(maps) :]
        seen = [_sampled(m, places, each) for m, each in zip(maps, layers, strict=True)]
        return torch.cat(seen, dim=2)

    def mask(self, picture: Tensor, features: Tensor) -> Tensor:
        """A mask [H, W] of the picture as one of the finest map, [1, 1, S, S]."""
        side = self._layers[-1].core
        core = F.interpolate(picture[None, None].to(features), size=(side, side), mode="area")
        more = features.shape[-1] - side
        return F.pad(core, (more // 2, more - more // 2) * 2, mode="replicate")


def _sampled(features: Tensor, places: Tensor, layer: _Layer) -> Tensor:
    """Features [N, P, C] of one map."""
    grid = (places * 2 - 1) * (layer.core / layer.side)
    grid = grid.to(features).expand(len(features), 1, -1, -1)
    sampled = F.grid_sample(features, grid, "bilinear", "border", align_corners=False)
    return sampled[:, :, 0].transpose(1, 2)


def _layers_of(generator: Generator, ws: Tensor) -> list[_Layer]:
    """The last layer of the finest maps that are used, and before it of those half as fine."""
    most = min(FINEST, max(generator.spec.resolution // 2, COARSEST))
    fitting = [layer for layer in _all_layers(generator, ws) if COARSEST <= layer.core <= most]
    if not fitting:
        raise DirectionError("this model has no feature maps in which points could be followed")
    finest = max(layer.core for layer in fitting)
    last = {layer.core: layer for layer in fitting}
    return [last[core] for core in (finest // 2, finest) if core in last]


def _all_layers(generator: Generator, ws: Tensor) -> list[_Layer]:
    """Every layer that makes a map of features, in the order in which they are drawn."""
    resolution = generator.spec.resolution
    found: list[_Layer] = []

    def note(module: nn.Module, _inputs: object, output: object) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output.shape[1] > COLOURS:
            side, core = output.shape[-1], resolution
            while core > side:
                core //= 2
            found.append(_Layer(core, side, module))

    hooks = [m.register_forward_hook(note) for m in generator.modules() if m is not generator]
    try:
        with torch.no_grad():
            generator.synthesize(ws)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def square(radius: float, spacing: float) -> Tensor:
    """Offsets [P, 2] of a square of points."""
    count = round(radius / spacing)
    line = torch.arange(-count, count + 1) * spacing
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], dim=1)
