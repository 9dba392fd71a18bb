"""Directions that were imported or found: sliders of their own, to name, keep and save."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QToolButton, QVBoxLayout, QWidget

from app.core.recipe import Recipe
from app.model.studio import Studio
from app.ui.panels.sliders_panel import ROWS_AT_ONCE, SliderRow
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton
from app.ui.widgets.section import Section
from app.ui.widgets.turns import Turns


class ImportedPanel(Section):
    """A row for each imported direction, with a menu; absent while there is none."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Imported and found"), parent)
        self._studio = studio
        self.rows: dict[str, SliderRow] = {}
        self.load = IconButton("plus", self.tr("Import more directions"))
        self.save = IconButton("keep", self.tr("Save these directions as a file of this model"))
        self.header.addWidget(self.load)
        self.header.addWidget(self.save)
        self.building = Turns(self)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID // 2)
        self.body.addLayout(self._list)
        self.load.clicked.connect(self.ask_load)
        self.save.clicked.connect(self.ask_save)
        studio.imports.changed.connect(self._follow)
        studio.recipe_changed.connect(self._refresh)
        studio.locks_changed.connect(lambda: self._refresh(studio.recipe))
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Rows for the directions there are; those that stay are not touched."""
        items = self._studio.imports.items
        self.setVisible(bool(items))
        for name in [name for name, row in self.rows.items() if items.get(name) is not row.shown]:
            row = self.rows.pop(name)
            self._list.removeWidget(row)
            row.deleteLater()
        self._refresh(self._studio.recipe)
        rows = self._make_rows()
        next(rows, None)  # one that was just pinned is there at once
        self.building.start(rows)

    def _make_rows(self) -> Iterator[None]:
        items, spec = dict(self._studio.imports.items), self._studio.spec
        made = 0
        for place, (name, direction) in enumerate(items.items()):
            if name in self.rows or not spec:
                continue
            if made and made % ROWS_AT_ONCE == 0:
                yield
            made += 1
            row = self.rows[name] = SliderRow(self._studio, direction, spec)
            self._add_menu(row, name)
            self._show_row(name, row, self._studio.recipe)
            self._list.insertWidget(place, row)

    def _add_menu(self, row: SliderRow, name: str) -> None:
        button = IconButton("more", self.tr("Rename or remove it"))
        button.setAccessibleName(self.tr("{0}: rename or remove").format(name))
        menu = QMenu(button)
        menu.addAction(self.tr("Rename…"), partial(self._ask_name, name))
        menu.addAction(self.tr("Remove"), partial(self._studio.imports.remove, name))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row.buttons.addWidget(button)
        row.keep.hide()  # what other sliders do to it is not known
        row.effects.hide()

    def _ask_name(self, name: str) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Rename"))
        dialog.setLabelText(self.tr("What is it called?"))
        dialog.setTextValue(name)
        dialog.textValueSelected.connect(lambda text: self._studio.imports.rename(name, text))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def ask_load(self) -> None:
        """Let the user choose a file of directions."""
        kinds = self.tr("Directions (*.npy *.npz *.pt *.pkl *.safetensors)")
        everything = self.tr("All files (*)")
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Import directions"), "", f"{kinds};;{everything}"
        )
        if name:
            self._studio.imports.load(Path(name))

    def ask_save(self) -> None:
        """Let the user choose where the directions go."""
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save directions"),
            "directions.safetensors",
            self.tr("Directions of Ganvas (*.safetensors)"),
        )
        if name:
            path = Path(name)
            self._studio.imports.save(path if path.suffix else path.with_suffix(".safetensors"))

    @Slot(object)
    def _refresh(self, recipe: Recipe) -> None:
        for name, row in self.rows.items():
            self._show_row(name, row, recipe)

    def _show_row(self, name: str, row: SliderRow, recipe: Recipe) -> None:
        row.show_edit(recipe.edit(name), name in self._studio.locks, kept=False)
