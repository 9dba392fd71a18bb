"""The status bar: what is running, what pictures cost, and on what."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QWidget

from app.core.jobs import Progress
from app.core.render_loop import Result
from app.model.studio import Studio
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton


class StatusBar(QStatusBar):
    """Latency, resolution, device and model on the right; the export that runs on the left."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._costs: dict[str, float] = {}
        self.setSizeGripEnabled(False)
        self.task = QLabel()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(160)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.cancel = IconButton("close", self.tr("Cancel the export"))
        self.cancel.clicked.connect(studio.exporting.cancel)
        for widget in (self.task, self.bar, self.cancel):
            widget.hide()
            self.addWidget(widget)
        self.latency, self.resolution = QLabel(), QLabel()
        self.device, self.model = QLabel(), QLabel()
        for label in (self.latency, self.resolution, self.device, self.model):
            label.setProperty("role", "small")
            label.setContentsMargins(GRID, 0, GRID, 0)
            self.addPermanentWidget(label)
        studio.picture_ready.connect(self._drawn)
        studio.model_changed.connect(self._follow_model)
        studio.job_changed.connect(self._show_job)
        studio.exporting.progressed.connect(self._progressed)

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

    @Slot()
    def _show_job(self) -> None:
        running = self._studio.exporting.running
        for widget in (self.task, self.bar, self.cancel):
            widget.setVisible(running)
        if running and not self.task.text():
            self.task.setText(self.tr("Exporting…"))

    @Slot(object)
    def _progressed(self, progress: Progress) -> None:
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.task.setText(remaining(self._studio.exporting.seconds_left))


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
