"""What several readers and writers of files share."""

from __future__ import annotations

import hashlib
import mmap
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from torch import Tensor


PIECE = 64 << 20
"""Bytes hashed at a time beside reading: after each the thread waits for its turn among Python's
threads, while the other one takes the file's tensors apart."""


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _mapped(file: BinaryIO) -> Iterator[memoryview]:
    """The content of a file, without a copy; one that is empty cannot be mapped."""
    if not os.fstat(file.fileno()).st_size:
        yield memoryview(b"")
        return
    with (
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        memoryview(content) as view,
    ):
        yield view


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
            with self._path.open("rb") as file, _mapped(file) as content:
                while self.done < len(content) and not self._stopped:
                    with content[self.done : self.done + PIECE] as piece:
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
