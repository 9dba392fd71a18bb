"""Looks to start from, as a strip of thumbnails."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.core.recipe import Recipe
from app.model.looks import Look
from app.model.studio import Studio
from app.ui.theme import GRID
from app.ui.widgets.pictures import to_pixmap
from app.ui.words import words_of

SIDE = 80
ROLE = Qt.ItemDataRole.UserRole


class GalleryStrip(QListWidget):
    """Click or Enter shows a look; undo brings back what was there."""

    filled = Signal()
    """There are looks now, or none any more."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.setAccessibleName(self.tr("Looks to start from"))
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setFlow(QListWidget.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + GRID, SIDE + GRID))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._use)
        self.itemActivated.connect(self._use)
        studio.gallery.changed.connect(self._refresh)
        self._refresh()

    def _use(self, item: QListWidgetItem) -> None:
        self._studio.gallery.use(item.data(ROLE))

    @Slot()
    def _refresh(self) -> None:
        looks, before = self._studio.gallery.items, self.count()
        if len(looks) != before:
            self.clear()
            for _ in looks:
                item = QListWidgetItem()
                item.setSizeHint(self.gridSize())  # the place is taken before the picture is there
                self.addItem(item)
        for row, look in enumerate(looks):
            item = self.item(row)
            if item.data(ROLE) is not look:
                self._show(item, look)
        if bool(looks) != bool(before):
            self.filled.emit()

    def _show(self, item: QListWidgetItem, look: Look) -> None:
        text = self.describe(look.recipe)
        item.setData(ROLE, look)
        item.setToolTip(text)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        if look.picture is not None:
            item.setIcon(QIcon(to_pixmap(look.picture, SIDE, self.devicePixelRatioF())))

    def describe(self, recipe: Recipe) -> str:
        """What it was made of and what was edited, in words."""
        known = self._studio.directions
        edits = [
            f"{words_of(known[edit.direction]).title} {edit.strength:+.1f}"
            for edit in recipe.edits
            if edit.direction in known
        ]
        name = self._studio.photos.name_of(recipe)
        return f"{name}: {', '.join(edits)}" if edits else name
