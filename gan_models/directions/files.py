"""Ganvas' own direction files: safetensors, bound to the model that the directions were made for.

The header entry "ganvas" holds {format, kind, model, directions}; the tensors are
`directions.<number>`, float32 [w_dim] or [num_ws, w_dim].
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from gan_models.base import Direction, DirectionError
from gan_models.checkpoints.own import direction_header, directions_of, is_own
from gan_models.checkpoints.reading import clear_errors
from gan_models.files import save_tensors

FORMAT = 1
KIND = "directions"


@dataclass(frozen=True, eq=False)
class DirectionFile:
    """Directions, and the name and sha256 of the model that they are for."""

    model: str
    sha256: str
    directions: dict[str, Direction]


def save_directions(path: Path, model: str, sha256: str, directions: Iterable[Direction]) -> None:
    """Write directions of one model; raises DirectionError where that cannot be done."""
    chosen = list(directions)
    tensors = {f"directions.{i}": torch.from_numpy(d.vector.copy()) for i, d in enumerate(chosen)}
    header = {
        "format": FORMAT,
        "kind": KIND,
        "model": {"name": model, "sha256": sha256},
        "directions": [direction_header(direction) for direction in chosen],
    }
    try:
        save_tensors(path, tensors, {"ganvas": json.dumps(header)})
    except (OSError, SafetensorError) as error:
        raise DirectionError(f"{path} cannot be written: {error}") from None


def is_direction_file(path: Path) -> bool:
    """Whether a file is one of `save_directions`; raises ModelLoadError if it cannot be read."""
    return is_own(path) and (_header(path) or {}).get("kind") == KIND


def load_directions(path: Path) -> DirectionFile:
    """Read what `save_directions` wrote; raises ModelLoadError or DirectionError."""
    with clear_errors(path):
        header = _header(path)
        if header is None or header.get("kind") != KIND:
            raise DirectionError(f"{path} is no file of directions")
        if int(header["format"]) > FORMAT:
            raise DirectionError(
                f"{path} was written by a newer Ganvas (format {header['format']}); update Ganvas"
            )
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        directions = directions_of(header["directions"], tensors)
        if not all(
            d.vector.size and bool(torch.isfinite(torch.from_numpy(d.vector)).all())
            for d in directions.values()
        ):
            raise DirectionError(f"{path} is damaged: a direction holds NaN or infinite values")
        model = header["model"]
        return DirectionFile(str(model["name"]), str(model["sha256"]), directions)


def _header(path: Path) -> dict[str, Any] | None:
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
        return dict(json.loads(metadata["ganvas"])) if "ganvas" in metadata else None
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise DirectionError(f"{path} is damaged: {error}") from None
