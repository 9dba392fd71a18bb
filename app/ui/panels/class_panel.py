"""Which class a conditional model draws, and the way from one to another."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.core.recipe import Recipe
from app.model.changes import class_place
from app.model.studio import Studio
from app.ui.panels.seed_panel import named_row
from app.ui.widgets.section import Section
from app.ui.widgets.seed_box import ClassBox
from app.ui.widgets.value_row import ValueRow


class ClassPanel(Section):
    """Class A, a class to go to, and a scrubber between them; absent where there are no classes."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Class"), parent)
        self._studio = studio
        self.label, self.target = ClassBox(self.tr("Class A")), ClassBox(self.tr("To class"))
        self.travel = ValueRow(self.tr("On the way"), 0, 1, 0.01, scale=100, suffix=" %")
        self.travel.explain(
            self.tr("Travel from class A to the other one; the seed stays, W is mixed")
        )
        self.body.addWidget(named_row(self.tr("Class A"), self.label))
        self.body.addWidget(named_row(self.tr("To class"), self.target))
        self.body.addWidget(self.travel)
        controls = studio.controls
        self.label.chosen.connect(self._choose)
        self.target.chosen.connect(lambda _: self._go(self.travel.slider.number))
        for box in (self.label, self.target):
            box.random_asked.connect(lambda box=box: box.choose(controls.random_class()))
        self.travel.slider.sliderPressed.connect(self._depart)
        self.travel.edited.connect(self._travelled)
        self.travel.settled.connect(self._arrive)
        studio.recipe_changed.connect(self._refresh)
        studio.model_changed.connect(self._follow_model)
        self._start = self._left = 0
        self._follow_model()

    @Slot()
    def _follow_model(self) -> None:
        spec = self._studio.spec
        self.setVisible(bool(spec and spec.label_dim))
        if spec and spec.label_dim:
            names = self._studio.controls.class_names()
            for box in (self.label, self.target):
                box.set_classes(spec.label_dim, names)
            self.target.set_number(min(1, spec.label_dim - 1))
            self._refresh(self._studio.recipe)

    @Slot(object)
    def _refresh(self, recipe: Recipe) -> None:
        if self.travel.slider.isSliderDown():
            return
        label, target, share = class_place(recipe)
        self._start = label
        self.label.set_number(label)
        if target is not None:
            self.target.set_number(target)
        self.travel.set_number(share)

    def _choose(self, label: int) -> None:
        """Another class A; a look that is on its way goes on from there."""
        self._start = label
        self._go(self.travel.slider.number)

    def _go(self, share: float) -> None:
        target = self.target.spin.value()
        if share and self._start != target:
            self._studio.controls.travel_class(self._start, target, share)
        else:
            self._studio.controls.set_class(self._start)
        self._studio.end_gesture()

    def _depart(self) -> None:
        # Held until the hand lets go: at the end of the way the other class is the class.
        self._start, _, _ = class_place(self._studio.recipe)

    def _travelled(self, share: float) -> None:
        if not self.travel.slider.isSliderDown():
            self._depart()
        self._left = self._start
        self._studio.controls.travel_class(self._start, self.target.spin.value(), share)

    def _arrive(self) -> None:
        self._studio.end_gesture()
        self._refresh(self._studio.recipe)
        if self._start == self.target.spin.value():
            self.target.set_number(self._left)  # arrived: the way back is open
