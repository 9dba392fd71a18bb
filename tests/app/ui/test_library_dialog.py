"""The window that downloads public models and opens them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.core.library import Entry, catalogue
from app.model.studio import Studio
from app.ui.dialogs.library_dialog import LibraryDialog
from app.ui.main_window import MainWindow
from gan_models.registry import build_generator
from tests.app.core.test_library import Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    torch.manual_seed(0)
    torch.save(build_generator("gan", {"widths": [4, 8, 16]}).state_dict(), tmp_path / "made.pth")
    server = Server((tmp_path / "made.pth").read_bytes())
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def dialog(
    qtbot: QtBot, server: Server, closed_studio: Studio, tmp_path: Path
) -> Iterator[LibraryDialog]:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("library/folder", str(tmp_path / "models"))
    entry = Entry("Small", "GAN", 4, "MIT <b>", "https://x/licence", "https://x", server.url)
    dialog = LibraryDialog(closed_studio, settings, entries=[entry])
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.stop()


def test_a_model_is_downloaded_and_opened(
    qtbot: QtBot, dialog: LibraryDialog, closed_studio: Studio, tmp_path: Path
) -> None:
    assert dialog.get.text() == "Download and open"
    with qtbot.waitSignal(closed_studio.model_changed, timeout=20_000):
        dialog.get.click()
        assert dialog.cancel.isVisible()
        assert not dialog.get.isEnabled()
    assert closed_studio.model is not None
    assert closed_studio.model.path == tmp_path / "models" / "net.pth"
    assert dialog.get.text() == "Open"
    assert not dialog.cancel.isVisible()


def test_the_licence_is_shown_before_and_cannot_dress_itself_up(dialog: LibraryDialog) -> None:
    assert "https://x/licence" in dialog.licence.text()
    assert "MIT &lt;b&gt;" in dialog.licence.text()


def test_what_went_wrong_is_said_in_the_window(
    qtbot: QtBot, dialog: LibraryDialog, server: Server
) -> None:
    server.content = b"<html>busy</html>"
    with qtbot.waitSignal(dialog.downloading.failed):
        dialog.get.click()
    assert "a web page" in dialog.problem.text()
    assert dialog.get.isEnabled()


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_a_download_can_be_cancelled(
    qtbot: QtBot, dialog: LibraryDialog, server: Server, tmp_path: Path, way: str
) -> None:
    server.content *= 300
    server.rest.clear()
    with qtbot.waitSignal(dialog.downloading.progressed):
        dialog.get.click()
    with qtbot.waitSignal(dialog.downloading.cancelled):
        if way == "button":
            dialog.cancel.click()
        else:
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        server.rest.set()
    assert not (tmp_path / "models" / "net.pth").exists()
    assert dialog.get.isEnabled()


def test_the_folder_is_remembered(
    dialog: LibraryDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path / "elsewhere")
    )
    dialog.choose.click()
    assert dialog.folder == tmp_path / "elsewhere"
    assert dialog.folder_label.text() == str(tmp_path / "elsewhere")


def test_the_window_offers_the_catalogue(window: MainWindow) -> None:
    window.show_library()
    assert window.library_dialog is not None
    assert window.library_dialog.list.topLevelItemCount() == len(catalogue())
    assert window.library_dialog.entry == catalogue()[0]
