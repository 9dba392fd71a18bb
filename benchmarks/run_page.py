"""How long the GUI thread is busy while a training is watched.

``python -m benchmarks.run_page`` shows a run folder that grows as one of a day does: its figures,
and a snapshot now and then; somebody scrubs, moves over the charts and zooms. The figures are
those of `benchmarks.window`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, QSettings
from PySide6.QtTest import QTest

from app.core.training_runs import SHEETS
from app.model.studio import Studio
from app.ui.application import application
from app.ui.main_window import MainWindow
from app.ui.train.run_page import RunPage
from benchmarks.window import PAUSE_MS, Events, Probe, wait
from gan_models.training.run_folder import RunFolder

LINES, SNAPSHOTS = 4000, 40
EACH = 160
"""Pictures from one line of stats to the next."""
TOTAL = LINES * EACH * 2
FIGURES = (
    "generator_loss", "discriminator_loss", "real_logits", "fake_logits", "held_out_logits",
    "generator_gradient", "discriminator_gradient", "r1", "path_length", "learning_rate",
    "discriminator_rate", "augment_p", "pictures_per_second", "memory_mb",
)  # fmt: skip
JUDGED = (
    "sliced_wasserstein", "frechet_distance", "kernel_distance", "precision", "recall",
    "diversity", "diversity_of_data", "nearest", "nearest_of_held_out",
)  # fmt: skip


class GrowingRun:
    """Writes what a training writes."""

    def __init__(self, path: Path) -> None:
        self.folder, self.random, self.lines = RunFolder(path), np.random.default_rng(0), 0
        self.folder.create({"format": 2, "recipe": "stylegan2", "data": "portraits"})
        (path / "states").mkdir()
        self.folder.append_event("started", 0, device="CPU, 2 threads", processes=1)
        for number in range(LINES):
            self.add_line()
            if number % (LINES // SNAPSHOTS) == 0:
                self.add_snapshot()
        self.tell()

    def add_line(self) -> None:
        """Figures of ten seconds."""
        self.lines += 1
        values = dict(zip(FIGURES, self.random.random(len(FIGURES)).tolist(), strict=True))
        self.folder.append("stats.jsonl", {"pictures": self.lines * EACH} | values)

    def add_snapshot(self) -> None:
        """Sheets of 8x8 pictures, figures, and files of the size that does not matter here."""
        name = f"{self.lines * EACH // 1000:06d}"
        sheet = self.random.integers(0, 255, (512, 512, 3)).astype(np.uint8)
        for kind in SHEETS:
            Image.fromarray(sheet).save(self.folder.path / "samples" / f"{name}{kind}.png")
        (self.folder.path / "snapshots" / f"{name}.safetensors").touch()
        values = dict(zip(JUDGED, self.random.random(len(JUDGED)).tolist(), strict=True))
        line = {"snapshot": name, "pictures": self.lines * EACH}
        self.folder.append("quality.jsonl", line | values)

    def tell(self) -> None:
        """Say how far it is."""
        self.folder.write_status("running", self.lines * EACH, TOTAL)


def scenes(page: RunPage, run: GrowingRun) -> dict[str, Callable[[], None]]:
    """What happens while a run is watched."""

    def grow() -> None:
        for number in range(10):
            run.add_line()
            if number % 4 == 0:
                run.add_snapshot()
            run.tell()
            wait(1100)

    def scrub() -> None:
        for place in range(page.snapshots.scrub.maximum() + 1):
            page.snapshots.scrub.setValue(place)
            wait(2 * PAUSE_MS)

    def hover() -> None:
        chart = page.charts.charts["losses"].plot.viewport()
        for x in range(50, max(51, chart.width() - 20), 4):
            QTest.mouseMove(chart, QPoint(x, chart.height() // 2))
            wait(PAUSE_MS)

    def scroll() -> None:
        bar = page.charts.verticalScrollBar()
        for place in range(0, bar.maximum() + 1, 12):
            bar.setValue(place)
            wait(PAUSE_MS)

    return {"growing": grow, "scrubbing": scrub, "pointing": hover, "scrolling": scroll}


def main() -> None:
    """Print the figures of each scene; the first one is opening the page."""
    app = Probe(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "s.ini"), QSettings.Format.IniFormat)
        application(settings)
        run = GrowingRun(Path(folder) / "run")
        window = MainWindow(Studio(), settings)
        window.resize(1366, 768)
        window.show()
        wait(300)
        app.events = Events()
        window.train.follow(run.folder.path)
        page = window.train.page
        assert page is not None
        wait(3000)
        print(json.dumps({"opening": app.events.report()}))
        for name, scene in scenes(page, run).items():
            app.events = Events()
            scene()
            print(json.dumps({name: app.events.report()}))
        window.close()


if __name__ == "__main__":
    main()
