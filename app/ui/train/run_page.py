"""A run in the place of the picture: samples, charts, how it is doing, and what can be done."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.core.training_runs import RunView
from app.model.training import Training
from app.ui.canvas import Canvas
from app.ui.theme import GRID
from app.ui.train.charts import Charts
from app.ui.train.words import health_words, state_words, time_left
from app.ui.widgets.icons import IconButton

SHEET, CHARTS = 48, 52
"""Shares of the width at first."""


class RunPage(QWidget):
    """Follows a `Training`; everything it shows comes from the run folder."""

    closed = Signal()
    """Back to the picture."""
    open_asked = Signal(object)
    """The model file of a snapshot."""
    resume_asked = Signal(object)
    """A run folder."""

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training = training
        self.title, self.state, self.health, self.advice = (QLabel() for _ in range(4))
        self.bar = QProgressBar()
        self.pause = QPushButton(self.tr("Pause"))
        self.stop = QPushButton(self.tr("Stop and keep"))
        self.resume = QPushButton(self.tr("Resume"))
        self.close_button = IconButton("close", self.tr("Back to the picture (Esc)"))
        self.sheet, self.charts = Canvas(), Charts()
        self.scrub = QSlider(Qt.Orientation.Horizontal)
        self.name = QLabel()
        self.to_best = QPushButton(self.tr("Best"))
        self.open = QPushButton(self.tr("Open in explorer"))
        self._teach()
        self._lay_out()
        self._connect()
        self.show_nothing()

    def _teach(self) -> None:
        """Names for screen readers, and tooltips."""
        self.title.setProperty("role", "title")
        self.health.setProperty("role", "title")
        for label in (self.state, self.advice):
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.health, self.advice, self.state):
            label.setWordWrap(True)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the training"))
        self.sheet.setAccessibleName(self.tr("Samples of the snapshot"))
        self.scrub.setAccessibleName(self.tr("Snapshot"))
        self.scrub.setToolTip(self.tr("The same seeds at every snapshot: drag to see it learn"))
        self.to_best.setToolTip(self.tr("Show the snapshot nearest to the data"))
        self.open.setToolTip(self.tr("Open the shown snapshot as a model; training goes on"))
        self.pause.setToolTip(self.tr("Hold the training; the process keeps its memory"))
        self.stop.setToolTip(
            self.tr("Write a checkpoint and end; all snapshots stay, and it can be resumed")
        )
        for button in (self.pause, self.stop, self.resume, self.to_best, self.open):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(GRID)
        header.addWidget(self.title)
        header.addWidget(self.state, 1)
        for button in (self.pause, self.stop, self.resume):
            header.addWidget(button)
        header.addWidget(self.close_button)
        health = QVBoxLayout()
        health.setSpacing(0)
        health.addWidget(self.health)
        health.addWidget(self.advice)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.scrub, 1)
        for widget in (self.name, self.to_best, self.open):
            row.addWidget(widget)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.sheet, 1)
        column.addLayout(row)
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(2 * GRID)
        for half in (left, self.charts):
            half.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            halves.addWidget(half)
        halves.setSizes([SHEET, CHARTS])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addLayout(header)
        layout.addWidget(self.bar)
        layout.addLayout(health)
        layout.addWidget(halves, 1)

    def _connect(self) -> None:
        training = self.training
        training.changed.connect(self.show_run)
        training.sheet_ready.connect(self._show_sheet)
        self.pause.clicked.connect(self._pause)
        self.stop.clicked.connect(lambda: training.send("stop"))
        self.resume.clicked.connect(lambda: self.resume_asked.emit(training.path))
        self.close_button.clicked.connect(self.closed)
        self.scrub.valueChanged.connect(self._show_snapshot)
        self.to_best.clicked.connect(self._show_best)
        self.open.clicked.connect(self._open)

    # What the run says

    def show_nothing(self) -> None:
        """Forget the run that was shown: another one comes."""
        self._names: tuple[str, ...] = ()
        self._best = ""
        self.sheet.show_picture(None)
        self.scrub.setRange(0, 0)
        for label in (self.title, self.state, self.health, self.advice, self.name):
            label.clear()
        self.show_run(RunView(self.training.path or Path(), "starting"))

    @Slot(object)
    def show_run(self, view: RunView) -> None:
        """Show how a run is doing; the newest snapshot follows unless an older one is looked at."""
        recipe, data = view.config.get("recipe", ""), Path(view.config.get("data", "")).name
        self.title.setText(" · ".join(filter(None, (view.path.name, recipe, data))))
        self.title.setToolTip(str(view.path))
        done = self.tr("{0} of {1} kimg").format(
            f"{view.pictures / 1000:.3g}", f"{view.total / 1000:.4g}"
        )
        parts = (state_words(view), done if view.total else "", time_left(view.seconds_left))
        self.state.setText(" · ".join(filter(None, parts)))
        self.bar.setRange(0, view.total if view.total or view.active else 1)
        self.bar.setValue(view.pictures)
        said, advice = health_words(view)
        self.health.setText(said)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        for button in (self.pause, self.stop):
            button.setVisible(view.active)
            button.setEnabled(view.state in ("running", "paused"))
        self.pause.setText(self.tr("Go on") if view.state == "paused" else self.tr("Pause"))
        self.resume.setVisible(view.state in ("stopped", "died", "failed") and bool(view.config))
        self.charts.show_run(view)
        self._list(view)

    def _list(self, view: RunView) -> None:
        names, was_last = view.sheets, self.scrub.value() == self.scrub.maximum()
        self._best = view.best if view.best in names else ""
        self.to_best.setEnabled(bool(self._best))
        self.open.setEnabled(bool(names))
        self.scrub.setEnabled(len(names) > 1)
        if names == self._names:
            return
        self._names = names
        self.scrub.blockSignals(True)
        self.scrub.setRange(0, max(0, len(names) - 1))
        if was_last:
            self.scrub.setValue(len(names) - 1)
        self.scrub.blockSignals(False)
        self._show_snapshot()

    @property
    def shown(self) -> str:
        """The name of the snapshot under the scrub bar; empty before there is one."""
        return self._names[self.scrub.value()] if self._names else ""

    @Slot()
    def _show_snapshot(self) -> None:
        if not self._names:
            return
        star = " ★" if self.shown == self._best else ""
        self.name.setText(f"{_kimg(self.shown)} kimg{star}")
        self.training.show_sheet(self.shown)

    @Slot(object)
    def _show_sheet(self, sheet: tuple[str, np.ndarray]) -> None:
        name, picture = sheet
        if name == self.shown:
            self.sheet.show_picture(picture)

    # What is asked of it

    @Slot()
    def _pause(self) -> None:
        view = self.training.view
        self.training.send("resume" if view and view.state == "paused" else "pause")

    @Slot()
    def _show_best(self) -> None:
        if self._best:
            self.scrub.setValue(self._names.index(self._best))

    @Slot()
    def _open(self) -> None:
        if self.training.view and self.shown:
            self.open_asked.emit(self.training.view.snapshot(self.shown))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _kimg(name: str) -> str:
    return name.lstrip("0") or "0"
