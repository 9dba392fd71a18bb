"""Styles for painted pictures, taken from photos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from gan_models.datasets.map_pixels import MAX_SIDE
from gan_models.errors import GanvasError

if TYPE_CHECKING:  # torch takes a second to load
    from gan_models.base import Generator


def read_photo(path: str | Path, side: int) -> np.ndarray:
    """The middle square of a photo, upright, uint8 [side, side, 3]."""
    try:
        with Image.open(path) as image:
            if max(image.size) > MAX_SIDE:
                raise GanvasError(f"{path} is larger than {MAX_SIDE} pixels")
            upright = ImageOps.exif_transpose(image).convert("RGB")
            return np.asarray(ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS))
    except FileNotFoundError:
        raise GanvasError(f"{path} cannot be read: there is no such file") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise GanvasError(f"{path} cannot be read as a photo; give a JPEG or PNG") from None


def style_of(generator: Generator, photo: np.ndarray) -> np.ndarray:
    """The rows of W [1, w_dim] of the style of uint8 [H, W, 3]; GanvasError without an encoder."""
    import torch

    from gan_models.families.direct import LabelMapGenerator

    if "style_picture" not in generator.spec.controls or not isinstance(
        generator, LabelMapGenerator
    ):
        raise GanvasError(
            "this model cannot take its style from a photo: it has no style encoder; use a seed"
        )
    pixels = torch.from_numpy(photo.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
    with torch.inference_mode():
        ws = generator.encode_style(pixels.to(generator.w_avg.device))
    return ws[0].float().cpu().numpy()
