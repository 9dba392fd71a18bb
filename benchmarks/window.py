"""How long the GUI thread is busy with single events, and how soon a slider's draft is painted.

`python -m benchmarks.window [MODEL] [--json] [--quick]` drives the real window on the display there
is. Wall time also holds what other programs took from this one; work is the CPU time of the GUI
thread itself.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QObject,
    QPoint,
    QSettings,
    Qt,
    QTimer,
    SignalInstance,
)
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.recipe import Recipe
from app.environment import set_environment
from app.model.cycles import CycleCollector
from app.model.studio import Studio
from app.ui.application import application
from app.ui.main_window import MainWindow
from app.ui.widgets.float_slider import FloatSlider

FRAME_MS = 16
LONGEST = 3
STEPS = 60
PAUSE_MS = 16
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@dataclass
class Events:
    """Milliseconds of the events of one scene: on the clock, and of the GUI thread's own work."""

    wall: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        """Percentiles, the largest, and the events that were the most work."""
        wall, work = np.array(self.wall), np.array(self.work)
        longest = np.argsort(work)[::-1][:LONGEST]
        return {
            "events": len(wall),
            "wall_p99": round(float(np.percentile(wall, 99)), 1),
            "wall_largest": round(float(wall.max()), 1),
            "work_p99": round(float(np.percentile(work, 99)), 1),
            "work_largest": round(float(work.max()), 1),
            "over_16_ms": int((work > FRAME_MS).sum()),
            "longest": [f"{self.names[i]} {work[i]:.1f}" for i in longest],
        }


class Probe(QApplication):
    """An application that times every event; those that an event sends are part of it."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.events = Events()
        self._depth = 0

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        """Hand on an event and take the time."""
        if self._depth:
            return super().notify(receiver, event)
        self._depth += 1
        kind, name = event.type(), type(receiver).__name__
        wall, work = time.perf_counter(), time.thread_time()
        try:
            return super().notify(receiver, event)
        finally:
            self._depth -= 1
            self.events.wall.append((time.perf_counter() - wall) * 1000)
            self.events.work.append((time.thread_time() - work) * 1000)
            self.events.names.append(f"{kind.name} of {name}")


def wait(milliseconds: int) -> None:
    """Let events happen."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(signal: SignalInstance, wanted: Callable[[], bool]) -> None:
    """Let events happen until a signal comes at which something is so."""
    loop = QEventLoop()

    def look() -> None:
        if wanted():
            loop.quit()

    connection = signal.connect(look)
    loop.exec()
    signal.disconnect(connection)


