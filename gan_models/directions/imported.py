"""Directions of other tools for a model: checked, taken to W, and brought to one unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan_models.base import Direction, DirectionError, Generator
from gan_models.checkpoints.reading import clear_errors, read_contents
from gan_models.directions.choices import Choices
from gan_models.directions.reading import Found, Shape, found_directions
from gan_models.directions.sampling import random_latents

LIMIT = 5.0
"""Standard deviations to either side; what lies beyond, a random picture hardly ever is."""
SAMPLES = 1024


def read_directions(path: Path, generator: Generator, choices: Choices) -> list[Direction]:
    """The directions in a file of another tool, for `generator`.

    Strength 1 is one standard deviation of w along the direction, over random pictures; the fact
    "own_scale" is what that is in the file's own numbers. Raises DirectionError, ModelLoadError,
    or UnclearError for what `choices` must say.
    """
    spec = generator.spec
    if not spec.z_dim:
        raise DirectionError("this model draws from a label map alone; it has no directions")
    shape = Shape(spec.z_dim, spec.w_dim, spec.num_ws, spec.has_mapping)
    contents = read_contents(path)
    with clear_errors(path):
        found = found_directions(contents, shape, choices)
        scale = _Scale(generator)
        return [scale.direction(each, path.name) for each in found]


class _Scale:
    """Measures directions against how w varies."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._z, self._label = random_latents(generator, SAMPLES)
        w = self._map(self._z)
        self._w = (w - w.mean(dim=0)).cpu().numpy()

    def _map(self, z: Tensor) -> Tensor:
        with torch.inference_mode():
            return self._generator.map(z, self._label)[:, 0].double()

    def direction(self, found: Found, file: str) -> Direction:
        """In W, in standard deviations."""
        spec = self._generator.spec
        rows = found.rows.astype(np.float64) * found.unit
        if not spec.has_mapping:
            rows = np.pad(rows, ((0, 0), (0, spec.w_dim - rows.shape[1])))
        elif found.space == "z":
            rows = self._to_w(rows)
        layers = found.layers or _acting(rows, spec.num_ws)
        acting = rows if len(rows) == 1 else rows[slice(*layers)]
        factor = 1 / self._deviations(found, acting)
        rows = (rows * factor).astype(np.float32)
        return Direction(
            name=found.name,
            vector=rows[0] if len(rows) == 1 else rows,
            layers=layers,
            source=file,
            limit=LIMIT,
            facts={"title": found.name, "own_scale": factor, "space": found.space},
        )

    def _to_w(self, rows: np.ndarray) -> np.ndarray:
        """Where w goes, on average, when z takes a step."""
        steps = torch.from_numpy(rows).to(self._z)
        # As long as a step of one deviation: the mapping is no straight line.
        size = steps.norm(dim=1, keepdim=True)
        there = [
            (self._map(self._z + step / n) - self._map(self._z - step / n)).mean(dim=0) / 2 * n
            for step, n in zip(steps, size, strict=True)
        ]
        return torch.stack(there).cpu().numpy()

    def _deviations(self, found: Found, rows: np.ndarray) -> float:
        """How many standard deviations of w the rows go: the root of the mean square."""
        lengths = np.linalg.norm(rows, axis=1)
        rows, lengths = rows[lengths > 0], lengths[lengths > 0]
        if not len(rows):
            raise DirectionError(f"the direction {found.name!r} has no length on its layers")
        spread = (self._w @ (rows / lengths[:, None]).T).std(axis=0)
        if spread.min() < 1e-9:
            raise DirectionError(f"the direction {found.name!r} goes where w does not vary at all")
        return float(np.sqrt(np.mean((lengths / spread) ** 2)))


def _acting(rows: np.ndarray, num_ws: int) -> tuple[int, int]:
    """The layers on which a direction does something."""
    acting = np.flatnonzero(np.abs(rows).sum(axis=1))
    return (0, num_ws) if len(rows) == 1 else (int(acting[0]), int(acting[-1]) + 1)
