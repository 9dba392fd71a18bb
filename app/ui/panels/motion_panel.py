"""Moving and turning the picture, for models that can do it without a seam."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.core.recipe import Motion, Recipe
from app.model.studio import Studio
from app.ui.widgets.icons import IconButton
from app.ui.widgets.section import Section
from app.ui.widgets.value_row import ValueRow


class MotionPanel(Section):
    """Right, down and angle; absent where the model has no transform."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Move and turn"), parent)
        self._studio = studio
        self.reset = IconButton("reset", self.tr("Put the picture back where it was"))
        self.header.addWidget(self.reset)
        self.across = ValueRow(self.tr("Right"), -1, 1, 0.01, scale=100, suffix=" %")
        self.down = ValueRow(self.tr("Down"), -1, 1, 0.01, scale=100, suffix=" %")
        self.angle = ValueRow(self.tr("Angle"), -180, 180, 1, suffix="°")
        self.across.explain(self.tr("Moves what is shown to the right, in widths of the picture"))
        self.down.explain(self.tr("Moves what is shown down, in widths of the picture"))
        self.angle.explain(self.tr("Turns what is shown anticlockwise, in degrees"))
        for row in (self.across, self.down, self.angle):
            self.body.addWidget(row)
            row.edited.connect(lambda _: self._moved())
            row.settled.connect(studio.end_gesture)
        self.reset.clicked.connect(lambda: self._put(Motion()))
        studio.recipe_changed.connect(self._refresh)
        studio.model_changed.connect(self._follow_model)
        self._follow_model()

    @Slot()
    def _follow_model(self) -> None:
        spec = self._studio.spec
        self.setVisible(bool(spec and "transform" in spec.controls))
        self._refresh(self._studio.recipe)

    @Slot(object)
    def _refresh(self, recipe: Recipe) -> None:
        motion = recipe.motion
        for row, number in zip(
            (self.across, self.down, self.angle), (motion.x, motion.y, motion.degrees), strict=True
        ):
            row.set_number(number)

    def _moved(self) -> None:
        x, y, angle = (row.slider.number for row in (self.across, self.down, self.angle))
        self._studio.controls.set_motion(Motion(x, y, angle))

    def _put(self, motion: Motion) -> None:
        self._studio.controls.set_motion(motion)
        self._studio.end_gesture()
