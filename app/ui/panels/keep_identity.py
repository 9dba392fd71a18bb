"""The button that keeps who it is, for the whole panel of sliders."""

from __future__ import annotations

from PySide6.QtCore import Slot

from app.core.recipe import Recipe
from app.model.studio import Studio
from app.ui.widgets.icons import IconButton
from gan_models.directions.keeping import IDENTITY


class KeepIdentity(IconButton):
    """Pressed while the sliders leave the person alone; absent where no model knows how."""

    def __init__(self, studio: Studio) -> None:
        super().__init__("person", "")
        self.setAccessibleName(self.tr("Keep identity"))
        self.setToolTip(
            self.tr(
                "Keep identity: whatever the sliders change, it stays the same person.\n"
                "Each loses the part of its step that makes someone else. One that is all about "
                "the person, such as hair or skin, hardly moves then."
            )
        )
        self.setCheckable(True)
        self._studio = studio
        self.toggled.connect(lambda on: studio.set_keep(IDENTITY, on))
        studio.recipe_changed.connect(self._show)
        studio.model_changed.connect(self._follow_model)
        if not self._known():
            self.hide()  # and not shown else: without a parent yet, it would be a window
        self._show(studio.recipe)

    @Slot()
    def _follow_model(self) -> None:
        self.setHidden(not self._known())
        self._show(self._studio.recipe)

    def _known(self) -> bool:
        spec = self._studio.spec
        return bool(spec and spec.has_identity)

    @Slot(object)
    def _show(self, recipe: Recipe) -> None:
        blocked = self.blockSignals(True)
        self.setChecked(recipe.keep(IDENTITY) > 0)
        self.blockSignals(blocked)
