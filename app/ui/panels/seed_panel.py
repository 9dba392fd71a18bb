"""Where you are: the seed, and the way to the next one."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.recipe import Recipe
from app.model.changes import place
from app.model.studio import Studio
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton
from app.ui.widgets.section import Section
from app.ui.widgets.seed_box import SeedBox
from app.ui.widgets.value_row import NameLabel, ValueRow


class SeedPanel(Section):
    """Seed A, and a scrubber that travels from it to the next seed."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Seed"), parent)
        self._studio = studio
        self._start = 0
        self.seed = SeedBox(self.tr("Seed A"))
        self.travel = ValueRow(self.tr("To the next"), 0, 1, 0.01, scale=100, suffix=" %")
        self.travel.explain(self.tr("Travel from this seed to the next one"))
        self.wall = IconButton("grid", self.tr("Choose from a wall of seeds (Ctrl+G)"))
        self.header.addWidget(self.wall)
        self.body.addWidget(named_row(self.tr("Seed A"), self.seed))
        self.body.addWidget(self.travel)
        self.seed.chosen.connect(studio.set_seed)
        self.seed.random_asked.connect(studio.random_seed)
        self.travel.slider.sliderPressed.connect(self._depart)
        self.travel.edited.connect(self._travelled)
        self.travel.settled.connect(self._arrive)
        studio.recipe_changed.connect(self._refresh)
        studio.model_changed.connect(self._follow_model)
        self._follow_model()

    @Slot()
    def _follow_model(self) -> None:
        spec = self._studio.spec
        self.setVisible(bool(spec and spec.z_dim))
        self._refresh(self._studio.recipe)

    @Slot(object)
    def _refresh(self, recipe: Recipe) -> None:
        if self.travel.slider.isSliderDown():
            return
        seed, share = place(recipe)
        found = recipe.latent.main.rows is not None
        self.seed.set_seed(None if found else seed)
        self.seed.box.setToolTip(
            self.tr(
                "This look has rows of W of its own, from a photo, parents or dragged points. "
                "Choose a seed to leave it."
            )
            if found
            else ""
        )
        self.travel.setEnabled(not found)
        self.travel.set_number(share)

    def _depart(self) -> None:
        # Held until the hand lets go: at the end of the way the next seed is the seed.
        self._start, _ = place(self._studio.recipe)

    def _travelled(self, share: float) -> None:
        if not self.travel.slider.isSliderDown():
            self._depart()
        self._studio.travel(self._start, share)

    def _arrive(self) -> None:
        self._studio.end_gesture()
        self._refresh(self._studio.recipe)


def named_row(name: str, widget: QWidget) -> QWidget:
    """A widget beside its name, aligned with the slider rows."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID // 2)
    label = NameLabel(name)
    label.setBuddy(widget)
    layout.addWidget(label)
    layout.addWidget(widget, 1)
    return row
