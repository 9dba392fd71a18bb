"""A stand-in for OpenCV, which is optional, and rows as its face detector gives them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from gan_models.checkpoints.own import save_generator
from tests.conftest import tiny_generator

WEIGHTS = b"weights of a detector"


def row(x: float, y: float, side: float, score: float = 0.9) -> list[float]:
    """An upright face whose box has its corner at (x, y): the person's right eye is at the left."""
    shares = [(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8)]
    points = [value for a, b in shares for value in (x + a * side, y + b * side)]
    return [x, y, side, side, *points, score]


def detector_file(folder: Path) -> Path:
    """A file that the stand-in takes for its detector's."""
    path = folder / "detector.onnx"
    path.write_bytes(WEIGHTS)
    return path


def face_model(folder: Path) -> Path:
    """A tiny model that says it draws our portraits."""
    generator = tiny_generator()
    generator.provenance = {"name": "tiny", "data": {"name": "portraits"}}
    path = folder / "faces.safetensors"
    save_generator(path, generator, torch.float32)
    return path


def give_opencv(monkeypatch: pytest.MonkeyPatch, rows: list[list[float]]) -> list[np.ndarray]:
    """Let `import cv2` find a module whose detector finds `rows`, but none in what is black.

    Returns the pictures that it will be shown.
    """
    shown: list[np.ndarray] = []
    cv2: Any = ModuleType("cv2")

    class FaceDetectorYN:
        @staticmethod
        def create(kind: str, weights: np.ndarray, *_: object) -> FaceDetectorYN:
            if kind != "onnx" or weights.tobytes() != WEIGHTS:
                raise cv2.error("Failed to parse ONNX model")
            return FaceDetectorYN()

        def detect(self, bgr: np.ndarray) -> tuple[int, np.ndarray | None]:
            shown.append(bgr)
            return 1, np.array(rows, np.float32) if rows and bgr.any() else None

    cv2.error = type("error", (Exception,), {})
    cv2.FaceDetectorYN = FaceDetectorYN
    monkeypatch.setitem(sys.modules, "cv2", cv2)
    return shown
