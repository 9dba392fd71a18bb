"""Converted copies of foreign files, so that these open faster the next time.

A copy is named by the SHA-256 of the file that it was made from. A list beside them knows the
hashes of files that have not changed since (by size and time), so that these are not read again.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from torch import float32

from gan_models.base import Generator
from gan_models.checkpoints import own

FORMAT = 2
"""Raised when importers change, so that what they wrote before is not used again."""
LIMIT = 4 << 30
"""Bytes of all copies together; those that were not used for longest go first."""
MAX_HASHES = 1000
_COPY = re.compile(r"[0-9a-f]{64}-\d+\.safetensors")
"""What is called otherwise belongs to somebody else."""


class ModelCache:
    """The copies in a folder, which need not exist yet."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder, self.limit = folder, limit
        self._list = folder / "hashes.json"

    def copy_of(self, sha256: str) -> Path:
        """Where the copy of the file with this hash is, or would be."""
        return self.folder / f"{sha256}-{FORMAT}.safetensors"

    def used(self, sha256: str) -> None:
        """Note that a copy was opened just now."""
        with suppress(OSError):
            os.utime(self.copy_of(sha256))

    def keep(self, sha256: str, generator: Generator) -> None:
        """Write a copy, and remove the oldest where that makes too many."""
        # A full or closed disk costs time at the next opening, not the model.
        with suppress(OSError, SafetensorError):
            self.folder.mkdir(parents=True, exist_ok=True)
            own.save_generator(self.copy_of(sha256), generator, float32)
            self._trim()

    def _trim(self) -> None:
        copies = [path for path in self.folder.iterdir() if _COPY.fullmatch(path.name)]
        ages = {path: path.stat() for path in copies}
        newest = sorted(ages, key=lambda path: ages[path].st_mtime, reverse=True)
        room = self.limit
        for path in newest:
            room -= ages[path].st_size
            if room < 0 or not path.stem.endswith(f"-{FORMAT}"):
                path.unlink()

    def known_hash(self, path: Path) -> str | None:
        """The hash of a file that has not changed since `remember_hash`."""
        try:
            size, changed, sha256 = self._hashes()[str(path.absolute())]
            now = path.stat()
        except (KeyError, TypeError, ValueError, OSError):
            return None
        same = (size, changed) == (now.st_size, now.st_mtime_ns)
        return sha256 if same and type(sha256) is str else None

    def remember_hash(self, path: Path, sha256: str) -> None:
        """Take down the hash of a file as it is now."""
        with suppress(OSError):
            facts = path.stat()
            hashes = self._hashes() | {
                str(path.absolute()): [facts.st_size, facts.st_mtime_ns, sha256]
            }
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = self._list.with_name(f"{self._list.name}.{os.getpid()}.part")
            partial.write_text(json.dumps(dict(list(hashes.items())[-MAX_HASHES:])))
            partial.replace(self._list)

    def _hashes(self) -> dict[str, Any]:
        try:
            values = json.loads(self._list.read_text())
        except (OSError, ValueError):
            return {}
        return values if type(values) is dict else {}
