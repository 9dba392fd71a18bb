"""Arrays as values: read-only, compared by what is in them, to JSON and back without loss."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping
from typing import Any, Self

import numpy as np

MAX_PIXELS = 2**26
"""Of a label map in a file; more is an attack or an accident."""


class _Frozen:
    """A read-only array that compares by value and can be part of a recipe."""

    dtype: type[np.generic]

    def __init__(self, array: np.ndarray) -> None:
        # A copy: whoever made the array may go on writing to it.
        self.array = np.array(array, dtype=self.dtype, order="C")
        self.array.flags.writeable = False
        self._key = (self.array.shape, hashlib.sha256(self.array.tobytes()).hexdigest())

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def sha256(self) -> str:
        """Of the bytes of the array."""
        return self._key[1]


class Rows(_Frozen):
    """Rows of W, float32 [rows, w_dim]."""

    dtype = np.float32

    def to_json(self) -> dict[str, Any]:
        """Shape and base64 of the little-endian bytes."""
        data = base64.b64encode(self.array.astype("<f4").tobytes()).decode()
        return {"shape": list(self.array.shape), "float32": data}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        data = base64.b64decode(value["float32"], validate=True)
        return cls(np.frombuffer(data, dtype="<f4").reshape(value["shape"]))


class LabelMap(_Frozen):
    """The class of each pixel, uint8 [H, W]."""

    dtype = np.uint8

    def to_json(self) -> dict[str, Any]:
        """Shape, base64 of the deflated bytes, and their sha256."""
        data = base64.b64encode(zlib.compress(self.array.tobytes(), 9)).decode()
        return {"shape": list(self.array.shape), "deflated": data, "sha256": self.sha256}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Raises ValueError where the map is damaged or too large."""
        height, width = (int(side) for side in value["shape"])
        if min(height, width) < 1 or height * width > MAX_PIXELS:
            raise ValueError(f"a label map of {width}x{height} pixels")
        packed = base64.b64decode(value["deflated"], validate=True)
        try:
            data = zlib.decompressobj().decompress(packed, height * width + 1)
        except zlib.error:
            raise ValueError("its label map is damaged") from None
        if len(data) != height * width:
            raise ValueError("its label map is damaged")
        found = cls(np.frombuffer(data, dtype=np.uint8).reshape(height, width))
        if found.sha256 != value["sha256"]:
            raise ValueError("its label map is damaged")
        return found
