"""Faces that a detector finds in a photo of the window, and where its file is chosen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSettings, Qt, QTranslator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.alignment import PORTRAITS, crop_of, proposed_anchors
from app.core.face_detector import anchors_of_rows
from app.model.studio import Studio
from app.ui.dialogs.preferences import Preferences
from app.ui.main_window import MainWindow
from app.ui.photo.detector_row import detector_of
from app.ui.photo.photo_dialog import PhotoDialog
from app.ui.theme import RESOURCES
from tests.app.faces import detector_file, face_model, give_opencv, row

SMALL, LARGE = row(300, 40, 60), row(40, 60, 160)
Read = Callable[[], PhotoDialog]


@pytest.fixture
def read(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> Read:
    """Opens a photo as if it were dropped on the window."""
    photo = tmp_path / "two.png"
    Image.new("RGB", (400, 300), (90, 120, 90)).save(photo)

    def begin() -> PhotoDialog:
        window.open_path(photo)
        qtbot.waitUntil(lambda: bool(window.photo.dialog and window.photo.dialog.isVisible()))
        assert window.photo.dialog
        return window.photo.dialog

    return begin


@pytest.fixture
def portraits(
    window: MainWindow, opened: Callable[[Studio, Path], None], tmp_path: Path
) -> MainWindow:
    """The window on a model of faces, with a detector in its settings."""
    opened(window.studio, face_model(tmp_path))
    window.settings.setValue("faces/detector", str(detector_file(tmp_path)))
    return window


def test_the_rings_stand_on_the_largest_face_and_go_on_to_the_next_and_back(
    portraits: MainWindow, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    del portraits
    give_opencv(monkeypatch, [SMALL, LARGE])
    page = read().align
    large, small = anchors_of_rows(np.array([SMALL, LARGE]))
    assert page.view.framing.anchors == large
    assert page.crop == crop_of(large)
    assert page.found.text() == "2 faces found: the largest is chosen."
    page.next.click()
    assert page.view.framing.anchors == small
    assert page.found.text() == "Face 2 of 2, by size."
    QTest.keyClick(page.view, Qt.Key.Key_Right)
    QTest.keyClick(page.view, Qt.Key.Key_N)
    assert page.view.framing.anchors == large
    for _ in range(3):
        page.undo.click()
    assert page.view.framing.anchors == large
    assert not page.undo.isEnabled()
    page.redo.click()
    assert page.view.framing.anchors == small
    page.reset.click()
    assert page.view.framing.anchors == large


def test_one_face_has_no_next_one(
    portraits: MainWindow, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    del portraits
    give_opencv(monkeypatch, [LARGE])
    page = read().align
    assert page.found.text().startswith("A face was found")
    assert page.next.isHidden()
    before = page.view.framing
    QTest.keyClick(page.view, Qt.Key.Key_N)
    assert page.view.framing == before


def test_a_photo_without_faces_is_proposed_as_ever_and_says_so(
    portraits: MainWindow, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    del portraits
    give_opencv(monkeypatch, [])
    page = read().align
    assert page.view.framing.anchors == proposed_anchors(400, 300, PORTRAITS)
    assert page.found.text().startswith("No face was found")
    assert page.next.isHidden()


def test_without_opencv_the_photo_opens_and_the_page_names_the_remedy(
    portraits: MainWindow, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    del portraits
    monkeypatch.setitem(sys.modules, "cv2", None)
    page = read().align
    assert page.view.framing.anchors == proposed_anchors(400, 300, PORTRAITS)
    assert "pip install opencv-python-headless" in page.found.text()


def test_what_is_wrong_with_a_detector_is_told_in_the_windows_language(
    portraits: MainWindow, read: Read, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    give_opencv(monkeypatch, [])
    portraits.settings.setValue("faces/detector", "no-such.onnx")
    chinese = QTranslator()
    assert chinese.load(str(RESOURCES / "translations" / "ganvas_zh_CN.qm"))
    qapp.installTranslator(chinese)
    try:
        page = read().align
    finally:
        qapp.removeTranslator(chinese)
    assert page.found.text().startswith("无法读取人脸检测器 no-such.onnx")


def test_nobody_looks_for_faces_where_no_detector_is_chosen(
    portraits: MainWindow, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = give_opencv(monkeypatch, [LARGE])
    portraits.settings.remove("faces/detector")
    page = read().align
    assert page.view.framing.anchors == proposed_anchors(400, 300, PORTRAITS)
    assert page.faces.isHidden()
    assert shown == []


def test_nobody_looks_for_faces_where_the_model_has_none(
    window: MainWindow, read: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = give_opencv(monkeypatch, [LARGE])
    window.settings.setValue("faces/detector", str(detector_file(tmp_path)))
    page = read().align
    assert page.view.framing.anchors is None
    assert page.faces.isHidden()
    assert shown == []


def test_the_detector_is_chosen_in_the_preferences_and_remembered(
    closed_studio: Studio, settings: QSettings, qtbot: QtBot
) -> None:
    dialog = Preferences(closed_studio, settings)
    qtbot.addWidget(dialog)
    assert detector_of(settings) is None
    dialog.detector.path.setText("models/yunet.onnx")
    assert detector_of(settings) == Path("models/yunet.onnx")
    again = Preferences(closed_studio, settings)
    qtbot.addWidget(again)
    assert again.detector.path.text() == "models/yunet.onnx"
    again.detector.path.clear()
    assert detector_of(settings) is None
