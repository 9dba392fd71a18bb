"""What several readers and writers of files share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
