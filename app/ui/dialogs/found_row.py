"""A direction that was found: before and after, its name, its layers, and what becomes of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import GRID
from app.ui.widgets.pictures import Thumbnail
from gan_models.spec import Direction

SIDE = 112


class FoundRow(QWidget):
    """Pictures at -2, 0 and +2; a range of layers where the model has several."""

    named = Signal(str)
    layers_chosen = Signal(object)
    """(start, end), the end not included."""
    pinned = Signal()
    discarded = Signal()

    def __init__(self, direction: Direction, num_ws: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        marks = (self.tr("Before: −2"), self.tr("As it is: 0"), self.tr("After: +2"))
        self.strip = [Thumbnail(SIDE, mark) for mark in marks]
        for thumbnail, mark in zip(self.strip, marks, strict=True):
            thumbnail.setToolTip(mark)
        self.name = QLineEdit(direction.name)
        self.name.setAccessibleName(self.tr("Name of the slider"))
        self.name.setToolTip(self.tr("What it does, as you see it"))
        first, last = direction.layers[0], direction.layers[1] - 1
        self.first, self.last = self._spin(first, 0, last), self._spin(last, first, num_ws - 1)
        self.first.setAccessibleName(self.tr("First layer"))
        self.last.setAccessibleName(self.tr("Last layer"))
        self.pin = QPushButton(self.tr("Pin as slider"))
        self.discard = QPushButton(self.tr("Discard"))
        for button in (self.pin, self.discard):
            button.setAutoDefault(False)
        self._lay_out(self._facts(direction), several=num_ws > 1)
        self._connect()

    def _spin(self, value: int, least: int, most: int) -> QSpinBox:
        spin = QSpinBox()
        spin.setRange(least, most)
        spin.setValue(value)
        spin.setKeyboardTracking(False)
        spin.setToolTip(self.tr("Early layers are pose and shape, late ones colour and texture"))
        return spin

    def _facts(self, direction: Direction) -> QLabel:
        facts = direction.facts
        if "held_out" in facts:
            text = self.tr("From {0} pictures · guesses {1} to {2} % of new ones right")
            shares = [round(100 * share) for share in facts["held_out"]]
            label = QLabel(text.format(facts["pictures"], *shares))
        else:
            text = self.tr("Changes pictures by {0} % · {1} % of all variation")
            # Pictures go from -1 to 1: half of a change is its share of the range.
            shares = [f"{50 * facts['effect']:.0f}", f"{100 * facts['share']:.1f}"]
            label = QLabel(text.format(*shares))
        label.setProperty("role", "small")
        label.setWordWrap(True)
        return label

    def _lay_out(self, facts: QLabel, several: bool) -> None:
        layers, buttons, right = QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        if several:
            title = QLabel(self.tr("Layers"))
            title.setBuddy(self.first)
            for widget in (title, self.first, QLabel("–"), self.last):
                layers.addWidget(widget)
            layers.addStretch(1)
        buttons.addWidget(self.pin)
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        right.setSpacing(GRID // 2)
        right.addWidget(self.name)
        right.addWidget(facts)
        right.addLayout(layers)
        right.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        for thumbnail in self.strip:
            layout.addWidget(thumbnail)
        layout.addSpacing(GRID)
        layout.addLayout(right, 1)

    def _connect(self) -> None:
        self.name.editingFinished.connect(lambda: self.named.emit(self.name.text()))
        self.first.valueChanged.connect(self._choose_first)
        self.last.valueChanged.connect(self._choose_last)
        self.pin.clicked.connect(self._pin)
        self.discard.clicked.connect(self.discarded)

    @Slot(int)
    def _choose_first(self, row: int) -> None:
        self.last.setMinimum(row)
        self._tell_layers()

    @Slot(int)
    def _choose_last(self, row: int) -> None:
        self.first.setMaximum(row)
        self._tell_layers()

    def _tell_layers(self) -> None:
        self.layers_chosen.emit((self.first.value(), self.last.value() + 1))

    @Slot()
    def _pin(self) -> None:
        self.named.emit(self.name.text())
        self.pinned.emit()
        self.pin.setEnabled(False)
        self.pin.setText(self.tr("Pinned"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ends a name or a number; it must not reach Find, which would begin anew."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def show_strip(self, pictures: list[np.ndarray]) -> None:
        """Show uint8 pictures [H, W, 3], one for each strength."""
        for thumbnail, picture in zip(self.strip, pictures, strict=True):
            thumbnail.show_picture(picture)
