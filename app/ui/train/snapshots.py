"""The snapshots of a run: the same seeds at each, and what can be done with one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings, Qt, Signal, SignalInstance, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.core.jobs import Progress
from app.core.training_runs import RunView
from app.model.training import Training
from app.ui.canvas import Canvas
from app.ui.theme import GRID


class Snapshots(QWidget):
    """A sheet of samples over a scrub bar; the newest one unless an older one is looked at."""

    open_asked = Signal(object)
    """The model file of a snapshot."""
    fork_asked = Signal(object)
    """The same, to begin another run with."""

    def __init__(
        self, training: Training, settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.training, self._settings = training, settings
        self._view: RunView | None = None
        self._names: tuple[str, ...] = ()
        self._best = ""
        self._kinds = {
            "": self.tr("Averaged (EMA)"),
            "-raw": self.tr("Raw generator"),
            "-nearest": self.tr("Nearest training pictures"),
        }
        self.sheet, self.kind, self.name = Canvas(), QComboBox(), QLabel()
        self.scrub = QSlider(Qt.Orientation.Horizontal)
        self.to_best = QPushButton(self.tr("Best"))
        self.film = QPushButton(self.tr("Film…"))
        self.rewind = QPushButton(self.tr("Rewind"))
        self.fork = QPushButton(self.tr("Fork…"))
        self.open = QPushButton(self.tr("Open in explorer"))
        self._teach()
        self._lay_out()
        self._connect()

    def _teach(self) -> None:
        self.kind.setAccessibleName(self.tr("What the samples show"))
        self.kind.setToolTip(
            self.tr(
                "Averaged: what a snapshot holds. Raw: the generator as it learns.\n"
                "Nearest: the samples most like training pictures, each above its own: "
                "copies mean that it memorises."
            )
        )
        self.sheet.setAccessibleName(self.tr("Samples of the snapshot"))
        self.scrub.setAccessibleName(self.tr("Snapshot"))
        self.scrub.setToolTip(self.tr("The same seeds at every snapshot: drag to see it learn"))
        self.to_best.setToolTip(self.tr("Show the snapshot nearest to the data"))
        self.film.setToolTip(self.tr("Write all snapshots, one after the other, as GIF or MP4"))
        self.rewind.setToolTip(
            self.tr(
                "Let the run go on from this snapshot; later ones are put aside, not deleted.\n"
                "The newest snapshots and the best one can be gone back to."
            )
        )
        self.fork.setToolTip(self.tr("Begin a new run with this snapshot, on other pictures"))
        self.open.setToolTip(
            self.tr("Open this snapshot as a model, with sliders found at once; training goes on")
        )
        for button in (self.to_best, self.film, self.rewind, self.fork, self.open):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        scrubbing, doing = QHBoxLayout(), QHBoxLayout()
        for row in (scrubbing, doing):
            row.setSpacing(GRID)
        scrubbing.addWidget(self.kind)
        scrubbing.addWidget(self.scrub, 1)
        scrubbing.addWidget(self.name)
        scrubbing.addWidget(self.to_best)
        for button in (self.film, self.rewind, self.fork):
            doing.addWidget(button)
        doing.addStretch(1)
        doing.addWidget(self.open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.sheet, 1)
        column.addLayout(scrubbing)
        column.addLayout(doing)

    def _connect(self) -> None:
        training = self.training
        training.sheet_ready.connect(self._show_sheet)
        training.filming.progressed.connect(self._filmed)
        for ended in (
            training.filming.finished,
            training.filming.failed,
            training.filming.cancelled,
        ):
            ended.connect(self._film_ended)
        self.scrub.valueChanged.connect(self._show_shown)
        self.kind.currentIndexChanged.connect(self._show_shown)
        self.to_best.clicked.connect(self._show_best)
        self.film.clicked.connect(self._film)
        self.rewind.clicked.connect(lambda: training.rewind(self.shown))
        self.fork.clicked.connect(lambda: self._ask(self.fork_asked))
        self.open.clicked.connect(lambda: self._ask(self.open_asked))

    # What the run says

    def show_nothing(self) -> None:
        """Forget the run that was shown."""
        self._names = ()
        self.sheet.show_picture(None)
        self.scrub.setRange(0, 0)
        self.name.clear()

    def show_run(self, view: RunView) -> None:
        """List the snapshots of a run."""
        names, was_last = view.sheets, self.scrub.value() == self.scrub.maximum()
        self._view = view
        self._best = view.best if view.best in names else ""
        self.scrub.setEnabled(len(names) > 1)
        self._list_kinds(view.kinds)
        self._follow()
        if names == self._names:
            return
        self._names = names
        self.scrub.blockSignals(True)
        self.scrub.setRange(0, max(0, len(names) - 1))
        if was_last:
            self.scrub.setValue(len(names) - 1)
        self.scrub.blockSignals(False)
        self._show_shown()

    def _list_kinds(self, kinds: tuple[str, ...]) -> None:
        """Offer the sheets that there are: runs of older versions have fewer."""
        listed = tuple(str(self.kind.itemData(place)) for place in range(self.kind.count()))
        if kinds == listed:
            return
        chosen = str(self.kind.currentData() or "")
        self.kind.blockSignals(True)
        self.kind.clear()
        for kind in kinds:
            self.kind.addItem(self._kinds[kind], kind)
        self.kind.setCurrentIndex(max(0, self.kind.findData(chosen)))
        self.kind.blockSignals(False)
        self.kind.setVisible(len(kinds) > 1)

    def show_kind(self, kind: str) -> None:
        """Show another sheet of the snapshots, if there is one: one of SHEETS."""
        place = self.kind.findData(kind)
        if place >= 0:
            self.kind.setCurrentIndex(place)

    def _follow(self) -> None:
        """Let press what there is."""
        there = bool(self.shown)
        self.to_best.setEnabled(bool(self._best))
        for button in (self.fork, self.open):
            button.setEnabled(there)
        self.film.setEnabled(there or self.training.filming.running)
        states = self._view.states if self._view else ()
        self.rewind.setEnabled(self.shown in states)

    @property
    def shown(self) -> str:
        """The name of the snapshot under the scrub bar; empty before there is one."""
        return self._names[min(self.scrub.value(), len(self._names) - 1)] if self._names else ""

    @Slot()
    def _show_shown(self) -> None:
        self._follow()
        if not self._names:
            self.show_nothing()
            return
        star = " ★" if self.shown == self._best else ""
        self.name.setText(f"{int(self.shown)} kimg{star}")
        self.training.show_sheet(self.shown, str(self.kind.currentData() or ""))

    @Slot(object)
    def _show_sheet(self, sheet: tuple[str, np.ndarray]) -> None:
        name, picture = sheet
        if name == self.shown:
            self.sheet.show_picture(picture)

    # What is asked of it

    @Slot()
    def _show_best(self) -> None:
        if self._best:
            self.scrub.setValue(self._names.index(self._best))

    def _ask(self, signal: SignalInstance) -> None:
        if self._view and self.shown:
            signal.emit(self._view.snapshot(self.shown))

    @Slot()
    def _film(self) -> None:
        if self.training.filming.running:
            self.training.filming.cancel()
        elif self._view:
            self.ask_film(self._view)

    def ask_film(self, view: RunView) -> None:
        """Let the user choose a file, and write the film there."""
        folder = Path(str(self._settings.value("folder", str(Path.home()), str)))
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Film of the run"),
            str(folder / f"{view.path.name}.mp4"),
            self.tr("Films (*.mp4 *.gif *.webp)"),
        )
        if name:
            self._settings.setValue("folder", str(Path(name).parent))
            self.training.export_film(Path(name), str(self.kind.currentData() or ""))

    @Slot(object)
    def _filmed(self, progress: Progress) -> None:
        self.film.setText(self.tr("Cancel ({0} %)").format(100 * progress.done // progress.total))

    @Slot()
    def _film_ended(self) -> None:
        self.film.setText(self.tr("Film…"))
        self._follow()
