"""What a label map holds as a file has it: class numbers, numbers with a palette, or colours."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

MAX_SIDE = 16384
NUMBERED = ("1", "L", "I", "F")
"""Modes of pictures whose pixels are numbers; those of 16 bits begin with "I;16"."""


@dataclass(frozen=True, eq=False)
class MapPixels:
    """A label map before it is known which classes there are."""

    form: Literal["numbers", "palette", "colours"]
    numbers: np.ndarray | None
    """Integers [H, W], or fractions as a file may hold; None where pixels are coloured."""
    rgb: np.ndarray
    """uint8 [H, W, 3]; of numbers that 8 bits cannot hold only the lowest ones."""
    clear: np.ndarray
    """bool [H, W]: pixels of no opacity."""


def map_pixels(image: Image.Image) -> MapPixels:
    """The pixels of an open picture."""
    if image.mode in NUMBERED or image.mode.startswith("I;16"):
        numbers = np.asarray(image)
        shades = np.asarray(numbers if image.mode != "F" else np.zeros_like(numbers))
        grey = shades.astype(np.uint8)[..., None]
        return MapPixels("numbers", numbers, grey.repeat(3, axis=2), np.zeros(numbers.shape, bool))
    if image.mode == "P":
        shown, indices = np.asarray(image.convert("RGB")), np.asarray(image)
        return MapPixels("palette", indices, shown, np.zeros(indices.shape, bool))
    rgba = np.asarray(image.convert("RGBA"))
    rgb = rgba[..., :3]
    one = rgb[..., 0] if (rgb == rgb[..., :1]).all() else None
    return MapPixels("colours", one, rgb, rgba[..., 3] == 0)


def packed(rgb: np.ndarray) -> np.ndarray:
    """Colours uint8 [..., 3] as numbers 0xRRGGBB, int64 [...]."""
    red, green, blue = (rgb[..., band].astype(np.int64) for band in range(3))
    return np.asarray(red << 16 | green << 8 | blue)


def unpacked(values: np.ndarray) -> np.ndarray:
    """The colours of numbers 0xRRGGBB, uint8 [..., 3]."""
    bands = [values >> 16 & 255, values >> 8 & 255, values & 255]
    return np.stack(bands, axis=-1).astype(np.uint8)


def nearest(found: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of `known` [k, C] is nearest to each of `found` [n, C]; uint8 [n], the first of equals.

    Colours of three bands, or numbers of one.
    """
    best, least = np.zeros(len(found), dtype=np.uint8), np.full(len(found), 2**40)
    for label, value in enumerate(known.astype(np.int64)):
        away = ((found.astype(np.int64) - value) ** 2).sum(axis=1)
        best[away < least] = label
        least = np.minimum(least, away)
    return best


def distinct_colours(classes: int) -> np.ndarray:
    """A colour for each class, uint8 [classes, 3], neighbours far apart in hue."""
    golden = 0.618034
    values = [
        colorsys.hls_to_rgb(0.55 + i * golden, (0.45, 0.62, 0.75)[i % 3], 0.5)
        for i in range(classes)
    ]
    return np.round(np.array(values) * 255).astype(np.uint8).reshape(classes, 3)
