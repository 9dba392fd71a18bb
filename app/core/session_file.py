"""Session files `.ganvas`: what a person was doing, as a zip of JSON and thumbnails.

`session.json` holds {format, recipe, looks, locks, models, photos}; `looks/N.png` the thumbnail of
look N, `models` where the files of the models were, by their sha256, `photos` the names of photos
that were projected, by the sha256 of their rows, `photos/SHA256.png` what was cut out of them. The
format number is read: a newer one is a clear error, an older one would be migrated.
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
class SavedPhoto:
    """A photo that was projected: its name, and the square cut out of it, uint8 [H, W, 3]."""

    name: str
    picture: np.ndarray


@dataclass(frozen=True, eq=False)
class Session:
    """The look on the canvas, the kept looks, and the sliders that are locked."""

    recipe: Recipe
    looks: tuple[SavedLook, ...] = ()
    locks: frozenset[str] = frozenset()
    models: Mapping[str, str] = field(default_factory=dict)
    """Where the files of its models were, by sha256: a hint that may be out of date."""
    photos: Mapping[str, SavedPhoto] = field(default_factory=dict)
    """The photos behind its looks, by the sha256 of the rows that they became."""


def save_session(path: Path, session: Session) -> None:
    """Write a session; the name is taken when complete."""
    header = {
        "format": FORMAT,
        "recipe": to_dict(session.recipe),
        "looks": [{"name": look.name, "recipe": to_dict(look.recipe)} for look in session.looks],
        "locks": sorted(session.locks),
        "models": dict(session.models),
        "photos": {sha256: photo.name for sha256, photo in session.photos.items()},
    }
    partial = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("session.json", json.dumps(header))
            for number, look in enumerate(session.looks):
                if look.picture is not None:
                    archive.writestr(f"looks/{number}.png", _png(look.picture, THUMBNAIL))
            for sha256, photo in session.photos.items():
                archive.writestr(f"photos/{sha256}.png", _png(photo.picture))
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
                SavedLook(
                    str(look["name"]),
                    from_dict(look["recipe"]),
                    _picture(archive, f"looks/{number}.png"),
                )
                for number, look in enumerate(header["looks"])
            )
            photos = _photos(archive, header.get("photos", {}))
        locks = frozenset(map(str, header["locks"]))
        models = {str(sha256): str(path) for sha256, path in header.get("models", {}).items()}
        return Session(from_dict(header["recipe"]), looks, locks, models, photos)
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


def _photos(archive: zipfile.ZipFile, names: Mapping[str, Any]) -> dict[str, SavedPhoto]:
    found = {sha256: _picture(archive, f"photos/{sha256}.png") for sha256 in names}
    return {
        str(sha256): SavedPhoto(str(names[sha256]), picture)
        for sha256, picture in found.items()
        if picture is not None
    }


def _png(picture: np.ndarray, most: int | None = None) -> bytes:
    """A PNG, its longer side at most `most` pixels."""
    image = Image.fromarray(picture)
    if most:
        image.thumbnail((most, most))
    file = io.BytesIO()
    image.save(file, format="PNG")
    return file.getvalue()


def _picture(archive: zipfile.ZipFile, name: str) -> np.ndarray | None:
    if name not in archive.namelist():
        return None
    with Image.open(io.BytesIO(archive.read(name)), formats=["PNG"]) as image:
        return np.asarray(image.convert("RGB"))
