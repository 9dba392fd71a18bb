"""One chart of a run: figures against thousands of pictures, read off under the cursor."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.ui.theme import GRID, SMALL

CURVES = ("#4c8dde", "#d9822b", "#3d9a5f")
"""Blue, orange and green that are told apart on either theme."""
POINTS = 1000
"""More than that a chart does not show; a run of a day has 8640 lines."""
HEIGHT = 140
GRID_ALPHA = 31
"""Of 255."""
Lines = Sequence[Mapping[str, Any]]


class Chart(QWidget):
    """A line of words, which names the curves and tells their values, over the plot."""

    pointed = Signal(object)
    """The kimg under the cursor; None where it left."""

    def __init__(self, title: str, names: Mapping[str, str], from_zero: bool = False) -> None:
        super().__init__()
        self._title, self._names = title, names
        self.setAccessibleName(title)
        self.setMinimumHeight(HEIGHT)
        self.head, self.plot = QLabel(), _Plot(self.pointed)
        self.head.setTextFormat(Qt.TextFormat.RichText)
        # What is too long is cut, and never makes a column wider.
        self.head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        colours = dict(zip(names, CURVES, strict=False))
        self.curves = {
            key: pg.PlotCurveItem(pen=pg.mkPen(colour, width=1)) for key, colour in colours.items()
        }
        self._from_zero, self._top = from_zero, 0.0
        self._shown: object = None
        """How many lines, and the last one: what is shown already is not painted again."""
        self.best = pg.ScatterPlotItem(size=11, symbol="star", pen=None, brush=CURVES[1])
        self.cursor_line = pg.InfiniteLine(label="{value:.4g}", labelOpts={"position": 0.06})
        self.cursor_line.hide()
        for item in (*self.curves.values(), self.best):
            self.plot.box.addItem(item)
        self.plot.box.addItem(self.cursor_line, ignoreBounds=True)
        self._marks: dict[float, pg.InfiniteLine] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GRID)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.plot, 1)
        self._dress()
        self.point_at(None)

    def show_lines(self, lines: Lines) -> None:
        """Show the figures of these lines; those that lack one have a gap there."""
        shown = len(lines), *lines[-1:]
        if shown == self._shown:
            return
        self._shown = shown
        lines = lines[:: len(lines) // POINTS + 1]
        for key, curve in self.curves.items():
            points = [(line["kimg"], line[key]) for line in lines if _has(line, key)]
            curve.setData([x for x, _ in points], [y for _, y in points])
        if not self.cursor_line.isVisible():  # what is read off under the cursor stays
            self.point_at(None)
        if self._from_zero:
            figures = (line[key] for line in lines for key in self.curves if _has(line, key))
            self._reach(max(figures, default=0.0))

    def _reach(self, top: float) -> None:
        """Show from 0 to the largest figure; left alone until that changes."""
        if top > 0 and top != self._top:
            self._top = top
            self.plot.box.setYRange(0, top * 1.1, padding=0)

    def mark(self, point: tuple[float, float] | None) -> None:
        """Mark the best point, or none."""
        self.best.setData(*([[point[0]], [point[1]]] if point else [[], []]))

    def mark_events(self, events: Mapping[float, str]) -> None:
        """Draw a line at each kimg where something was changed; hovering says what."""
        for kimg in self._marks.keys() - events.keys():
            self.plot.box.removeItem(self._marks.pop(kimg))
        for kimg in events.keys() - self._marks.keys():
            line = pg.InfiniteLine(kimg, pen=self._pen(Qt.PenStyle.DashLine))
            self.plot.box.addItem(line, ignoreBounds=True)
            self._marks[kimg] = line
        for kimg, text in events.items():
            self._marks[kimg].setToolTip(text)

    def point_at(self, kimg: float | None) -> None:
        """Tell the figures nearest to a kimg beside the names of their curves; None: the names."""
        parts = [f"<b>{escape(self._title)}</b>"]
        seen = False
        for (key, name), colour in zip(self._names.items(), CURVES, strict=False):
            if not self._has_points(key):  # a run has only some of the penalties
                continue
            value = None if kimg is None else self._value(key, kimg)
            seen = seen or value is not None
            words = [name] if value is None else [name, f"<b>{value:.4g}</b>"]
            parts.append(f'<span style="color: {colour}">{" ".join(filter(None, words))}</span>')
        text = "&nbsp; ".join(parts)
        if text != self.head.text():
            self.head.setText(text)
        self.cursor_line.setVisible(seen)
        if kimg is not None:
            self.cursor_line.setValue(kimg)

    def _has_points(self, key: str) -> bool:
        xs, _ = self.curves[key].getData()
        return xs is not None and len(xs) > 0

    def _value(self, key: str, kimg: float) -> float:
        """Of the point nearest to a kimg; there is one."""
        xs, ys = self.curves[key].getData()
        place = min(bisect_left(xs, kimg), len(xs) - 1)
        if place and kimg - xs[place - 1] < xs[place] - kimg:
            place -= 1
        return float(ys[place])

    def _pen(self, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> Any:
        return pg.mkPen(self.palette().mid().color(), width=1, style=style)

    def _dress(self) -> None:
        palette = self.palette()
        self.plot.setBackground(palette.window().color())
        font = self.font()
        font.setPixelSize(SMALL)
        self.head.setFont(font)
        for axis in self.plot.axes:
            axis.setPen(palette.mid().color())
            axis.setTextPen(palette.text().color())
            axis.setStyle(tickFont=font)
        self.cursor_line.setPen(self._pen())
        self.cursor_line.label.setColor(palette.text().color())
        for line in self._marks.values():
            line.setPen(self._pen(Qt.PenStyle.DashLine))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_marks"):
            self._dress()


class _Plot(pg.GraphicsView):
    """Drag to pan, Ctrl and wheel to zoom, A for all; the wheel alone scrolls the page.

    A view and two axes: `pg.PlotWidget` brings two more and menus, and takes three times as long
    to make.
    """

    def __init__(self, pointed: Any) -> None:
        super().__init__()
        self._pointed = pointed
        self.box = pg.ViewBox(enableMenu=False)
        left, bottom = self.axes = [pg.AxisItem(s, linkView=self.box) for s in ("left", "bottom")]
        left.setGrid(GRID_ALPHA)
        inside = pg.GraphicsWidget()
        grid = QGraphicsGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        for item, row, column in ((left, 0, 0), (self.box, 0, 1), (bottom, 1, 1)):
            grid.addItem(item, row, column)
        for axis in self.axes:  # lines of the grid are behind the curves
            axis.setZValue(self.box.zValue() - 1)
        self.setCentralItem(inside)

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_A:
            self.box.enableAutoRange()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self.mapToScene(event.position().toPoint())
        inside = self.box.sceneBoundingRect().contains(place)
        self._pointed.emit(self.box.mapSceneToView(place).x() if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointed.emit(None)


def _has(line: Mapping[str, Any], key: str) -> bool:
    return line.get(key) is not None and line.get("kimg") is not None
