"""Squares cut out of photos, so that what is in them stands where a model expects it.

A crop is a square that may be turned and may reach beyond the photo; two eyes and a mouth decide
one for models of faces.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from gan_models.spec import shows_portraits

Point = tuple[float, float]


@dataclass(frozen=True)
class Crop:
    """A square of a photo: its centre and side in pixels of the photo.

    `degrees` turns the square clockwise about its centre, so that what leans to the right in the
    photo stands upright in the square.
    """

    x: float
    y: float
    side: float
    degrees: float = 0.0


@dataclass(frozen=True)
class Anchors:
    """Where two eyes and the mouth are, each as (x, y): "left" is at the left of the picture."""

    left_eye: Point
    right_eye: Point
    mouth: Point

    @property
    def points(self) -> tuple[Point, Point, Point]:
        return self.left_eye, self.right_eye, self.mouth

    def scaled(self, factor: float, x: float = 0.0, y: float = 0.0) -> Anchors:
        """Each point times `factor`, then moved."""
        left, right, mouth = ((x + factor * a, y + factor * b) for a, b in self.points)
        return Anchors(left, right, mouth)


PORTRAITS = Anchors((0.388, 0.463), (0.612, 0.463), (0.5, 0.646))
"""Where a portrait of our renderer that looks straight ahead has them, in shares of the side."""
FACES = Anchors((0.375, 0.4725), (0.625, 0.4725), (0.5, 0.7475))
"""Where models of photographed faces, aligned as FFHQ is, have them."""


def target_of(provenance: Mapping[str, Any]) -> Anchors | None:
    """Where a model's faces have eyes and mouth; None where that is not known."""
    return PORTRAITS if shows_portraits(provenance.get("data")) else None


def centre_crop(width: int, height: int) -> Crop:
    """The largest square in the middle."""
    return Crop(width / 2, height / 2, min(width, height))


def proposed_anchors(width: int, height: int, target: Anchors = PORTRAITS) -> Anchors:
    """Anchors that stand for the crop in the middle, to begin with."""
    crop = centre_crop(width, height)
    return target.scaled(crop.side, crop.x - crop.side / 2, crop.y - crop.side / 2)


def crop_of(anchors: Anchors, target: Anchors = PORTRAITS) -> Crop:
    """The crop in which `anchors` come nearest to `target`, in least squares.

    Faces differ in proportion and may not be stretched: a similarity has no more to decide than
    place, size and turn (Umeyama 1991, in the plane). Anchors that all lie in one point give a
    crop of one pixel.
    """
    seen = np.array([complex(*point) for point in anchors.points])
    wanted = np.array([complex(*point) - complex(0.5, 0.5) for point in target.points])
    middle, wanted_middle = seen.mean(), wanted.mean()
    away = wanted - wanted_middle
    turn = np.vdot(away, seen - middle) / np.vdot(away, away)
    if abs(turn) < 1:
        turn = 1.0 + 0j
    centre = middle - turn * wanted_middle
    return Crop(
        float(centre.real), float(centre.imag), float(abs(turn)), math.degrees(np.angle(turn))
    )


def cut(photo: Image.Image, crop: Crop, size: int) -> Image.Image:
    """The crop as RGB of `size` pixels; beyond its border the photo is mirrored."""
    photo = photo.convert("RGB")
    # Pillow's transform looks at few pixels each: a photo that is much larger is shrunk before.
    factor = max(1, int(crop.side / (2 * size)))
    if factor > 1:
        photo = photo.reduce(factor)
        crop = Crop(crop.x / factor, crop.y / factor, crop.side / factor, crop.degrees)
    fine = 2 * size
    photo, crop = _with_border(photo, crop)
    cos = math.cos(math.radians(crop.degrees)) * crop.side / fine
    sin = math.sin(math.radians(crop.degrees)) * crop.side / fine
    left = crop.x - (cos - sin) * fine / 2
    top = crop.y - (sin + cos) * fine / 2
    matrix = (cos, -sin, left, sin, cos, top)
    # Twice as fine at first, so that shrinking never leaves a pixel out.
    square = photo.transform((fine, fine), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    return square.resize((size, size), Image.Resampling.BOX)


def align(
    photo: Image.Image, anchors: Anchors, size: int, target: Anchors = PORTRAITS
) -> Image.Image:
    """The square of `size` pixels in which eyes and mouth stand where `target` has them."""
    return cut(photo, crop_of(anchors, target), size)


def _with_border(photo: Image.Image, crop: Crop) -> tuple[Image.Image, Crop]:
    """The part of the photo that a crop needs, mirrored where it is beyond the border."""
    reach = (
        crop.side
        * (abs(math.cos(math.radians(crop.degrees))) + abs(math.sin(math.radians(crop.degrees))))
        / 2
        + 2
    )
    columns = np.arange(math.floor(crop.x - reach), math.ceil(crop.x + reach) + 1)
    rows = np.arange(math.floor(crop.y - reach), math.ceil(crop.y + reach) + 1)
    across, down = _mirrored(columns, photo.width), _mirrored(rows, photo.height)
    pixels = np.asarray(photo)[down[:, None], across]
    return Image.fromarray(pixels), Crop(
        crop.x - columns[0], crop.y - rows[0], crop.side, crop.degrees
    )


def _mirrored(index: np.ndarray, count: int) -> np.ndarray:
    """Indices of a row that is followed by its mirror image, again and again."""
    index = index % (2 * count)
    return np.minimum(index, 2 * count - 1 - index)
