"""A picture is a pure function of a recipe: everything that decides the pixels, as plain values.

Recipes are frozen, compare by value, and go to JSON and back without loss (`recipe_json`).
Interpolating two recipes gives a recipe, which is all that clips need.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from app.core.frozen import LabelMap, Rows
from gan_models.errors import GanvasError
from gan_models.spec import NoiseMode

__all__ = [
    "SEED_LIMIT",
    "Anchor",
    "Carried",
    "Edit",
    "LabelMap",
    "Latent",
    "Model",
    "Motion",
    "Recipe",
    "RecipeError",
    "Rows",
    "StyleMix",
    "carrying",
    "lerp_latent",
    "lerp_recipe",
]

SEED_LIMIT = 2**32
"""Seeds are 0 .. SEED_LIMIT - 1, as in other tools."""


class RecipeError(GanvasError):
    """A recipe cannot be read, or does not fit the model."""


@dataclass(frozen=True)
class Model:
    """The model that a recipe was made with; `sha256` of its file tells whether it is the same."""

    name: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Anchor:
    """One point of the latent space: a seed (with a class), or explicit rows of W."""

    seed: int = 0
    label: int | None = None
    rows: Rows | None = None


@dataclass(frozen=True)
class Latent:
    """A weighted mean of anchors in W. One anchor is a plain seed; two are a journey between."""

    anchors: tuple[tuple[Anchor, float], ...] = ((Anchor(), 1.0),)

    @classmethod
    def of_seed(cls, seed: int, label: int | None = None) -> Self:
        return cls(((Anchor(seed % SEED_LIMIT, label), 1.0),))

    @classmethod
    def of_rows(cls, rows: np.ndarray) -> Self:
        return cls(((Anchor(rows=Rows(rows)), 1.0),))

    @classmethod
    def between(cls, seed: int, next_seed: int, travel: float, label: int | None = None) -> Latent:
        """From `seed` (travel 0) to `next_seed` (travel 1)."""
        return lerp_latent(cls.of_seed(seed, label), cls.of_seed(next_seed, label), travel)

    @property
    def main(self) -> Anchor:
        """The anchor with the largest weight."""
        return max(self.anchors, key=lambda anchor: anchor[1])[0]


@dataclass(frozen=True)
class StyleMix:
    """Rows of W taken from another latent: row i becomes lerp(row, source row, weights[i])."""

    source: Latent
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Carried:
    """A direction that the recipe carries itself, because no model file has it.

    `rows` [1 or num_ws, w_dim] is what strength 1 adds, to rows `layers[0]` to `layers[1] - 1`.
    """

    rows: Rows
    layers: tuple[int, int]


@dataclass(frozen=True)
class Edit:
    """A step along a direction, which the model names or `carried` holds.

    `layers` [start, end) overrides the direction's own.
    """

    direction: str
    strength: float
    layers: tuple[int, int] | None = None
    carried: Carried | None = None


@dataclass(frozen=True)
class Motion:
    """How the picture is moved, in its widths, and turned, anticlockwise in degrees."""

    x: float = 0.0
    y: float = 0.0
    degrees: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the pixels of one picture."""

    model: Model = Model()
    latent: Latent = Latent()
    psi: float = 0.7
    cutoff: int | None = None
    mixes: tuple[StyleMix, ...] = ()
    edits: tuple[Edit, ...] = ()
    noise_mode: NoiseMode = "const"
    noise_seed: int = 0
    motion: Motion = Motion()
    label_map: LabelMap | None = None
    maps_beside: tuple[tuple[LabelMap, float], ...] = ()
    """Other label maps of the same size, blended in with their shares; `label_map` has the rest."""
    keeps: tuple[tuple[str, float], ...] = ()
    """Directions, by name, whose attributes the edits along others leave as they are, each with
    how much: 1 fully."""

    def map_shares(self) -> dict[LabelMap, float]:
        """Each label map with its share; empty where there is none."""
        if self.label_map is None:
            return {}
        rest = 1 - sum(share for _, share in self.maps_beside)
        return {self.label_map: rest, **dict(self.maps_beside)}

    def with_keep(self, direction: str, weight: float = 1.0) -> Recipe:
        """The same with one attribute kept; weight 0 lets it go."""
        keeps = dict(self.keeps) | {direction: weight}
        return replace(self, keeps=tuple(sorted((n, w) for n, w in keeps.items() if w > 0)))

    def keep(self, direction: str) -> float:
        """How much an attribute is kept, 0 to 1."""
        return dict(self.keeps).get(direction, 0.0)

    def with_edit(
        self,
        direction: str,
        strength: float,
        layers: tuple[int, int] | None = None,
        carried: Carried | None = None,
    ) -> Recipe:
        """The same with one edit set; strength 0 with no layer range of its own removes it."""
        kept = {edit.direction: edit for edit in self.edits}
        before = kept.get(direction)
        if strength == 0 and layers is None:
            kept.pop(direction, None)
        else:
            carried = carried or (before.carried if before else None)
            kept[direction] = Edit(direction, strength, layers, carried)
        return replace(self, edits=tuple(kept.values()))

    def edit(self, direction: str) -> Edit:
        """The edit along `direction`; strength 0 where there is none."""
        found = (edit for edit in self.edits if edit.direction == direction)
        return next(found, Edit(direction, 0.0))


