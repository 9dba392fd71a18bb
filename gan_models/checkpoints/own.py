"""Ganvas' own model file: safetensors with a JSON header. Nothing in it is ever executed.

The header entry "ganvas" holds {format, family, config, provenance, directions}; the tensors are
`generator.<name>` (floats, usually float16), `directions.<number>` (float32 [w_dim]) and, where W
has ends, `bounds.<name>`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from gan_models.base import Direction, Generator, ModelLoadError
from gan_models.checkpoints.imported import assembling
from gan_models.checkpoints.reading import clear_errors
from gan_models.directions.bounds import Bounds
from gan_models.files import save_tensors
from gan_models.progress import Job

FORMAT = 1
"""Raised when an older program could no longer read the file."""


def save_generator(path: Path, generator: Generator, dtype: torch.dtype = torch.float16) -> None:
    """Write `generator` with its directions and provenance; the name is taken when complete."""
    tensors = {
        f"generator.{name}": tensor.to("cpu", dtype)
        for name, tensor in generator.state_dict().items()
    }
    for number, direction in enumerate(generator.directions.values()):
        tensors[f"directions.{number}"] = torch.from_numpy(direction.vector).float()
    if bounds := generator.bounds:
        tensors |= {f"bounds.{field.name}": getattr(bounds, field.name) for field in fields(bounds)}
    header = {
        "format": FORMAT,
        "family": generator.spec.family,
        "config": generator.config(),
        "provenance": generator.provenance,
        "directions": [direction_header(d) for d in generator.directions.values()],
    }
    save_tensors(path, tensors, {"ganvas": json.dumps(header)})


def reading(path: Path, build: Callable[[str, Mapping[str, Any]], Generator]) -> Job[Generator]:
    """A job that opens a file of `save_generator`; `build` makes it of a family and config."""
    try:
        with safe_open(path, framework="pt") as file:
            header = _checked_header(path, file.metadata())
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ModelLoadError(f"{path} is damaged or no model file: {error}") from None
    with clear_errors(path):
        weights = _with_prefix(tensors, "generator.")
        limit = 4 * path.stat().st_size
        generator = yield from assembling(
            lambda: build(header["family"], header["config"]), weights, limit
        )
        generator.directions = directions_of(header["directions"], tensors)
        generator.provenance = header["provenance"]
        if bounds := _with_prefix(tensors, "bounds."):
            generator.bounds = Bounds(**bounds)
            if generator.bounds.axes.shape[1] != generator.spec.w_dim:
                raise ValueError(f"its bounds are not of a w of {generator.spec.w_dim} numbers")
    return generator


def is_own(path: Path) -> bool:
    """Whether a file is one of Ganvas, even a damaged one; raises ModelLoadError if unreadable."""
    if not is_safetensors(path):
        return False
    try:
        with safe_open(path, framework="pt") as file:
            return "ganvas" in (file.metadata() or {})
    except (OSError, SafetensorError):
        return True  # whoever reads it says what is wrong


def is_safetensors(path: Path) -> bool:
    """Whether a file begins as safetensors do; raises ModelLoadError where none can be read."""
    try:
        with path.open("rb") as file:
            return file.read(9)[8:] == b"{"
    except OSError as error:
        raise ModelLoadError(f"{path} cannot be read: {error.strerror}") from None


def _checked_header(path: Path, metadata: Mapping[str, str] | None) -> dict[str, Any]:
    if not metadata or "ganvas" not in metadata:
        raise ModelLoadError(f"{path} is a safetensors file, but not one of Ganvas")
    with clear_errors(path):
        header = dict(json.loads(metadata["ganvas"]))
        newer = int(header["format"]) > FORMAT
        if header.get("kind") == "directions":
            name = dict(header["model"])["name"]
            raise ModelLoadError(
                f"{path} holds directions for the model {name!r}, not a model: open that model, "
                "then import them"
            )
    if newer:
        raise ModelLoadError(
            f"{path} was written by a newer Ganvas (format {header['format']}, this program reads "
            f"up to {FORMAT}); update Ganvas"
        )
    return header


def _with_prefix(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


def direction_header(direction: Direction) -> dict[str, Any]:
    """All of a direction but its vector, as JSON values."""
    return {
        "name": direction.name,
        "layers": list(direction.layers),
        "source": direction.source,
        "limit": direction.limit,
        "facts": dict(direction.facts),
    }


def directions_of(
    headers: list[dict[str, Any]], tensors: Mapping[str, Tensor]
) -> dict[str, Direction]:
    """Directions from their headers, and the tensors of the file by name."""
    directions = {}
    for number, header in enumerate(headers):
        directions[header["name"]] = Direction(
            name=header["name"],
            vector=tensors[f"directions.{number}"].numpy(),
            layers=(header["layers"][0], header["layers"][1]),
            source=header["source"],
            limit=header["limit"],
            facts=header["facts"],
        )
    return directions
