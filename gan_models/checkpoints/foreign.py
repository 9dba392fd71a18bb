"""Opens the checkpoints of other tools: one reader for all containers, one importer a layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gan_models.base import Generator
from gan_models.checkpoints import (
    nvidia,
    rosinality,
    state_dicts,
    tensorflow,
    tensorflow_growing,
)
from gan_models.checkpoints.imported import Build, Imported, building
from gan_models.checkpoints.reading import SUPPORTED, Contents, clear_errors, read_contents
from gan_models.checkpoints.stored import Node, RefusedError, StoredTensor, find
from gan_models.progress import Job

Importer = Callable[[Contents], Imported | None]
IMPORTERS: tuple[Importer, ...] = (
    lambda file: nvidia.read(file.root),
    lambda file: tensorflow.read(file.root),
    lambda file: tensorflow_growing.read(file.root),
    lambda file: rosinality.read(file.root),
    lambda file: state_dicts.read_r3gan(file.root),
    lambda file: state_dicts.read_lucidrains(file.root, file.settings),
    lambda file: state_dicts.read_spade(file.root, file.settings),
    lambda file: state_dicts.read_pix2pixhd(file.root),
    lambda file: state_dicts.read_acgan(file.root),
    lambda file: state_dicts.read_dcgan(file.root),
    lambda file: state_dicts.read_gan(file.root),
)
"""Each gives None for what is not its own, and raises RefusedError for what it cannot use."""


def importing(path: Path, build: Build) -> Job[Generator]:
    """A job that reads the generator in a foreign file; raises ModelLoadError."""
    contents = read_contents(path)
    with clear_errors(path):
        found = recognise(contents)
        # Half precision doubles in memory; small files have small parts that count for nothing.
        generator = yield from building(found, build, 4 * contents.size + 2**20)
        generator.provenance = {
            "name": path.stem,
            "imported_from": path.name,
            "layout": found.origin,
            "ignored": contents.ignored,
            "notes": found.notes,
        }
        return generator


def recognise(contents: Contents) -> Imported:
    """The network in a file's values, by its structure."""
    for importer in IMPORTERS:
        found = importer(contents)
        if found is not None:
            return found
    raise RefusedError(f"it holds {_found(contents.root)}; {SUPPORTED}")


def is_network(contents: Contents) -> bool:
    """Whether a file holds a network, even one that cannot be used, rather than bare arrays."""
    with clear_errors(contents.path):
        return any(importer(contents) is not None for importer in IMPORTERS)


def _found(root: Any) -> str:
    if isinstance(root, StoredTensor):
        return f"an array of shape {list(root.shape)} and no network"
    if find(root, lambda value: isinstance(value, StoredTensor | Node)) is None:
        return "no network at all"
    if find(root, lambda value: type(value) is list and _is_nameless(value)):
        return "weights without names, as averages are kept: save the network's state_dict instead"
    return "a network of a kind that is not known"


def _is_nameless(values: list[Any]) -> bool:
    return len(values) > 2 and all(isinstance(value, StoredTensor) for value in values)
