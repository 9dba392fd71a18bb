"""What several readers and writers of files share."""

from __future__ import annotations

import hashlib
import mmap
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from torch import Tensor


PIECE = 16 << 20
"""Bytes mapped and hashed at a time beside reading, without a copy. After each the thread waits for
its turn among Python's threads, while the other one takes the file's tensors apart; all of a file
at once would count as memory once more."""


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mapped_pieces(file: BinaryIO) -> Iterator[mmap.mmap]:
    """The content of a file, piece by piece; each is gone when the next one is asked for."""
    size = os.fstat(file.fileno()).st_size
    for start in range(0, size, PIECE):
        length = min(PIECE, size - start)
        with mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ, offset=start) as piece:
            yield piece


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
        digest = hashlib.sha256()
        try:
            with self._path.open("rb") as file:
                for piece in _mapped_pieces(file):
                    if self._stopped:
                        break
                    digest.update(piece)
                    self.done += len(piece)
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
