"""The model library: a catalogue of public checkpoints, and downloads that can be broken off."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from gan_models.errors import GanvasError, ModelLoadError
from gan_models.files import file_sha256
from gan_models.progress import Job, Step

if TYPE_CHECKING:  # loaded when something is downloaded
    from requests import Response

CATALOGUE = Path(str(files("resources"))) / "catalogue.toml"
PIECE = 1 << 16
"""Bytes that are written at a time, and at most lost when a connection breaks."""
TRIES = 3
"""How often in a row a connection may break without having brought anything."""
TIMEOUT = 10.0
LARGEST = 8 << 30


class DownloadError(GanvasError):
    """A model could not be downloaded; what has arrived is kept where it can be of use."""


@dataclass(frozen=True)
class Entry:
    """A checkpoint of the catalogue; `licence` is what its owner calls it."""

    name: str
    family: str
    resolution: int
    licence: str
    licence_url: str
    page: str
    url: str
    bytes: int | None = None
    sha256: str | None = None

    @property
    def file_name(self) -> str:
        return self.url.rsplit("/", 1)[-1]


def catalogue(path: Path = CATALOGUE) -> list[Entry]:
    """The checkpoints that can be downloaded."""
    return [Entry(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["model"]]


def download(entry: Entry, folder: Path) -> Job[Path]:
    """A job that brings a checkpoint into `folder`; its steps count bytes.

    It takes its name when it is complete and proved to be what it should be. Until then it lies
    beside as `.part`, and the next download goes on from there.
    """
    target = folder / entry.file_name
    if target.is_file():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = _Part(target)
    failures = 0
    while True:
        before = part.size
        try:
            yield from _receive(entry, part)
            break
        except _BrokenOffError as error:
            failures = 0 if part.size > before else failures + 1
            if failures >= TRIES:
                raise DownloadError(
                    f"the download of {entry.file_name} broke off ({error}) after "
                    f"{part.size / 1e6:.0f} MB; download it again to go on from there"
                ) from None
    yield Step(part.size, part.size, "")
    _check(entry, part)
    part.path.replace(target)
    part.forget()
    return target


class _BrokenOffError(Exception):
    pass


class _Part:
    """A file on its way, and the server's word by which to know whether it has changed since."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f"{target.name}.part")
        self._tag = target.with_name(f"{target.name}.part.tag")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    @property
    def tag(self) -> str:
        return self._tag.read_text() if self._tag.is_file() else ""

    def begin(self, tag: str) -> None:
        """Start anew, with what the server calls this version of the file."""
        self.path.write_bytes(b"")
        self._tag.write_text(tag)

    def forget(self) -> None:
        for path in (self.path, self._tag):
            path.unlink(missing_ok=True)


def _receive(entry: Entry, part: _Part) -> Job[None]:
    """One connection: the whole file, or what is still missing of it."""
    import requests

    headers = {"Accept-Encoding": "identity"}
    if part.size and part.tag:
        headers |= {"Range": f"bytes={part.size}-", "If-Range": part.tag}
    try:
        with requests.get(entry.url, headers=headers, stream=True, timeout=TIMEOUT) as response:
            total = _begin(entry, part, response)
            with part.path.open("ab") as file:
                done = part.size
                yield Step(done, total or max(done, 1), "")
                for piece in _pieces(response):
                    done += len(piece)
                    _refuse_more_than(entry, done)
                    file.write(piece)
                    yield Step(done, total or done, "")
    except (requests.ConnectionError, requests.Timeout) as error:
        raise _BrokenOffError(_cause(error)) from None
    except requests.RequestException as error:
        raise DownloadError(f"{entry.url} cannot be downloaded: {error}") from None
    if total and done < total:
        raise _BrokenOffError(f"{done} of {total} bytes arrived")


def _begin(entry: Entry, part: _Part, response: Response) -> int:
    """Make ready for what the server sends; the size of the whole file, 0 if it does not tell."""
    if response.status_code == 416:  # more is there than the server has
        part.forget()
        raise _BrokenOffError("the file has changed on the server")
    if response.status_code not in (200, 206):
        raise DownloadError(
            f"{entry.url} cannot be downloaded: the server answers {response.status_code} "
            f"({response.reason})"
        )
    there = part.size
    start = f"bytes {there}-"
    if response.status_code == 206 and response.headers.get("Content-Range", "").startswith(start):
        length = int(response.headers.get("Content-Length", 0))
    else:
        there, headers = 0, response.headers
        # A weak tag says "looks alike", which is not enough to join two halves.
        tag = headers.get("ETag", "")
        part.begin(headers.get("Last-Modified", "") if tag.startswith("W/") or not tag else tag)
        length = int(response.headers.get("Content-Length", 0))
    total = there + length if length else 0
    room = shutil.disk_usage(part.path.parent).free
    if length > room:
        raise DownloadError(
            f"{entry.file_name} needs {length / 1e6:.0f} MB more, and {part.path.parent} has room "
            f"for {room / 1e6:.0f} MB: choose another folder"
        )
    return total


def _pieces(response: Response) -> Iterator[bytes]:
    import requests

    try:
        yield from response.iter_content(PIECE)
    except (requests.exceptions.ChunkedEncodingError, requests.ConnectionError) as error:
        raise _BrokenOffError(_cause(error)) from None


def _cause(error: Exception) -> str:
    return "the server does not answer in time" if "timed out" in str(error) else "no connection"


def _refuse_more_than(entry: Entry, done: int) -> None:
    if done > (entry.bytes or LARGEST):
        raise DownloadError(
            f"{entry.url} sends more than the {(entry.bytes or LARGEST) / 1e6:.0f} MB that are "
            "expected: it is not the file of the catalogue"
        )


def _check(entry: Entry, part: _Part) -> None:
    """Keep nothing that is not the file of the catalogue, or no model at all."""
    problem = None
    if entry.bytes and part.size != entry.bytes:
        problem = f"it has {part.size} bytes, not {entry.bytes}"
    elif entry.sha256:
        found = file_sha256(part.path)
        problem = None if found == entry.sha256 else f"its SHA-256 is {found}"
    else:
        problem = _no_model(part.path)
    if problem:
        part.forget()
        raise DownloadError(
            f"what {entry.url} sent is not the model {entry.name!r}, and was removed: {problem}"
        )


def _no_model(path: Path) -> str | None:
    """What a file is, where it is no model: servers answer with pages when they are in trouble."""
    from gan_models.checkpoints.foreign import is_network
    from gan_models.checkpoints.own import is_own
    from gan_models.checkpoints.reading import read_contents

    try:
        return None if is_own(path) or is_network(read_contents(path)) else "it holds no network"
    except ModelLoadError as error:
        return str(error).removeprefix(f"{path} ")
