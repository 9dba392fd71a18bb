"""Session files `.ganvas`: what a person was doing, as a zip of JSON and thumbnails.

`session.json` holds {format, recipe, looks, locks, models}; `looks/N.png` the thumbnail of look N,
`models` where the files of the models were, by their sha256. The format number is read: a newer one
is a clear error, an older one would be migrated.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from app.core.models import OpenModel, find_model, open_model
from app.core.recipe import Recipe, RecipeError
from app.core.recipe_json import from_dict, to_dict
from gan_models.errors import GanvasError

FORMAT = 1
SUFFIX = ".ganvas"
THUMBNAIL = 256
"""Pixels of the longer side of a kept thumbnail."""
MAX_BYTES = 2**28
"""What a session may unpack to; more is an attack or an accident."""


class SessionError(GanvasError):
    """A session file cannot be read or written."""


@dataclass(frozen=True, eq=False)
class SavedLook:
    """A kept look: its name, its recipe, and its picture uint8 [H, W, 3] if it was drawn."""

    name: str
    recipe: Recipe
    picture: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Session:
    """The look on the canvas, the kept looks, and the sliders that are locked."""

    recipe: Recipe
    looks: tuple[SavedLook, ...] = ()
    locks: frozenset[str] = frozenset()
    models: Mapping[str, str] = field(default_factory=dict)
    """Where the files of its models were, by sha256: a hint that may be out of date."""


def save_session(path: Path, session: Session) -> None:
    """Write a session; the name is taken when complete."""
    header = {
        "format": FORMAT,
        "recipe": to_dict(session.recipe),
        "looks": [{"name": look.name, "recipe": to_dict(look.recipe)} for look in session.looks],
        "locks": sorted(session.locks),
        "models": dict(session.models),
    }
    partial = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("session.json", json.dumps(header))
            for number, look in enumerate(session.looks):
                if look.picture is not None:
                    archive.writestr(_thumbnail_name(number), _png(look.picture))
        partial.replace(path)
    except OSError as error:
        raise SessionError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)


def load_session(path: Path) -> Session:
    """Read what `save_session` wrote; raises SessionError for anything else."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
                raise SessionError(f"{path} is too large for a session")
            header = json.loads(archive.read("session.json"))
            _check_format(path, header)
            looks = tuple(
                SavedLook(str(look["name"]), from_dict(look["recipe"]), _picture(archive, number))
                for number, look in enumerate(header["looks"])
            )
        locks = frozenset(map(str, header["locks"]))
        models = {str(sha256): str(path) for sha256, path in header.get("models", {}).items()}
        return Session(from_dict(header["recipe"]), looks, locks, models)
    except OSError as error:
        raise SessionError(f"{path} cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, RecipeError, KeyError, TypeError, ValueError) as error:
        raise SessionError(f"{path} is no session, or damaged ({error})") from None


def open_session(
    path: Path, model: str | None = None, device: str = "cpu"
) -> tuple[OpenModel, Recipe, tuple[Recipe, ...]]:
    """The model of a session (or `model` in its place), its look, and its kept looks of it."""
    session = load_session(path)
    ref = session.recipe.model
    found = model or find_model(ref, session.models)
    if not found:
        raise SessionError(
            f"{path} was made with the model {ref.name!r}, which was not found; give its file "
            "by --model"
        )
    looks = tuple(look.recipe for look in session.looks if look.recipe.model == ref)
    return open_model(found, device), session.recipe, looks


def _check_format(path: Path, header: Mapping[str, Any]) -> None:
    if int(header["format"]) > FORMAT:
        raise SessionError(
            f"{path} was written by a newer Ganvas (format {header['format']}); update Ganvas"
        )


def _thumbnail_name(number: int) -> str:
    return f"looks/{number}.png"


def _png(picture: np.ndarray) -> bytes:
    image = Image.fromarray(picture)
    image.thumbnail((THUMBNAIL, THUMBNAIL))
    file = io.BytesIO()
    image.save(file, format="PNG")
    return file.getvalue()


def _picture(archive: zipfile.ZipFile, number: int) -> np.ndarray | None:
    if _thumbnail_name(number) not in archive.namelist():
        return None
    with Image.open(io.BytesIO(archive.read(_thumbnail_name(number))), formats=["PNG"]) as image:
        return np.asarray(image.convert("RGB"))
