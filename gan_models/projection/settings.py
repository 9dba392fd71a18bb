"""What a person chooses about a projection, said without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gan_models.errors import ProjectionError
from gan_models.spec import Spec

Space = Literal["encoder", "w", "w+", "z"]


@dataclass(frozen=True)
class ProjectionSettings:
    """How a picture is searched for; the same settings and seed find the same latent.

    That holds without `seconds`, which end the search sooner on a slower computer.
    """

    space: Space | None = None
    """"encoder": the first guess alone. "w": one row for all layers, easy to edit. "w+": a row for
    each layer, nearer to the photo. "z": for models without W. None: the richest the model has."""
    steps: int = 300
    """Of descent, in all spaces together."""
    seconds: float | None = None
    """End the descent, tuning included, after so long even if steps are left."""
    leash: float = 0.001
    """What each squared standard deviation costs by which a row of w+ strays from the common w."""
    tune: bool = False
    """Adapt a copy of the generator to this one picture afterwards (Roich et al. 2021)."""
    tune_steps: int = 100
    seed: int = 0


def spaces_of(spec: Spec) -> tuple[Space, ...]:
    """What `ProjectionSettings.space` may be for a model, the richest last.

    Raises ProjectionError for a model without a latent to search in.
    """
    if spec.map_classes or "label_map" in spec.controls:
        raise ProjectionError(
            "this model draws from label maps; photos are projected with models that draw from "
            "latents"
        )
    if not spec.z_dim:
        raise ProjectionError("this model has no latent space, so no photo can be found in it")
    if not spec.has_mapping:
        return ("encoder", "z")
    return ("encoder", "w", "w+") if spec.num_ws > 1 else ("encoder", "w")


def checked_space(spec: Spec, settings: ProjectionSettings) -> Space:
    """The space that is searched in; raises ProjectionError where the model does not have it."""
    spaces = spaces_of(spec)
    space = settings.space or spaces[-1]
    if space not in spaces:
        raise ProjectionError(
            f"this model cannot be searched in {space}; it has: {', '.join(spaces)}"
        )
    return space
