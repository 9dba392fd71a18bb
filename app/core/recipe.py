"""A picture is a pure function of a recipe: everything that decides the pixels, as plain values.

Recipes are frozen, compare by value, and go to JSON and back without loss. Interpolating two
recipes gives a recipe, which is all that clips need.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np

from gan_models.errors import GanvasError
from gan_models.spec import NOISE_MODES, NoiseMode

FORMAT = 1
"""Version of the JSON form; a newer one is refused, an older one is migrated."""
SEED_LIMIT = 2**32
"""Seeds are 0 .. SEED_LIMIT - 1, as in other tools."""


class RecipeError(GanvasError):
    """A recipe cannot be read, or does not fit the model."""


class Rows:
    """Explicit rows of W, float32 [num_ws, w_dim]: read-only, compared by value."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = np.ascontiguousarray(array, dtype=np.float32)
        self.array.flags.writeable = False
        self._key = (self.array.shape, self.array.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def to_json(self) -> dict[str, Any]:
        """Shape and base64 of the little-endian bytes."""
        data = base64.b64encode(self.array.astype("<f4").tobytes()).decode()
        return {"shape": list(self.array.shape), "float32": data}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        data = base64.b64decode(value["float32"], validate=True)
        return cls(np.frombuffer(data, dtype="<f4").reshape(value["shape"]))


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
class Edit:
    """A step along a named direction; `layers` [start, end) overrides the direction's own."""

    direction: str
    strength: float
    layers: tuple[int, int] | None = None


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

    def with_edit(
        self, direction: str, strength: float, layers: tuple[int, int] | None = None
    ) -> Recipe:
        """The same with one edit set; strength 0 with no layer range of its own removes it."""
        kept = {edit.direction: edit for edit in self.edits}
        if strength == 0 and layers is None:
            kept.pop(direction, None)
        else:
            kept[direction] = Edit(direction, strength, layers)
        return replace(self, edits=tuple(kept.values()))

    def edit(self, direction: str) -> Edit:
        """The edit along `direction`; strength 0 where there is none."""
        found = (edit for edit in self.edits if edit.direction == direction)
        return next(found, Edit(direction, 0.0))

    def to_json(self) -> str:
        """Compact JSON, the form in which recipes travel in files and metadata."""
        return json.dumps(to_dict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """Raises RecipeError, in one sentence, for anything that is no recipe."""
        try:
            return from_dict(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RecipeError(f"this is no recipe of a picture ({error})") from None


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
        "edits": [asdict(edit) for edit in recipe.edits],
        "noise_mode": recipe.noise_mode,
        "noise_seed": recipe.noise_seed,
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
        edits=tuple(
            Edit(str(e["direction"]), _finite(e["strength"]), _layers(e["layers"]))
            for e in value["edits"]
        ),
        noise_mode=noise_mode,
        noise_seed=int(value["noise_seed"]),
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
    (noise mode, cutoff, layer ranges) switches half-way.
    """
    if t <= 0 or a == b:
        return a
    if t >= 1:
        return b
    nearer = a if t < 0.5 else b
    return replace(
        nearer,
        latent=lerp_latent(a.latent, b.latent, t),
        psi=a.psi + t * (b.psi - a.psi),
        mixes=_lerp_mixes(a.mixes, b.mixes, t),
        edits=_lerp_edits(a, b, t),
    )


def _lerp_edits(a: Recipe, b: Recipe, t: float) -> tuple[Edit, ...]:
    names = dict.fromkeys(edit.direction for edit in (*a.edits, *b.edits))
    result = []
    for name in names:
        first, second = a.edit(name), b.edit(name)
        strength = first.strength + t * (second.strength - first.strength)
        # A side without the edit has no layers of its own, and must not make the others jump.
        second_decides = not first.strength or (second.strength and t >= 0.5)
        result.append(Edit(name, strength, (second if second_decides else first).layers))
    return tuple(result)


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
