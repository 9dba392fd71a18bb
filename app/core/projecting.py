"""A photo into the latent space of an open model, as a job; and what is made of the result."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from PIL import Image

from app.core.alignment import Crop, cut
from app.core.clip import Clip, Keyframe
from app.core.jobs import Progress
from app.core.models import OpenModel, cache_folder
from app.core.recipe import Latent, Model, Recipe
from gan_models.errors import ProjectionError
from gan_models.files import file_sha256
from gan_models.projection.settings import ProjectionSettings, spaces_of
from gan_models.spec import Spec

if TYPE_CHECKING:  # torch takes a second to load; the window is drawn before
    from torch import Tensor

    from gan_models.projection.project import Projected
    from gan_models.projection.search import ProjectionStep

Way = Literal["fast", "editable", "faithful", "tuned"]
"""How a photo is projected, from the least to the most work."""
WAYS: tuple[Way, ...] = get_args(Way)
STRIP_SECONDS, KEYS = 4.0, 24
"""Length of the film of a search, and how many of its states it passes through at most."""


def can_project(spec: Spec) -> bool:
    """Whether a model has a latent that a photo can be searched in."""
    try:
        return bool(spaces_of(spec))
    except ProjectionError:
        return False


def ways_of(spec: Spec) -> tuple[Way, ...]:
    """The ways that a model allows; raises ProjectionError for one without a usable latent."""
    if "w+" in spaces_of(spec):
        return WAYS
    return tuple(way for way in WAYS if way != "editable")


def settings_of(spec: Spec, way: Way) -> ProjectionSettings:
    """What a way means for a model."""
    if way == "fast":
        return ProjectionSettings("encoder")
    if way == "editable":
        return ProjectionSettings("w")
    return ProjectionSettings(spaces_of(spec)[-1], tune=way == "tuned")


def projecting(
    model: OpenModel, photo: Image.Image, crop: Crop, settings: ProjectionSettings
) -> Generator[Progress | ProjectionStep, None, Projected]:
    """Cut the photo, which comes as the preview of the first step, and project what was cut."""
    yield Progress(0, 1)  # the libraries take a second to load, and can be waited for in vain
    from gan_models.projection.aids import known_aids
    from gan_models.projection.project import project

    target = np.asarray(cut(photo, crop, model.generator.spec.resolution))
    yield Progress(0, 1, preview=target)
    aids = known_aids(model.generator, model.ref.sha256, cache_folder())
    return (yield from project(model.generator, as_target(target), settings, aids))


def judging(
    model: OpenModel, target: np.ndarray, step: ProjectionStep, settings: ProjectionSettings
) -> Generator[Progress, None, Projected]:
    """The result of a search that was ended by hand at a step."""
    yield Progress(0, 1)
    from gan_models.projection.aids import known_aids, quick_aids
    from gan_models.projection.project import result_of
    from gan_models.projection.settings import checked_space

    aids = known_aids(model.generator, model.ref.sha256, cache_folder())
    aids = aids or quick_aids(model.generator)
    space = checked_space(model.generator.spec, settings)
    return result_of(model.generator, as_target(target), step, space, aids, 0.0)


def as_target(square: Image.Image | np.ndarray) -> Tensor:
    """A picture in RGB as float32 [3, H, W] in [-1, 1]."""
    import torch

    return torch.from_numpy(np.asarray(square).astype(np.float32).transpose(2, 0, 1) / 127.5 - 1)


def look_of(ws: np.ndarray, model: Model) -> Recipe:
    """The look that draws a projected latent, [num_ws, w_dim], as it was found."""
    return Recipe(model, Latent.of_rows(ws), psi=1.0)


def film_of(looks: Sequence[Recipe]) -> Clip:
    """The way of a search as a clip that holds its end for a moment."""
    step = max(1, -(-len(looks) // KEYS))
    chosen = [*looks[:-1][::step], looks[-1]]
    pace = STRIP_SECONDS / max(1, len(chosen) - 1)
    keys = [Keyframe(i * pace, look, "linear") for i, look in enumerate(chosen)]
    return Clip((*keys, Keyframe(keys[-1].time + 1, looks[-1], "linear")))


def save_tuned(found: Projected, file: Path, photo: str) -> Model | None:
    """Write the tuned generator, if there is one, as a model of its own."""
    if found.tuned is None:
        return None
    import torch

    from gan_models.checkpoints.own import save_generator

    found.tuned.provenance = {**found.tuned.provenance, "tuned_for": photo}
    save_generator(file, found.tuned, torch.float32)
    return Model(file.stem, file_sha256(file))


def saving_tuned(found: Projected, file: Path, photo: str) -> Generator[Progress, None, Path]:
    """The same as a job; returns the file."""
    yield Progress(0, 1)
    save_tuned(found, file, photo)
    return file
