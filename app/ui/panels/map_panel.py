"""The label map that a model paints from: where it comes from, and what its colours mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.label_maps import coloured, colours
from app.core.recipe import LabelMap, Recipe
from app.model.studio import Studio
from app.ui.theme import GRID
from app.ui.widgets.pictures import Thumbnail
from app.ui.widgets.section import Section

SIDE = 96
SHOWN = 12
"""Most classes in the legend, the largest areas first."""


class MapPanel(Section):
    """A thumbnail, a button to open another map, and a legend; takes drops of files."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Label map"), parent)
        self._studio = studio
        self._shown: LabelMap | None = None
        self.setAcceptDrops(True)
        self.thumbnail = Thumbnail(SIDE, self.tr("Label map in the colours of its classes"))
        self.facts = QLabel()
        self.facts.setProperty("role", "small")
        self.open = QPushButton(self.tr("Open map…"))
        self.open.setToolTip(
            self.tr("A PNG with the number of a class in each pixel, grey or with a palette")
        )
        hint = QLabel(self.tr("or drop a PNG of class numbers here"))
        hint.setProperty("role", "small")
        hint.setWordWrap(True)
        right = QVBoxLayout()
        right.setSpacing(GRID // 2)
        for widget in (self.facts, self.open, hint):
            right.addWidget(widget)
        right.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.thumbnail, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(right, 1)
        self.legend = QGridLayout()
        self.legend.setHorizontalSpacing(GRID)
        self.legend.setVerticalSpacing(2)
        self.body.addLayout(top)
        self.body.addSpacing(GRID // 2)
        self.body.addLayout(self.legend)
        self.open.clicked.connect(self._ask)
        studio.recipe_changed.connect(self._refresh)
        studio.model_changed.connect(self._follow_model)
        self._follow_model()

    @Slot()
    def _follow_model(self) -> None:
        spec = self._studio.spec
        self.setVisible(bool(spec and spec.map_classes))
        self._shown = None
        self._refresh(self._studio.recipe)

    @Slot(object)
    def _refresh(self, recipe: Recipe) -> None:
        spec, label_map = self._studio.spec, recipe.label_map
        if spec is None or not spec.map_classes or label_map is None or label_map == self._shown:
            return
        self._shown = label_map
        self.thumbnail.show_picture(coloured(label_map, spec.map_classes), sharp=True)
        numbers, areas = np.unique(label_map.array, return_counts=True)
        height, width = label_map.array.shape
        self.facts.setText(
            self.tr("{0} × {1} pixels, {2} of {3} classes").format(
                width, height, len(numbers), spec.map_classes
            )
        )
        largest = numbers[np.argsort(-areas, kind="stable")]
        self._show_legend([int(number) for number in largest], spec.map_classes)

    def _show_legend(self, classes: list[int], count: int) -> None:
        while self.legend.count():
            item = self.legend.takeAt(0)
            widget = item.widget() if item else None
            if widget:
                widget.deleteLater()
        names, shades = self._studio.controls.class_names(), colours(count)
        for place, number in enumerate(classes[:SHOWN]):
            name = names[number] if names else self.tr("class {0}").format(number)
            row, column = divmod(place, 2)
            self.legend.addWidget(_swatch(shades[number]), row, 2 * column)
            self.legend.addWidget(_small(name), row, 2 * column + 1)
        if len(classes) > SHOWN:
            more = self.tr("and {0} more").format(len(classes) - SHOWN)
            self.legend.addWidget(_small(more), SHOWN // 2, 1, 1, 3)
        for column in (1, 3):
            self.legend.setColumnStretch(column, 1)

    def _ask(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open label map"), "", self.tr("Label maps (*.png *.bmp *.tif *.tiff)")
        )
        if name:
            self._studio.controls.load_map(Path(name))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        if urls and urls[0].isLocalFile():
            self._studio.controls.load_map(Path(urls[0].toLocalFile()))
            event.acceptProposedAction()


def _small(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "small")
    return label


def _swatch(colour: np.ndarray) -> QLabel:
    pixmap = QPixmap(12, 12)
    pixmap.fill(QColor(*(int(part) for part in colour)))
    label = QLabel()
    label.setPixmap(pixmap)
    return label
