"""The legend: the labels there are, the one that paints, and the one that the eraser leaves."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from app.core.map_files import ClassTable
from app.model.painter import Painter
from app.model.studio import Studio
from app.ui.theme import GRID
from app.ui.transfer import file_in
from app.ui.widgets.icons import IconButton
from app.ui.widgets.section import Section
from app.ui.widgets.swatch import swatch, swatch_icon
from app.ui.words import label_word

SWATCH = 16
ROW, MOST_ROWS, COLUMNS = 26, 9, 2
MANY = 8
"""From so many labels on there is a search."""
ROLE = Qt.ItemDataRole.UserRole


class LabelsPanel(Section):
    """Labels to choose from; a click paints with one, a right click gives it to the eraser."""

    file_dropped = Signal(object)
    """A map to open."""

    def __init__(self, studio: Studio, painter: Painter, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Labels"), parent)
        self._studio, self._painter = studio, painter
        self.table: ClassTable | None = None
        self.setAcceptDrops(True)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search labels"))
        self.search.setClearButtonEnabled(True)
        self.label, self.background = _Chip(), _Chip()
        self.swap = IconButton("swap", self.tr("Exchange the two (X)"))
        self.list = self._make_list()
        self.body.addLayout(self._top())
        self.body.addWidget(self.search)
        self.body.addWidget(self.list)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._take_first)
        self.swap.clicked.connect(painter.swap)
        painter.changed.connect(self._follow)
        studio.model_changed.connect(self._follow_model)
        self._follow_model()

    def _top(self) -> QHBoxLayout:
        """What is painted with, and what the eraser leaves."""
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        names = (self.tr("Paint"), self.tr("Eraser"))
        for name, chip in zip(names, (self.label, self.background), strict=True):
            text = QLabel(name)
            text.setProperty("role", "small")
            chip.setAccessibleName(name)
            row.addWidget(text)
            row.addWidget(chip, 1)
            if chip is self.label:
                row.addWidget(self.swap)
        return row

    def _make_list(self) -> _Columns:
        found = _Columns()
        found.setAccessibleName(self.tr("Labels"))
        found.setFlow(QListWidget.Flow.LeftToRight)
        found.setWrapping(True)
        found.setResizeMode(QListWidget.ResizeMode.Adjust)
        found.setIconSize(QSize(SWATCH, SWATCH))
        found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        found.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        found.customContextMenuRequested.connect(self._give_to_eraser)
        found.currentItemChanged.connect(self._chosen)
        found.itemClicked.connect(self._chosen)
        return found

    @Slot()
    def _follow_model(self) -> None:
        spec = self._studio.spec
        self.setVisible(bool(spec and spec.map_classes))
        if spec is None or not spec.map_classes:
            return
        self.table = ClassTable.of(spec)
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for number, (name, colour) in enumerate(zip(self.names(), self.table.colours, strict=True)):
            item = QListWidgetItem(swatch_icon(colour, SWATCH), name)
            item.setData(ROLE, number)
            item.setToolTip(
                self.tr("{0} (number {1}); right click: the eraser's label").format(name, number)
            )
            self.list.addItem(item)
        self.list.blockSignals(blocked)
        rows = min(MOST_ROWS, math.ceil(len(self.table) / COLUMNS))
        self.list.setFixedHeight(rows * ROW + GRID // 2)
        policies = Qt.ScrollBarPolicy
        many = rows * COLUMNS < len(self.table)
        policy = policies.ScrollBarAsNeeded if many else policies.ScrollBarAlwaysOff
        self.list.setVerticalScrollBarPolicy(policy)
        self.list.fit()
        self.search.clear()
        self.search.setVisible(len(self.table) >= MANY)
        self._follow()

    def names(self) -> tuple[str, ...]:
        """What the labels are called."""
        named = tuple(label_word(name) for name in self._studio.controls.class_names())
        count = len(self.table) if self.table else 0
        return named or tuple(self.tr("class {0}").format(n) for n in range(count))

    @Slot()
    def _follow(self) -> None:
        if self.table is None:
            return
        names, painter = self.names(), self._painter
        for chip, number in ((self.label, painter.label), (self.background, painter.background)):
            chip.show_label(names[number], self.table.colours[number])
        blocked = self.list.blockSignals(True)
        self.list.setCurrentRow(painter.label)
        self.list.blockSignals(blocked)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item and item.data(ROLE) != self._painter.label:
            self._painter.set_label(item.data(ROLE))

    def _give_to_eraser(self, place: QPoint) -> None:
        item = self.list.itemAt(place)
        if item:
            self._painter.set_background(item.data(ROLE))

    def _filter(self, text: str) -> None:
        wanted, in_file = text.strip().casefold(), self._studio.controls.class_names()
        for row in range(self.list.count()):
            item = self.list.item(row)
            names = (item.text(), *in_file[row : row + 1])
            found = any(wanted in name.casefold() for name in names)
            item.setHidden(not found and wanted != str(item.data(ROLE)))

    def _take_first(self) -> None:
        shown = [row for row in range(self.list.count()) if not self.list.item(row).isHidden()]
        if shown:
            self._painter.set_label(shown[0])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        file: Path | None = file_in(event.mimeData())
        if file:
            self.file_dropped.emit(file)
            event.acceptProposedAction()


class _Columns(QListWidget):
    """A list in columns of equal width."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    def fit(self) -> None:
        """Give each item the width of a column."""
        size = QSize((self.viewport().width() - 1) // COLUMNS, ROW)
        self.setGridSize(size)
        for row in range(self.count()):
            self.item(row).setSizeHint(size)


class _Chip(QWidget):
    """A swatch and a name."""

    def __init__(self) -> None:
        super().__init__()
        self.swatch, self.name = QLabel(), QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(self.swatch)
        row.addWidget(self.name, 1)

    def show_label(self, name: str, colour: np.ndarray) -> None:
        self.swatch.setPixmap(swatch(colour, SWATCH))
        self.name.setText(name)
        self.name.setToolTip(name)
