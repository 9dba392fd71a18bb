"""What the colours of a map mean that are not in the legend: asked before it is used."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.map_files import ClassTable, UnknownColour
from app.model.maps import FoundMap, Maps
from app.ui.theme import GRID
from app.ui.widgets.swatch import swatch

LISTED = 24
"""Colours that are asked for; rarer ones take the nearest label."""
SWATCH = 20


class MapDialog(QDialog):
    """Each unknown colour with the nearest label, which can be changed."""

    def __init__(
        self, maps: Maps, found: FoundMap, names: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unknown colours"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._maps, self._found = maps, found
        self._names, self._table = names, ClassTable.of(found.spec)
        self.choices: dict[tuple[int, int, int], QComboBox] = {}
        unknown = found.reading.unknown
        name = found.path.name if found.path else ""
        text = self.tr(
            "{0} has {1} colours that are not in the legend. Which labels do they mean? "
            "The nearest ones are chosen."
        )
        title = QLabel(text.format(name, len(unknown)))
        title.setWordWrap(True)
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setHorizontalSpacing(GRID)
        for row, entry in enumerate(unknown[:LISTED]):
            self._add_row(grid, row, entry)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(title)
        layout.addWidget(area, 1)
        if len(unknown) > LISTED:
            more = self.tr("The {0} rarer ones take the nearest labels.")
            layout.addWidget(QLabel(more.format(len(unknown) - LISTED)))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = self.buttons.addButton(
            self.tr("Use the map"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.use.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout.addWidget(self.buttons)
        self.resize(460, min(560, 200 + 34 * len(unknown[:LISTED])))

    def _add_row(self, grid: QGridLayout, row: int, entry: UnknownColour) -> None:
        picture, code = QLabel(), "#{:02x}{:02x}{:02x}".format(*entry.colour)
        picture.setPixmap(swatch(entry.colour, SWATCH))
        share = 100 * entry.pixels / self._found.reading.ids.size
        text = QLabel(self.tr("{0}, {1} % of the map").format(code, f"{share:.1f}"))
        choice = QComboBox()
        choice.setAccessibleName(code)
        for name, colour in zip(self._names, self._table.colours, strict=True):
            choice.addItem(swatch(colour, SWATCH), name)
        choice.setCurrentIndex(entry.label)
        for column, widget in enumerate((picture, text, choice)):
            grid.addWidget(widget, row, column)
        grid.setColumnStretch(1, 1)
        self.choices[entry.colour] = choice

    def accept(self) -> None:
        labels = {colour: choice.currentIndex() for colour, choice in self.choices.items()}
        reading = self._found.reading.answered(labels)
        self._maps.use(FoundMap(self._found.path, reading, self._found.spec))
        super().accept()
