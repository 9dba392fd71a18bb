"""Frames of one job, drawn in batches by the GPUs that this process sees.

A GPU is not busy with one small picture; a processor gains nothing from several at once.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from app.core.models import OpenModel
from app.core.recipe import Recipe
from app.core.spread import Frames

if TYPE_CHECKING:  # loads torch
    import torch

BATCH, BATCH_PIXELS = 16, 8 * 512**2
"""Pictures at once, at most, and their pixels together: the maps of all must find memory."""
AHEAD = 2
"""Batches of each device that are drawn, or wait, before anyone asks."""
ALL = ("auto", "cuda")
"""Names that mean all GPUs there are."""


def frames_with(
    model: OpenModel, device: str, lock: AbstractContextManager[object] | None = None
) -> Frames | None:
    """What draws frames with the GPUs that `device` means; None where the processor draws.

    `lock` is held while a batch is drawn with `model` itself.
    """
    if model.engine.device.type != "cuda":
        return None

    def frames(recipes: Sequence[Recipe]) -> Iterator[np.ndarray]:
        others = _other_gpus(model.engine.device) if device in ALL else []
        models = [model, *(on_device(model, other) for other in others)]
        return in_turn(models, recipes, batch_size(model), lock)

    return frames


def _other_gpus(used: torch.device) -> list[torch.device]:
    import torch

    every = [torch.device("cuda", number) for number in range(torch.cuda.device_count())]
    return [device for device in every if device != used]


def on_device(model: OpenModel, device: torch.device) -> OpenModel:
    """The same model once more, on another device."""
    from gan_models.engine import Engine

    generator = copy.deepcopy(model.generator).to(device)
    engine = Engine(generator, model.engine.precision, model.engine.cache.limit)
    return replace(model, engine=engine)


def batch_size(model: OpenModel) -> int:
    """Pictures that are drawn at once; one where controls such as a map go in besides `ws`."""
    spec = model.generator.spec
    return 1 if spec.controls else max(1, min(BATCH, BATCH_PIXELS // spec.resolution**2))


def in_turn(
    models: Sequence[OpenModel],
    recipes: Sequence[Recipe],
    size: int,
    lock: AbstractContextManager[object] | None = None,
) -> Iterator[np.ndarray]:
    """The full pictures in their order, a batch from each model in turn, on a thread of its own."""
    from app.core.picture import render_all

    locks: list[AbstractContextManager[object]] = [nullcontext() for _ in models]
    locks[0] = lock or locks[0]

    def draw(number: int, batch: Sequence[Recipe]) -> np.ndarray:
        with locks[number]:
            return render_all(models[number].engine, batch)

    waiting: deque[Future[np.ndarray]] = deque()
    with ExitStack() as stack:
        threads = [stack.enter_context(ThreadPoolExecutor(1)) for _ in models]
        for thread in threads:
            stack.callback(thread.shutdown, cancel_futures=True)
        for count, batch in enumerate(_batches(recipes, size)):
            number = count % len(models)
            waiting.append(threads[number].submit(draw, number, batch))
            if len(waiting) > AHEAD * len(models):
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _batches(recipes: Sequence[Recipe], size: int) -> Iterator[Sequence[Recipe]]:
    """Neighbours with the same noise, at most `size` at a time."""
    for _, group in groupby(recipes, lambda recipe: (recipe.noise_mode, recipe.noise_seed)):
        alike = list(group)
        yield from (alike[start : start + size] for start in range(0, len(alike), size))
