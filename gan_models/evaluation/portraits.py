"""Attribute networks for portraits: shipped, or trained once on rendered faces and then cached."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np

from gan_models.base import DataError
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.portraits import VERSION, render, sample
from gan_models.datasets.prepare import HALF_APART, prepare_built_in
from gan_models.evaluation.attributes import (
    FITTER,
    JUDGE,
    SIZE,
    AttributeNetwork,
    train_attribute_network,
)
from gan_models.progress import Job, Step

Role = Literal["fitter", "judge"]
SHAPES: dict[Role, dict[str, int]] = {"fitter": FITTER, "judge": JUDGE}
FIRST_SEEDS: dict[Role, int] = {"fitter": 2_000_000_000, "judge": 2_050_000_000}
"""The faces of each role are drawn from its own seeds, where no training set comes."""
PICTURES = 20_000
LOOKS_EACH = 5
"""How often a network sees each of its pictures while it learns."""
SHIPPED = Path(str(files("resources"))) / "evaluation"
"""Networks that come with Ganvas; `python -m gan_models.evaluation` makes them."""


def cache_folder() -> Path:
    """Where this user keeps what programs can make again; made if it is not there."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "ganvas"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def file_name(role: str) -> str:
    """The file of a network that reads portraits as the renderer draws them now."""
    return f"portraits-{role}-{VERSION}.safetensors"


def portraits_network(
    role: Role, path: Path | None = None, pictures: int = PICTURES
) -> Job[AttributeNetwork]:
    """The network of a role from `path`, or as shipped; else trained, in minutes, and cached.

    The judge learns from other faces than the fitter, and has another shape and seed.
    """
    if path is not None:
        return AttributeNetwork.load(path)
    cached = cache_folder() / file_name(role)
    for known in (SHIPPED / file_name(role), cached):
        if known.exists():
            return AttributeNetwork.load(known)
    network = yield from train_portraits_network(role, cached.with_suffix(".pictures"), pictures)
    network.save(cached)
    return network


def train_portraits_network(
    role: Role, folder: Path, pictures: int = PICTURES
) -> Job[AttributeNetwork]:
    """Draw faces into `folder`, which is removed at the end, and learn to read them.

    Half of them have attributes that tell nothing of each other: what learns from people as they
    are reads age off grey hair, and gender off beards.
    """
    drawing = prepare_built_in(HALF_APART, folder, pictures, SIZE, FIRST_SEEDS[role])
    try:
        yield from drawing
        data = PictureArray.open(folder)
        network = yield from network_of(data, role)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return network


def network_of(data: PictureArray, role: Role) -> Job[AttributeNetwork]:
    """Train the network of a role on a prepared data set with labels."""
    if data.labels is None:
        raise DataError(f"{data.path} has no labels to learn attributes from")
    network = yield from train_attribute_network(
        data.pictures,
        data.labels,
        data.label_names,
        flip_sign=data.flip_sign,
        images=LOOKS_EACH * len(data),
        **SHAPES[role],
    )
    return network


def rendered_portraits(
    first_seed: int, count: int, size: int = 64
) -> Job[tuple[np.ndarray, np.ndarray]]:
    """Pictures uint8 [count, 3, size, size] and labels float32 [count, L] of rendered faces."""
    pictures, labels, together = [], [], 64
    for start in range(0, count, together):
        stop = min(count, start + together)
        portraits = sample(range(first_seed + start, first_seed + stop))
        pictures.append(render(portraits, size).numpy())
        labels.append(portraits.labels().numpy())
        yield Step(stop, count, "drawing portraits to compare with")
    return np.concatenate(pictures), np.concatenate(labels)
