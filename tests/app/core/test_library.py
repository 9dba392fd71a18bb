"""Downloads against a server of our own that breaks off, lies and sends something else."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch

from app.core import library
from app.core.library import DownloadError, Entry, catalogue, download
from gan_models.progress import finish
from gan_models.registry import build_generator, load_generator


class Server(ThreadingHTTPServer):
    """Serves `content`; what else it does is told by its attributes."""

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.tag = '"one"'
        self.breaks: list[int] = []
        """After how many bytes the next answers end."""
        self.length: int | None = None
        """What it claims to send."""
        self.status = 200
        self.rest = threading.Event()
        """The second half of a file waits for it."""
        self.rest.set()
        self.ranges: list[str | None] = []
        """The ranges that were asked for."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of what is tested."""
        del request, client_address

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/net.pth"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        del args

    def do_GET(self) -> None:
        server, asked = self.server, self.headers.get("Range")
        server.ranges.append(asked)
        start = 0
        if asked and self.headers.get("If-Range") == server.tag and server.status == 200:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        body = server.content[start:]
        self.send_response(206 if start else server.status)
        if server.tag:
            self.send_header("ETag", server.tag)
        if start:
            whole = len(server.content)
            self.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
        length = len(body) if server.length is None else server.length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        end = server.breaks.pop(0) if server.breaks else len(body)
        self.wfile.write(body[: end // 2])
        server.rest.wait(20)
        self.wfile.write(body[end // 2 : end])
        if end < length:
            self.close_connection = True


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "PIECE", 1000)


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    path = tmp_path / "made.pth"
    torch.manual_seed(0)
    torch.save(build_generator("gan", {"widths": [4, 300, 768], "channels": 3}).state_dict(), path)
    return path.read_bytes()


@pytest.fixture
def server(content: bytes) -> Iterator[Server]:
    server = Server(content)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def entry(server: Server) -> Entry:
    return Entry("Small", "GAN", 16, "MIT", "http://x", "http://x", server.url)


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_a_model_arrives_whole_and_opens(entry: Entry, content: bytes, tmp_path: Path) -> None:
    steps: list[Any] = []
    path = finish(download(entry, tmp_path / "models"), steps.append)
    assert path == tmp_path / "models" / "net.pth"
    assert path.read_bytes() == content
    assert left(path.parent) == {"net.pth"}
    assert steps[-1].done == steps[-1].total == len(content)
    assert load_generator(path).spec.resolution == 16


def test_what_is_there_already_is_not_fetched(entry: Entry, server: Server, tmp_path: Path) -> None:
    (tmp_path / "net.pth").write_bytes(b"mine")
    assert finish(download(entry, tmp_path)).read_bytes() == b"mine"
    assert server.ranges == []


def test_a_broken_connection_is_taken_up_where_it_broke(
    entry: Entry, server: Server, content: bytes, tmp_path: Path
) -> None:
    server.breaks = [5000, 0, 7000]
    path = finish(download(entry, tmp_path / "models"))
    assert path.read_bytes() == content
    assert server.ranges == [None, "bytes=5000-", "bytes=5000-", "bytes=12000-"]


def test_when_it_breaks_again_and_again_the_next_download_goes_on(
    entry: Entry, server: Server, content: bytes, tmp_path: Path
) -> None:
    server.breaks = [5000, 0, 0, 0]
    with pytest.raises(DownloadError, match=r"broke off .* again to go on from there"):
        finish(download(entry, tmp_path / "models"))
    assert left(tmp_path / "models") == {"net.pth.part", "net.pth.part.tag"}
    assert finish(download(entry, tmp_path / "models")).read_bytes() == content
    assert server.ranges[-1] == "bytes=5000-"


def test_halves_of_two_versions_are_never_joined(
    entry: Entry, server: Server, content: bytes, tmp_path: Path
) -> None:
    server.breaks = [5000]
    job = download(entry, tmp_path / "models")
    for _ in range(2):
        next(job)
    job.close()
    server.tag, server.breaks = '"two"', []
    assert finish(download(entry, tmp_path / "models")).read_bytes() == content


@pytest.mark.parametrize("tag", ["", 'W/"one"'])
def test_without_a_sure_mark_of_the_version_it_starts_anew(
    entry: Entry, server: Server, content: bytes, tmp_path: Path, tag: str
) -> None:
    server.tag, server.breaks = tag, [5000]
    assert finish(download(entry, tmp_path / "models")).read_bytes() == content
    assert server.ranges == [None, None]


def test_a_cancelled_download_leaves_no_file_of_the_final_name(
    entry: Entry, tmp_path: Path
) -> None:
    job = download(entry, tmp_path / "models")
    next(job)
    job.close()
    assert "net.pth" not in left(tmp_path / "models")


def test_a_server_that_promises_too_much_is_told_so(
    entry: Entry, server: Server, content: bytes, tmp_path: Path
) -> None:
    server.length = len(content) + 100
    with pytest.raises(DownloadError, match="broke off"):
        finish(download(entry, tmp_path / "models"))
    assert "net.pth" not in left(tmp_path / "models")


def test_a_server_that_promises_too_little_leaves_nothing(
    entry: Entry, server: Server, content: bytes, tmp_path: Path
) -> None:
    server.length = len(content) // 2
    with pytest.raises(DownloadError, match="is not the model 'Small', and was removed"):
        finish(download(entry, tmp_path / "models"))
    assert left(tmp_path / "models") == set()


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        (b"<!DOCTYPE html><html>Sign in</html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:12", "Git LFS pointer"),
        (b"", "empty"),
        (b"\x80\x04]\x94.", "no network"),
    ],
)
def test_something_else_than_a_model_is_called_what_it_is(
    entry: Entry, server: Server, tmp_path: Path, body: bytes, meaning: str
) -> None:
    server.content = body
    with pytest.raises(DownloadError, match=meaning):
        finish(download(entry, tmp_path / "models"))
    assert left(tmp_path / "models") == set()


def test_a_known_checksum_and_size_must_fit(
    entry: Entry, server: Server, content: bytes, tmp_path: Path
) -> None:
    good = replace(entry, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    finish(download(good, tmp_path / "good"))
    server.content = bytes(content[:-1] + b"x")
    with pytest.raises(DownloadError, match="SHA-256"):
        finish(download(good, tmp_path / "models"))
    server.content = content + b"more"
    with pytest.raises(DownloadError, match="sends more than"):
        finish(download(good, tmp_path / "models"))
    server.content = content[:100]
    with pytest.raises(DownloadError, match="100 bytes, not"):
        finish(download(good, tmp_path / "other"))
    assert "net.pth" not in left(tmp_path / "models") | left(tmp_path / "other")


def test_an_answer_that_is_no_file_is_told_with_its_number(
    entry: Entry, server: Server, tmp_path: Path
) -> None:
    server.status = 404
    with pytest.raises(DownloadError, match=r"the server answers 404 \(Not Found\)"):
        finish(download(entry, tmp_path / "models"))


def test_no_server_at_all_is_told(entry: Entry, server: Server, tmp_path: Path) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(DownloadError, match="no connection"):
        finish(download(entry, tmp_path / "models"))


def test_a_full_disk_is_noticed_before(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = library.shutil.disk_usage(tmp_path)._replace(free=10)  # type: ignore[attr-defined]
    monkeypatch.setattr(library.shutil, "disk_usage", lambda _path: usage)  # type: ignore[attr-defined]
    with pytest.raises(DownloadError, match="choose another folder"):
        finish(download(entry, tmp_path / "models"))


def test_every_entry_of_the_catalogue_says_what_it_must() -> None:
    entries = catalogue()
    assert len(entries) >= 15
    assert len({entry.file_name for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.licence
        for address in (entry.url, entry.page, entry.licence_url):
            assert address.startswith("https://")
        assert str(entry.resolution) in entry.file_name
