"""Directions of a model that nobody named yet: found, measured, and the useless ones left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Direction, DirectionError, Generator
from gan_models.directions.pca import pca_directions
from gan_models.directions.sampling import random_latents
from gan_models.directions.sefa import sefa_directions
from gan_models.directions.styles import style_directions
from gan_models.progress import Job, Step

PICTURES = 6
"""Random pictures on which each direction is tried."""
STRENGTH = 2.0
PSI = 0.7
SPREAD_SAMPLES = 1024
COMPARED = 32
"""Pixels to a side to which changes are shrunk before they are compared."""
LEAST = 2 / 255
"""Root mean square change, of pictures in [-1, 1], below which a direction moves nothing: half a
percent of the range, which nobody sees."""
ALIKE = 0.9
"""Cosine of what two directions change in the pictures, from which they are one."""
METHODS = ("pca", "sefa", "style")
SPARE = 3
"""Style channels that are tried for each one that is wanted: many do the same."""


def find_directions(
    generator: Generator, method: str, count: int, *, seed: int = 0
) -> Job[list[Direction]]:
    """At most `count` directions, those that change pictures most first.

    Strength 1 is one standard deviation of w along the direction, for style channels at most four
    of the style. Facts: "share" of the variance, of the eigenvalues, or of what all channels
    change, and "effect", the root mean square change of pictures at strengths -2 to 2.
    Raises DirectionError where the model has no latent space, or nothing that the method needs.
    """
    _check(generator, method)
    candidates = yield from _candidates(generator, method, count, seed)
    changes = yield from picture_changes(generator, candidates, seed)
    kept = distinct(candidates, changes)[:count]
    if not kept:
        raise DirectionError(f"nothing that {method} finds in this model changes its pictures")
    return kept


def _candidates(generator: Generator, method: str, count: int, seed: int) -> Job[list[Direction]]:
    if method == "style":
        return (yield from style_directions(generator, SPARE * count, seed))
    if method == "pca":
        found = yield from pca_directions(generator, count, seed=seed)
    else:
        found = sefa_directions(generator, count)
    return in_deviations(generator, found, seed)


def _check(generator: Generator, method: str) -> None:
    if method not in METHODS:
        raise DirectionError(f"there is no method {method!r}; known: {', '.join(METHODS)}")
    if not generator.spec.z_dim:
        raise DirectionError("this model draws from a label map alone; it has no latent space")
    if generator.spec.map_classes:
        raise DirectionError("directions cannot be found yet for models that draw from a label map")


def in_deviations(
    generator: Generator, directions: Sequence[Direction], seed: int = 0
) -> list[Direction]:
    """Directions of length 1 as long as the standard deviation of w along them."""
    with torch.inference_mode():
        w = generator.map(*random_latents(generator, SPREAD_SAMPLES, seed + 1))[:, 0]
        vectors = torch.from_numpy(np.stack([d.vector for d in directions])).to(w)
        spread = (w @ vectors.t()).std(dim=0).cpu().numpy()
    return [
        replace(d, vector=d.vector * length) for d, length in zip(directions, spread, strict=True)
    ]


def picture_changes(
    generator: Generator, directions: Sequence[Direction], seed: int = 0
) -> Job[Tensor]:
    """What each direction changes, from strength -2 to 2, in the same few random pictures.

    [K, PICTURES * channels * pixels], shrunk to `COMPARED` pixels to a side.
    """
    with torch.inference_mode():
        ws = generator.map(*random_latents(generator, PICTURES, seed + 2), truncation_psi=PSI)
    changes = []
    for i, direction in enumerate(directions):
        with torch.inference_mode():
            start, end = direction.layers
            step = torch.zeros_like(ws[:1])
            step[:, start:end] = STRENGTH * torch.from_numpy(direction.vector).to(ws)
            more, less = (_small_pictures(generator, ws + way * step) for way in (1, -1))
            changes.append((more - less).flatten().cpu())
        yield Step(i + 1, len(directions), "trying directions")
    return torch.stack(changes)


def _small_pictures(generator: Generator, ws: Tensor) -> Tensor:
    pictures = generator.synthesize(ws).clamp(-1, 1)
    side = min(COMPARED, generator.spec.resolution)
    return F.interpolate(pictures, size=(side, side), mode="area")


def distinct(directions: Sequence[Direction], changes: Tensor) -> list[Direction]:
    """Those that move something, by effect, the largest first, without near-duplicates."""
    effects = changes.square().mean(dim=1).sqrt()
    unit = F.normalize(changes, dim=1)
    kept: list[int] = []
    for i in effects.argsort(descending=True).tolist():
        if effects[i] < LEAST:
            break
        if not kept or float((unit[kept] @ unit[i]).abs().max()) < ALIKE:
            kept.append(i)
    return [
        replace(directions[i], facts={**directions[i].facts, "effect": float(effects[i])})
        for i in kept
    ]
