"""Style mixing: a second seed, and how much of it each layer takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.recipe import Recipe
from app.model.studio import Studio
from app.ui.panels.seed_panel import named_row
from app.ui.theme import GRID
from app.ui.widgets.float_slider import FloatSlider
from app.ui.widgets.pictures import Thumbnail
from app.ui.widgets.section import Section
from app.ui.widgets.seed_box import ClassBox, SeedBox
from app.ui.widgets.turns import Turns
from gan_models.spec import Spec, layer_parts

HEIGHT = 88
LAYERS_AT_ONCE = 4
"""Sliders that are made in one turn of the event loop."""


class MixingPanel(Section):
    """Seed B with its picture, a soft slider for each layer, and buttons for groups of them."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Style mixing"), parent)
        self._studio = studio
        self.sliders: list[FloatSlider] = []
        self.building = Turns(self)
        self.thumbnail = Thumbnail(64, self.tr("Picture of seed B"))
        self.seed = SeedBox(self.tr("Seed B"))
        self.label = ClassBox(self.tr("Class B"))
        self.label_row = named_row(self.tr("Class B"), self.label)
        self.buttons = {
            "coarse": self._chip(self.tr("Coarse"), self.tr("Pose, shape of face and hair")),
            "middle": self._chip(self.tr("Middle"), self.tr("Features, expression, hair style")),
            "fine": self._chip(self.tr("Fine"), self.tr("Colours, light, texture")),
            "all": self._chip(self.tr("All"), self.tr("All layers from seed B")),
            "clear": self._chip(self.tr("Clear"), self.tr("Nothing from seed B")),
        }
        self._rack = QWidget()
        self._grid = QGridLayout(self._rack)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self.body.addLayout(self._top())
        self.body.addWidget(self.label_row)
        self.body.addSpacing(GRID // 2)
        self.body.addWidget(self._rack)
        self.seed.chosen.connect(studio.set_second_seed)
        self.seed.random_asked.connect(studio.random_second_seed)
        controls = studio.controls
        self.label.chosen.connect(controls.set_second_class)
        self.label.random_asked.connect(lambda: self.label.choose(controls.random_class()))
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self._toggle(name))
        studio.second_ready.connect(self.thumbnail.show_picture)
        studio.recipe_changed.connect(self._refresh)
        studio.model_changed.connect(self._follow_model)
        self._drawn: object = None
        self._follow_model()

    def _chip(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "chip")
        button.setAutoDefault(False)
        button.setToolTip(tip)
        button.setAccessibleName(self.tr("Mix: {0}").format(text))
        return button

    def _top(self) -> QHBoxLayout:
        """The picture of seed B; beside it the seed, and the groups of layers."""
        chips = QGridLayout()
        chips.setSpacing(GRID // 2)
        for column, name in enumerate(("coarse", "middle", "fine")):
            chips.addWidget(self.buttons[name], 0, column)
            chips.setColumnStretch(column, 1)
        right = QVBoxLayout()
        right.setSpacing(GRID // 2)
        label = QLabel(self.tr("Seed B"))
        label.setBuddy(self.seed.box)
        seed = QHBoxLayout()
        seed.addWidget(label)
        seed.addWidget(self.seed, 1)
        right.addLayout(seed)
        right.addLayout(chips)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.thumbnail)
        top.addLayout(right, 1)
        self.header.addWidget(self.buttons["all"])
        self.header.addSpacing(GRID // 2)
        self.header.addWidget(self.buttons["clear"])
        return top

    @Slot()
    def _follow_model(self) -> None:
        spec = self._studio.spec
        mixes = bool(spec and spec.has_mapping and spec.num_ws > 1)
        self.setVisible(mixes)
        self.label_row.setVisible(bool(spec and spec.label_dim))
        if spec and spec.label_dim:
            self.label.set_classes(spec.label_dim, self._studio.controls.class_names())
        self._drawn = None
        self.thumbnail.show_picture(None)
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item else None
            if widget:
                widget.deleteLater()
        self.sliders = []
        self.building.start(self._add_layers(spec) if spec and mixes else iter(()))

    def _add_layers(self, spec: Spec) -> Iterator[None]:
        for row in range(spec.num_ws):
            self._add_layer(row, spec)
            if row % LAYERS_AT_ONCE == LAYERS_AT_ONCE - 1:
                yield
        self._refresh(self._studio.recipe)

    def _add_layer(self, row: int, spec: Spec) -> None:
        slider = FloatSlider(0, 1, 0.05, orientation=Qt.Orientation.Vertical)
        slider.setFixedHeight(HEIGHT)
        # Narrower than they like to be: the largest models have more than twenty layers.
        slider.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        size = spec.ws_resolutions[row] if spec.ws_resolutions else row
        slider.setAccessibleName(self.tr("Mix of layer {0}").format(row))
        slider.setToolTip(self.tr("Layer {0}, which acts at {1} pixels").format(row, size))
        slider.edited.connect(lambda _: self._mixed())
        slider.settled.connect(self._studio.end_gesture)
        label = QLabel(str(size))
        label.setProperty("role", "small")
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._grid.addWidget(slider, 0, row, Qt.AlignmentFlag.AlignHCenter)
        sizes = spec.ws_resolutions
        if not sizes or row == 0 or sizes[row - 1] != sizes[row]:
            same = sizes.count(size) if sizes else 1
            self._grid.addWidget(label, 1, row, 1, same)
        self._grid.setColumnStretch(row, 1)
        self.sliders.append(slider)

    @Slot(object)
    def _refresh(self, recipe: Recipe) -> None:
        if not self.sliders:
            return
        mix = self._studio.mix
        self.seed.set_number(mix.source.main.seed)
        self.label.set_number(mix.source.main.label or 0)
        for slider, weight in zip(self.sliders, mix.weights, strict=False):
            if not slider.isSliderDown():
                slider.set_number(weight)
        shown = (mix.source, recipe.psi, recipe.cutoff)
        if shown != self._drawn:
            self._drawn = shown
            self._studio.draw_second()

    def _mixed(self) -> None:
        made = tuple(slider.number for slider in self.sliders)
        self._studio.set_mix(made + self._studio.mix.weights[len(made) :], "mix")

    def _toggle(self, name: str) -> None:
        """Fill a group of layers from seed B; a full group is emptied."""
        spec = self._studio.spec
        if spec is None:
            return
        coarse, middle, fine = layer_parts(spec)
        everything = range(spec.num_ws)
        groups: dict[str, Iterable[int]] = {"coarse": coarse, "middle": middle, "fine": fine}
        rows = set(groups.get(name, everything))
        weights = self._studio.mix.weights
        full = name == "clear" or (name != "all" and all(weights[row] == 1 for row in rows))
        new = 0.0 if full else 1.0
        self._studio.set_mix(tuple(new if i in rows else w for i, w in enumerate(weights)))
