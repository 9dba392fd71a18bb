"""Changes to recipes in the terms of the window: seed and travel, second seed, sliders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from app.core.label_maps import fitted, starter_map
from app.core.recipe import (
    SEED_LIMIT,
    Anchor,
    Carried,
    LabelMap,
    Latent,
    Model,
    Motion,
    Recipe,
    Rows,
    StyleMix,
    lerp_latent,
)
from gan_models.directions.keeping import IDENTITY
from gan_models.spec import Direction, Spec

SECOND_SEED = 1000
"""The seed that style mixing starts with."""


def place(recipe: Recipe) -> tuple[int, float]:
    """The seed and how far, 0 to 1, the look has travelled to the next one."""
    seeds = _shares((anchor.seed, weight) for anchor, weight in recipe.latent.anchors)
    first, *others = seeds
    if others == [(first + 1) % SEED_LIMIT]:
        return first, seeds[others[0]]
    return recipe.latent.main.seed, 0.0


def class_place(recipe: Recipe) -> tuple[int, int | None, float]:
    """The class, the one that the look travels to (None: it stays), and how far, 0 to 1."""
    labels = _shares((anchor.label or 0, weight) for anchor, weight in recipe.latent.anchors)
    first, *others = labels
    if len(others) == 1:
        return first, others[0], labels[others[0]]
    return recipe.latent.main.label or 0, None, 0.0


def _shares(parts: Iterable[tuple[int, float]]) -> dict[int, float]:
    shares: dict[int, float] = {}
    for key, weight in parts:
        shares[key] = shares.get(key, 0.0) + weight
    return shares


def with_seed(recipe: Recipe, seed: int, travel: float = 0.0) -> Recipe:
    """The look at a seed, or on the way from it to the next, between the same classes."""
    seed %= SEED_LIMIT
    label, next_label, share = class_place(recipe)

    def in_class(label: int | None) -> Latent:
        return Latent.between(seed, (seed + 1) % SEED_LIMIT, travel, label)

    if next_label is None:
        return replace(recipe, latent=in_class(recipe.latent.main.label))
    return replace(recipe, latent=lerp_latent(in_class(label), in_class(next_label), share))


def with_label(recipe: Recipe, label: int) -> Recipe:
    """The same seeds in another class."""
    return replace(recipe, latent=_in_class(recipe.latent, label))


def between_classes(recipe: Recipe, label: int, next_label: int, share: float) -> Recipe:
    """The same seeds on the way from one class to another."""
    start, end = (_in_class(recipe.latent, each) for each in (label, next_label))
    return replace(recipe, latent=lerp_latent(start, end, share))


def _in_class(latent: Latent, label: int | None) -> Latent:
    weights: dict[Anchor, float] = {}
    for anchor, weight in latent.anchors:
        moved = replace(anchor, label=label)
        weights[moved] = weights.get(moved, 0.0) + weight
    return Latent(tuple(weights.items()))


def with_second_label(recipe: Recipe, mix: StyleMix, label: int) -> Recipe:
    """The same with another class for the seed that style mixing takes from."""
    return with_mix(recipe, replace(mix, source=_in_class(mix.source, label)))


def mix_of(recipe: Recipe, num_ws: int) -> StyleMix:
    """The style mix, with a weight for each row; all 0 where there is none yet."""
    mix = recipe.mixes[0] if recipe.mixes else StyleMix(Latent.of_seed(SECOND_SEED), ())
    given = mix.weights[:num_ws]
    return StyleMix(mix.source, given + (0.0,) * (num_ws - len(given)))


def with_mix(recipe: Recipe, mix: StyleMix) -> Recipe:
    """The same with its (first) style mix replaced."""
    return replace(recipe, mixes=(mix, *recipe.mixes[1:]))


def with_map(recipe: Recipe, label_map: LabelMap) -> Recipe:
    """The same drawn from another label map."""
    return replace(recipe, label_map=label_map, maps_beside=())


def reset(recipe: Recipe) -> Recipe:
    """The seed as it was drawn, or the map: nothing mixed, nothing edited, nothing moved."""
    fresh = Recipe(model=recipe.model, latent=recipe.latent, label_map=recipe.label_map)
    return replace(fresh, maps_beside=recipe.maps_beside)


def reset_edits(recipe: Recipe, locked: frozenset[str]) -> Recipe:
    """The same with all sliders but the locked ones at 0."""
    return replace(recipe, edits=tuple(e for e in recipe.edits if e.direction in locked))


def random_edits(
    recipe: Recipe,
    directions: Mapping[str, Direction],
    carried: Mapping[str, Carried],
    random: np.random.Generator,
) -> Recipe:
    """The same with the sliders of `directions` at random, as people vary."""
    for name, direction in directions.items():
        strength = float(np.clip(random.standard_normal(), -direction.limit, direction.limit))
        layers = recipe.edit(name).layers
        recipe = recipe.with_edit(name, round(strength, 2), layers, carried.get(name))
    return recipe


def mixes_styles(spec: Spec) -> bool:
    """Whether a second style can be mixed in: by layers, or whole beside a label map."""
    return (spec.has_mapping and spec.num_ws > 1) or bool(spec.map_classes and spec.z_dim)


def with_style(recipe: Recipe, rows: np.ndarray | None) -> Recipe:
    """The same in a style [num_ws, w_dim] of its own; None: in that of its seed again."""
    return replace(recipe, latent=_with_rows(recipe.latent, rows))


def with_second_style(recipe: Recipe, mix: StyleMix, rows: np.ndarray | None) -> Recipe:
    """The same for the style that is mixed in."""
    return with_mix(recipe, replace(mix, source=_with_rows(mix.source, rows)))


def _with_rows(latent: Latent, rows: np.ndarray | None) -> Latent:
    """The seed stays in the anchor, to go back to."""
    anchor = replace(latent.main, rows=None if rows is None else Rows(rows))
    return Latent(((anchor, 1.0),))


def adapted(recipe: Recipe, ref: Model, spec: Spec, directions: Mapping[str, Direction]) -> Recipe:
    """What another model can show of a recipe: its seeds, and the sliders that both have."""
    mixes = recipe.mixes if mixes_styles(spec) else ()
    same = recipe.model.sha256 == ref.sha256
    edits = tuple(e for e in recipe.edits if (same if e.carried else e.direction in directions))
    return replace(
        recipe,
        model=ref,
        latent=_adapted_latent(recipe.latent, spec),
        mixes=tuple(replace(mix, source=_adapted_latent(mix.source, spec)) for mix in mixes),
        edits=edits,
        keeps=tuple(keep for keep in recipe.keeps if _can_keep(keep[0], spec, directions)),
        motion=recipe.motion if "transform" in spec.controls else Motion(),
        label_map=_adapted_map(recipe.label_map, spec, same) if spec.map_classes else None,
        maps_beside=recipe.maps_beside if same else (),
    )


def _can_keep(name: str, spec: Spec, directions: Mapping[str, Direction]) -> bool:
    return name in directions or (name == IDENTITY and spec.has_identity)


def _adapted_latent(latent: Latent, spec: Spec) -> Latent:
    """The same in classes that the model has."""
    labels = {anchor.label for anchor, _ in latent.anchors}
    if all((label or 0) < spec.label_dim for label in labels) or labels == {None}:
        return latent
    return _in_class(latent, 0 if spec.label_dim else None)


def _adapted_map(label_map: LabelMap | None, spec: Spec, same: bool) -> LabelMap:
    if label_map is None or label_map.array.max() >= spec.map_classes:
        return starter_map(spec)
    return label_map if same else fitted(label_map.array, spec)
