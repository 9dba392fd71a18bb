"""Arrays of numbers, such as directions, in files of NumPy, PyTorch and pickles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gan_models.checkpoints.reading import Contents, clear_errors, read_contents
from gan_models.checkpoints.stored import RefusedError, StoredTensor, refuse_unless

MAX_BYTES = 1 << 30
"""All arrays of a file together."""
MAX_ARRAYS = 4096


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a file by name ("" for the only one); raises ModelLoadError."""
    return usable_arrays(read_contents(path))


def usable_arrays(contents: Contents) -> dict[str, np.ndarray]:
    """The arrays in a file's values, each checked to be finite and not all zeros."""
    with clear_errors(contents.path):
        found = _stored(contents.root)
        refuse_unless(found, "it holds neither a network nor an array")
        refuse_unless(
            sum(x.nbytes for x in found.values()) <= MAX_BYTES, "its arrays are too large"
        )
        return {name: _checked(name, tensor.numpy()) for name, tensor in found.items()}


def _stored(root: Any, depth: int = 3) -> dict[str, StoredTensor]:
    """Arrays by name; those in dictionaries and lists within others by all names on the way."""
    if isinstance(root, StoredTensor):
        return {"": root}
    if type(root) in (list, tuple):
        root = {str(number + 1): value for number, value in enumerate(root)}
    if type(root) is not dict or not depth:
        return {}
    found: dict[str, StoredTensor] = {}
    for name, value in root.items():
        below = _stored(value, depth - 1)
        found |= {f"{name} {rest}".rstrip(): tensor for rest, tensor in below.items()}
        refuse_unless(len(found) <= MAX_ARRAYS, f"it holds more than {MAX_ARRAYS} arrays")
    return found


def _checked(name: str, array: np.ndarray) -> np.ndarray:
    called = f"its array {name}".rstrip()
    if not np.isfinite(array).all():
        raise RefusedError(f"{called} holds NaN or infinite values")
    refuse_unless(array.any(), f"{called} is all zeros")
    return array
