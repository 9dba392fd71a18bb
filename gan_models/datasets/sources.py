"""Where pictures come from: a folder, a zip, an npz. Each lists its items by name, in order."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from PIL import Image

from gan_models.datasets.decoding import (
    LARGEST_BYTES,
    DecodedPicture,
    RejectedPictureError,
    decode,
)
from gan_models.errors import DataError

LABEL_FILE = "labels.csv"
PICTURE_ARRAYS = ("pictures", "images", "x_train", "x", "data", "arr_0")
LABEL_ARRAYS = ("labels", "classes", "y_train", "y", "arr_1")


class Item(NamedTuple):
    """One picture, not read yet: its name, and its class in a folder or an array."""

    name: str
    folder: str


@dataclass
class Source:
    """A set of pictures that can be listed and read one by one."""

    path: Path
    items: list[Item]
    kind: str
    others: list[str] = field(default_factory=list)
    """Files that are no pictures by their names."""
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of labels.csv: by column, then by the picture's name as it is written there."""

    def read(self, item: Item) -> DecodedPicture:
        """The pixels of an item; raises RejectedPictureError."""
        return decode(self.bytes_of(item))

    def bytes_of(self, item: Item) -> bytes:
        """The file of an item."""
        try:
            file = self.path / item.name
            if file.stat().st_size > LARGEST_BYTES:
                raise RejectedPictureError("is too large")
            return file.read_bytes()
        except OSError as error:
            raise RejectedPictureError(f"cannot be read: {error.strerror}") from None

    def labels(self, where: str) -> list[str | None]:
        """The class of each item: from "folders", or a column of labels.csv; None: it has none."""
        if where == "folders":
            return [item.folder or None for item in self.items]
        if where not in self.columns:
            known = ", ".join([*(["folders"] if len(self.folders()) > 1 else []), *self.columns])
            raise DataError(
                f"{self.path} has no labels {where!r}; it has: {known or 'no labels at all'}"
            )
        column = self.columns[where]
        found = [column.get(item.name, column.get(_base(item.name))) for item in self.items]
        if not any(found):
            raise DataError(
                f"{LABEL_FILE} of {self.path} names none of its pictures; its first column must "
                f"hold file names such as {self.items[0].name}"
            )
        return found

    def folders(self) -> dict[str, int]:
        """How many pictures each class folder holds."""
        counts: dict[str, int] = {}
        for item in self.items:
            if item.folder:
                counts[item.folder] = counts.get(item.folder, 0) + 1
        return dict(sorted(counts.items()))


class ZipSource(Source):
    """The same inside a zip, which is never unpacked."""

    def bytes_of(self, item: Item) -> bytes:
        try:
            if self._archive.getinfo(item.name).file_size > LARGEST_BYTES:
                raise RejectedPictureError("is too large")
            return self._archive.read(item.name)
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
            raise RejectedPictureError(f"cannot be read: {error}") from None

    _archive: zipfile.ZipFile


