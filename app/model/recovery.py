"""A copy of the session that outlives the program only where it crashed."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QLockFile, QStandardPaths

from app.core.session_file import SUFFIX


def data_folder() -> Path:
    """Where the program keeps things for this user."""
    place = QStandardPaths.StandardLocation.AppDataLocation
    return Path(QStandardPaths.writableLocation(place))


class Recovery:
    """A file of this run in `folder`, locked as long as it lives; others there were left behind."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{uuid4().hex[:12]}{SUFFIX}"
        self._lock = _locked(self.path)
        self._found: tuple[Path, QLockFile] | None = None

    def left_behind(self) -> Path | None:
        """The newest file of a run that crashed; it is kept from other windows' hands."""
        others = [path for path in self.path.parent.glob(f"*{SUFFIX}") if path != self.path]
        for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True):
            lock = _locked(path)
            if lock:
                self._found = path, lock
                return path
        return None

    def adopt(self) -> Path:
        """Make the file that was found the one of this run."""
        if self._found:
            found, self._found = self._found, None
            self.close()
            self.path, self._lock = found
        return self.path

    def discard(self) -> None:
        """Delete the file that was found."""
        if self._found:
            path, lock = self._found
            path.unlink(missing_ok=True)
            lock.unlock()
            self._found = None

    def forget(self) -> None:
        """There is nothing to bring back any more."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """The run ends well: its file goes, and one that was found stays for the next."""
        self.forget()
        if self._lock:
            self._lock.unlock()
        if self._found:
            self._found[1].unlock()


def _locked(path: Path) -> QLockFile | None:
    """A lock on a session file; None where a process that lives has it."""
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)
    return lock if lock.tryLock(0) else None
