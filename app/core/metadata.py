"""The recipe inside an exported file: what is written there, and how it is read back."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.core.clip import Clip, clip_from_dict, clip_to_dict
from app.core.recipe import Recipe, RecipeError
from app.core.recipe_json import from_dict, to_dict
from gan_models.errors import GanvasError

PNG_KEY = "ganvas"
EXIF_DESCRIPTION = 0x010E
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Keeps Windows from opening a console for each run of ffmpeg."""


def describe(recipe: Recipe, clip: Clip | None = None) -> str:
    """The text that travels in a file: JSON in ASCII, the recipe and the clip it begins."""
    value: dict[str, Any] = {"recipe": to_dict(recipe)}
    if clip:
        value["clip"] = clip_to_dict(clip)
    return json.dumps(value, separators=(",", ":"))


def png_chunk(text: str) -> PngInfo:
    """The text as an iTXt chunk."""
    chunk = PngInfo()
    chunk.add_itxt(PNG_KEY, text)
    return chunk


def exif(text: str) -> bytes:
    """The text as the EXIF description of a WebP."""
    tags = Image.Exif()
    tags[EXIF_DESCRIPTION] = text
    return tags.tobytes()


def ffmetadata(text: str) -> str:
    """The text as the comment of a film, in ffmpeg's metadata format."""
    return ";FFMETADATA1\ncomment=" + re.sub(r"([=;#\\\n])", r"\\\1", text) + "\n"


def read_recipe(path: str | Path) -> Recipe:
    """The (first) recipe of an exported picture or clip; raises GanvasError if it has none."""
    value = _read(Path(path))
    try:
        return from_dict(value["recipe"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecipeError(f"the recipe in {path} is damaged ({error})") from None


def read_clip(path: str | Path) -> Clip | None:
    """The keyframes of an exported clip; None for a single picture."""
    value = _read(Path(path))
    return clip_from_dict(value["clip"]) if value.get("clip") else None


def _read(path: Path) -> dict[str, Any]:
    try:
        text = _text(path)
    except OSError as error:
        reason = error.strerror or "it is no picture and no clip, or it is damaged"
        raise GanvasError(f"{path} cannot be read: {reason}") from None
    except (ValueError, SyntaxError, Image.DecompressionBombError):
        raise GanvasError(f"{path} cannot be read: it is damaged") from None
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict) or "recipe" not in value:
        raise GanvasError(
            f"{path} carries no recipe: it was not exported by Ganvas, or lost its metadata since"
        )
    return value


def _text(path: Path) -> str:
    """What the file says of itself, "" for nothing; a folder of frames speaks by its first."""
    if path.is_dir():
        path = min(path.glob("*.png"), default=path)
    with path.open("rb") as file:
        if file.read(12)[4:8] == b"ftyp":
            return _film_comment(path)
    with Image.open(path) as image:
        if image.format == "WEBP":
            return str(image.getexif().get(EXIF_DESCRIPTION, ""))
        if image.format == "GIF":
            return bytes(image.info.get("comment", b"")).decode("utf-8", "replace")
        return str(image.info.get(PNG_KEY, ""))


def _film_comment(path: Path) -> str:
    command = [get_ffmpeg_exe(), "-loglevel", "error", "-i", str(path), "-f", "ffmetadata", "-"]
    # ffmpeg fails on a damaged film; then there is no comment to find either.
    result = subprocess.run(
        command, capture_output=True, stdin=subprocess.DEVNULL, creationflags=NO_WINDOW
    )
    found = re.search(r"^comment=(.*)$", result.stdout.decode("utf-8", "replace"), re.MULTILINE)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else ""
