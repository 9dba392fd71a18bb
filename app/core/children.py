"""Children of two looks: coarse, middle and fine rows of `w+`, each after one or the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from app.core.models import OpenModel
from app.core.recipe import Latent, Recipe
from gan_models.spec import Spec, layer_parts

BETWEEN = 0.4
"""How often a part lies between the parents instead of coming from one of them."""

Shares = tuple[float, float, float]
"""How much coarse, middle and fine rows take after the second parent, 0 to 1."""


@dataclass(frozen=True)
class Child:
    """A look, and what it has from the second parent."""

    recipe: Recipe
    shares: Shares


def can_have_children(spec: Spec) -> bool:
    """Whether there are coarse, middle and fine rows to take from either parent."""
    return spec.has_mapping and not spec.map_classes and spec.num_ws >= 3


def parts_of(spec: Spec) -> tuple[range, range, range]:
    """The coarse, middle and fine rows; thirds where a model has none of one kind."""
    parts = layer_parts(spec)
    return parts if all(parts) else layer_parts(replace(spec, ws_resolutions=()))


def inherited(count: int, litter: int) -> list[Shares]:
    """What `count` siblings take after whom, all different and none a copy of a parent.

    The same for the same `litter`, 0, 1, 2 ...
    """
    random = np.random.default_rng(litter)
    found: list[Shares] = []
    while len(found) < count:
        between = random.random(3) < BETWEEN
        drawn = np.where(between, random.uniform(0.2, 0.8, 3), random.integers(0, 2, 3))
        shares = (float(drawn[0].round(2)), float(drawn[1].round(2)), float(drawn[2].round(2)))
        copies = [(0.0,) * 3, (1.0,) * 3]
        # Of eight ways without anything between two are copies: larger litters need repeats.
        if shares not in copies and (shares not in found or len(found) > 100):
            found.append(shares)
    return found


def child_of(
    rows: tuple[np.ndarray, np.ndarray], first: Recipe, shares: Shares, spec: Spec
) -> Child:
    """A child from the rows of its parents, each float32 [num_ws, w_dim]; noise is the first's."""
    weights = np.zeros((spec.num_ws, 1), np.float32)
    for part, share in zip(parts_of(spec), shares, strict=True):
        weights[part.start : part.stop] = share
    mixed = rows[0] + weights * (rows[1] - rows[0])
    # What the parents mix and edit is in their rows already.
    plain = replace(first, psi=1.0, cutoff=None, mixes=(), edits=(), keeps=())
    return Child(replace(plain, latent=Latent.of_rows(mixed)), shares)


def rows_of(model: OpenModel, recipe: Recipe) -> np.ndarray:
    """What a look is drawn from, with all its mixes and edits: float32 [num_ws, w_dim]."""
    import torch

    from app.core.picture import recipe_ws

    with torch.inference_mode():
        return np.asarray(recipe_ws(model.engine, recipe)[0].float().cpu().numpy())


def born(
    model: OpenModel, parents: tuple[Recipe, Recipe], count: int, litter: int
) -> Iterator[Child]:
    """The siblings of one litter."""
    first, second = (rows_of(model, parent) for parent in parents)
    spec = model.generator.spec
    for shares in inherited(count, litter):
        yield child_of((first, second), parents[0], shares, spec)
