"""The training run that the window shows: started, read and commanded through its folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

import app
from app.core.run_film import film_of
from app.core.training_runs import (
    Plan,
    RunView,
    is_active,
    read_run,
    read_sheet,
    resume_arguments,
    start_process,
)
from app.model.runner import Runner, sentence
from gan_models.errors import TrainingError
from gan_models.training.run_folder import RunFolder

READ_MS = 1000
"""How often the folder is looked at; the run writes every ten seconds and after a command."""
MAIN = Path(app.__file__).parents[1] / "main.py"


class Training(QObject):
    """One run at a time. The run is a process of its own that outlives the window."""

    changed = Signal(object)
    """A `RunView` with news."""
    sheet_ready = Signal(object)
    """(name of the snapshot, uint8 [H, W, 3])."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view: RunView | None = None
        self.path: Path | None = None
        self._process = 0
        self._started: subprocess.Popen[bytes] | None = None
        self._reading, self._drawing, self.filming = Runner(self), Runner(self), Runner(self)
        self._reading.finished.connect(self._show)
        self._reading.failed.connect(self._give_up)
        self._drawing.finished.connect(self.sheet_ready)
        self._drawing.failed.connect(self.failed)
        self._timer = QTimer(self, interval=READ_MS)
        self._timer.timeout.connect(self.read)

    def start(self, plan: Plan) -> None:
        """Train in a new folder; raises GanvasError where that cannot begin."""
        plan.check()
        plan.write_classes()
        self._launch(plan.out, plan.arguments())

    def resume(self, path: Path) -> None:
        """Go on with a run, or follow it if it is being trained already."""
        if not RunFolder(path).exists:
            raise TrainingError(f"{path} is no run folder: it holds no config.toml.")
        if is_active(path):
            self.follow(path)
            raise TrainingError(f"{path} is being trained by another process; it is shown here.")
        self._launch(path, resume_arguments(path))

    def rewind(self, name: str) -> None:
        """Go on from the state of a snapshot of the run that is shown."""
        if self.view and self.view.active:
            self.command({"do": "rewind", "to": name})
        elif self.path:
            self._launch(self.path, resume_arguments(self.path, name))

    def follow(self, path: Path, process: int = 0) -> None:
        """Show a run that any process writes; `process` is the one that was started for it."""
        self.path, self._process, self.view = path, process, None
        self._timer.start()
        self.read()

    def _launch(self, out: Path, arguments: list[str]) -> None:
        self._started = start_process([sys.executable, str(MAIN), *arguments], out)
        self.follow(out, self._started.pid)

    def send(self, action: str) -> None:
        """Ask the run to "pause", "resume", "stop" or take a "snapshot"."""
        self.command({"do": action})

    def command(self, command: Mapping[str, Any]) -> None:
        """Ask for anything that a run obeys, as {"set": {"learning_rate": 0.001}}."""
        if self.path and self.view and self.view.active:
            try:
                RunFolder(self.path).send(command)
            except OSError as error:
                self.failed.emit(sentence(error))

    def show_sheet(self, name: str, kind: str = "") -> None:
        """Read a sheet of a snapshot; `sheet_ready` follows."""
        if self.view:
            self._drawing.start(_sheet_of(self.view, name, kind))

    def export_film(self, path: Path, kind: str) -> None:
        """Write all snapshots as a film; `filming` tells how it goes."""
        if self.view:
            self.filming.start(film_of(path, self.view, kind))

    @Slot()
    def read(self) -> None:
        """Look at the folder, on a thread."""
        if self._started:
            self._started.poll()  # so that one that ended is not kept as a zombie
        if self.path and not self._reading.running:
            self._reading.start(_reading(self.path, self._process, self.view))

    @Slot(object)
    def _show(self, view: RunView) -> None:
        if view is not self.view and view.path == self.path:
            self.view = view
            self.changed.emit(view)

    @Slot(str)
    def _give_up(self, text: str) -> None:
        self._timer.stop()
        self.path = None
        self.failed.emit(text)

    def close(self) -> None:
        """Stop looking; the run goes on."""
        self._timer.stop()
        self._reading.close()
        self._drawing.close()
        self.filming.close()


def _reading(path: Path, process: int, before: RunView | None) -> Generator[object, None, RunView]:
    yield from ()
    return read_run(path, process, before)


def _sheet_of(view: RunView, name: str, kind: str) -> Generator[object, None, object]:
    yield from ()
    return name, read_sheet(view, name, kind)
