"""Galleries: looks to start from, that ship beside a model as `<model>.gallery.json`.

Recipes only, a few kilobytes; pictures are drawn by whoever shows them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from app.core.recipe import Model, Recipe, RecipeError
from app.core.recipe_json import from_dict, to_dict

FORMAT = 1


def gallery_path(model: Path) -> Path:
    """Where the gallery of a model file is, if it has one."""
    return model.with_suffix(".gallery.json")


def save_gallery(path: Path, model: Model, recipes: Sequence[Recipe]) -> None:
    """Write the looks of one model; the name is taken when complete."""
    looks = [{k: v for k, v in to_dict(recipe).items() if k != "model"} for recipe in recipes]
    value = {"format": FORMAT, "model": asdict(model), "looks": looks}
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load_gallery(path: Path, ref: Model) -> list[Recipe]:
    """The looks of a gallery for the model `ref`; of a model by another name: none.

    A model that was trained on or exported anew has another hash; its gallery still fits well
    enough to start from, so recipes are bound to `ref`. Raises RecipeError for a damaged file.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if int(value["format"]) > FORMAT:
            raise RecipeError(f"{path} was written by a newer Ganvas; update Ganvas")
        if value["model"]["name"] != ref.name:
            return []
        return [from_dict({**look, "model": asdict(ref)}) for look in value["looks"]]
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecipeError(f"{path} is no gallery, or damaged ({error})") from None
