"""Label maps: class numbers for each pixel, read from files and fitted to a model."""

from __future__ import annotations

from importlib.resources import files
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
STARTER = Path(str(files("resources"))) / "maps" / "landscape.png"
"""One of the renderer's maps; docs/models/landscapes.md has the command that drew it."""
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


def check_classes(ids: np.ndarray, classes: int, name: object = "the label map") -> None:
    """Raise LabelMapError, listing what was found, unless all ids are below `classes`."""
    if ids.size and ids.max() < classes:
        return  # the usual case, at the pace of the brush
    found = np.unique(ids)
    wrong = [str(n) for n in found if n >= classes]
    if wrong:
        names = ", ".join(wrong[:LISTED]) + (" ..." if len(wrong) > LISTED else "")
        raise LabelMapError(
            f"{name} has the classes {names}, and the model only 0 to {classes - 1}; in all it "
            f"has {len(found)}, from {found[0]} to {found[-1]}: number it anew, or open the model "
            "that it was drawn for"
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


def fitted(ids: np.ndarray, spec: Spec, name: object = "the label map") -> LabelMap:
    """The map for a model: checked, and resized by taking the nearest pixels."""
    check_classes(ids, spec.map_classes, name)
    height, width = fitted_size(ids.shape[0], ids.shape[1], spec)
    rows = (np.arange(height) * 2 + 1) * ids.shape[0] // (2 * height)
    columns = (np.arange(width) * 2 + 1) * ids.shape[1] // (2 * width)
    return LabelMap(ids[rows[:, None], columns])


def landscape_places(spec: Spec) -> np.ndarray:
    """For each class of the renderer's landscapes the model's number of that name, or -1."""
    from gan_models.datasets.landscapes.classes import NAMES  # loads torch

    names = [entry.name for entry in spec.class_table]
    return np.array([names.index(name) if name in names else -1 for name in NAMES])


def starter_map(spec: Spec) -> LabelMap:
    """A landscape, or bands of the first classes: a picture before there is a map."""
    if spec.class_table:
        ids = landscape_places(spec)[read_ids(STARTER)]
        if ids.min() >= 0:
            return fitted(ids.astype(np.uint8), spec)
    bands = min(spec.map_classes, 4, spec.resolution)
    ids = np.arange(spec.resolution) * bands // spec.resolution
    return LabelMap(np.repeat(ids[:, None], spec.resolution, axis=1))


def coloured(label_map: LabelMap, classes: int) -> np.ndarray:
    """The map as a picture uint8 [H, W, 3] in the colours of its classes."""
    return distinct_colours(max(classes, int(label_map.array.max()) + 1))[label_map.array]
