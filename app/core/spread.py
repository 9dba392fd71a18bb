"""Frames of one job, drawn by all processes that torchrun started, on one machine or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from app.core.recipe import Recipe
from app.core.render_loop import Render
from gan_models.errors import GanvasError

if TYPE_CHECKING:  # loads torch
    from gan_models.training.workers import Workers

Frames = Callable[[Sequence[Recipe]], Iterator[np.ndarray]]
"""Draws recipes in full and gives the pictures in their order."""


@contextmanager
def spread(render: Render, alone: Frames | None = None) -> Iterator[Frames | None]:
    """What draws frames with all processes, on the leading one; None on others, which are done.

    Each process draws every n-th recipe with its own `render`, and the leading one collects them,
    so that the frames are those of a single process; it may draw its own way where it is `alone`.
    It must ask for frames once.
    """
    import torch

    from gan_models.training.workers import joined_workers

    with joined_workers(torch.device("cpu")) as workers:
        if workers.world == 1 and alone:
            yield alone
        elif workers.leads:
            yield lambda recipes: _collected(workers, render, recipes)
        else:
            _help(workers, render)
            yield None


def _collected(workers: Workers, render: Render, recipes: Sequence[Recipe]) -> Iterator[np.ndarray]:
    recipes = workers.told(recipes)
    for number, recipe in enumerate(recipes):
        drawer = number % workers.world
        yield _received(drawer) if drawer else render(recipe, None)


def _help(workers: Workers, render: Render) -> None:
    try:
        recipes: Sequence[Recipe] = workers.told(())
        for recipe in recipes[workers.rank :: workers.world]:
            _send(render(recipe, None))
    except RuntimeError as error:  # of torch.distributed, or of what is below it
        raise GanvasError(f"process {workers.rank} cannot help to draw: {error}") from error


def _send(picture: np.ndarray) -> None:
    import torch
    import torch.distributed as dist

    dist.send(torch.tensor(picture.shape), 0)
    dist.send(torch.from_numpy(picture).contiguous(), 0)


def _received(drawer: int) -> np.ndarray:
    import torch
    import torch.distributed as dist

    shape = torch.empty(3, dtype=torch.int64)
    dist.recv(shape, drawer)
    picture = torch.empty(*shape.tolist(), dtype=torch.uint8)
    dist.recv(picture, drawer)
    return picture.numpy()
