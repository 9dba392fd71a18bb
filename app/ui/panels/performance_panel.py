"""Where the time goes: the last draft and the last full picture, stage by stage."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.core.drawn import Drawn
from app.core.performance import process_mb
from app.core.render_loop import Result
from app.model.studio import Studio
from app.ui.canvas import Canvas
from app.ui.theme import GRID
from app.ui.widgets.section import Section
from app.ui.widgets.steady_label import SteadyLabel

DRAFT, FULL = 1, 2
"""Columns of the table."""
WINDOW_SECONDS = 2.0
"""Pictures of so many seconds make the rate."""


class PerformancePanel(Section):
    """A table of milliseconds, and what else decides the speed."""

    def __init__(self, studio: Studio, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("PerformancePanel", "Performance"), parent)
        self._studio = studio
        self._shown: deque[float] = deque(maxlen=240)
        self._column = FULL
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(0, 1)
        self.body.addLayout(self._grid)
        self._cells: dict[tuple[str, int], QLabel] = {}
        self._names = self._stage_names()
        self._add_rows()
        studio.picture_ready.connect(self._drawn)
        studio.model_changed.connect(self._follow)
        studio.retuned.connect(self._follow)
        canvas.painted.connect(self._painted)

    def _stage_names(self) -> dict[str, str]:
        return {
            "mapping": self.tr("Mapping"),
            "styles": self.tr("Styles"),
            "blocks": self.tr("Blocks"),
            "convert": self.tr("Conversion"),
            "paint": self.tr("Painting"),
            "total": self.tr("Together"),
            "size": self.tr("Size"),
            "precision": self.tr("Precision"),
            "hits": self.tr("Blocks kept"),
        }

    def _add_rows(self) -> None:
        self._add(0, self.tr("Milliseconds"), {"": self.tr("Draft"), " ": self.tr("Full")})
        for row, (key, name) in enumerate(self._names.items(), 1):
            self._add(row, name, {key: "–", f"{key} ": "–"})
        facts = {
            "rate": self.tr("Pictures per second"),
            "cache": self.tr("Kept blocks"),
            "memory": self.tr("Memory"),
            "device": self.tr("Device"),
        }
        for row, (key, name) in enumerate(facts.items(), len(self._names) + 2):
            self._add(row, name, {f"{key} ": "–"})
        self._grid.setRowMinimumHeight(len(self._names) + 1, GRID)

    def _add(self, row: int, name: str, cells: Mapping[str, str]) -> None:
        label = QLabel(name)
        label.setProperty("role", "small")
        self._grid.addWidget(label, row, 0)
        for key, text in cells.items():
            cell = SteadyLabel(text)
            cell.setProperty("role", "small")
            cell.setAlignment(Qt.AlignmentFlag.AlignRight)
            column = FULL if key.endswith(" ") else DRAFT
            self._grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignRight)
            self._cells[key.strip(), column] = cell

    def text(self, name: str, *, draft: bool = False) -> str:
        """What the table says under a name."""
        return self._cells[name, DRAFT if draft else FULL].text()

    def _set(self, name: str, text: str, column: int = FULL) -> None:
        self._cells[name, column].setText(text)

    @Slot(object)
    def _drawn(self, result: Result) -> None:
        self._shown.append(time.monotonic())
        drawn = result.drawn
        if drawn is None or not self.isVisible():
            return
        self._column = FULL if drawn.full else DRAFT
        for name, text in _figures(drawn, result.milliseconds).items():
            self._set(name, text, self._column)
        blocks = ", ".join(f"{name}: {ms:.1f}" for name, ms in drawn.blocks.items())
        self._cells["blocks", self._column].setToolTip(blocks)
        self._set("rate", f"{self._rate():.0f}")
        self._follow()

    @Slot(float)
    def _painted(self, milliseconds: float) -> None:
        self._set("paint", f"{milliseconds:.1f}", self._column)

    @Slot()
    def _follow(self) -> None:
        model, memory = self._studio.model, process_mb()
        if model is None:
            return
        self._set("device", model.device)
        kept, room = model.kept_mb
        self._set("cache", self.tr("{0} of {1} MB").format(round(kept), round(room)))
        self._set("memory", "–" if memory is None else self.tr("{0} MB").format(round(memory)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._studio.result:
            self._drawn(self._studio.result)

    def _rate(self) -> float:
        """Pictures per second lately; 0 where there was one alone."""
        recent = [moment for moment in self._shown if self._shown[-1] - moment < WINDOW_SECONDS]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 else 0.0


def _figures(drawn: Drawn, milliseconds: float) -> dict[str, str]:
    """The texts of one column."""
    stages = {name: drawn.stages.get(name, 0.0) for name in ("mapping", "styles", "convert")}
    stages |= {"blocks": sum(drawn.blocks.values()), "total": milliseconds}
    texts = {name: f"{value:.1f}" for name, value in stages.items()}
    return texts | {
        "size": str(drawn.size),
        "precision": drawn.precision,
        "hits": str(drawn.hits),
    }
