"""How soon a painted picture follows the brush, as ratios against a textbook implementation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import torch
from torch import Tensor

from benchmarks import textbook_spade
from benchmarks.synthesis import engines
from benchmarks.timing import ratios, take_turns
from gan_models.base import Generator
from gan_models.engine import Engine
from gan_models.families.spade import SPADE
from gan_models.progress import Job

BRUSH = 13
"""Pixels of a dab, the window's default at 128."""


def random_spade(resolution: int = 128, features: int = 16) -> SPADE:
    """As the bundled landscapes, with random weights."""
    torch.manual_seed(0)
    generator = SPADE(features=features, map_classes=14, z_dim=64, resolution=resolution, hidden=64)
    return generator.eval().requires_grad_(False)


def painting(generator: Generator, rounds: int) -> Job[dict[str, Any]]:
    """A new map, a dab of the brush and another style, each against the textbook's picture.

    A network of another family is replaced by one of random weights.
    """
    spade = generator if isinstance(generator, SPADE) else random_spade()
    ws, number = torch.randn(1, 1, spade.spec.z_dim), count()
    maps = _maps(spade)
    variants: dict[str, Callable[[], object]] = {
        "textbook": lambda: textbook_spade.synthesize(spade, ws, maps[next(number) % len(maps)])
    }
    for precision, engine in engines(spade).items():
        variants[f"{precision} new map"] = _drawing(engine, ws, maps, number)
        strokes = [_dabbed(maps[0], i) for i in range(len(maps))]
        variants[f"{precision} dab"] = _drawing(_ready(engine, spade), ws, strokes, number)
        variants[f"{precision} style"] = _restyling(_ready(engine, spade), ws, maps[0])
    times = yield from take_turns(variants, rounds, "painting")
    with torch.inference_mode():
        wanted = textbook_spade.synthesize(spade, ws, maps[1])
        errors = {
            f"{name}_error": float((engine.synthesize(ws, label_map=maps[1]) - wanted).abs().max())
            for name, engine in engines(spade).items()
        }
    return ratios(times, "textbook") | {"deviation": wanted.std().item()} | errors


def _ready(engine: Engine, spade: SPADE) -> Engine:
    """Another engine of the same precision: each scene keeps a map of its own."""
    return Engine(spade, engine.precision, 0)


def _drawing(engine: Engine, ws: Tensor, maps: list[Tensor], number: Any) -> Callable[[], object]:
    return lambda: engine.synthesize(ws, label_map=maps[next(number) % len(maps)])


def _restyling(engine: Engine, ws: Tensor, label_map: Tensor) -> Callable[[], object]:
    return lambda: engine.synthesize(torch.randn_like(ws), label_map=label_map)


def _maps(spade: SPADE) -> list[Tensor]:
    """Patches of random classes."""
    size, classes = spade.spec.resolution, spade.spec.map_classes
    patches = torch.randint(classes, (16, 1, 8, 8)).float()
    full = torch.nn.functional.interpolate(patches, (size, size))
    return [label_map[0] for label_map in full.to(torch.uint8).split(1)]


def _dabbed(label_map: Tensor, number: int) -> Tensor:
    """The same with one dab, further along for each number."""
    result = label_map.clone()
    at = 8 + 6 * number
    result[:, at : at + BRUSH, at : at + BRUSH] = number % 4
    return result
