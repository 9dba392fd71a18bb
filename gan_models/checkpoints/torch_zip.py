"""PyTorch's container since version 1.6: an uncompressed zip of one pickle and raw storages.

Nothing is unpacked: records are views of the file, found by name, checked against its size.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from gan_models.checkpoints.machine import Budget, Findings, Machine
from gan_models.checkpoints.safe_pickle import load
from gan_models.checkpoints.stored import RefusedError, Storage, refuse_unless
from gan_models.checkpoints.torch_legacy import read_nested_storage, storage_reference
from gan_models.checkpoints.vocabulary import model_words

MAX_RECORDS = 20_000


def open_zip(data: memoryview) -> dict[str, zipfile.ZipInfo]:
    """The entries of an archive by name; refuses doubles, encryption and lies about sizes."""
    try:
        with zipfile.ZipFile(_Window(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise RefusedError(f"it is no complete zip archive ({error})") from None
    refuse_unless(len(entries) <= MAX_RECORDS, "it holds too many records")
    by_name = {entry.filename: entry for entry in entries}
    refuse_unless(len(by_name) == len(entries), "two of its records have one name")
    refuse_unless(not any(entry.flag_bits & 1 for entry in entries), "it is encrypted")
    return by_name


class _Window(io.RawIOBase):
    """A file object that reads from a memory view without copying the whole of it."""

    def __init__(self, data: memoryview) -> None:
        self._data, self._at = data, 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = len(self._data) if size < 0 else self._at + size
        piece = bytes(self._data[self._at : end])
        self._at += len(piece)
        return piece


def stored_record(data: memoryview, entry: zipfile.ZipInfo) -> memoryview:
    """The bytes of an uncompressed record, which lie in the file as they are."""
    plain = entry.compress_type == zipfile.ZIP_STORED and entry.file_size == entry.compress_size
    refuse_unless(plain, f"its record {entry.filename[:80]!r} is compressed, which models are not")
    head = bytes(data[entry.header_offset : entry.header_offset + 30])
    refuse_unless(len(head) == 30 and head[:4] == b"PK\x03\x04", "its zip archive is damaged")
    name_length, extra_length = struct.unpack("<HH", head[26:])
    start = entry.header_offset + 30 + name_length + extra_length
    record = data[start : start + entry.file_size]
    refuse_unless(len(record) == entry.file_size, "its zip archive is truncated")
    return record


def read_torch_zip(
    data: memoryview, entries: dict[str, zipfile.ZipInfo], findings: Findings
) -> Any:
    """The object of a file of `torch.save`."""
    pickles = [name for name in entries if name == "data.pkl" or name.endswith("/data.pkl")]
    refuse_unless(len(pickles) == 1, "it is a zip archive, but not one of PyTorch")
    folder = pickles[0].removesuffix("data.pkl")
    program = f"{folder}constants.pkl" in entries
    refuse_unless(not program, "it is a TorchScript program, which would have to be run to be used")
    order = entries.get(f"{folder}byteorder")
    little = order is None or bytes(stored_record(data, order)) == b"little"
    refuse_unless(little, "it is from a big-endian machine")
    storages: dict[str, Storage] = {}

    def persistent(reference: Any) -> Storage:
        key, storage = storage_reference(reference)
        if key not in storages:
            entry = entries.get(f"{folder}data/{key}")
            if entry is None:
                raise RefusedError(f"its record data/{key[:40]} is missing")
            storage.put(stored_record(data, entry))
            storage.crc = entry.CRC
            storages[key] = storage
        return storages[key]

    pickle = stored_record(data, entries[pickles[0]])
    refuse_unless(zlib.crc32(pickle) == entries[pickles[0]].CRC, "it is damaged (checksum)")
    words = model_words(read_nested_storage)
    return load(Machine(pickle, words, Budget(), persistent=persistent, findings=findings))
