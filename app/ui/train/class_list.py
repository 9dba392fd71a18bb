"""The classes of label maps before a training: their names and colours can be changed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import GRID
from app.ui.widgets.swatch import swatch_icon
from gan_models.datasets.legend import Legend

SWATCH, ROWS = 14, 6
NAME, VALUE, SHARE = range(3)


class ClassList(QWidget):
    """Name, value in the maps and share of the pixels of each class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Legend | None = None
        self.legend: Legend | None = None
        """As it was changed."""
        self.list = QTreeWidget()
        self.list.setHeaderLabels(
            [self.tr("Class"), self.tr("In the maps"), self.tr("Share of the pixels")]
        )
        self.list.setRootIsDecorated(False)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.list.setAccessibleName(self.tr("Classes of the label maps"))
        self.list.setToolTip(
            self.tr("F2 or a double click renames a class; the model shows these names and colours")
        )
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.colour = QPushButton(self.tr("Colour…"))
        self.colour.setToolTip(self.tr("The colour of the chosen class in the legend"))
        self.colour.setAutoDefault(False)
        column = QVBoxLayout()
        column.addWidget(self.colour)
        column.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.list, 1)
        layout.addLayout(column)
        self.list.itemChanged.connect(self._rename)
        self.list.itemDoubleClicked.connect(self._edit)
        rename = QShortcut(QKeySequence(Qt.Key.Key_F2), self.list)
        rename.setContext(Qt.ShortcutContext.WidgetShortcut)
        rename.activated.connect(self._edit)
        self.list.itemSelectionChanged.connect(self._follow_choice)
        self.colour.clicked.connect(self._ask_colour)

    @property
    def changed(self) -> bool:
        """Whether names or colours are others than those that were found."""
        return self.legend != self._found

    def show_legend(self, legend: Legend) -> None:
        """List the classes that were found."""
        self._found = self.legend = legend
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for entry in legend.entries:
            texts = [entry.name, legend.value_text(entry), f"{entry.share:.1%}"]
            item = QTreeWidgetItem(self.list, texts)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setTextAlignment(SHARE, Qt.AlignmentFlag.AlignRight)
            item.setIcon(NAME, swatch_icon(entry.colour, SWATCH))
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        self.list.blockSignals(blocked)
        self._follow_choice()
        row = max(self.list.sizeHintForRow(0), 2 * GRID)
        self.list.setFixedHeight(min(ROWS, len(legend.entries)) * row + 4 * GRID)

    def set_colour(self, place: int, colour: QColor) -> None:
        """Give a class another colour in the legend."""
        self._change(place, colour=(colour.red(), colour.green(), colour.blue()))

    def _change(self, place: int, **changes: object) -> None:
        if self.legend is None:
            return
        entries = list(self.legend.entries)
        entries[place] = replace(entries[place], **changes)  # type: ignore[arg-type]
        self.legend = replace(self.legend, entries=tuple(entries))
        item = self.list.topLevelItem(place)
        if item is not None:
            blocked = self.list.blockSignals(True)
            item.setText(NAME, entries[place].name)
            item.setIcon(NAME, swatch_icon(entries[place].colour, SWATCH))
            self.list.blockSignals(blocked)

    @Slot()
    def _edit(self) -> None:
        """Rename the chosen class: the other columns are not to be edited."""
        item = self.list.currentItem()
        if item is not None:
            self.list.editItem(item, NAME)

    @Slot(QTreeWidgetItem, int)
    def _rename(self, item: QTreeWidgetItem, column: int) -> None:
        if column == NAME and self.legend is not None:
            place = self.list.indexOfTopLevelItem(item)
            old = self.legend.entries[place].name
            self._change(place, name=item.text(NAME).strip() or old)

    @Slot()
    def _follow_choice(self) -> None:
        self.colour.setEnabled(bool(self.list.selectedItems()))

    @Slot()
    def _ask_colour(self) -> None:
        item = self.list.currentItem()
        if item is None or self.legend is None:
            return
        place = self.list.indexOfTopLevelItem(item)
        entry = self.legend.entries[place]
        colour = QColorDialog.getColor(QColor(*entry.colour), self, entry.name)
        if colour.isValid():
            self.set_colour(place, colour)