def drag(slider: FloatSlider, share: float) -> None:
    """A drag from the left to the right with a move for each frame of a screen."""
    width, middle = slider.width(), slider.height() // 2
    QTest.mousePress(slider, LEFT, NONE, QPoint(10, middle))
    for step in range(round(share * STEPS)):
        QTest.mouseMove(slider, QPoint(10 + step * (width - 20) // STEPS, middle))
        wait(PAUSE_MS)
    QTest.mouseRelease(slider, LEFT, NONE, QPoint(width - 10, middle))
    wait(300)


def scenes(window: MainWindow, share: float = 1.0) -> dict[str, Callable[[], None]]:
    """What a person does, by name; `share` of the usual number of times."""
    studio = window.studio
    rows = list(window.sliders.rows.values())

    def many(do: Callable[[], object], count: int = 20, pause: int = 60) -> Callable[[], None]:
        def scene() -> None:
            for _ in range(max(1, round(share * count))):
                do()
                wait(pause)

        return scene

    def tooltips() -> None:
        for widget in (*(row.value for row in rows), window.looks.keep, window.sliders.random):
            place = widget.rect().center()
            event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
            QApplication.sendEvent(widget, event)
            wait(PAUSE_MS)

    def resize() -> None:
        for step in range(round(share * STEPS)):
            window.resize(1366 + 6 * step, 768 + 4 * step)
            wait(PAUSE_MS)

    found: dict[str, Callable[[], None]] = {
        "seed travel": lambda: drag(window.seed.travel.slider, share),
        "random seed": many(studio.random_seed),
        "keep": many(studio.keep_look, 12, 120),
        "undo": many(studio.undo, 30, 30),
        "redo": many(studio.redo, 30, 30),
        "tooltips": tooltips,
        "resize": resize,
        "theme": many(lambda: window.set_theme("light" if window.theme == "dark" else "dark"), 4),
    }
    if rows:
        found = {"drag": lambda: drag(rows[0].value.slider, share)} | found
        found["random sliders"] = many(studio.random_edits)
    return found


def latency(window: MainWindow, share: float) -> dict[str, float]:
    """Milliseconds from a slider's new value to the end of the paint that shows it.

    The work is what the GUI thread and the whole program computed until then.
    """
    row = next(iter(window.sliders.rows.values()), None)
    slider = row.value.slider if row else window.seed.travel.slider
    times, work = [], []
    slider.setSliderDown(True)
    for step in range(round(share * STEPS)):
        start, before = time.perf_counter(), window.studio.recipe
        own, all_ = time.thread_time(), time.process_time()
        span = slider.maximum() - slider.minimum()
        slider.setValue(round(slider.minimum() + step * span / STEPS))
        wanted = window.studio.recipe
        if wanted != before:
            wait_for(window.canvas.painted, partial(shown, window, wanted))
            times.append((time.perf_counter() - start) * 1000)
            work.append((time.thread_time() - own, time.process_time() - all_))
    slider.setSliderDown(False)
    middle, high = np.percentile(times, [50, 95])
    gui, program = 1000 * np.median(work, axis=0)
    figures = {"median": middle, "p95": high, "gui_work": gui, "all_work": program}
    return {name: round(float(value), 1) for name, value in figures.items()}


def brush_latency(window: MainWindow, share: float) -> dict[str, float]:
    """Milliseconds from a move of the brush to the end of the paint that shows what it makes."""
    view, times = window.paint.page.view, []
    width, height = view.frame.size

    def place(step: int) -> QPoint:
        along = 0.2 + 0.6 * step / STEPS
        return view.frame.from_map((along * width, 0.5 * height), 0).toPoint()

    window.paint.painter.set_label(2)
    QTest.mousePress(view, LEFT, NONE, place(0))
    for step in range(1, round(share * STEPS) + 1):
        start = time.perf_counter()
        QTest.mouseMove(view, place(step))
        wanted = window.studio.recipe
        if not shown(window, wanted):
            wait_for(window.studio.picture_ready, partial(shown, window, wanted))
        view.repaint()
        times.append((time.perf_counter() - start) * 1000)
    QTest.mouseRelease(view, LEFT, NONE, place(STEPS))
    low, high = np.percentile(times, [50, 99])
    return {"median": round(float(low), 1), "p99": round(float(high), 1)}


def shown(window: MainWindow, recipe: Recipe) -> bool:
    """Whether the canvas has the picture of a recipe."""
    result = window.studio.result
    return result is not None and result.request.recipe == recipe


@contextmanager
def opened(app: Probe, model: str) -> Iterator[MainWindow]:
    """The window, started as the program starts it, when it has drawn the model's first picture."""
    cycles = CycleCollector(app)
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "s.ini"), QSettings.Format.IniFormat)
        application(settings)
        window = MainWindow(Studio(), settings)
        window.resize(1366, 768)
        window.show()
        cycles.rest_during(window.studio.opening)
        window.studio.open(model)
        wait_for(window.studio.picture_ready, lambda: True)
        yield window
        window.studio.looks.set_all([])
        window.close()


def play(app: Probe, window: MainWindow, share: float) -> dict[str, Any]:
    """What each scene costs the GUI thread, by its name."""
    report: dict[str, Any] = {}
    for name, scene in scenes(window, share).items():
        app.events = Events()
        scene()
        report[name] = app.events.report()
    return report


def measure(app: Probe, model: str, share: float = 1.0) -> dict[str, Any]:
    """Open the window, play the scenes, and report on each."""
    with opened(app, model) as window:
        wait(500)
        report: dict[str, Any] = {"platform": app.platformName()}
        report["slider_to_paint_ms"] = latency(window, share)
        if window.paint.page.applies:
            report["brush_to_paint_ms"] = brush_latency(window, share)
        return report | play(app, window, share)


def main() -> None:
    """Print the figures of the bundled model, or of the one that is named."""
    set_environment()
    names = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    app = Probe(sys.argv[:1])
    report = measure(app, names[0] if names else "portraits", 0.1 if "--quick" in sys.argv else 1.0)
    if "--json" in sys.argv:
        print(json.dumps(report, indent=2))
    else:
        for name, figures in report.items():
            print(f"{name:20}", figures)
    del app


if __name__ == "__main__":
    main()
