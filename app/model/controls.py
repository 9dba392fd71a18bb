"""What some models have besides latents: classes, motion, label maps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from app.core.recipe import Motion
from app.model import changes
from app.model.maps import Maps
from gan_models.spec import Spec

if TYPE_CHECKING:
    from app.model.studio import Studio


class Controls(QObject):
    """Writes classes and motion into the studio's recipe, through `Studio.edit`; holds `maps`."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._random = np.random.default_rng()
        self.maps = Maps(studio, self)

    def class_names(self) -> tuple[str, ...]:
        """The names of the open model's classes, or of those of its maps; empty where unknown."""
        model = self._studio.model
        if model and model.generator.spec.class_table:
            return tuple(entry.name for entry in model.generator.spec.class_table)
        return _class_names(model.generator.provenance, model.generator.spec) if model else ()

    def set_class(self, label: int) -> None:
        """Show the seeds in one class."""
        studio = self._studio
        studio.edit(changes.with_label(studio.recipe, label))

    def travel_class(self, label: int, next_label: int, share: float) -> None:
        """Go to a point between two classes."""
        studio = self._studio
        recipe = changes.between_classes(studio.recipe, label, next_label, share)
        studio.edit(recipe, "class travel")

    def set_second_class(self, label: int) -> None:
        """The class of the seed that style mixing takes from."""
        studio = self._studio
        studio.edit(changes.with_second_label(studio.recipe, studio.mix, label))

    def random_class(self) -> int:
        """A class of the open model."""
        spec = self._studio.spec
        return int(self._random.integers(spec.label_dim)) if spec and spec.label_dim else 0

    def set_motion(self, motion: Motion) -> None:
        """Move and turn the picture."""
        studio = self._studio
        studio.edit(replace(studio.recipe, motion=motion), "motion")

    def close(self) -> None:
        """Stop what runs."""
        self.maps.close()


def _class_names(provenance: object, spec: Spec) -> tuple[str, ...]:
    names = provenance.get("classes") if isinstance(provenance, dict) else None
    wanted = spec.map_classes or spec.label_dim
    if isinstance(names, list) and len(names) == wanted and wanted:
        return tuple(str(name) for name in names)
    return ()
