"""What several readers and writers of files share."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Hashing:
    """The SHA-256 of a file, computed on a thread of its own while the file is being read."""

    def __init__(self, path: Path) -> None:
        self.done = 0
        """Bytes so far."""
        self._path = path
        self._stopped = False
        self._result = ""
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="hashing", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait no longer than this; True at the end."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> str:
        """The hash in hexadecimal; raises the OSError that reading met."""
        self._thread.join()
        if self._error:
            raise self._error
        return self._result

    def stop(self) -> None:
        """End the thread, whose result nobody wants any more."""
        self._stopped = True
        self._thread.join()

    def _run(self) -> None:
        # Small enough to stay in the processor's cache, where hashing takes three fifths of the
        # time; not smaller: between two, this thread waits for its turn among Python's threads.
        digest, piece = hashlib.sha256(), memoryview(bytearray(1 << 20))
        try:
            with self._path.open("rb", buffering=0) as file:
                while (count := file.readinto(piece)) and not self._stopped:
                    digest.update(piece[:count])
                    self.done += count
        except OSError as error:
            self._error = error
        self._result = digest.hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a text file under a temporary name, which it gives up when complete."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def save_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write a safetensors file under a temporary name, which it gives up when complete."""
    from safetensors.torch import save_file  # loads torch, which hashing a file does not need

    partial = path.with_name(path.name + ".part")
    try:
        partial.touch()
        usual = partial.stat().st_mode
        contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        save_file(contiguous, partial, metadata=dict(metadata))
        partial.chmod(usual)  # safetensors makes files that only their owner can read
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