class ArraySource(Source):
    """Pictures that are one array uint8 already, as in an npz."""

    _array: np.ndarray

    def read(self, item: Item) -> DecodedPicture:
        pixels = self._array[int(item.name)]
        if pixels.ndim == 3 and pixels.shape[2] == 1:
            pixels = pixels[:, :, 0]
        return DecodedPicture(np.ascontiguousarray(pixels), ())


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a folder, zip or npz of pictures; raises DataError where there is no picture."""
    if path.is_dir():
        source = _open_folder(path)
        _check_any(source)
        yield source
    elif path.suffix.lower() == ".npz":
        yield _open_npz(path)
    elif zipfile.is_zipfile(path):
        with _opened_zip(path) as archive:
            source = _open_zip(path, archive)
            _check_any(source)
            yield source
    elif path.exists():
        raise DataError(f"{path} is no folder, zip or npz of pictures")
    else:
        raise DataError(f"there are no pictures at {path}: there is no such file or folder")


@contextmanager
def _opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} cannot be read: {error}") from None
    with archive:
        yield archive


def _check_any(source: Source) -> None:
    if not source.items:
        found = f"{len(source.others)} other files" if source.others else "nothing at all"
        raise DataError(f"{source.path} holds no pictures (found {found}); choose another")


def _open_folder(path: Path) -> Source:
    try:
        names = [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    items, others = _sorted_out(names)
    source = Source(path, items, "folder", others)
    if LABEL_FILE in names:
        source.columns = label_columns(f"{LABEL_FILE} of {path}", (path / LABEL_FILE).read_bytes())
    return source


def _open_zip(path: Path, archive: zipfile.ZipFile) -> Source:
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    items, others = _sorted_out(names)
    source = ZipSource(path, items, "zip", others)
    source._archive = archive
    for name in names:
        if _base(name) == LABEL_FILE:
            source.columns = label_columns(f"{LABEL_FILE} of {path}", archive.read(name))
    return source


def _sorted_out(names: list[str]) -> tuple[list[Item], list[str]]:
    """Pictures by their extension, and other files; what begins with a dot is left out."""
    known = Image.registered_extensions()
    items, others = [], []
    for name in sorted(names):
        parts = PurePosixPath(name).parts
        if any(part.startswith((".", "__MACOSX")) for part in parts):
            continue
        if PurePosixPath(name).suffix.lower() in known:
            items.append(Item(name, parts[-2] if len(parts) > 1 else ""))
        elif parts[-1] != LABEL_FILE:
            others.append(name)
    return items, others


def label_columns(where: str, data: bytes) -> dict[str, dict[str, str]]:
    """The columns of a CSV, each from file name to value; raises DataError that says `where`.

    The first row holds names, the first column the files.
    """
    try:
        text = data.decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except UnicodeDecodeError:
        raise DataError(f"{where} is no text in UTF-8; save the table as CSV in UTF-8") from None
    except csv.Error as error:
        raise DataError(f"{where} cannot be read: {error}") from None
    if len(rows) < 2 or len(rows[0]) < 2:
        raise DataError(f"{where} must have a row of names and then rows of file name and label")
    header, *body = rows
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise DataError(f"{where}: line {number} has {len(row)} values, not {len(header)}")
    return {
        name: {row[0]: row[at] for row in body if row[at]}
        for at, name in enumerate(header)
        if at > 0
    }


def _open_npz(path: Path) -> Source:
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} cannot be read: {error}") from None
    pictures = _picture_array(path, arrays)
    classes = _class_array(arrays, len(pictures))
    items = [Item(str(number), name) for number, name in enumerate(classes)]
    source = ArraySource(path, items, "npz")
    source._array = pictures
    return source


def _picture_array(path: Path, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """uint8 [N, H, W] or [N, H, W, C]."""
    names = sorted(arrays, key=lambda name: (name not in PICTURE_ARRAYS, name))
    for name in names:
        array = arrays[name]
        if array.dtype != np.uint8 or array.ndim not in (3, 4) or not len(array):
            continue
        if array.ndim == 3 or array.shape[3] in (1, 3):
            return array
        if array.shape[1] in (1, 3):
            return array.transpose(0, 2, 3, 1)
    shapes = ", ".join(f"{name} {a.dtype} {list(a.shape)}" for name, a in arrays.items())
    raise DataError(
        f"{path} holds no pictures: they must be uint8 [N, H, W] or [N, H, W, 3]; found {shapes}"
    )


def _class_array(arrays: dict[str, np.ndarray], count: int) -> list[str]:
    for name in LABEL_ARRAYS:
        array = arrays.get(name)
        if array is not None and array.size == count and array.dtype.kind in "iuU":
            return [str(value) for value in array.reshape(-1)]
    return [""] * count


def _base(name: str) -> str:
    return PurePosixPath(name).name
