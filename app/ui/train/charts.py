"""Charts of a run that grow while it is written, by pyqtgraph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.core.training_runs import RunView
from app.ui.theme import GRID

CURVES = ("#4c8dde", "#d9822b", "#3d9a5f")
"""Blue, orange and green that are told apart on either theme."""
POINTS = 1000
"""More than that a chart does not show; a run of a day has 8640 lines."""
Lines = Sequence[Mapping[str, Any]]


class Chart(pg.PlotWidget):
    """Some figures against thousands of pictures; drag to pan, wheel to zoom, A for all."""

    def __init__(self, title: str, names: Mapping[str, str]) -> None:
        super().__init__(enableMenu=False)
        self._title = title
        self.setAccessibleName(title)
        plot = self.getPlotItem()
        plot.hideButtons()
        self.legend = plot.addLegend(offset=(-4, 4), labelTextSize="8pt", verSpacing=-6)
        self.legend.setVisible(len(names) > 1)
        self.curves = {
            key: plot.plot(name=label, pen=pg.mkPen(colour, width=1))
            for (key, label), colour in zip(names.items(), CURVES, strict=False)
        }
        self.best = pg.ScatterPlotItem(size=11, symbol="star", pen=None, brush=CURVES[1])
        plot.addItem(self.best)
        self._dress()

    def show_lines(self, lines: Lines) -> None:
        """Show the figures of these lines; those that lack one have a gap there."""
        lines = lines[:: len(lines) // POINTS + 1]
        for key, curve in self.curves.items():
            points = [(line["kimg"], line[key]) for line in lines if _has(line, key)]
            curve.setData([x for x, _ in points], [y for _, y in points])

    def mark(self, point: tuple[float, float] | None) -> None:
        """Mark the best point, or none."""
        self.best.setData(*([[point[0]], [point[1]]] if point else [[], []]))

    def _dress(self) -> None:
        palette = self.palette()
        text = palette.text().color()
        self.setBackground(palette.window().color())
        plot = self.getPlotItem()
        plot.setTitle(self._title, color=text.name(), size="9pt")
        plot.setLabel("bottom", "kimg", color=text.name())
        plot.showGrid(x=False, y=True, alpha=0.12)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(palette.mid().color())
            axis.setTextPen(text)
        for _, label in self.legend.items:
            label.setText(label.text, color=text.name())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "legend"):
            self._dress()

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_A:
            self.getPlotItem().enableAutoRange()
        else:
            super().keyPressEvent(event)


class Charts(QWidget):
    """Losses, logits, speed, and quality with the best snapshot marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.losses = Chart(
            self.tr("Losses"),
            {
                "generator_loss": self.tr("generator"),
                "discriminator_loss": self.tr("discriminator"),
            },
        )
        self.logits = Chart(
            self.tr("Logits"),
            {
                "real_logits": self.tr("real"),
                "fake_logits": self.tr("generated"),
                "held_out_logits": self.tr("held out"),
            },
        )
        self.logits.setToolTip(
            self.tr(
                "What the discriminator says. Held-out pictures near the generated ones: "
                "it knows its training pictures by heart."
            )
        )
        self.speed = Chart(self.tr("Pictures a second"), {"pictures_per_second": ""})
        self.quality = Chart(
            self.tr("Distance to the data (less is better)"), {"sliced_wasserstein": ""}
        )
        self.quality.setToolTip(
            self.tr("Sliced Wasserstein distance of each snapshot; the star marks the best one.")
        )
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for place, chart in enumerate((self.quality, self.losses, self.logits, self.speed)):
            chart.setMinimumSize(160, 110)
            layout.addWidget(chart, place // 2, place % 2)

    def show_run(self, view: RunView) -> None:
        """Show the figures of a run."""
        for chart in (self.losses, self.logits, self.speed):
            chart.show_lines(view.stats)
        self.quality.show_lines(view.quality)
        best = next((line for line in view.quality if line.get("snapshot") == view.best), None)
        self.quality.mark((best["kimg"], best["sliced_wasserstein"]) if best else None)


def _has(line: Mapping[str, Any], key: str) -> bool:
    return line.get(key) is not None and line.get("kimg") is not None
