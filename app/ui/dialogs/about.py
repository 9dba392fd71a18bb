"""What the program is, and the list of its shortcuts."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import GRID


def show_about(parent: QWidget) -> QMessageBox:
    """Open the box that says what Ganvas is; it does not block the window."""
    try:
        number = version("ganvas")
    except PackageNotFoundError:  # run from a folder that was never installed
        number = ""
    text = QCoreApplication.translate(
        "About",
        "<h3>Ganvas {0}</h3><p>A desktop studio for the latent space of GANs.</p>"
        "<p>Free software under the Apache License 2.0. It uses Qt under the LGPL, and ffmpeg, "
        "a program of its own, under the GPL.</p>",
    ).format(number)
    box = QMessageBox(parent)
    box.setWindowTitle(QCoreApplication.translate("About", "About Ganvas"))
    box.setText(text)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


class Shortcuts(QDialog):
    """All commands that have a key, made from the actions themselves."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        content = QWidget()
        grid = QGridLayout(content)
        grid.setHorizontalSpacing(4 * GRID)
        rows = [(a.text().replace("&", ""), keys_of(a)) for a in actions if a.shortcuts()]
        rows += [
            (self.tr("Sliders: step, step finely"), self.tr("Arrows, Shift+Arrows")),
            (self.tr("Sliders: back to the middle"), self.tr("Double click or Delete")),
            (self.tr("Picture: zoom, move, fit"), self.tr("Wheel, drag, double click")),
        ]
        for row, (name, keys) in enumerate(rows):
            grid.addWidget(QLabel(name), row, 0)
            label = QLabel(keys)
            label.setProperty("role", "small")
            grid.addWidget(label, row, 1)
        grid.setColumnStretch(0, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(content)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(area)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(440, 520)


def keys_of(action: QAction) -> str:
    """The keys of a command, as the platform writes them."""
    form = QKeySequence.SequenceFormat.NativeText
    return ", ".join(sequence.toString(form) for sequence in action.shortcuts())
