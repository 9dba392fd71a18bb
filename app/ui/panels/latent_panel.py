"""How far from the average, and the noise: what belongs to the latent but to no slider."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.core.recipe import Recipe
from app.model.studio import Studio
from app.ui.panels.seed_panel import named_row
from app.ui.widgets.section import Section, line
from app.ui.widgets.seed_box import SeedBox
from app.ui.widgets.value_row import ValueRow
from gan_models.spec import NOISE_MODES

MOST_PSI = 1.5


class LatentPanel(QWidget):
    """Truncation psi and cutoff, noise mode and seed, each if the model has it."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.truncation = Section(self.tr("Truncation"))
        self.psi = ValueRow(self.tr("Psi"), 0, MOST_PSI, 0.05, Recipe().psi)
        self.psi.explain(
            self.tr("0 is the average picture; towards 1 pictures vary more and fail more often")
        )
        self.cutoff = ValueRow(self.tr("Layers"), 0, 1, 1)
        self.noise = Section(self.tr("Noise"))
        self.mode = QComboBox()
        self.mode.setAccessibleName(self.tr("Noise mode"))
        names = {"const": self.tr("Constant"), "random": self.tr("Random"), "none": self.tr("None")}
        for mode in NOISE_MODES:
            self.mode.addItem(names[mode], mode)
        self.seed = SeedBox(self.tr("Noise seed"))
        self.seed_row = named_row(self.tr("Noise seed"), self.seed)
        self.noise.body.addWidget(named_row(self.tr("Mode"), self.mode))
        self.noise.body.addWidget(self.seed_row)
        self.truncation.body.addWidget(self.psi)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._line = line()
        for widget in (self.truncation, self._line, self.noise):
            layout.addWidget(widget)
        self.psi.edited.connect(studio.set_psi)
        self.psi.settled.connect(studio.end_gesture)
        self.mode.currentIndexChanged.connect(self._noise_changed)
        self.seed.chosen.connect(self._noise_changed)
        self.seed.random_asked.connect(self.seed.next.click)
        studio.recipe_changed.connect(self._refresh)
        studio.model_changed.connect(self._follow_model)
        self._follow_model()

    @Slot()
    def _follow_model(self) -> None:
        spec = self._studio.spec
        truncates = bool(spec and spec.has_mapping)
        noisy = bool(spec and spec.has_noise)
        self.truncation.setVisible(truncates)
        self.noise.setVisible(noisy)
        self._line.setVisible(truncates and noisy)
        self.setVisible(truncates or noisy)
        if spec:
            self._make_cutoff(spec.num_ws)
            self._refresh(self._studio.recipe)

    def _make_cutoff(self, rows: int) -> None:
        old, self.cutoff = self.cutoff, ValueRow(self.tr("Layers"), 0, rows, 1, rows)
        self.cutoff.explain(self.tr("How many layers, from the coarsest, psi acts on"))
        self.cutoff.edited.connect(self._cut)
        self.cutoff.settled.connect(self._studio.end_gesture)
        self.truncation.body.replaceWidget(old, self.cutoff)
        self.truncation.body.addWidget(self.cutoff)
        old.deleteLater()

    def _cut(self, rows: float) -> None:
        everything = self.cutoff.slider.default
        self._studio.set_cutoff(None if rows >= everything else round(rows))

    @Slot(object)
    def _refresh(self, recipe: Recipe) -> None:
        self.psi.set_number(recipe.psi)
        everything = self.cutoff.slider.default
        self.cutoff.set_number(everything if recipe.cutoff is None else recipe.cutoff)
        self.seed_row.setVisible(recipe.noise_mode == "random")
        self.seed.set_number(recipe.noise_seed)
        blocked = self.mode.blockSignals(True)
        self.mode.setCurrentIndex(self.mode.findData(recipe.noise_mode))
        self.mode.blockSignals(blocked)

    def _noise_changed(self) -> None:
        self._studio.set_noise(self.mode.currentData(), int(self.seed.box.value()))
