"""What a file is (a model, directions, a session, an exported picture), as plain values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.core.metadata import read_clip, read_recipe
from app.core.models import model_path
from app.core.recipe_json import to_dict
from app.core.session_file import SUFFIX, load_session
from gan_models.errors import GanvasError
from gan_models.files import file_sha256

EXPORTS = {".png", ".gif", ".webp", ".mp4"}


def inspect(name_or_path: str) -> dict[str, Any]:
    """All that can be told of a bundled model, or of a file that the program opens or writes."""
    path = Path(name_or_path)
    if path.is_dir() or path.suffix.lower() in EXPORTS:
        return _inspect_export(path)
    if path.suffix.lower() == SUFFIX:
        return _inspect_session(path)
    if path.suffix and not path.is_file():
        raise GanvasError(f"{path} cannot be read: there is no such file")
    return _inspect_model(model_path(name_or_path))


def _inspect_export(path: Path) -> dict[str, Any]:
    recipe, clip = read_recipe(path), read_clip(path)
    facts: dict[str, Any] = {"file": str(path), "kind": "clip" if clip else "picture"}
    if clip:
        facts["seconds"], facts["fps"], facts["ending"] = clip.duration, clip.fps, clip.ending
        facts["keyframes"] = len(clip.keyframes)
    return facts | {"recipe": to_dict(recipe)}


def _inspect_session(path: Path) -> dict[str, Any]:
    session = load_session(path)
    return {
        "file": str(path),
        "kind": "session",
        "looks": [look.name for look in session.looks],
        "locks": sorted(session.locks),
        "recipe": to_dict(session.recipe),
    }


def _inspect_model(path: Path) -> dict[str, Any]:
    from gan_models.checkpoints.reading import read_contents
    from gan_models.directions.files import is_direction_file
    from gan_models.directions.reading import described
    from gan_models.registry import describe

    facts = {"file": str(path), "bytes": path.stat().st_size, "sha256": file_sha256(path)}
    if is_direction_file(path):
        return facts | _own_directions(path)
    facts |= describe(path)
    if facts["kind"] == "arrays":
        facts |= described(read_contents(path))
    return facts


def _own_directions(path: Path) -> dict[str, Any]:
    from gan_models.directions.files import load_directions

    file = load_directions(path)
    listed = [
        {"name": d.name, "layers": list(d.layers), "source": d.source}
        for d in file.directions.values()
    ]
    return {
        "kind": "directions",
        "model": file.model,
        "model_sha256": file.sha256,
        "directions": listed,
    }
