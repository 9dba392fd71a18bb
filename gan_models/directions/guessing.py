"""A straight guess of the latent of a picture: enough for directions, which average over many.

Ridge regression from small pictures to w, learned from a generator's own pictures in the time that
it takes to draw them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator
from gan_models.directions.sampling import random_latents
from gan_models.engine import Engine
from gan_models.progress import Job, Step
from gan_models.projection.encoder import Encoder
from gan_models.projection.space import WhitenedSpace

Encode = Callable[[Tensor], Tensor]
"""Pictures [N, 3, size, size] in [-1, 1] to w [N, w_dim]."""
PICTURES = 1500
BATCH = 25
SIDE = 32
PENALTY = 0.03
"""Of the mean squared length of a small picture."""


def guessing(generator: Generator, pictures: int = PICTURES, seed: int = 4) -> Job[Encode]:
    """Draw pictures of the generator, and learn to guess their w."""
    with torch.inference_mode():
        ws = generator.map(*random_latents(generator, pictures, seed))
    engine, seen = Engine(generator, cache_bytes=0), []
    for start in range(0, pictures, BATCH):
        with torch.inference_mode():
            seen.append(_small(engine.synthesize(ws[start : start + BATCH])))
        yield Step(min(start + BATCH, pictures), pictures, "learning to read pictures")
    with torch.inference_mode():
        x, w = torch.cat(seen).double(), ws[:, 0].double()
        centre, mean = x.mean(dim=0), w.mean(dim=0)
        x = x - centre
        alike = x @ x.t()
        alike.diagonal().add_(PENALTY * alike.diagonal().mean())
        slopes = (x.t() @ torch.linalg.solve(alike, w - mean)).float()
        centre, mean = centre.float(), mean.float()

    def encode(shown: Tensor) -> Tensor:
        with torch.inference_mode():
            return mean + (_small(shown.to(mean)) - centre) @ slopes

    return encode


def encoded(generator: Generator, encoder: Encoder) -> Encode:
    """The same by the encoder that projection starts with, which sees more."""
    space = WhitenedSpace.of(generator)

    def encode(shown: Tensor) -> Tensor:
        with torch.inference_mode():
            free = space.mean + encoder(shown.to(space.mean)) @ space.spread
        return F.pad(free, (0, generator.spec.w_dim - space.dim))

    return encode


def _small(pictures: Tensor) -> Tensor:
    """[N, 3 * SIDE * SIDE], grey ones as colours, without what is see-through."""
    rgb = pictures[:, : 1 if pictures.shape[1] < 3 else 3].clamp(-1, 1).expand(-1, 3, -1, -1)
    return F.interpolate(rgb, size=(SIDE, SIDE), mode="area").flatten(1)
