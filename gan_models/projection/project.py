"""From a picture to the latent of a generator that draws it best: a job, and its result."""

from __future__ import annotations

import time
from collections.abc import Generator as Iterating
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator
from gan_models.projection.aids import ProjectionAids, quick_aids
from gan_models.projection.likeness import Likeness
from gan_models.projection.loss import PictureLoss, as_rgb
from gan_models.projection.search import ProjectionStep, Search, as_bytes
from gan_models.projection.settings import ProjectionSettings, Space, checked_space
from gan_models.projection.tuning import tune


@dataclass(frozen=True, eq=False)
class Projected:
    """A picture as a latent."""

    ws: np.ndarray
    """Float32 [num_ws, w_dim]: explicit rows of W, to be drawn with truncation 1."""
    residual: float
    likeness: Likeness
    identity: float | None
    """How alike the people are, 1 for the same; None where no network knows such people."""
    space: Space
    seconds: float
    picture: np.ndarray
    """Uint8 [H, W, 3]."""
    tuned: Generator | None = None
    """The copy of the generator that draws it, if it was tuned; else the generator itself does."""


ProjectionJob = Iterating[ProjectionStep, None, Projected]


def project(
    generator: Generator,
    target: Tensor,
    settings: ProjectionSettings = ProjectionSettings(),  # noqa: B008  # frozen
    aids: ProjectionAids | None = None,
) -> ProjectionJob:
    """Search for the latent of `target` [3, H, W] in [-1, 1], a square of any size.

    Each step carries the best so far; a job that is closed early loses nothing of it (`result_of`).
    Raises ProjectionError for a model without a latent, or without the space asked for.
    """
    started = time.perf_counter()
    space = checked_space(generator.spec, settings)
    aids = aids or quick_aids(generator)
    fitted = fit_target(target, generator)
    search = Search(generator, fitted, settings, aids, space)
    yield from search.begin()
    if space != "encoder":
        yield from search.descend()
    if settings.tune:
        yield from tune(search)
    last = search.step(space, show=True)
    return result_of(generator, target, last, space, aids, time.perf_counter() - started)


def result_of(
    generator: Generator,
    target: Tensor,
    step: ProjectionStep,
    space: Space,
    aids: ProjectionAids,
    seconds: float,
) -> Projected:
    """What a projection has found by a step, such as the last one before it was closed."""
    fitted = fit_target(target, generator)
    drawer = step.tuned or generator
    with torch.no_grad():
        picture = drawer.synthesize(torch.from_numpy(step.ws).to(fitted)[None])
        residual = float(PictureLoss(fitted, aids.features)(picture))
        identity = None
        if aids.identity is not None:
            both = torch.cat([as_rgb(picture).clamp(-1, 1), as_rgb(fitted)])
            first, second = aids.identity.embed(both)
            identity = float(first @ second)
    likeness = aids.scale.likeness(residual, "tune" if step.tuned else space)
    return Projected(
        step.ws, residual, likeness, identity, space, seconds, as_bytes(picture), step.tuned
    )


def fit_target(target: Tensor, generator: Generator) -> Tensor:
    """The target as the generator would draw it: its size, channels and device, [1, C, H, W]."""
    spec, size = generator.spec, generator.spec.resolution
    x = target.float()[None].to(generator.w_avg.device).clamp(-1, 1)
    mode = "area" if min(x.shape[2:]) >= size else "bicubic"
    x = F.interpolate(x, size=(size, size), mode=mode).clamp(-1, 1)
    if spec.channels in (1, 2):
        x = (x * x.new_tensor([0.299, 0.587, 0.114])[:, None, None]).sum(dim=1, keepdim=True)
    if spec.channels in (2, 4):
        x = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
    return x
