"""One picture file to pixels: every kind of picture that people have, or a reason why not."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_BYTES = 512 * 2**20


class RejectedPictureError(Exception):
    """A file cannot be trained on; the message says why, in words that follow its name."""


@dataclass(frozen=True, eq=False)
class DecodedPicture:
    """Pixels uint8 [H, W] grey or [H, W, 3] RGB, upright, and what was done to get them."""

    pixels: np.ndarray
    notes: tuple[str, ...]
    """Of "animated", "transparent", "cmyk", "16-bit", "palette", "turned"."""


def decode(data: bytes, background: tuple[int, int, int] = (255, 255, 255)) -> DecodedPicture:
    """Read a picture file's bytes; raises RejectedPictureError.

    Of an animation the first frame is taken, what is transparent is laid on `background`, 16 bits
    become 8, CMYK becomes RGB, and a camera's turning is applied.
    """
    try:
        with warnings.catch_warnings():
            # A picture of a suspicious size is refused; other warnings concern metadata alone.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                return _upright(image, background)
    except UnidentifiedImageError:
        reason = "is empty" if not data else "is no picture, or of a kind that is not known"
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        reason = "is too large"
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as error:
        truncated = "truncated" in str(error) or isinstance(error, EOFError)
        reason = "is truncated" if truncated else f"is damaged ({error})"
    except MemoryError:
        reason = "is too large"
    raise RejectedPictureError(reason)


def _upright(image: Image.Image, background: tuple[int, int, int]) -> DecodedPicture:
    notes = []
    if getattr(image, "is_animated", False):
        notes.append("animated")
        image.seek(0)
    image.load()
    if image.getexif().get(0x0112, 1) != 1:
        notes.append("turned")
        image = ImageOps.exif_transpose(image)
    if min(image.size) < 2:
        raise RejectedPictureError(f"is only {image.width} x {image.height} pixels large")
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return DecodedPicture(_eight_bits(image), (*notes, "16-bit"))
    notes += [name for name, modes in NOTED_MODES if image.mode in modes]
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        if np.asarray(image.getchannel("A")).min() < 255:
            notes.append("transparent")
            under = Image.new("RGBA", image.size, (*background, 255))
            image = Image.alpha_composite(under, image)
    grey = image.mode in ("L", "1")
    pixels = np.asarray(image.convert("L" if grey else "RGB"))
    return DecodedPicture(_grey_if_equal(pixels), tuple(notes))


NOTED_MODES = (("palette", ("P", "PA")), ("cmyk", ("CMYK",)))


def _eight_bits(image: Image.Image) -> np.ndarray:
    values = np.asarray(image).astype(np.float64)
    if not np.isfinite(values).all():
        raise RejectedPictureError("has values that are no numbers")
    low, high = values.min(), values.max()
    if low < 0 or high > 65535:
        raise RejectedPictureError(f"has values from {low:g} to {high:g}, not of 8 or 16 bits")
    if image.mode == "F":
        top = 1.0 if high <= 1 else 255.0 if high <= 255 else 65535.0
    else:
        top = 65535.0
    return np.asarray((values * (255 / top)).round().astype(np.uint8))


def _grey_if_equal(pixels: np.ndarray) -> np.ndarray:
    """Pixels of one band where all three are the same."""
    if pixels.ndim == 3 and (pixels == pixels[:, :, :1]).all():
        return pixels[:, :, 0]
    return pixels


def fitted(pixels: np.ndarray, size: int, channels: int, crop: str, background: int) -> np.ndarray:
    """Pixels as a square uint8 [C, size, size]; raises RejectedPictureError where `crop` is none.

    "centre" cuts the longer side, "pad" fills up the shorter one.
    """
    height, width = pixels.shape[:2]
    if height != width and crop == "none":
        raise RejectedPictureError(f"is {width} x {height} pixels, not square")
    image = Image.fromarray(pixels).convert("L" if channels == 1 else "RGB")
    if image.size != (size, size):
        if crop == "pad":
            colour = background if channels == 1 else (background,) * 3
            image = ImageOps.pad(image, (size, size), Image.Resampling.LANCZOS, color=colour)
        else:
            image = ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)
    array = np.asarray(image)
    return array[None] if channels == 1 else array.transpose(2, 0, 1)
