"""Single channels of style space as directions: StyleSpace (Wu et al. 2021).

The styles of a convolution are s = A w + b. The step of its row of `ws` that moves channel c alone,
by one standard deviation of s_c, and is itself the most usual one, is

    d = C A^T (A C A^T)^-1 e_c std(s_c),  with the covariance C of W,

exact where the styles of the layer are linearly independent, which trained ones are as long as
they are no more than w is wide. So a channel is an ordinary direction on one row: sliders, mixes,
clips and files take it as it is. (Colours that read the same row are moved along; what a
direction changes is measured with that.)
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Direction, DirectionError, Generator
from gan_models.directions.sampling import random_latents
from gan_models.progress import Job, Step

SAMPLES = 4096
DEVIATIONS = 4.0
"""Strength 1 in standard deviations of the style: one channel of hundreds moves little ..."""
MOST = 0.12
"""... but the first ones much: less, where pictures in [-1, 1] would change by more than this (root
mean square), as they do for a standard deviation of W along its first components."""
EXACT = 0.05
"""A step that moves other channels by more than this, for what it moves its own, is left out."""
PICTURES, PROBES, PSI = 4, 12, 0.7
SIDE = 32
"""Pixels to a side at which changes count: what is finer, nobody names."""


def style_directions(generator: Generator, count: int, seed: int = 0) -> Job[list[Direction]]:
    """The `count` channels that change pictures most, the first one most.

    Raises DirectionError for models without style layers.
    """
    weights = generator.style_weights()
    if not weights:
        raise DirectionError("this model has no style layers; use the method pca")
    with torch.inference_mode():
        w = generator.map(*random_latents(generator, SAMPLES, seed))[:, 0].double().cpu()
    w = w - w.mean(dim=0)
    covariance = w.t() @ w / len(w)
    steps = {row: channel_steps(weight, covariance) for row, weight in weights.items()}
    slopes = yield from picture_slopes(generator, seed)
    effects = {row: _effects(slopes[:, row], step) for row, step in steps.items()}
    total = float(sum(effect.sum() for effect in effects.values()))
    values = generator.spec.channels * min(SIDE, generator.spec.resolution) ** 2
    ranked = sorted(
        ((float(e), row, c) for row, effect in effects.items() for c, e in enumerate(effect)),
        reverse=True,
    )
    return [
        Direction(
            name=f"Style {row}.{channel}",
            vector=_tamed(steps[row][channel], effect / values).numpy().astype(np.float32),
            layers=(row, row + 1),
            source="style",
            facts={
                "title": f"Style {row}.{channel}",
                "share": effect / max(total, 1e-12),
                "space": "s",
                "channel": channel,
            },
        )
        for effect, row, channel in ranked[:count]
        if effect > 0
    ]


def channel_steps(weight: Tensor, covariance: Tensor) -> Tensor:
    """For each channel of styles weight [C, w_dim] the step of w [C, w_dim] that moves it alone.

    By `DEVIATIONS`; 0 for channels that cannot be moved alone.
    """
    weight = weight.detach().double().cpu()
    weight = weight / weight.shape[1] ** 0.5
    spread = weight @ covariance @ weight.t()
    deviations = spread.diagonal().clamp(min=0).sqrt()
    steps = (covariance @ weight.t() @ torch.linalg.pinv(spread, hermitian=True)).t()
    moved = steps @ weight.t()
    others = (moved - torch.eye(len(moved), dtype=moved.dtype)).abs().amax(dim=1)
    alone = others <= EXACT
    return steps * (DEVIATIONS * deviations * alone)[:, None]


def picture_slopes(generator: Generator, seed: int = 0) -> Job[Tensor]:
    """Gradients [n, num_ws, w_dim] of random sums over random pictures, at `SIDE` pixels.

    The mean square of slope times step is how much a step changes a picture, for all steps at
    once: for signs r, E (r^T J d)^2 = |J d|^2 (Hutchinson 1989).
    """
    source = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        ws = generator.map(*random_latents(generator, PICTURES, seed + 2), truncation_psi=PSI)
    side = min(SIDE, generator.spec.resolution)
    slopes = []
    for probe in range(PROBES):
        with torch.enable_grad():
            at = ws.clone().requires_grad_(True)
            pictures = F.interpolate(generator.synthesize(at), size=(side, side), mode="area")
            signs = torch.randint(0, 2, pictures.shape, generator=source).to(pictures) * 2 - 1
            (slope,) = torch.autograd.grad((pictures * signs).sum(), at)
        slopes.append(slope.double().cpu())
        yield Step(probe + 1, PROBES, "trying style channels")
    return torch.cat(slopes)


def _tamed(step: Tensor, square: float) -> Tensor:
    """A step that changes pictures by `square` in the mean, shortened to what `MOST` allows."""
    return step * min(1.0, MOST / square**0.5)


def _effects(slopes: Tensor, steps: Tensor) -> Tensor:
    """How much each step [C, w_dim] of one row changes pictures, squared [C]."""
    return (slopes @ steps.t()).square().mean(dim=0)
