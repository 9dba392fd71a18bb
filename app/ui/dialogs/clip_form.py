"""The form that describes a clip and its file; each clip shows only what it needs."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QSpinBox,
    QWidget,
)

from app.core.clip import Ending
from app.core.presets import PRESETS, ClipInputs, Preset
from app.core.recipe import SEED_LIMIT, Recipe, carrying
from app.model.changes import class_place, place
from app.model.preview import Target
from app.model.studio import Studio
from app.ui.theme import GRID
from app.ui.widgets.value_row import HEIGHT
from app.ui.words import words_of

SIZES = (128, 256, 512, 1024)
GOOD_SIZE = 512
CHANGED_MS = 250
"""The hand must rest so long before a preview is drawn anew."""


class ClipForm(QWidget):
    """Emits `changed` when the clip or the file that it describes is another."""

    changed = Signal()

    def __init__(self, studio: Studio, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._settings = studio, settings
        self._second: Recipe | None = None
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(2 * GRID)
        self._form.setVerticalSpacing(GRID)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rest = QTimer(self, interval=CHANGED_MS, singleShot=True)
        self._rest.timeout.connect(self.changed)
        self.clip = self._choice("clip", self.tr("Clip"))
        self.clip.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # long names
        self.slider = self._choice("slider", self.tr("Slider"))
        self.strength = self._number(
            self.tr("Strength"), "strength", 0.1, 10, 3, 0.5, self.tr(" std.")
        )
        self.second = self._choice("second", self.tr("To look"))
        self.seeds = self._count(self.tr("Seeds"), "seeds", 2, 100, 5)
        self.classes = self._count(self.tr("Classes"), "classes", 2, 1000, 5)
        self.seconds = self._number(self.tr("Length"), "seconds", 0.2, 600, 4, 0.5, self.tr(" s"))
        self.fps = self._count(self.tr("Frames per second"), "fps", 1, 60, 30)
        self.easing = self._choice("easing", self.tr("Easing"))
        self.ending = self._choice("ending", self.tr("Ending"))
        self.format = self._choice("format", self.tr("Format"))
        self.side = self._choice("size", self.tr("Size"))
        self.quality = self._choice("quality", self.tr("Quality"))
        self._fill_fixed()
        self.clip.currentIndexChanged.connect(self._show_needs)

    def _choice(self, name: str, label: str) -> QComboBox:
        box = QComboBox()
        box.setObjectName(name)
        box.setAccessibleName(label)
        self._form.addRow(label, box)
        box.currentIndexChanged.connect(self._edited)
        return box

    def _number(
        self,
        label: str,
        name: str,
        low: float,
        high: float,
        start: float,
        step: float,
        suffix: str,
    ) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setDecimals(1)
        box.setRange(low, high)
        box.setSingleStep(step)
        box.setSuffix(suffix)
        box.setValue(cast(float, self._settings.value(f"export/{name}", start, float)))
        self._add_box(box, label)
        box.valueChanged.connect(self._edited)
        return box

    def _count(self, label: str, name: str, low: int, high: int, start: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(low, high)
        box.setValue(cast(int, self._settings.value(f"export/{name}", start, int)))
        self._add_box(box, label)
        box.valueChanged.connect(self._edited)
        return box

    def _add_box(self, box: QAbstractSpinBox, label: str) -> None:
        box.setAccessibleName(label)
        box.setFixedHeight(HEIGHT)
        box.lineEdit().setTextMargins(4, 0, 4, 0)
        box.setKeyboardTracking(False)
        self._form.addRow(label, box)

    def _fill_fixed(self) -> None:
        """The choices that no model changes."""
        easings = {
            "smooth": self.tr("Smooth"),
            "linear": self.tr("Linear"),
            "ease-in": self.tr("Ease in"),
            "ease-out": self.tr("Ease out"),
        }
        endings = {
            "": self.tr("As suits the clip"),
            "once": self.tr("Once"),
            "loop": self.tr("Loop"),
            "ping-pong": self.tr("There and back"),
        }
        formats = {
            "mp4": self.tr("MP4 film (H.264)"),
            "gif": self.tr("GIF"),
            "webp": self.tr("Animated WebP"),
            "png": self.tr("Animated PNG"),
            "frames": self.tr("Folder of PNG frames"),
        }
        qualities = {
            "good": self.tr("Good"),
            "best": self.tr("Best"),
            "small": self.tr("Small file"),
        }
        self._fill(self.easing, easings)
        self._fill(self.ending, endings)
        self._fill(self.format, formats)
        self._fill(self.quality, qualities)

    def _fill(self, box: QComboBox, choices: dict[str, str], first: str = "") -> None:
        """Offer choices: the one before, else that of last time, else `first`."""
        before = box.currentData()
        if before is None:
            before = self._settings.value(f"export/{box.objectName()}", first, str)
        blocked = box.blockSignals(True)
        box.clear()
        for key, text in choices.items():
            box.addItem(text, key)
        box.setCurrentIndex(max(0, box.findData(before)))
        box.blockSignals(blocked)

    def follow(self, second: Recipe | None) -> None:
        """Offer what the open model, the sliders and the kept looks allow; `second` is chosen."""
        directions = self._studio.directions
        titles = {name: words_of(direction).title for name, direction in directions.items()}
        self._fill(self.slider, titles)
        looks = self._studio.looks.items
        self._fill(self.second, {str(i): look.name for i, look in enumerate(looks)})
        for index, look in enumerate(looks):
            if look.recipe == second:
                self.second.setCurrentIndex(index)
        spec = self._studio.spec
        own = spec.resolution if spec else 0
        sizes = {"": self.tr("As the model, {0} pixels").format(own)}
        sizes |= {str(n): self.tr("{0} pixels").format(n) for n in SIZES if n != own}
        # Small models make small pictures; people want clips that can be watched.
        self._fill(self.side, sizes, first=str(GOOD_SIZE) if own < GOOD_SIZE else "")
        self._fill(self.clip, {n: self._title(n) for n, p in PRESETS.items() if self._possible(p)})
        self._show_needs()
        self.changed.emit()

    def _title(self, name: str) -> str:
        titles = {
            "smile": self.tr("Smile"),
            "gender-swap": self.tr("Gender swap"),
            "slider": self.tr("One slider, there and back"),
            "morph": self.tr("From this look to another"),
            "looks": self.tr("Through the kept looks"),
            "walk": self.tr("Walk through seeds"),
            "classes": self.tr("Walk through classes"),
            "style-mix": self.tr("Style mixing"),
        }
        return titles.get(name, PRESETS[name].title)

    def _possible(self, preset: Preset) -> bool:
        """Whether there is what the clip needs now."""
        studio = self._studio
        looks = len(studio.looks.items)
        mixed = any(any(mix.weights) for mix in studio.recipe.mixes)
        needs = {
            "slider": bool(studio.directions),
            "second": looks > 0,
            "looks": looks > 1,
            "seeds": bool(studio.spec and studio.spec.z_dim),
            "classes": bool(studio.spec and studio.spec.label_dim > 1),
        }
        there = preset.direction is None or preset.direction in studio.directions
        return (
            there
            and all(needs.get(need, True) for need in preset.needs)
            and (mixed or preset is not PRESETS["style-mix"])
        )

    def _show_needs(self) -> None:
        name = self.clip.currentData()
        needs = PRESETS[name].needs if name else ()
        boxes: dict[str, QWidget] = {
            "slider": self.slider,
            "strength": self.strength,
            "second": self.second,
            "seeds": self.seeds,
            "classes": self.classes,
        }
        for need, box in boxes.items():
            self._form.setRowVisible(box, need in needs)

    def _edited(self) -> None:
        self._rest.start()

    # What the form says

    @property
    def preset(self) -> Preset | None:
        """The kind of clip that is chosen."""
        name = self.clip.currentData()
        return PRESETS[name] if name else None

    def inputs(self) -> ClipInputs:
        """What the clip is made of."""
        studio = self._studio
        seed, _ = place(studio.recipe)
        looks = tuple(look.recipe for look in studio.looks.items)
        second = self.second.currentData()
        preset, slider = self.preset, self.slider.currentData() or ""
        moving = (preset.direction if preset else None) or slider
        return ClipInputs(
            recipe=carrying(studio.recipe, moving, studio.imports.carried.get(moving)),
            seconds=self.seconds.value(),
            fps=self.fps.value(),
            easing=self.easing.currentData(),
            ending=cast("Ending | None", self.ending.currentData() or None),
            slider=slider,
            strength=self.strength.value(),
            second=looks[int(second)] if second else None,
            looks=looks,
            seeds=tuple((seed + i) % SEED_LIMIT for i in range(self.seeds.value())),
            classes=self._classes(),
            label_dim=studio.spec.label_dim if studio.spec else 0,
        )

    def _classes(self) -> tuple[int, ...]:
        """From the class that is shown on."""
        count = self._studio.spec.label_dim if self._studio.spec else 0
        first, _, _ = class_place(self._studio.recipe)
        return tuple((first + i) % count for i in range(min(count, self.classes.value())))

    def target(self) -> Target:
        """The file that is asked for."""
        size = self.side.currentData()
        kind, quality = self.format.currentData(), self.quality.currentData()
        return Target(kind, int(size) if size else None, quality)

    def remember(self) -> None:
        """Keep the choices for the next time."""
        for choice in self.findChildren(QComboBox):
            if choice.objectName() and choice.currentData() is not None:
                self._settings.setValue(f"export/{choice.objectName()}", choice.currentData())
        numbers = {"strength": self.strength, "seconds": self.seconds}
        counts = {"seeds": self.seeds, "classes": self.classes, "fps": self.fps}
        for name, box in (numbers | counts).items():
            self._settings.setValue(f"export/{name}", box.value())
