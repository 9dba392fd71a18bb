"""Clips: keyframes in time, and the recipe of each frame between them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from app.core.recipe import Recipe, RecipeError, lerp_recipe
from app.core.recipe_json import from_dict, to_dict
from gan_models.errors import GanvasError

Ending = Literal["once", "loop", "ping-pong"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
MAX_FPS = 120
MAX_SECONDS = 3600

EASINGS: dict[str, Callable[[float], float]] = {
    "linear": lambda t: t,
    "smooth": lambda t: t * t * (3 - 2 * t),
    "ease-in": lambda t: t * t,
    "ease-out": lambda t: t * (2 - t),
}
"""How a segment runs: from [0, 1] to [0, 1], 0 to 0 and 1 to 1."""


@dataclass(frozen=True)
class Keyframe:
    """A look at a time in seconds, and the easing of the segment that starts here."""

    time: float
    recipe: Recipe
    easing: str = "smooth"


@dataclass(frozen=True)
class Clip:
    """Keyframes in ascending time, played once, round and round, or there and back.

    In a loop, the moment of the last keyframe is the moment of the first again: it closes where
    both show the same look, and that look is not shown twice.
    """

    keyframes: tuple[Keyframe, ...]
    fps: float = 30.0
    ending: Ending = "once"

    def __post_init__(self) -> None:
        times = [keyframe.time for keyframe in self.keyframes]
        if not times:
            raise GanvasError("a clip needs at least one keyframe")
        if not all(map(math.isfinite, times)) or sorted(set(times)) != times:
            raise GanvasError("the keyframes of a clip must follow each other in time")
        if not 0 < self.fps <= MAX_FPS:
            raise GanvasError(f"{self.fps:g} frames per second: choose 1 to {MAX_FPS}")
        if self.duration > MAX_SECONDS:
            raise GanvasError(f"{self.duration:g} seconds: choose at most {MAX_SECONDS}")
        for keyframe in self.keyframes:
            if keyframe.easing not in EASINGS:
                known = ", ".join(EASINGS)
                raise GanvasError(f"there is no easing {keyframe.easing!r}; choose one of {known}")
        if self.ending not in ENDINGS:
            known = ", ".join(ENDINGS)
            raise GanvasError(f"a clip cannot end in {self.ending!r}; choose one of {known}")

    @property
    def span(self) -> float:
        """Seconds from the first keyframe to the last."""
        return self.keyframes[-1].time - self.keyframes[0].time

    @property
    def duration(self) -> float:
        """Seconds of the finished clip."""
        return self.span * (2 if self.ending == "ping-pong" else 1)

    def times(self) -> list[float]:
        """When each frame is shown, in seconds of the keyframes' path."""
        count = max(1, round(self.duration * self.fps))
        # Played once, the last frame shows the last look; otherwise it leads back to the first.
        steps = max(1, count - 1) if self.ending == "once" else count
        return [self.duration * i / steps for i in range(count)]

    def recipe_at(self, seconds: float) -> Recipe:
        """The look at a time of the finished clip, which starts at 0."""
        if self.ending == "ping-pong":
            seconds = min(seconds, self.duration - seconds)
        return self._on_path(self.keyframes[0].time + seconds)

    def _on_path(self, time: float) -> Recipe:
        after = bisect_right(self.keyframes, time, key=lambda keyframe: keyframe.time)
        if after == 0 or after == len(self.keyframes):
            return self.keyframes[min(after, len(self.keyframes) - 1)].recipe
        a, b = self.keyframes[after - 1], self.keyframes[after]
        share = EASINGS[a.easing]((time - a.time) / (b.time - a.time))
        return lerp_recipe(a.recipe, b.recipe, share)

    def recipes(self) -> list[Recipe]:
        """Exactly the frames of the finished clip."""
        return [self.recipe_at(time) for time in self.times()]


def clip_to_dict(clip: Clip) -> dict[str, Any]:
    """The clip as JSON values."""
    keyframes = [
        {"time": key.time, "easing": key.easing, "recipe": to_dict(key.recipe)}
        for key in clip.keyframes
    ]
    return {"fps": clip.fps, "ending": clip.ending, "keyframes": keyframes}


def clip_from_dict(value: Mapping[str, Any]) -> Clip:
    """The reverse of `clip_to_dict`; raises GanvasError for anything that is no clip."""
    try:
        keyframes = tuple(
            Keyframe(float(key["time"]), from_dict(key["recipe"]), str(key["easing"]))
            for key in value["keyframes"]
        )
        return Clip(keyframes, float(value["fps"]), value["ending"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecipeError(f"this is no clip ({error})") from None
