"""Changes to recipes in the terms of the window: seed and travel, second seed, sliders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from app.core.recipe import SEED_LIMIT, Latent, Model, Recipe, StyleMix
from gan_models.spec import Direction, Spec

SECOND_SEED = 1000
"""The seed that style mixing starts with."""


def place(recipe: Recipe) -> tuple[int, float]:
    """The seed and how far, 0 to 1, the look has travelled to the next one."""
    (first, _), *others = recipe.latent.anchors
    if len(others) == 1 and others[0][0].seed == (first.seed + 1) % SEED_LIMIT:
        return first.seed, others[0][1]
    return recipe.latent.main.seed, 0.0


def with_seed(recipe: Recipe, seed: int, travel: float = 0.0) -> Recipe:
    """The look at a seed, or on the way from it to the next."""
    label = recipe.latent.main.label
    seed %= SEED_LIMIT
    latent = Latent.between(seed, (seed + 1) % SEED_LIMIT, travel, label)
    return replace(recipe, latent=latent)


def with_label(recipe: Recipe, label: int) -> Recipe:
    """The same seeds in another class."""
    anchors = tuple((replace(a, label=label), weight) for a, weight in recipe.latent.anchors)
    return replace(recipe, latent=Latent(anchors))


def mix_of(recipe: Recipe, num_ws: int) -> StyleMix:
    """The style mix, with a weight for each row; all 0 where there is none yet."""
    mix = recipe.mixes[0] if recipe.mixes else StyleMix(Latent.of_seed(SECOND_SEED), ())
    given = mix.weights[:num_ws]
    return StyleMix(mix.source, given + (0.0,) * (num_ws - len(given)))


def with_mix(recipe: Recipe, mix: StyleMix) -> Recipe:
    """The same with its (first) style mix replaced."""
    return replace(recipe, mixes=(mix, *recipe.mixes[1:]))


def reset(recipe: Recipe) -> Recipe:
    """The seed as it was drawn: nothing mixed, nothing edited."""
    return Recipe(model=recipe.model, latent=recipe.latent)


def reset_edits(recipe: Recipe, locked: frozenset[str]) -> Recipe:
    """The same with all sliders but the locked ones at 0."""
    return replace(recipe, edits=tuple(e for e in recipe.edits if e.direction in locked))


def random_edits(
    recipe: Recipe,
    directions: Mapping[str, Direction],
    locked: frozenset[str],
    random: np.random.Generator,
) -> Recipe:
    """The same with all sliders but the locked ones at random, as people vary."""
    for name, direction in directions.items():
        if name not in locked:
            strength = float(np.clip(random.standard_normal(), -direction.limit, direction.limit))
            recipe = recipe.with_edit(name, round(strength, 2), recipe.edit(name).layers)
    return recipe


def adapted(recipe: Recipe, ref: Model, spec: Spec, directions: Mapping[str, Direction]) -> Recipe:
    """What another model can show of a recipe: its seeds, and the sliders that both have."""
    mixes = recipe.mixes if spec.has_mapping and spec.num_ws > 1 else ()
    edits = tuple(edit for edit in recipe.edits if edit.direction in directions)
    return replace(recipe, model=ref, mixes=mixes, edits=edits)
