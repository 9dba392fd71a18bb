"""Opens a foreign file by what is in it, never by its name, and says what is wrong with it."""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gan_models.checkpoints import npy, torch_legacy, torch_zip
from gan_models.checkpoints.machine import Budget, Findings, Machine
from gan_models.checkpoints.safe_pickle import load
from gan_models.checkpoints.safetensors_reader import read_safetensors
from gan_models.checkpoints.stored import RefusedError
from gan_models.checkpoints.vocabulary import model_words
from gan_models.errors import ModelLoadError

MAX_FILE = 8 << 30
SUPPORTED = (
    "Ganvas opens its own .safetensors, and Progressive GAN, StyleGAN 1 to 3, R3GAN, lucidrains, "
    "SPADE, pix2pixHD and DCGAN checkpoints"
)
_KINDS = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"RIFF": "a WebP picture or a sound",
    b"version https://git-lfs": "a Git LFS pointer, not the file it stands for: run git lfs pull",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
    b"\x89HDF": "an HDF5 file",
    b"PK\x05\x06": "an empty zip archive",
}


@dataclass(eq=False)
class Contents:
    """The values in a file, inert; `container` says how they were wrapped."""

    path: Path
    root: Any
    container: str
    size: int
    findings: Findings = field(default_factory=Findings)

    @property
    def settings(self) -> dict[str, Any]:
        """Of the JSON file that some tools put beside a checkpoint; empty where there is none."""
        beside = (self.path.with_suffix(".config.json"), self.path.parent / ".config.json")
        for path in beside:
            try:
                values = json.loads(path.read_text()) if path.stat().st_size < 100_000 else None
            except (OSError, ValueError, RecursionError):
                continue
            if type(values) is dict:
                return values
        return {}

    @property
    def ignored(self) -> list[str]:
        """What the file holds besides values, in words."""
        lengths = self.findings.sources.values()
        if not lengths:
            return []
        files = (
            "1 Python source file" if len(lengths) == 1 else f"{len(lengths)} Python source files"
        )
        return [f"{files}, {max(1, round(sum(lengths) / 1000))} kB: not executed"]


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file provokes into one ModelLoadError that names the file."""
    try:
        yield
    except RefusedError as error:
        raise ModelLoadError(f"{path} is refused: {error}") from None
    except OSError as error:
        raise ModelLoadError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as e:
        raise ModelLoadError(f"{path} is damaged ({type(e).__name__}: {_short(e)})") from None
    except (MemoryError, struct.error):
        raise ModelLoadError(f"{path} is damaged, or too large for this computer") from None


def _short(error: Exception) -> str:
    lines = str(error).splitlines() or [""]
    return lines[0][:150]


def read_contents(path: Path) -> Contents:
    """The values of a pickle, PyTorch or NumPy file; runs nothing, raises ModelLoadError."""
    with clear_errors(path), path.open("rb") as file:
        size = path.stat().st_size
        if not size:
            raise ModelLoadError(f"{path} is empty")
        if size > MAX_FILE:
            raise RefusedError(f"it is larger than {MAX_FILE >> 30} GiB")
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        findings = Findings()
        container, read = _reader(path, data)
        return Contents(path, read(data, findings), container, size, findings)


def _reader(path: Path, data: memoryview) -> tuple[str, Callable[[memoryview, Findings], Any]]:
    start = bytes(data[:512])
    if start.startswith(b"PK\x03\x04"):
        return "zip archive", _read_zip
    if start.startswith(torch_legacy.START):
        return "PyTorch file (before 1.6)", torch_legacy.read_legacy
    if start[:1] == b"\x80" and start[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "pickle", _read_pickle
    if start.startswith(npy.MAGIC):
        return "NumPy array", lambda view, _: npy.read_npy(view)
    if start[8:9] == b"{":
        return "safetensors", lambda view, _: read_safetensors(view)
    kind = kind_of(start)
    raise ModelLoadError(f"{path} is {kind}" if ": " in kind else f"{path} is {kind}; {SUPPORTED}")


def _read_pickle(data: memoryview, findings: Findings) -> Any:
    words = model_words(torch_legacy.read_nested_storage)
    return load(Machine(data, words, Budget(), findings=findings))


def _read_zip(data: memoryview, findings: Findings) -> Any:
    entries = torch_zip.open_zip(data)
    if entries and all(name.endswith(".npy") for name in entries):
        return npy.read_npz(data, entries)
    return torch_zip.read_torch_zip(data, entries, findings)


def kind_of(start: bytes) -> str:
    """What a file seems to be, by its first bytes; after a colon, what to do about it."""
    for magic, kind in _KINDS.items():
        if start.startswith(magic):
            return kind
    if start[257:262] == b"ustar":
        return "a tar archive, as PyTorch wrote them before 2017: save it again with a newer one"
    if start[:1] == b"\x08" and b"pytorch" in start[:64]:
        return "an ONNX model: use the checkpoint that it was made from"
    text = start.lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<")):
        return (
            "a web page, not the file that was to be downloaded: "
            "open its address in a browser and save the file itself"
        )
    return "no file of a known kind"
