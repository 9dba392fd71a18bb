"""What a detector says becomes eyes and mouths; what is missing is named."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.core.alignment import crop_of
from app.core.face_detector import DetectorError, anchors_of_rows, find_faces
from tests.app.faces import detector_file, give_opencv, row


def test_points_become_eyes_in_the_order_of_the_picture_and_the_middle_of_the_mouth() -> None:
    (face,) = anchors_of_rows(np.array([row(100, 50, 200)]))
    assert face.points == ((160, 130), (240, 130), (200, 210))


def test_a_face_that_stands_on_its_head_is_turned_upright() -> None:
    upside = np.array([row(0, 0, 100)])
    upside[:, 4:14] = 100 - upside[:, 4:14]
    (face,) = anchors_of_rows(upside)
    assert abs(crop_of(face).degrees) == pytest.approx(180)


def test_the_largest_face_comes_first_and_what_is_unsure_is_left_out() -> None:
    rows = [row(0, 0, 20), row(50, 50, 300, 0.3), row(40, 0, 80), row(200, 0, 40)]
    broken = [float("nan")] * 14 + [0.9]
    faces = anchors_of_rows(np.array([*rows, broken]))
    widths = [face.right_eye[0] - face.left_eye[0] for face in faces]
    assert widths == pytest.approx([32, 16, 8])


def test_no_rows_are_no_faces() -> None:
    assert anchors_of_rows(None) == []
    assert anchors_of_rows(np.zeros((0, 15))) == []


def test_a_large_photo_is_shown_small_in_bgr_and_its_faces_are_told_in_its_own_pixels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = give_opencv(monkeypatch, [row(60, 30, 100)])
    photo = Image.new("RGB", (1920, 960), (250, 120, 10))
    (face,) = find_faces(photo, detector_file(tmp_path))
    assert face.left_eye == pytest.approx((4 * 90, 4 * 70))
    assert shown[0].shape == (640, 640, 3)
    assert tuple(shown[0][100, 100]) == (10, 120, 250)
    assert photo.size == (1920, 960)


def test_a_photo_without_faces_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    give_opencv(monkeypatch, [])
    assert find_faces(Image.new("RGB", (40, 30)), detector_file(tmp_path)) == []


def test_without_opencv_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(DetectorError, match="pip install opencv-python-headless"):
        find_faces(Image.new("RGB", (40, 30)), detector_file(tmp_path))


def test_a_file_that_is_missing_or_no_detector_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    give_opencv(monkeypatch, [])
    other = tmp_path / "cat.jpg"
    other.write_bytes(b"no network")
    for file, reason in ((tmp_path / "gone.onnx", "No such file"), (other, "no face detector")):
        with pytest.raises(DetectorError, match=reason) as error:
            find_faces(Image.new("RGB", (40, 30)), file)
        assert file.name in str(error.value)