def carrying(recipe: Recipe, direction: str, carried: Carried | None) -> Recipe:
    """The same with a direction aboard, at strength 0 where it was not used yet."""
    if carried is None or any(edit.direction == direction for edit in recipe.edits):
        return recipe
    return replace(recipe, edits=(*recipe.edits, Edit(direction, 0.0, None, carried)))


def lerp_latent(a: Latent, b: Latent, t: float) -> Latent:
    """The latent a fraction `t` of the way from `a` to `b`; equal anchors are joined."""
    if t <= 0 or a == b:
        return a
    if t >= 1:
        return b
    weights: dict[Anchor, float] = {}
    for latent, share in ((a, 1 - t), (b, t)):
        for anchor, weight in latent.anchors:
            weights[anchor] = weights.get(anchor, 0.0) + share * weight
    return Latent(tuple(weights.items()))


def lerp_recipe(a: Recipe, b: Recipe, t: float) -> Recipe:
    """The recipe a fraction `t` of the way from `a` to `b`, both of one model.

    Numbers go evenly; an edit or mix that only one side has fades; what cannot be divided
    (noise mode, cutoff, layer ranges, label maps of different sizes) switches half-way.
    """
    if t <= 0 or a == b:
        return a
    if t >= 1:
        return b
    nearer = a if t < 0.5 else b
    label_map, beside = _lerp_maps(a, b, t)
    return replace(
        nearer,
        label_map=label_map,
        maps_beside=beside,
        latent=lerp_latent(a.latent, b.latent, t),
        psi=a.psi + t * (b.psi - a.psi),
        mixes=_lerp_mixes(a.mixes, b.mixes, t),
        edits=_lerp_edits(a, b, t),
        keeps=_lerp_keeps(a, b, t),
        motion=Motion(
            a.motion.x + t * (b.motion.x - a.motion.x),
            a.motion.y + t * (b.motion.y - a.motion.y),
            a.motion.degrees + t * (b.motion.degrees - a.motion.degrees),
        ),
    )


def _lerp_maps(
    a: Recipe, b: Recipe, t: float
) -> tuple[LabelMap | None, tuple[tuple[LabelMap, float], ...]]:
    """The map with the largest share, and the others beside it."""
    shares: dict[LabelMap, float] = {}
    for recipe, part in ((a, 1 - t), (b, t)):
        for label_map, share in recipe.map_shares().items():
            shares[label_map] = shares.get(label_map, 0.0) + part * share
    sizes = {label_map.array.shape for label_map in shares}
    if a.label_map is None or b.label_map is None or len(sizes) > 1:
        nearer = a if t < 0.5 else b
        return nearer.label_map, nearer.maps_beside
    main = max(shares, key=lambda label_map: shares[label_map])
    return main, tuple((other, share) for other, share in shares.items() if other != main)


def _lerp_edits(a: Recipe, b: Recipe, t: float) -> tuple[Edit, ...]:
    first_of, second_of = _by_direction(a), _by_direction(b)
    result = []
    for key in dict.fromkeys((*first_of, *second_of)):
        none = Edit(key[0], 0.0, None, key[1])
        first, second = first_of.get(key, none), second_of.get(key, none)
        strength = first.strength + t * (second.strength - first.strength)
        # A side without the edit has no layers of its own, and must not make the others jump.
        second_decides = not first.strength or (second.strength and t >= 0.5)
        result.append(replace(second if second_decides else first, strength=strength))
    return tuple(result)


def _lerp_keeps(a: Recipe, b: Recipe, t: float) -> tuple[tuple[str, float], ...]:
    names = sorted({name for name, _ in (*a.keeps, *b.keeps)})
    return tuple((name, a.keep(name) + t * (b.keep(name) - a.keep(name))) for name in names)


def _by_direction(recipe: Recipe) -> dict[tuple[str, Carried | None], Edit]:
    return {(edit.direction, edit.carried): edit for edit in recipe.edits}


def _lerp_mixes(a: tuple[StyleMix, ...], b: tuple[StyleMix, ...], t: float) -> tuple[StyleMix, ...]:
    result = []
    for index in range(max(len(a), len(b))):
        first = a[index] if index < len(a) else None
        second = b[index] if index < len(b) else None
        source = (first or second).source  # type: ignore[union-attr]  # one of the two is there
        if first and second:
            source = lerp_latent(first.source, second.source, t)
        weights_a = first.weights if first else ()
        weights_b = second.weights if second else ()
        rows = max(len(weights_a), len(weights_b))
        pad_a = weights_a + (0.0,) * (rows - len(weights_a))
        pad_b = weights_b + (0.0,) * (rows - len(weights_b))
        weights = tuple(x + t * (y - x) for x, y in zip(pad_a, pad_b, strict=True))
        result.append(StyleMix(source, weights))
    return tuple(result)
