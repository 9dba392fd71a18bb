"""Label maps: class numbers for each pixel, read from files and fitted to a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from app.core.frozen import LabelMap
from gan_models.datasets.map_pixels import MAX_SIDE, distinct_colours
from gan_models.errors import GanvasError
from gan_models.spec import Spec

MAX_CLASSES = 256
GRAIN = 32
"""Sides of maps are multiples of this, so that networks can halve them as often as they do."""
LISTED = 12
"""Most class numbers that an error names."""


class LabelMapError(GanvasError):
    """A file is no label map, or not one for this model."""


def read_ids(path: str | Path) -> np.ndarray:
    """The class numbers uint8 [H, W] in a picture: palette indices or grey values."""
    try:
        with Image.open(path) as image:
            if max(image.size) > MAX_SIDE:
                raise LabelMapError(f"{path} is larger than {MAX_SIDE} pixels")
            image.load()
            pixels = np.asarray(image)
    except LabelMapError:
        raise
    except FileNotFoundError:
        raise LabelMapError(f"{path} cannot be read: there is no such file") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise LabelMapError(
            f"{path} is no label map: it cannot be read as a picture; give a PNG"
        ) from None
    return _ids(path, pixels)


def _ids(path: str | Path, pixels: np.ndarray) -> np.ndarray:
    if pixels.ndim == 3:
        colours = pixels[..., :3] if pixels.shape[2] >= 3 else pixels[..., :1]
        if (colours != colours[..., :1]).any():
            count = len(np.unique(colours.reshape(-1, colours.shape[2]), axis=0))
            raise LabelMapError(
                f"{path} is a coloured picture ({count} colours); a label map holds the number "
                "of a class in each pixel: save it as a grey or palette PNG"
            )
        pixels = colours[..., 0]
    if not np.issubdtype(pixels.dtype, np.integer) and pixels.dtype != np.bool_:
        raise LabelMapError(f"{path} holds fractions; a label map holds whole class numbers")
    if pixels.size and (pixels.min() < 0 or pixels.max() >= MAX_CLASSES):
        raise LabelMapError(f"{path} holds class numbers up to {pixels.max()}; 255 is the last")
    return pixels.astype(np.uint8)


def check_classes(ids: np.ndarray, classes: int) -> None:
    """Raise LabelMapError, listing what was found, unless all ids are below `classes`."""
    found = np.unique(ids)
    wrong = [str(n) for n in found if n >= classes]
    if wrong:
        names = ", ".join(wrong[:LISTED]) + (" ..." if len(wrong) > LISTED else "")
        raise LabelMapError(
            f"the label map has the classes {names}, and the model only 0 to {classes - 1}; "
            f"in all it has {len(found)}, from {found[0]} to {found[-1]}"
        )


def fitted_size(height: int, width: int, spec: Spec) -> tuple[int, int]:
    """The height and width that the model draws a map of this size at.

    The longer side becomes the model's resolution; a model with a style draws squares.
    """
    if spec.z_dim:
        return spec.resolution, spec.resolution
    scale = spec.resolution / max(height, width)
    grain = min(GRAIN, spec.resolution)
    sides = [max(grain, round(side * scale / grain) * grain) for side in (height, width)]
    return sides[0], sides[1]


def fitted(ids: np.ndarray, spec: Spec) -> LabelMap:
    """The map for a model: checked, and resized by taking the nearest pixels."""
    check_classes(ids, spec.map_classes)
    height, width = fitted_size(ids.shape[0], ids.shape[1], spec)
    rows = (np.arange(height) * 2 + 1) * ids.shape[0] // (2 * height)
    columns = (np.arange(width) * 2 + 1) * ids.shape[1] // (2 * width)
    return LabelMap(ids[rows[:, None], columns])


def starter_map(spec: Spec) -> LabelMap:
    """A plain landscape, or bands of the first classes: a picture before there is a map."""
    names = [entry.name for entry in spec.class_table]
    if set(STARTER) <= set(names):
        return LabelMap(_plain_landscape(spec.resolution, [names.index(name) for name in STARTER]))
    bands = min(spec.map_classes, 4, spec.resolution)
    ids = np.arange(spec.resolution) * bands // spec.resolution
    return LabelMap(np.repeat(ids[:, None], spec.resolution, axis=1))


STARTER = ("sky", "mountain", "hill", "tree", "grass", "water")
"""Classes of the map that one starts from, far to near."""


def _plain_landscape(side: int, labels: list[int]) -> np.ndarray:
    """Mountains behind hills, trees on a meadow, and a lake: [side, side]."""
    sky, mountain, hill, tree, grass, water = labels
    y, x = (np.arange(side) + 0.5)[:, None] / side, (np.arange(side) + 0.5) / side
    ids = np.full((side, side), sky)
    peaks = np.maximum(0.30 - 1.1 * abs(x - 0.32), 0.22 - 0.9 * abs(x - 0.68))
    ids[y > 0.52 - np.maximum(peaks, 0.02)] = mountain
    ids[y > 0.50 + 0.03 * np.sin(9 * x)] = hill
    ids[y > 0.58 + 0.02 * np.cos(7 * x)] = grass
    ids[((x - 0.62) / 0.34) ** 2 + ((y - 0.80) / 0.12) ** 2 < 1] = water
    for centre in (0.10, 0.19, 0.88):
        ids[((x - centre) / 0.06) ** 2 + ((y - 0.56) / 0.13) ** 2 < 1] = tree
    return ids


def coloured(label_map: LabelMap, classes: int) -> np.ndarray:
    """The map as a picture uint8 [H, W, 3] in the colours of its classes."""
    return distinct_colours(max(classes, int(label_map.array.max()) + 1))[label_map.array]
