"""The status bar: what is running, what pictures cost, and on what."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QWidget

from app.core.jobs import Step
from app.core.render_loop import Result
from app.model.runner import Runner
from app.model.snapshot_sliders import SnapshotSliders
from app.model.studio import Studio
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton
from app.ui.widgets.steady_label import SteadyLabel

PATIENCE_MS = 300


class StatusBar(QStatusBar):
    """Latency, resolution, device and model on the right; what runs on the left."""

    def __init__(
        self, studio: Studio, sliders: SnapshotSliders, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._costs: dict[str, float] = {}
        self.setSizeGripEnabled(False)
        self.opening = TaskRow(studio.opening, self.tr("Cancel the opening"))
        self.exporting = TaskRow(studio.exporting, self.tr("Cancel the export"))
        stop = self.tr("Stop looking for sliders")
        self.finding, self.labelling = (
            TaskRow(runner, stop) for runner in (sliders.finding, sliders.labelling)
        )
        for row in (self.opening, self.exporting, self.finding, self.labelling):
            self.addWidget(row)
        self.latency, self.resolution = SteadyLabel(), QLabel()
        self.latency.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.device, self.model = QLabel(), QLabel()
        for label in (self.latency, self.resolution, self.device, self.model):
            label.setProperty("role", "small")
            label.setContentsMargins(GRID, 0, GRID, 0)
            self.addPermanentWidget(label)
        studio.picture_ready.connect(self._drawn)
        studio.model_changed.connect(self._follow_model)
        studio.retuned.connect(self._follow_model)
        self.opening.say = lambda _: self.tr("Opening…")
        self.exporting.say = remaining
        self.finding.say = lambda _: self.tr("Finding sliders…")
        self.labelling.say = lambda _: self.tr("Finding sliders for the labels of the data set…")

    @Slot()
    def _follow_model(self) -> None:
        self._costs.clear()
        model, spec = self._studio.model, self._studio.spec
        if model is None or spec is None:
            return
        self.latency.clear()
        self.resolution.setText(f"{spec.resolution} × {spec.resolution}")
        self.device.setText(model.device)
        self.model.setText(model.ref.name)
        self.model.setToolTip(str(model.path))

    @Slot(object)
    def _drawn(self, result: Result) -> None:
        name = self.tr("full") if result.drawn and result.drawn.full else self.tr("draft")
        self._costs[name] = result.milliseconds
        parts = [f"{name} {cost:.0f} ms" for name, cost in sorted(self._costs.items())]
        self.latency.setText(" · ".join(parts))


class TaskRow(QWidget):
    """What one runner does, how far it is, and a button that cancels it; absent while it rests."""

    def __init__(self, runner: Runner, cancel: str) -> None:
        super().__init__()
        self._runner = runner
        self.say: Callable[[float | None], str] = lambda _: ""
        """What it does, in words, given the seconds that are left."""
        self.task, self.bar = QLabel(), QProgressBar()
        self.bar.setFixedWidth(160)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = IconButton("close", cancel)
        self.cancel.clicked.connect(runner.cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, 0, 0)
        for widget in (self.task, self.bar, self.cancel):
            layout.addWidget(widget)
        layout.addStretch(1)
        # What is over at once shows no row, which would only flicker.
        self._patience = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self.show)
        runner.started.connect(self._started)
        runner.progressed.connect(self._progressed)
        for ending in (runner.finished, runner.failed, runner.cancelled):
            ending.connect(self._ended)
        self.hide()

    @Slot()
    def _started(self) -> None:
        self.bar.setRange(0, 0)
        self.task.setText(self.say(None))
        self._patience.start()

    @Slot(object)
    def _progressed(self, step: Step) -> None:
        if step.done:
            self.bar.setRange(0, 1000)
            self.bar.setValue(1000 * step.done // max(1, step.total))
        self.task.setText(self.say(self._runner.seconds_left))

    @Slot()
    def _ended(self) -> None:
        self._patience.stop()
        self.hide()


def remaining(seconds: float | None) -> str:
    """How long an export will still take, in words."""
    if seconds is None:
        return QCoreApplication.translate("StatusBar", "Exporting…")
    if seconds < 60:
        return QCoreApplication.translate("StatusBar", "Exporting, {0} s left").format(
            max(1, round(seconds))
        )
    return QCoreApplication.translate("StatusBar", "Exporting, {0} min left").format(
        round(seconds / 60)
    )
