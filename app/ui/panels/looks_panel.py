"""What you keep: a strip of looks to return to, and to morph to."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.recipe import Recipe
from app.model.looks import Look
from app.model.studio import Studio
from app.ui.panels.gallery_strip import GalleryStrip
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton
from app.ui.widgets.pictures import to_pixmap
from app.ui.widgets.value_row import ValueRow

SIDE = 64
NAME_MOST = 160
ROLE = Qt.ItemDataRole.UserRole


class LooksPanel(QWidget):
    """Thumbnails of the kept looks; click returns, the menu does the rest."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._start: Recipe = studio.recipe
        self._target: Look | None = None
        self._icons: WeakKeyDictionary[Look, QIcon] = WeakKeyDictionary()
        self.keep = IconButton("plus", self.tr("Keep this look (Ctrl+K)"))
        self.list = self._make_list()
        self.hint = QLabel(
            self.tr("Keep a look (Ctrl+K) to return to it, morph to it, or make a clip of looks.")
        )
        self.hint.setProperty("role", "small")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.gallery = GalleryStrip(studio)
        self.offer = QPushButton(self.tr("Gallery"))
        self.offer.setProperty("kind", "chip")
        self.offer.setCheckable(True)
        self.offer.setAutoDefault(False)
        self.offer.setToolTip(self.tr("Looks to start from, which came with the model"))
        self.morph = ValueRow(self.tr("Morph"), 0, 1, 0.01, scale=100, suffix=" %")
        self.stop = IconButton("close", self.tr("End the morph here"))
        self.morph.row.addWidget(self.stop)
        self.morph.hide()
        self._lay_out()
        self.keep.clicked.connect(studio.keep_look)
        self.offer.toggled.connect(self._choose_strip)
        self.gallery.filled.connect(self._follow_gallery)
        self.morph.edited.connect(self._morphed)
        self.morph.settled.connect(studio.end_gesture)
        self.stop.clicked.connect(self.end_morph)
        studio.looks_changed.connect(self._refresh)
        studio.model_changed.connect(self.end_morph)
        self._refresh()
        self._follow_gallery()

    def show_gallery(self) -> None:
        """Show the looks to start from."""
        self.offer.setChecked(True)
        self.gallery.setFocus()

    def _make_list(self) -> QListWidget:
        strip = QListWidget()
        strip.setAccessibleName(self.tr("Kept looks"))
        strip.setViewMode(QListWidget.ViewMode.IconMode)
        strip.setFlow(QListWidget.Flow.LeftToRight)
        strip.setWrapping(False)
        strip.setMovement(QListWidget.Movement.Static)
        strip.setIconSize(QSize(SIDE, SIDE))
        strip.setGridSize(QSize(SIDE + 3 * GRID, SIDE + 28))
        strip.setTextElideMode(Qt.TextElideMode.ElideRight)
        strip.setWordWrap(False)
        strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        strip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        strip.customContextMenuRequested.connect(self._show_menu)
        strip.itemClicked.connect(self._clicked)
        strip.itemActivated.connect(self._clicked)
        strip.itemChanged.connect(self._renamed)
        return strip

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Looks"))
        title.setProperty("role", "title")
        header = QHBoxLayout()
        header.setContentsMargins(2 * GRID, 0, GRID, 0)
        header.addWidget(title)
        header.addWidget(self.keep)
        header.addWidget(self.offer)
        header.addSpacing(2 * GRID)
        header.addWidget(self.morph, 1)
        header.addStretch(0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.hint)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.gallery)
        strip = QHBoxLayout()
        strip.setContentsMargins(GRID, 0, GRID, 0)
        strip.addWidget(self._stack)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID // 2, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addLayout(strip, 1)
        self.setFixedHeight(SIDE + 64)

    def look(self, item: QListWidgetItem) -> Look:
        """The look behind a thumbnail."""
        return item.data(ROLE)

    @Slot()
    def _refresh(self) -> None:
        chosen, before = self.list.currentRow(), self.list.count()
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for look in self._studio.looks.items:
            item = QListWidgetItem(look.name)
            item.setData(ROLE, look)
            item.setToolTip(self.tr("{0}: click to return to it").format(look.name))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            if look.picture is not None:
                item.setIcon(self._icon(look, look.picture))
            self.list.addItem(item)
        self.list.setCurrentRow(min(chosen, self.list.count() - 1))
        self.list.blockSignals(blocked)
        if self.list.count() > before:
            self.offer.setChecked(False)
        self._choose_strip()

    @Slot()
    def _follow_gallery(self) -> None:
        """Offer the gallery where the model has one, and show it where nothing is kept."""
        there = self.gallery.count() > 0
        self.offer.setVisible(there)
        self.offer.setChecked(there and not self.list.count())
        self._choose_strip()

    @Slot()
    def _choose_strip(self) -> None:
        kept = self.list if self.list.count() else self.hint
        self._stack.setCurrentWidget(self.gallery if self.offer.isChecked() else kept)

    def _icon(self, look: Look, picture: np.ndarray) -> QIcon:
        """The thumbnail of a look, scaled once: the strip is filled anew at every change."""
        if look not in self._icons:
            self._icons[look] = QIcon(to_pixmap(picture, SIDE, self.devicePixelRatioF()))
        return self._icons[look]

    def _clicked(self, item: QListWidgetItem) -> None:
        self.end_morph()
        self._studio.return_to(self.look(item))

    def _renamed(self, item: QListWidgetItem) -> None:
        self._studio.looks.rename(self.look(item), item.text())

    def _show_menu(self, position: QPoint) -> None:
        item = self.list.itemAt(position)
        if item:
            self.menu_of(item).popup(self.list.viewport().mapToGlobal(position))

    def menu_of(self, item: QListWidgetItem) -> QMenu:
        """What can be done with a look."""
        look, looks = self.look(item), self._studio.looks
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Return to it"), lambda: self._clicked(item))
        menu.addAction(self.tr("Morph to it"), lambda: self.start_morph(look))
        menu.addSeparator()
        row = self.list.row(item)
        if row > 0:
            menu.addAction(self.tr("Move left"), lambda: looks.move(look, row - 1))
        if row < self.list.count() - 1:
            menu.addAction(self.tr("Move right"), lambda: looks.move(look, row + 1))
        menu.addAction(self.tr("Rename"), lambda: self.list.editItem(item))
        menu.addAction(self.tr("Delete"), lambda: looks.delete(look))
        return menu

    def selected(self) -> Look | None:
        """The look that is chosen in the strip."""
        item = self.list.currentItem()
        return self.look(item) if item else None

    def start_morph(self, look: Look) -> None:
        """Show the slider that goes from the look on the canvas to `look`."""
        self._start, self._target = self._studio.recipe, look
        self.morph.label.setText(self.tr("To {0}").format(look.name))
        self.morph.label.setFixedWidth(min(self.morph.label.sizeHint().width(), NAME_MOST))
        self.morph.set_number(0)
        self.morph.show()
        self.morph.slider.setFocus()

    @Slot()
    def end_morph(self) -> None:
        """Put the slider away; the look stays where it is."""
        self._target = None
        self.morph.hide()

    def _morphed(self, share: float) -> None:
        if self._target:
            self._studio.morph(self._start, self._target, share)
