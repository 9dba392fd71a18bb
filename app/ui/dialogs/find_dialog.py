"""Find sliders: a search in the background, then strips to name, pin, save or discard."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.jobs import Step
from app.model.finder import Finder
from app.model.studio import Studio
from app.ui.dialogs.found_row import FoundRow
from app.ui.theme import GRID

MOST, USUAL = 60, 20
TABLE = "table"
"""The entry that asks for labels instead of searching."""


class FindDialog(QDialog):
    """Method and progress above, a row for each direction below; the window stays usable."""

    def __init__(self, studio: Studio, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Find sliders"))
        self._studio, self._settings = studio, settings
        self.finder = Finder(studio)
        self.method, self.count = QComboBox(), QSpinBox()
        self.start_button = QPushButton(self.tr("Find"))
        self.cancel = QPushButton(self.tr("Cancel search"))
        self.bar, self.message = QProgressBar(), QLabel()
        self.save = QPushButton(self.tr("Save all…"))
        self.close_button = QPushButton(self.tr("Close"))
        self.rows: dict[int, FoundRow] = {}
        self._waiting: list[int] = []
        self._list = QVBoxLayout()
        # A row takes a few milliseconds: one at a time, so that the window never stands still.
        self._filling = QTimer(self, interval=0)
        self._filling.timeout.connect(self._add_row)
        self._explain()
        self._lay_out()
        self._connect()
        self._follow_model()

    def _explain(self) -> None:
        self.method.setAccessibleName(self.tr("How directions are found"))
        self.method.setToolTip(
            self.tr(
                "Principal components: the ways in which random pictures differ most.\n"
                "Style layers: what the weights react to most, also for a part of the layers.\n"
                "Style channels: single switches inside the model, which change little besides.\n"
                "Labels: a table of yours says what pictures have, a slider for each column."
            )
        )
        self.count.setRange(1, MOST)
        self.count.setValue(USUAL)
        self.count.setAccessibleName(self.tr("How many directions"))
        self.count.setToolTip(
            self.tr("At most so many; those that change nothing, or the same, are left out")
        )
        self.save.setToolTip(self.tr("Write all that are listed as a file for this model"))
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the search"))

    def _lay_out(self) -> None:
        header, footer = QHBoxLayout(), QHBoxLayout()
        for widget in (self.method, self.count, self.start_button, self.cancel):
            header.addWidget(widget)
        header.addWidget(self.bar, 1)
        header.addStretch(0)
        footer.addStretch(1)
        for button in (self.save, self.close_button):
            button.setAutoDefault(False)
            footer.addWidget(button)
        inside = QWidget()
        self._list.setSpacing(2 * GRID)
        self._list.setContentsMargins(0, 0, GRID, 0)
        self._list.addStretch(1)
        inside.setLayout(self._list)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(header)
        layout.addWidget(self.message)
        layout.addWidget(self.area, 1)
        layout.addLayout(footer)
        self.resize(760, 640)

    def _connect(self) -> None:
        finding = self.finder.finding
        self.start_button.setDefault(True)
        self.start_button.clicked.connect(self.start)
        self.cancel.clicked.connect(finding.cancel)
        self.save.clicked.connect(self.ask_save)
        self.close_button.clicked.connect(self.close)
        finding.started.connect(self._follow)
        finding.progressed.connect(self._progressed)
        finding.finished.connect(self._follow)
        finding.cancelled.connect(self._follow)
        finding.failed.connect(self._failed)
        self.finder.changed.connect(self._list_anew)
        self.finder.drawn.connect(self._drawn)
        self._studio.model_changed.connect(self._follow_model)
        for told in (self._studio.message, self._studio.error_raised):
            told.connect(self._told)  # the window's own place for it is behind this

    @Slot()
    def start(self) -> None:
        """Search; what is listed stays until something else is found."""
        if self.finder.finding.running:
            return
        self.bar.setRange(0, 0)
        if self.method.currentData() == TABLE:
            self.ask_table()
        else:
            self.finder.find(str(self.method.currentData()), self.count.value())

    def ask_table(self) -> None:
        """Let the user choose a CSV of labels, and the folder of its pictures."""
        folder = str(self._settings.value("folder", str(Path.home()), str))
        title = self.tr("Labels: file names, then columns of numbers or two words")
        kinds = self.tr("Tables (*.csv)")
        name, _ = QFileDialog.getOpenFileName(self, title, folder, kinds)
        if not name:
            return
        title = self.tr("The folder of the pictures that it names")
        pictures = QFileDialog.getExistingDirectory(self, title, str(Path(name).parent))
        if pictures:
            self._settings.setValue("folder", str(Path(name).parent))
            self.finder.find_from_table(Path(name), Path(pictures))

    @Slot()
    def _follow_model(self) -> None:
        names = {
            "pca": self.tr("Principal components (PCA)"),
            "sefa": self.tr("Style layers (SeFa)"),
            "style": self.tr("Style channels (StyleSpace)"),
        }
        self.method.clear()
        for method in self.finder.methods:
            self.method.addItem(names[method], method)
        if self.finder.applies:
            self.method.addItem(self.tr("Labels of pictures (CSV)…"), TABLE)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Show what applies now."""
        running, found = self.finder.finding.running, len(self.finder.items)
        for widget in (self.bar, self.cancel):
            widget.setVisible(running)
        self.start_button.setVisible(not running)
        self.start_button.setEnabled(self.finder.applies)
        self.method.setEnabled(not running)
        self.count.setEnabled(not running)
        self.save.setEnabled(found > 0)
        if found:
            text = self.tr(
                "{0} found. Strips show the look at −2, 0 and +2; what changes most is first."
            ).format(found)
        elif self.finder.applies:
            text = self.tr(
                "Ganvas looks for directions in this model that nobody named yet: press Find, then "
                "name those that mean something and pin them as sliders."
            )
        else:
            text = self.tr("The open model has no latent space that can be searched.")
        self.message.setText(text)

    @Slot(object)
    def _progressed(self, step: Step) -> None:
        self.bar.setRange(0, max(1, step.total))
        self.bar.setValue(step.done)

    @Slot(str)
    def _told(self, text: str) -> None:
        if self.isVisible():
            self.message.setText(text)

    @Slot(str)
    def _failed(self, text: str) -> None:
        self._follow()
        self.message.setText(text)

    @Slot()
    def _list_anew(self) -> None:
        for row in self.rows.values():
            self._list.removeWidget(row)
            row.deleteLater()
        self.rows.clear()
        self._waiting = list(self.finder.items)
        self._filling.start()
        self._follow()

    @Slot()
    def _add_row(self) -> None:
        spec = self._studio.spec
        number = self._waiting.pop(0) if self._waiting else None
        if not self._waiting:
            self._filling.stop()
        if number is None or spec is None or number not in self.finder.items:
            return
        row = FoundRow(self.finder.items[number], spec.num_ws)
        row.named.connect(partial(self.finder.rename, number))
        row.layers_chosen.connect(partial(self.finder.set_layers, number))
        row.pinned.connect(partial(self.finder.pin, number))
        row.discarded.connect(partial(self._discard, number))
        self.rows[number] = row
        self._list.insertWidget(self._list.count() - 1, row)
        self._drawn(number)

    @Slot(int)
    def _drawn(self, number: int) -> None:
        if number in self.rows and number in self.finder.strips:
            self.rows[number].show_strip(self.finder.strips[number])

    def _discard(self, number: int) -> None:
        row = self.rows.pop(number)
        self._list.removeWidget(row)
        row.deleteLater()
        self.finder.discard(number)
        self._follow()

    def ask_save(self) -> None:
        """Let the user choose where the directions go."""
        folder = Path(str(self._settings.value("folder", str(Path.home()), str)))
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save directions"),
            str(folder / "directions.safetensors"),
            self.tr("Directions of Ganvas (*.safetensors)"),
        )
        if name:
            path = Path(name)
            self.finder.save(path if path.suffix else path.with_suffix(".safetensors"))

    def done(self, result: int) -> None:
        self.finder.finding.cancel()
        super().done(result)

    def stop(self) -> None:
        """End the search for good."""
        self._filling.stop()
        self.finder.close()
