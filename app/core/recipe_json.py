"""Recipes as JSON values, the form in which they travel in pictures, clips and sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from app.core.frozen import LabelMap, Rows
from app.core.recipe import (
    SEED_LIMIT,
    Anchor,
    Carried,
    Edit,
    Latent,
    Model,
    Motion,
    Recipe,
    RecipeError,
    StyleMix,
)
from gan_models.spec import NOISE_MODES

FORMAT = 4
"""Version of the JSON form: a newer one is refused, an older one is read as it was meant.

4 has `maps_beside`; 3 `keeps`; 2 `motion`, `label_map` and directions that edits carry; in 1
there were none.
"""


def to_dict(recipe: Recipe) -> dict[str, Any]:
    """The recipe as JSON values."""
    return {
        "format": FORMAT,
        "model": asdict(recipe.model),
        "latent": _latent_to_json(recipe.latent),
        "psi": recipe.psi,
        "cutoff": recipe.cutoff,
        "mixes": [
            {"source": _latent_to_json(mix.source), "weights": list(mix.weights)}
            for mix in recipe.mixes
        ],
        "edits": [_edit_to_json(edit) for edit in recipe.edits],
        "noise_mode": recipe.noise_mode,
        "noise_seed": recipe.noise_seed,
        "motion": asdict(recipe.motion),
        "label_map": recipe.label_map.to_json() if recipe.label_map else None,
        "maps_beside": [
            {"map": label_map.to_json(), "share": share} for label_map, share in recipe.maps_beside
        ],
        "keeps": dict(recipe.keeps),
    }


def from_dict(value: Mapping[str, Any]) -> Recipe:
    """The reverse of `to_dict`; raises RecipeError, KeyError, TypeError or ValueError."""
    if int(value["format"]) > FORMAT:
        raise RecipeError(
            f"the recipe was written by a newer Ganvas (format {value['format']}); update Ganvas"
        )
    noise_mode = value["noise_mode"]
    if noise_mode not in NOISE_MODES:
        raise RecipeError(f"unknown noise mode {noise_mode!r}")
    return Recipe(
        model=Model(str(value["model"]["name"]), str(value["model"]["sha256"])),
        latent=_latent_from_json(value["latent"]),
        psi=_finite(value["psi"]),
        cutoff=None if value["cutoff"] is None else int(value["cutoff"]),
        mixes=tuple(
            StyleMix(_latent_from_json(m["source"]), tuple(_finite(x) for x in m["weights"]))
            for m in value["mixes"]
        ),
        edits=tuple(_edit_from_json(edit) for edit in value["edits"]),
        noise_mode=noise_mode,
        noise_seed=int(value["noise_seed"]),
        motion=Motion(**{name: _finite(x) for name, x in value.get("motion", {}).items()}),
        label_map=LabelMap.from_json(value["label_map"]) if value.get("label_map") else None,
        maps_beside=tuple(
            (LabelMap.from_json(item["map"]), _finite(item["share"]))
            for item in value.get("maps_beside", ())
        ),
        keeps=tuple(sorted((str(n), _finite(w)) for n, w in value.get("keeps", {}).items())),
    )


def _edit_to_json(edit: Edit) -> dict[str, Any]:
    value: dict[str, Any] = {
        "direction": edit.direction,
        "strength": edit.strength,
        "layers": edit.layers,
    }
    if edit.carried:
        value["carried"] = {
            "rows": edit.carried.rows.to_json(),
            "layers": list(edit.carried.layers),
        }
    return value


def _edit_from_json(value: Mapping[str, Any]) -> Edit:
    carried = value.get("carried")
    if carried is not None:
        start, end = (int(layer) for layer in carried["layers"])
        rows = Rows.from_json(carried["rows"])
        if rows.array.ndim != 2 or not np.isfinite(rows.array).all():
            raise RecipeError(f"the direction {value['direction']!r} in the recipe is damaged")
        carried = Carried(rows, (start, end))
    return Edit(
        str(value["direction"]), _finite(value["strength"]), _layers(value["layers"]), carried
    )


def _finite(value: Any) -> float:
    number = float(value)
    if not np.isfinite(number):
        raise RecipeError(f"{value!r} is not a usable number")
    return number


def _layers(value: Any) -> tuple[int, int] | None:
    return None if value is None else (int(value[0]), int(value[1]))


def _latent_to_json(latent: Latent) -> list[dict[str, Any]]:
    return [
        {
            "seed": anchor.seed,
            "label": anchor.label,
            "rows": anchor.rows.to_json() if anchor.rows else None,
            "weight": weight,
        }
        for anchor, weight in latent.anchors
    ]


def _latent_from_json(value: list[dict[str, Any]]) -> Latent:
    anchors = []
    for item in value:
        rows = Rows.from_json(item["rows"]) if item["rows"] else None
        seed, label = int(item["seed"]), item["label"]
        if not 0 <= seed < SEED_LIMIT:
            raise RecipeError(f"the seed {seed} is not between 0 and {SEED_LIMIT - 1}")
        anchor = Anchor(seed, None if label is None else int(label), rows)
        anchors.append((anchor, _finite(item["weight"])))
    if not anchors:
        raise RecipeError("the recipe has no latent")
    return Latent(tuple(anchors))
