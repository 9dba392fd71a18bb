"""The clips that people want, each a path through looks that is made from the look on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.core.clip import Clip, Ending, Keyframe
from app.core.recipe import SEED_LIMIT, Latent, Recipe
from gan_models.errors import GanvasError

WALK_SEEDS = 5
"""How many seeds or classes a walk visits where none are given."""


@dataclass(frozen=True)
class ClipInputs:
    """What clips are made of; each preset takes what it needs. `seconds` is the finished clip."""

    recipe: Recipe
    seconds: float = 4.0
    fps: float = 30.0
    easing: str = "smooth"
    ending: Ending | None = None
    """None: the one that suits the preset."""
    slider: str = ""
    strength: float = 3.0
    second: Recipe | None = None
    looks: tuple[Recipe, ...] = ()
    seeds: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    label_dim: int = 0
    """How many classes the model has."""


@dataclass(frozen=True)
class Preset:
    """A kind of clip: `waypoints` are the looks that it passes through, evenly in time."""

    title: str
    waypoints: Callable[[ClipInputs], list[Recipe]]
    ending: Ending
    needs: tuple[str, ...] = ()
    """The fields of `ClipInputs` that it takes, apart from those that all take."""
    direction: str | None = None
    """The direction that the model must have."""

    def build(self, inputs: ClipInputs) -> Clip:
        """The clip; raises GanvasError that says what is missing."""
        if not inputs.seconds > 0:
            raise GanvasError(f"a clip of {inputs.seconds:g} seconds shows nothing; choose more")
        looks = self.waypoints(inputs)
        ending = inputs.ending or self.ending
        if ending == "loop":
            looks = [*looks, looks[0]]
        span = inputs.seconds / (2 if ending == "ping-pong" else 1)
        step = span / (len(looks) - 1)
        keyframes = [Keyframe(i * step, look, inputs.easing) for i, look in enumerate(looks)]
        return Clip(tuple(keyframes), inputs.fps, ending)


def at_strength(recipe: Recipe, direction: str, strength: float) -> Recipe:
    """The look with one slider at `strength`, over the layers that it is set to."""
    return recipe.with_edit(direction, strength, recipe.edit(direction).layers)


def smile(inputs: ClipInputs) -> list[Recipe]:
    """From the look as it is to a smile."""
    return [inputs.recipe, at_strength(inputs.recipe, "smile", inputs.strength)]


def slider(inputs: ClipInputs) -> list[Recipe]:
    """From the look as it is to one slider's `strength`."""
    if not inputs.slider:
        raise GanvasError("choose the slider that shall move")
    return [inputs.recipe, at_strength(inputs.recipe, inputs.slider, inputs.strength)]


def gender_swap(inputs: ClipInputs) -> list[Recipe]:
    """From one end of the gender slider to the other, whichever the look is nearer to."""
    strengths = (-inputs.strength, inputs.strength)
    return [at_strength(inputs.recipe, "gender", strength) for strength in strengths]


def morph(inputs: ClipInputs) -> list[Recipe]:
    """From the look to the second one."""
    if inputs.second is None:
        raise GanvasError("a morph needs a second look to go to")
    return [inputs.recipe, inputs.second]


def looks(inputs: ClipInputs) -> list[Recipe]:
    """Through the kept looks."""
    if len(inputs.looks) < 2:
        raise GanvasError("keep at least two looks to move between them")
    return list(inputs.looks)


def walk(inputs: ClipInputs) -> list[Recipe]:
    """Through seeds, everything else as it is."""
    anchor = inputs.recipe.latent.main
    seeds = inputs.seeds or tuple((anchor.seed + i) % SEED_LIMIT for i in range(WALK_SEEDS))
    if len(seeds) < 2:
        raise GanvasError("a walk needs at least two seeds")
    return [replace(inputs.recipe, latent=Latent.of_seed(seed, anchor.label)) for seed in seeds]


def classes(inputs: ClipInputs) -> list[Recipe]:
    """Through classes, the seed and everything else as they are."""
    anchor, count = inputs.recipe.latent.main, inputs.label_dim
    if count < 2:
        raise GanvasError("this model has no classes to walk through")
    own = range(min(count, WALK_SEEDS))
    labels = inputs.classes or tuple(((anchor.label or 0) + i) % count for i in own)
    if len(labels) < 2:
        raise GanvasError("a walk needs at least two classes")
    return [replace(inputs.recipe, latent=Latent.of_seed(anchor.seed, label)) for label in labels]


def style_mix(inputs: ClipInputs) -> list[Recipe]:
    """From the look without its style mixing to the look with it."""
    if not any(any(mix.weights) for mix in inputs.recipe.mixes):
        raise GanvasError("mix in a second seed first: this clip moves its weights")
    return [replace(inputs.recipe, mixes=()), inputs.recipe]


PRESETS = {
    "smile": Preset("Smile", smile, "ping-pong", ("strength",), "smile"),
    "gender-swap": Preset("Gender swap", gender_swap, "ping-pong", ("strength",), "gender"),
    "slider": Preset("One slider", slider, "ping-pong", ("slider", "strength")),
    "morph": Preset("From A to B", morph, "ping-pong", ("second",)),
    "looks": Preset("Through the kept looks", looks, "loop", ("looks",)),
    "walk": Preset("Walk through seeds", walk, "loop", ("seeds",)),
    "classes": Preset("Walk through classes", classes, "loop", ("classes",)),
    "style-mix": Preset("Style mixing", style_mix, "ping-pong"),
}
