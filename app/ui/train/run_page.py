"""A run in the place of the picture: samples, charts, how it is doing, and what can be done."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.core.training_runs import ACTIVE, BEFORE, RunView
from app.model.training import Training
from app.ui.theme import GRID
from app.ui.train.adjust import AdjustRun
from app.ui.train.charts import Charts
from app.ui.train.snapshots import Snapshots
from app.ui.train.words import facts_words, health_words, progress_words, state_words, time_left
from app.ui.widgets.icons import IconButton

SHEET, CHARTS = 48, 52
"""Shares of the width at first."""


class RunPage(QWidget):
    """Follows a `Training`; everything it shows comes from the run folder."""

    closed = Signal()
    """Back to the picture."""
    resume_asked = Signal(object)
    """A run folder."""

    def __init__(
        self, training: Training, settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.training = training
        self.title, self.state, self.health, self.advice = (QLabel() for _ in range(4))
        self.facts = QLabel()
        self.bar = QProgressBar()
        self.adjust = QPushButton(self.tr("Adjust…"))
        self.pause = QPushButton(self.tr("Pause"))
        self.stop = QPushButton(self.tr("Stop and keep"))
        self.resume = QPushButton(self.tr("Resume"))
        self.close_button = IconButton("close", self.tr("Back to the picture (Esc)"))
        self.snapshots, self.charts = Snapshots(training, settings), Charts()
        self.adjusting = AdjustRun(training, self)
        self._found = ""
        self._teach()
        self._lay_out()
        self._connect()
        self.show_nothing()

    def _teach(self) -> None:
        """Names for screen readers, and tooltips."""
        self.title.setProperty("role", "title")
        self.health.setProperty("role", "title")
        self.facts.setProperty("role", "small")
        for label in (self.state, self.advice, self.facts):
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.health, self.advice, self.state):
            label.setWordWrap(True)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the training"))
        self.adjust.setToolTip(self.tr("Learning rates and augmentation, while it runs"))
        self.pause.setToolTip(self.tr("Hold the training; the process keeps its memory"))
        for button in (self.adjust, self.pause, self.stop, self.resume):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        header, health = QHBoxLayout(), QHBoxLayout()
        header.setSpacing(GRID)
        header.addWidget(self.title)
        header.addWidget(self.state, 1)
        for button in (self.adjust, self.pause, self.stop, self.resume):
            header.addWidget(button)
        header.addWidget(self.close_button)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.health)
        words.addWidget(self.advice)
        health.setSpacing(2 * GRID)
        health.addLayout(words, 1)
        health.addWidget(self.facts, 0, Qt.AlignmentFlag.AlignTop)
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(2 * GRID)
        for half in (self.snapshots, self.charts):
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
        self.adjust.clicked.connect(self._adjust)
        self.pause.clicked.connect(self._pause)
        self.stop.clicked.connect(lambda: training.send("stop"))
        self.resume.clicked.connect(lambda: self.resume_asked.emit(training.path))
        self.close_button.clicked.connect(self.closed)

    # What the run says

    def show_nothing(self) -> None:
        """Forget the run that was shown: another one comes."""
        self.snapshots.show_nothing()
        self.adjusting.hide()
        for label in (self.title, self.state, self.health, self.advice, self.facts):
            label.clear()
        self.show_run(RunView(self.training.path or Path(), "starting"))

    @Slot(object)
    def show_run(self, view: RunView) -> None:
        """Show how a run is doing; the newest snapshot follows unless an older one is looked at."""
        recipe, data = view.config.get("recipe", ""), Path(view.config.get("data", "")).name
        self.title.setText(" · ".join(filter(None, (view.path.name, recipe, data))))
        self.title.setToolTip(str(view.path))
        parts = (state_words(view), progress_words(view), time_left(view.seconds_left))
        self.state.setText(" · ".join(filter(None, parts)))
        self.facts.setText(facts_words(view))
        self.bar.setRange(0, view.total if view.total or view.active else 1)
        self.bar.setValue(view.pictures)
        said, advice = health_words(view)
        self.health.setText(said)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        self._let(view)
        self.charts.show_run(view)
        self.snapshots.show_run(view)
        if view.health.kind != self._found:  # said once: the user may look elsewhere afterwards
            self._found = view.health.kind
            if self._found == "memorising":
                self.snapshots.show_kind("-nearest")

    def _let(self, view: RunView) -> None:
        """Let press what can be done now."""
        for button in (self.adjust, self.pause, self.stop):
            button.setVisible(view.active)
            button.setEnabled(view.state in ("running", "paused"))
        self.stop.setEnabled(view.state in ACTIVE)
        begun = view.state not in BEFORE
        self.stop.setText(self.tr("Stop and keep") if begun else self.tr("Cancel"))
        self.stop.setToolTip(
            self.tr("Write a checkpoint and end; all snapshots stay, and it can be resumed")
            if begun
            else self.tr("End it before it has begun; nothing is kept")
        )
        self.pause.setText(self.tr("Go on") if view.state == "paused" else self.tr("Pause"))
        self.resume.setVisible(view.state in ("stopped", "died", "failed") and bool(view.config))

    # What is asked of it

    @Slot()
    def _adjust(self) -> None:
        if self.training.view:
            self.adjusting.open_on(self.training.view)

    @Slot()
    def _pause(self) -> None:
        view = self.training.view
        self.training.send("resume" if view and view.state == "paused" else "pause")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
