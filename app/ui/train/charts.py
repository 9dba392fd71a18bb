"""The charts of a run, by pyqtgraph: those that it has figures for, two in a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from app.core.training_runs import RunView
from app.ui.theme import GRID
from app.ui.train.chart import HEIGHT, Chart, Lines
from app.ui.train.words import event_words

COLUMNS = 2
FRAME_MS = 16
MOST_EVENTS = 40
"""Lines of events in a chart, the newest ones."""


@dataclass(frozen=True)
class Plot:
    """What a chart shows: its title and the names of its figures."""

    title: str
    names: Mapping[str, str]
    hint: str = ""
    of_snapshots: bool = False
    from_zero: bool = False
    """Whether 0 is always in the picture."""


class Charts(QScrollArea):
    """Charts come when there is something to show in them and they are nearly in view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setProperty("kind", "opaque")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.plots = {**self._of_quality(), **self._of_stats()}
        self.charts: dict[str, Chart] = {}
        self._view: RunView | None = None
        inside = _Ground()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(0)  # charts keep apart: an empty row has no spacing
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.setWidget(inside)
        self._places: dict[str, int] = {}
        self._waiting: list[str] = []
        """What newer figures than its own have come for."""
        # To make a chart, or to paint its axes anew, takes half of a frame: one in each frame.
        self._turns = QTimer(self, interval=FRAME_MS)
        self._turns.timeout.connect(self._take_turn)
        self.verticalScrollBar().valueChanged.connect(self._wake)

    def _of_quality(self) -> dict[str, Plot]:
        return {
            "distance": Plot(
                self.tr("Distance to the data (less is better)"),
                {"sliced_wasserstein": ""},
                self.tr(
                    "Sliced Wasserstein distance of each snapshot; the star marks the best one."
                ),
                True,
            ),
            "features": Plot(
                self.tr("Distance of features (less is better)"),
                {"frechet_distance": "Fréchet", "kernel_distance": self.tr("kernel")},
                self.tr(
                    "As a small network sees samples and pictures that it learned to tell apart: "
                    "only compare snapshots of the same data."
                ),
                True,
                from_zero=True,
            ),
            "coverage": Plot(
                self.tr("Precision and recall"),
                {"precision": self.tr("precision"), "recall": self.tr("recall")},
                self.tr(
                    "Precision: the share of samples that look like the data. Recall: the share "
                    "of the data that samples come near to."
                ),
                True,
            ),
            "losses": Plot(
                self.tr("Losses"),
                {
                    "generator_loss": self.tr("generator"),
                    "discriminator_loss": self.tr("discriminator"),
                },
            ),
            "logits": Plot(
                self.tr("Logits"),
                {
                    "real_logits": self.tr("real"),
                    "fake_logits": self.tr("generated"),
                    "held_out_logits": self.tr("held out"),
                },
                self.tr(
                    "What the discriminator says. Held-out pictures near the generated ones: "
                    "it knows its training pictures by heart."
                ),
            ),
            "variety": Plot(
                self.tr("Variety"),
                {"diversity": self.tr("samples"), "diversity_of_data": self.tr("data")},
                self.tr("How much pictures differ from each other. Far below the data: collapse."),
                True,
            ),
            "nearest": Plot(
                self.tr("Nearest picture"),
                {"nearest": self.tr("samples"), "nearest_of_held_out": self.tr("held out")},
                self.tr(
                    "How far the nearest training picture is. Samples nearer than held-out "
                    "pictures: they are learned by heart."
                ),
                True,
            ),
        }

    def _of_stats(self) -> dict[str, Plot]:
        return {
            "speed": Plot(
                self.tr("Pictures a second"), {"pictures_per_second": ""}, from_zero=True
            ),
            "gradients": Plot(
                self.tr("Gradient norms"),
                {
                    "generator_gradient": self.tr("generator"),
                    "discriminator_gradient": self.tr("discriminator"),
                },
                self.tr("Jumps by powers of ten come before a run breaks."),
            ),
            "penalties": Plot(
                self.tr("Penalties"),
                {"r1": "R1", "r2": "R2", "gradient_penalty": self.tr("gradient penalty")},
                self.tr("How steep the discriminator is, squared, at the pictures."),
            ),
            "path": Plot(self.tr("Path length"), {"path_length": ""}),
            "rates": Plot(
                self.tr("Learning rates"),
                {
                    "learning_rate": self.tr("generator"),
                    "discriminator_rate": self.tr("discriminator"),
                },
                from_zero=True,
            ),
            "augmentation": Plot(
                self.tr("Augmented share"),
                {"augment_p": ""},
                self.tr("Of the pictures that the discriminator sees."),
                from_zero=True,
            ),
        }

    def show_run(self, view: RunView) -> None:
        """Show the figures of a run; charts that it has nothing for are not there."""
        self._view = view
        self._waiting = self._wanted(view)
        self._places = {key: place for place, key in enumerate(self._waiting)}
        for key, chart in self.charts.items():
            chart.setVisible(key in self._places)
        rows = -(-len(self._places) // COLUMNS)
        for row in range(max(rows, self._grid.rowCount())):  # the place of each is there before it
            self._grid.setRowStretch(row, 1 if row < rows else 0)
            self._grid.setRowMinimumHeight(row, HEIGHT if row < rows else 0)
        for key in self.charts.keys() & self._places.keys():
            self._put(key)
        self._wake()

    def _fill(self, key: str, chart: Chart, view: RunView) -> None:
        chart.show_lines(self._lines(key, view))
        noted = [event for event in view.events if event_words(event)][-MOST_EVENTS:]
        chart.mark_events({event["kimg"]: event_words(event) for event in noted})
        if key == "distance":
            best = next((line for line in view.quality if line.get("snapshot") == view.best), None)
            chart.mark((best["kimg"], best["sliced_wasserstein"]) if best else None)

    def _lines(self, key: str, view: RunView) -> Lines:
        return view.quality if self.plots[key].of_snapshots else view.stats

    def _wanted(self, view: RunView) -> list[str]:
        plots = self.plots.items()
        return [key for key, plot in plots if _any(self._lines(key, view), plot)]

    @Slot()
    def _wake(self) -> None:
        if not self._turns.isActive():
            self._turns.start()

    @Slot()
    def _take_turn(self) -> None:
        """Make one chart, or bring it up to date; rest where nothing in view waits."""
        key = next(filter(self._near, self._waiting), None)
        if key is None or self._view is None:
            self._turns.stop()
        elif key in self.charts:
            self._fill(key, self.charts[key], self._view)
            self._waiting.remove(key)
        else:
            self.charts[key] = self._made(self.plots[key])
            self._put(key)

    def _near(self, key: str) -> bool:
        """Whether the place of a chart is in view, or the next one to be."""
        seen = self.viewport().rect().translated(0, self.verticalScrollBar().value())
        cell = self._grid.cellRect(*divmod(self._places[key], COLUMNS))
        return self.isVisible() and cell.intersects(seen.adjusted(0, -HEIGHT, 0, HEIGHT))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wake()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._wake()

    def _made(self, plot: Plot) -> Chart:
        chart = Chart(plot.title, plot.names, plot.from_zero)
        hint = self.tr("Against thousands of pictures (kimg). Drag to pan, Ctrl+wheel to zoom, A.")
        chart.setToolTip("\n".join(filter(None, (plot.hint, hint))))
        chart.pointed.connect(self._point)
        return chart

    def _put(self, key: str) -> None:
        self._grid.addWidget(self.charts[key], *divmod(self._places[key], COLUMNS))

    @Slot(object)
    def _point(self, kimg: float | None) -> None:
        for chart in self.charts.values():
            chart.point_at(kimg)


class _Ground(QWidget):
    """What charts lie on. It is opaque: only then does scrolling move the pixels that are there,
    instead of painting all charts anew."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), self.palette().window())


def _any(lines: Lines, plot: Plot) -> bool:
    return any(line.get(key) is not None for line in lines for key in plot.names)
