"""The session as a file: its name, whether it holds all there is, and a copy for bad days."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.jobs import Progress
from app.core.recipe import Recipe
from app.core.session_file import Session, save_session
from app.model.opener import Opened
from app.model.recovery import Recovery
from app.model.runner import Runner
from app.model.studio import Studio

AUTOSAVE_MS = 60_000

State = tuple[Recipe, tuple[tuple[str, Recipe], ...], frozenset[str]]


class Document(QObject):
    """Knows the file of the studio's session, and keeps a copy of what no file holds yet."""

    changed = Signal()
    """The name, or whether there is anything to save, is another."""
    saved = Signal(object)
    failed = Signal(str)

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.path: Path | None = None
        self.modified = False
        self.recovery: Recovery | None = None
        self._kept = self._state()
        """What the file holds."""
        self._copied: State | None = None
        self._restoring: Path | None = None
        self._saving, self._copying = Runner(self), Runner(self)
        self._saving.finished.connect(self._saved)
        for runner in (self._saving, self._copying):
            runner.failed.connect(self.failed)
        self._timer = QTimer(self, interval=AUTOSAVE_MS)
        self._timer.timeout.connect(self.autosave)
        studio.model_changed.connect(self._model_changed)
        studio.session_opened.connect(self._opened)
        for signal in (studio.recipe_changed, studio.looks_changed, studio.locks_changed):
            signal.connect(self._compare)

    @property
    def at_risk(self) -> bool:
        """Whether something that was made on purpose, not in passing, would be lost now."""
        return self.modified and (self.path is not None or bool(self._studio.looks.all))

    def save(self, path: Path) -> None:
        """Write the session in the background; `saved` or `failed` follows."""
        self._being_saved = (path, self._state())
        self._saving.start(_write(path, self._studio.session()))

    # The copy for bad days

    def protect(self, folder: Path) -> Path | None:
        """Copy changes to `folder` every minute; returns what a run that crashed left there."""
        self.recovery = Recovery(folder)
        self._timer.start()
        return self.recovery.left_behind()

    @Slot()
    def autosave(self) -> None:
        """Copy what no file holds yet, unless the copy has it."""
        state = self._state()
        if self.recovery and self.modified and state != self._copied:
            self._copied = state
            self._copying.start(_write(self.recovery.path, self._studio.session()))

    def restore(self) -> None:
        """Bring back what the crashed run left; it is nowhere else, so it counts as changed."""
        if self.recovery:
            self._restoring = self.recovery.adopt()
            self._studio.open(str(self._restoring))

    def close(self) -> None:
        """Stop the threads; a run that ends well leaves no copy."""
        self._timer.stop()
        self._saving.close()
        self._copying.close()
        if self.recovery:
            self.recovery.close()

    # Is there anything to save?

    def _state(self) -> State:
        studio = self._studio
        looks = tuple((look.name, look.recipe) for look in studio.looks.all)
        return studio.recipe, looks, studio.locks

    @Slot()
    def _compare(self) -> None:
        modified = self._state() != self._kept
        if modified != self.modified:
            self.modified = modified
            self.changed.emit()

    @Slot()
    def _model_changed(self) -> None:
        if not self.modified:  # only looking at a model is no change
            self._kept = self._state()
        self.changed.emit()

    @Slot(object)
    def _opened(self, opened: Opened) -> None:
        restored = opened.path == self._restoring
        self.path = None if restored else opened.path
        self._copied = None
        self._restoring = None
        self._kept = (Recipe(), (), frozenset()) if restored else self._state()
        self.modified = restored
        self.changed.emit()

    @Slot(object)
    def _saved(self, path: Path) -> None:
        self.path, (_, self._kept) = path, self._being_saved
        if self.recovery:
            self.recovery.forget()
        self._copied = None
        self._compare()
        self.changed.emit()
        self.saved.emit(path)


def _write(path: Path, session: Session) -> Generator[Progress, None, Path]:
    yield Progress(0, 1)
    save_session(path, session)
    return path
