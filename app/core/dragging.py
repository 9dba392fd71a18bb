"""Looks whose points were dragged: the rows of W that a drag ends with, as an ordinary recipe."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.core.children import rows_of
from app.core.models import OpenModel
from app.core.recipe import Anchor, Latent, Recipe, Rows

Point = tuple[float, float]
"""x and y in a picture, 0 (left, top) to 1."""
Pull = tuple[Point, Point]
"""Where a point is, and where it shall go."""


@dataclass(frozen=True, eq=False)
class Dragged:
    """A step of a drag: the look, and where its handles are now."""

    done: int
    total: int
    recipe: Recipe
    places: tuple[Point, ...] = ()
    arrived: bool = False


def drag_steps(
    model: OpenModel, recipe: Recipe, pulls: Sequence[Pull], movable: np.ndarray | None
) -> Generator[Dragged, None, Dragged]:
    """Drag points of a look; what `movable` [H, W] leaves out shall stay (None: nothing)."""
    latest = Dragged(0, 1, recipe, tuple(start for start, _ in pulls))
    yield latest
    from gan_models.dragging import Handle, drag

    rows = rows_of(model, recipe)
    plain = rows_of(model, replace(recipe, edits=(), keeps=()))
    handles = [Handle(start, target) for start, target in pulls]
    steps = drag(model.generator, rows, handles, movable)
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return replace(latest, arrived=end.value.arrived)
        look = with_rows(recipe, plain + (step.ws - rows))
        latest = Dragged(step.done, step.total, look, step.places, step.arrived)
        yield latest


def with_rows(recipe: Recipe, rows: np.ndarray) -> Recipe:
    """The look with its latent, truncation and mixes in explicit rows; its edits stay edits."""
    anchor = Anchor(recipe.latent.main.seed, recipe.latent.main.label, Rows(rows))
    return replace(recipe, latent=Latent(((anchor, 1.0),)), psi=1.0, cutoff=None, mixes=())
