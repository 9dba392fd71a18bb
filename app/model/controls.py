"""What some models have besides latents: classes, motion, a label map."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Slot

from app.core.jobs import Progress
from app.core.recipe import LabelMap, Motion
from app.model import changes
from app.model.runner import Runner
from gan_models.spec import Spec

if TYPE_CHECKING:
    from app.model.studio import Studio


@dataclass(frozen=True, eq=False)
class ReadMap:
    """A label map as it came from a file, and as the model draws it."""

    path: Path
    size: tuple[int, int]
    label_map: LabelMap
    spec: Spec


class Controls(QObject):
    """Writes classes, motion and label maps into the studio's recipe, through `Studio.edit`."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._random = np.random.default_rng()
        self.reading = Runner(self)
        self.reading.finished.connect(self._read)
        self.reading.failed.connect(studio.error_raised)

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

    def set_map(self, label_map: LabelMap) -> None:
        """Draw another label map, one that fits the model."""
        studio = self._studio
        studio.edit(replace(studio.recipe, label_map=label_map))

    def load_map(self, path: Path) -> None:
        """Read a label map in the background and draw it."""
        spec = self._studio.spec
        if spec and spec.map_classes:
            self.reading.start(_read_map(path, spec))

    @Slot(object)
    def _read(self, found: ReadMap) -> None:
        if self._studio.spec is not found.spec:
            return
        self.set_map(found.label_map)
        (height, width), (drawn_height, drawn_width) = found.size, found.label_map.array.shape
        if (height, width) == (drawn_height, drawn_width):
            text = self.tr("{0} opened").format(found.path.name)
        elif height * drawn_width == width * drawn_height:
            text = self.tr("{0}: {1} resized to {2}, nearest pixels")
        else:
            text = self.tr("{0}: {1} stretched to {2}, nearest pixels")
        sizes = (f"{width} × {height}", f"{drawn_width} × {drawn_height}")
        self._studio.message.emit(text.format(found.path.name, *sizes))

    def close(self) -> None:
        """Stop reading."""
        self.reading.close()


def _class_names(provenance: object, spec: Spec) -> tuple[str, ...]:
    names = provenance.get("classes") if isinstance(provenance, dict) else None
    wanted = spec.map_classes or spec.label_dim
    if isinstance(names, list) and len(names) == wanted and wanted:
        return tuple(str(name) for name in names)
    return ()


def _read_map(path: Path, spec: Spec) -> Generator[Progress, None, ReadMap]:
    from app.core.label_maps import fitted, read_ids

    yield Progress(0, 1)
    ids = read_ids(path)
    return ReadMap(path, (ids.shape[0], ids.shape[1]), fitted(ids, spec), spec)
