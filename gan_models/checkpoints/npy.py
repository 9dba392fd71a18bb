"""Checks NumPy's files before anything is allocated: .npy arrays and .npz archives of them."""

from __future__ import annotations

import ast
import math
import struct
import zipfile
import zlib
from copy import copy
from dataclasses import dataclass

from gan_models.checkpoints.stored import (
    ITEM_SIZES,
    RefusedError,
    Storage,
    StoredTensor,
    array_strides,
    refuse_unless,
    sizes,
)
from gan_models.checkpoints.torch_zip import stored_record

MAGIC = b"\x93NUMPY"
MAX_HEADER = 10_000
MAX_RATIO = 50
"""How much larger an archive may unpack; weights hardly shrink, bombs shrink a thousandfold."""


def read_npy(data: memoryview) -> StoredTensor:
    """A view of the one array of plain numbers in an .npy file."""
    layout = _layout(bytes(data[: 12 + MAX_HEADER]), len(data))
    storage = Storage(layout.code, math.prod(layout.shape), order=layout.order)
    storage.put(data[layout.begin :])
    strides = array_strides(layout.shape, fortran=layout.fortran)
    return StoredTensor().place(storage, 0, layout.shape, strides)


@dataclass(frozen=True)
class _Layout:
    code: str
    order: str
    shape: tuple[int, ...]
    fortran: bool
    begin: int


def _layout(start: bytes, size: int) -> _Layout:
    """What the header says of a file of `size` bytes, which its numbers must fill exactly."""
    refuse_unless(start.startswith(MAGIC) and len(start) >= 12, "it is no NumPy array")
    wide = start[6] >= 2
    length = struct.unpack("<I", start[8:12])[0] if wide else struct.unpack("<H", start[8:10])[0]
    refuse_unless(length <= MAX_HEADER, "the header of its array is too long")
    begin = length + (12 if wide else 10)
    try:
        value = ast.literal_eval(start[begin - length : begin].decode("latin1").strip())
        descr, shape, fortran = value["descr"], value["shape"], value["fortran_order"]
    except (ValueError, SyntaxError, KeyError, TypeError, RecursionError, MemoryError):
        raise RefusedError("the header of its array is damaged") from None
    refuse_unless(type(descr) is str, "its array does not hold plain numbers")
    code = descr.lstrip("<>|=")
    refuse_unless(code in ITEM_SIZES, f"its array holds {code[:20]!r}, not plain numbers")
    shape = sizes(shape, "shape")
    fits = begin + math.prod(shape) * ITEM_SIZES[code] == size
    refuse_unless(fits, f"its array of shape {list(shape)} does not fit the {size} bytes there are")
    return _Layout(code, ">" if descr[0] == ">" else "<", shape, fortran is True, begin)


def read_npz(data: memoryview, entries: dict[str, zipfile.ZipInfo]) -> dict[str, StoredTensor]:
    """The arrays of an .npz archive by name."""
    refuse_unless(entries, "it is an empty archive")
    total = sum(entry.file_size for entry in entries.values())
    refuse_unless(total <= MAX_RATIO * len(data), "it unpacks to far too much")
    return {
        name.removesuffix(".npy"): read_npy(_unpacked(data, entry))
        for name, entry in entries.items()
    }


def _unpacked(data: memoryview, entry: zipfile.ZipInfo) -> memoryview:
    if entry.compress_type == zipfile.ZIP_STORED:
        return stored_record(data, entry)
    refuse_unless(entry.compress_type == zipfile.ZIP_DEFLATED, "it is compressed in an unusual way")
    packed = copy(entry)
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, entry.compress_size
    inflate = zlib.decompressobj(-15)
    try:
        whole = inflate.decompress(stored_record(data, packed), entry.file_size + 1)
    except zlib.error:
        raise RefusedError("its archive is damaged") from None
    fits = len(whole) == entry.file_size and zlib.crc32(whole) == entry.CRC
    refuse_unless(fits, "its archive is damaged")
    return memoryview(whole)
