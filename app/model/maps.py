"""Label maps and styles on their way in and out of files, in the background."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.core.jobs import Progress
from app.core.label_maps import fitted, landscape_places
from app.core.map_files import ClassTable, MapReading, read_map, save_colours, save_ids
from app.core.recipe import LabelMap, Recipe, Rows
from app.core.render_loop import Render
from app.core.styles import read_photo, style_of
from app.model import changes
from app.model.runner import Runner
from gan_models.spec import Spec

if TYPE_CHECKING:
    from app.core.models import OpenModel
    from app.model.studio import Studio

RANDOM_MAPS = 2**31
MapKind = Literal["ids", "colours"]


@dataclass(frozen=True, eq=False)
class FoundMap:
    """A label map from a file (`path`) or drawn at random (None), and what it was read for."""

    path: Path | None
    reading: MapReading
    spec: Spec


@dataclass(frozen=True, eq=False)
class FoundStyle:
    """A style from a photo, which is shown small; `second` is the style that is mixed in."""

    path: Path
    photo: np.ndarray
    rows: np.ndarray
    second: bool


class Maps(QObject):
    """Opens, draws and saves label maps, and takes styles from photos, through `Studio.edit`."""

    asked = Signal(object)
    """A `FoundMap` with unknown colours, which waits for `use`."""
    style_taken = Signal()

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._random = np.random.default_rng()
        self.photos: dict[Rows, np.ndarray] = {}
        """What styles were taken from, small; of this run of the program."""
        self.reading, self.saving, self.encoding = Runner(self), Runner(self), Runner(self)
        self.reading.finished.connect(self._read)
        self.saving.finished.connect(self._saved)
        self.encoding.finished.connect(self._encoded)
        for runner in (self.reading, self.saving, self.encoding):
            runner.failed.connect(studio.error_raised)

    # Maps

    def load(self, path: Path) -> None:
        """Read a label map and draw it; `asked` follows where colours are unknown."""
        spec = self._studio.spec
        if spec and spec.map_classes:
            self.reading.start(_read(path, spec))

    @property
    def draws(self) -> bool:
        """Whether maps can be drawn at random: the renderer knows the model's classes."""
        spec = self._studio.spec
        return bool(spec and spec.class_table and (landscape_places(spec) >= 0).all())

    def draw(self) -> None:
        """Draw a landscape's map at random."""
        spec = self._studio.spec
        if spec and self.draws:
            self.reading.start(_drawn(int(self._random.integers(RANDOM_MAPS)), spec))

    @Slot(object)
    def _read(self, found: FoundMap) -> None:
        if self._studio.spec is not found.spec:
            return
        if found.reading.unknown:
            self.asked.emit(found)
        else:
            self.use(found)

    def use(self, found: FoundMap) -> None:
        """Draw a map, and say how it was read."""
        studio, reading = self._studio, found.reading
        label_map = fitted(reading.ids, found.spec)
        studio.edit(changes.with_map(studio.recipe, label_map))
        if found.path:
            studio.message.emit(" · ".join(self._facts(found.path, reading, label_map)))

    def _facts(self, path: Path, reading: MapReading, label_map: LabelMap) -> list[str]:
        kinds = {
            "ids": self.tr("{0}, read as class numbers"),
            "colours": self.tr("{0}, read as the legend's colours"),
        }
        facts = [kinds[reading.kind].format(path.name)]
        (height, width), (drawn_height, drawn_width) = reading.ids.shape, label_map.array.shape
        if (height, width) != (drawn_height, drawn_width):
            stretched = height * drawn_width != width * drawn_height
            text = (
                self.tr("{0} stretched to {1}, nearest pixels")
                if stretched
                else self.tr("{0} resized to {1}, nearest pixels")
            )
            sizes = (f"{width} × {height}", f"{drawn_width} × {drawn_height}")
            facts.append(text.format(*sizes))
        if reading.transparent:
            facts.append(self.tr("transparent pixels became label 0"))
        if len(reading.labels) == 1:
            facts.append(self.tr("it holds one label only"))
        return facts

    def save(self, path: Path, kind: MapKind) -> None:
        """Write the map as class numbers (with the legend as palette) or as colours."""
        label_map, spec = self._studio.recipe.label_map, self._studio.spec
        if label_map and spec:
            self.saving.start(_save(path, label_map, ClassTable.of(spec), kind))

    def save_both(self, path: Path) -> None:
        """Write the picture, and beside it the map as class numbers, `NAME-map.png`."""
        studio, spec = self._studio, self._studio.spec
        if studio.recipe.label_map and spec:
            table = ClassTable.of(spec)
            self.saving.start(_save_both(path, studio.renderer(), studio.recipe, table))

    @Slot(object)
    def _saved(self, path: Path) -> None:
        self._studio.message.emit(self.tr("Saved {0}").format(path))

    # Styles

    def take_style(self, path: Path, *, second: bool = False) -> None:
        """Take the style of a photo, as style A or as the one that is mixed in."""
        model = self._studio.model
        if model:
            self.encoding.start(self._studio.in_turn(_encode(path, model, second)))

    def drop_style(self, *, second: bool = False) -> None:
        """Back to the style of the seed."""
        self._put(None, second)

    def _put(self, rows: np.ndarray | None, second: bool) -> None:
        studio = self._studio
        if second:
            studio.edit(changes.with_second_style(studio.recipe, studio.mix, rows))
        else:
            studio.edit(changes.with_style(studio.recipe, rows))

    @Slot(object)
    def _encoded(self, found: FoundStyle) -> None:
        spec = self._studio.spec
        if spec is None or found.rows.shape != (spec.num_ws, spec.w_dim):
            return  # another model was opened meanwhile
        self.photos[Rows(found.rows)] = found.photo
        self._put(found.rows, found.second)
        self.style_taken.emit()
        self._studio.message.emit(self.tr("Style taken from {0}").format(found.path.name))

    def close(self) -> None:
        """Stop what runs."""
        for runner in (self.reading, self.saving, self.encoding):
            runner.close()


def _read(path: Path, spec: Spec) -> Generator[Progress, None, FoundMap]:
    yield Progress(0, 1)
    return FoundMap(path, read_map(path, ClassTable.of(spec)), spec)


def _drawn(seed: int, spec: Spec) -> Generator[Progress, None, FoundMap]:
    from gan_models.datasets.landscapes import draw_maps

    yield Progress(0, 1)
    numbers = draw_maps([seed], spec.resolution)[0].numpy()
    ids = landscape_places(spec)[numbers].astype(np.uint8)
    return FoundMap(None, MapReading(ids, "ids"), spec)


def _save(
    path: Path, label_map: LabelMap, table: ClassTable, kind: MapKind
) -> Generator[Progress, None, Path]:
    yield Progress(0, 1)
    (save_ids if kind == "ids" else save_colours)(path, label_map.array, table)
    return path


def _save_both(
    path: Path, render: Render, recipe: Recipe, table: ClassTable
) -> Generator[Progress, None, Path]:
    from app.core.export import export_picture

    yield Progress(0, 2)
    export_picture(path, render(recipe, None), recipe)
    yield Progress(1, 2)
    assert recipe.label_map is not None
    save_ids(path.with_name(f"{path.stem}-map.png"), recipe.label_map.array, table)
    return path


def _encode(path: Path, model: OpenModel, second: bool) -> Generator[Progress, None, FoundStyle]:
    yield Progress(0, 1)
    photo = read_photo(path, model.generator.spec.resolution)
    yield Progress(0, 1)
    rows = style_of(model.generator, photo)
    return FoundStyle(path, photo, rows, second)
