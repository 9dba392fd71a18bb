"""Faces in photos, found by OpenCV's YuNet for those who have both; neither is shipped or needed.

YuNet: Wu, Peng, Yu 2023, "YuNet: a tiny millisecond-level face detector". docs/projection.md says
where its file comes from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from app.core.alignment import Anchors
from gan_models.errors import GanvasError

SQUARE, LONGEST = 640, 480
"""Pixels of what the detector is shown, and of the longer side of the photo in it.

It knows faces of about 10 to 300 pixels: here 2 to 60 % of the photo's longer side. The square is
always the same because the file of 2023 has a fixed shape, which OpenCV 5 may insist on.
"""
SURE = 0.6
"""The score from which on something is a face; less is what the detector itself is unsure of."""


class DetectorError(GanvasError):
    """Faces cannot be looked for: there is no OpenCV, or the file is no detector.

    The window tells it in its own language, by `kind` and `details`.
    """

    def __init__(
        self, kind: Literal["no OpenCV", "unreadable", "unusable"], text: str, *details: str
    ) -> None:
        super().__init__(text.format(*details))
        self.kind, self.details = kind, details


def find_faces(photo: Image.Image, detector: Path) -> list[Anchors]:
    """The eyes and mouths in a photo, in its pixels, the largest face first; often there are none.

    Takes some hundredths of a second after OpenCV was imported. Raises DetectorError.
    """
    cv2 = _opencv()
    small = photo.convert("RGB")
    small.thumbnail((LONGEST, LONGEST))
    square = Image.new("RGB", (SQUARE, SQUARE))
    square.paste(small)
    bgr = np.ascontiguousarray(np.asarray(square)[:, :, ::-1])
    network = open_detector(detector)
    try:
        _, rows = network.detect(bgr)
    except cv2.error:
        raise _no_detector(detector) from None
    factor = max(photo.size) / max(small.size)
    return [face.scaled(factor) for face in anchors_of_rows(rows)]


def open_detector(file: Path) -> Any:
    """A `cv2.FaceDetectorYN`; raises DetectorError that names what is missing or wrong."""
    cv2 = _opencv()
    try:
        # As bytes: OpenCV itself opens no file whose path has other letters than Windows' own.
        weights = np.frombuffer(file.read_bytes(), np.uint8)
    except OSError as error:
        raise DetectorError(
            "unreadable",
            "The face detector {0} cannot be read: {1}; choose another file",
            str(file),
            str(error.strerror),
        ) from None
    try:
        return cv2.FaceDetectorYN.create(
            "onnx", weights, np.empty(0, np.uint8), (SQUARE, SQUARE), SURE
        )
    except (cv2.error, AttributeError):
        raise _no_detector(file) from None


def anchors_of_rows(rows: np.ndarray | None) -> list[Anchors]:
    """What YuNet found as anchors, the largest face first, without those it is unsure of.

    Rows are x, y, width, height; five points x, y, which are the right eye, the left eye, the nose
    and the right and left corner of the mouth; score. Right and left are the person's own, so that
    in a face that stands on its head they still decide which way is up. None: no faces.
    """
    if rows is None:
        return []
    kept = [row for row in np.asarray(rows, float) if np.isfinite(row).all() and row[14] >= SURE]
    kept.sort(key=lambda row: -row[2] * row[3])
    return [_anchors(row[4:14].reshape(5, 2)) for row in kept]


def _anchors(points: np.ndarray) -> Anchors:
    right_eye, left_eye, _, right_corner, left_corner = points
    mouth = (right_corner + left_corner) / 2
    first, second, third = ((float(x), float(y)) for x, y in (right_eye, left_eye, mouth))
    return Anchors(first, second, third)


def _opencv() -> Any:
    try:
        import cv2
    except ImportError as error:
        raise DetectorError(
            "no OpenCV",
            "Finding faces needs OpenCV ({0}): run pip install opencv-python-headless, "
            "or leave the face detector out",
            str(error),
        ) from None
    return cv2


def _no_detector(file: Path) -> DetectorError:
    return DetectorError(
        "unusable",
        "{0} is no face detector that OpenCV can use; choose YuNet's .onnx file, "
        "with OpenCV 4.10 or newer",
        str(file),
    )
