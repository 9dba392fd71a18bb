"""Small pictures of a clip, and how large its file will be, drawn in the background."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.clip import Clip
from app.core.jobs import Progress
from app.core.render_loop import Render
from gan_models.spec import Spec

if TYPE_CHECKING:  # encoders are loaded when something is exported
    from app.core.writers import Quality

FRAMES = 36
"""Most frames of a preview; longer clips are thinned out."""
SIDE = 128
"""Drafts of this size are enough to judge a movement."""


@dataclass(frozen=True)
class Target:
    """The file that a clip shall become."""

    kind: str
    size: int | None
    quality: Quality


def draft_size(spec: Spec) -> int | None:
    """The draft resolution for previews; None where the model is small itself."""
    fitting = [size for size in spec.draft_resolutions if size <= SIDE]
    return fitting[-1] if fitting and fitting[-1] < spec.resolution else None


def preview(
    clip: Clip, render: Render, resolution: int | None, target: Target
) -> Generator[Progress, None, int]:
    """Yields each frame as the preview of a progress; returns the bytes of the finished file."""
    from app.core.export import estimate_size

    recipes = clip.recipes()
    count = min(FRAMES, len(recipes))
    chosen = [recipes[i * len(recipes) // count] for i in range(count)]
    for number, recipe in enumerate(chosen):
        yield Progress(number + 1, count, preview=render(recipe, resolution))
    return estimate_size(clip, render, target.kind, size=target.size, quality=target.quality)
