"""Steps that keep what shall stay: a direction without the part of it that moves other attributes.

Needs no torch. What is taken off a step is always a mix of the kept directions' own steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gan_models.spec import Direction

LONGEST = 2.0
"""A step grows by no more than this to make up for what was taken off it: beyond, the slider is
nearly the same as what is kept, and faces would leave the data."""
SMALLEST = 0.05
"""Effects that differ by less than this share of the largest are not told apart: to undo them
singly would take long steps for what may be an error of measurement."""

IDENTITY = "identity"
"""Stands among the names of what is kept for who it is, which no slider moves by itself."""
TOLD_APART = 1e-3
"""Of the ways to be someone else, those below this share of the strongest are left alone: on a
few rows they are no more than rounding."""

Kept = Sequence[tuple[Direction, float]]
"""Directions whose attributes stay, each with how much: 0 (not at all) to 1 (fully)."""


def kept_step(
    direction: Direction, layers: tuple[int, int] | None, kept: Kept, num_ws: int
) -> np.ndarray:
    """What strength 1 adds to all rows, float32 [num_ws, w_dim], while others are kept.

    `layers` replaces the direction's own rows; None: it acts where it was made for.
    """
    step = full_step(direction, layers, num_ws)
    result = np.zeros_like(step)
    for share, stay in _corners(direction, kept):
        result += share * _without(step, direction, layers, stay)
    return result


def kept_moves(
    direction: Direction, layers: tuple[int, int] | None, kept: Kept
) -> dict[str, float]:
    """What `kept_step` moves, in std of each attribute; empty where nobody measured it."""
    result: dict[str, float] = {}
    for share, stay in _corners(direction, kept):
        if not _is_measured(direction, layers, stay):
            return {}
        shares, scale = _compensation(direction, stay)
        for name in dict.fromkeys(name for each in (direction, *stay) for name in each.moves):
            taken = sum(c * _effect(other, name) for c, other in zip(shares, stay, strict=True))
            moved = scale * (_effect(direction, name) - taken)
            result[name] = result.get(name, 0.0) + share * moved
    return result


def _corners(direction: Direction, kept: Kept) -> Iterator[tuple[float, list[Direction]]]:
    """The weights as a mean of sets that are kept fully, the largest weights first.

    That is the Lovasz extension: a weight that grows evenly moves the picture evenly.
    """
    others = [(other, min(1.0, weight)) for other, weight in kept if other.name != direction.name]
    held = sorted(((o, w) for o, w in others if w > 0), key=lambda pair: -pair[1])
    weights = [1.0, *(weight for _, weight in held), 0.0]
    for count in range(len(held) + 1):
        share = weights[count] - weights[count + 1]
        if share:
            yield share, [other for other, _ in held[:count]]


def full_step(direction: Direction, layers: tuple[int, int] | None, num_ws: int) -> np.ndarray:
    """What strength 1 adds to all rows [num_ws, w_dim]; 0 on those where it does not act."""
    start, end = layers or direction.layers
    step = np.zeros((num_ws, direction.vector.shape[-1]), np.float32)
    step[start:end] = direction.step((start, end))
    return step


def _without(
    step: np.ndarray,
    direction: Direction,
    layers: tuple[int, int] | None,
    stay: Sequence[Direction],
) -> np.ndarray:
    if not stay:
        return step
    basis = np.stack([full_step(other, None, len(step)) for other in stay])
    if _is_measured(direction, layers, stay):
        shares, scale = _compensation(direction, stay)
        return ((step - np.tensordot(shares, basis, axes=1)) * scale).astype(np.float32)
    return _projected(step, basis)


def _is_measured(
    direction: Direction, layers: tuple[int, int] | None, stay: Sequence[Direction]
) -> bool:
    """Whether it is known what all of them do to what stays, on the layers that they act on."""
    own_layers = layers is None or layers == direction.layers
    return own_layers and bool(direction.moves) and all(other.name in other.moves for other in stay)


def _effect(direction: Direction, name: str) -> float:
    return float(direction.moves.get(name, 1.0 if name == direction.name else 0.0))


def _compensation(direction: Direction, stay: Sequence[Direction]) -> tuple[np.ndarray, float]:
    """How much of each kept slider to take off a measured one, and the scale of what is left.

    Solves sum_k c_k moves_k = moves_direction over the kept attributes; the scale restores what
    one unit does to the named one. Projections know lengths in W, not what a picture shows: with
    gender kept, six sliders of the bundled portraits moved it by 0.05 in the mean after
    projecting, by 0.09 unkept, and by 0.01 after this.
    """
    if not stay:
        return np.zeros(0), 1.0
    effects = np.array([[_effect(each, other.name) for other in stay] for each in stay])
    side = np.array([_effect(direction, other.name) for other in stay])
    shares = np.linalg.pinv(effects.T, rcond=SMALLEST) @ side
    own = _effect(direction, direction.name)
    taken = sum(c * _effect(other, direction.name) for c, other in zip(shares, stay, strict=True))
    return shares, _restored(own, own - taken)


def _projected(step: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Row by row, the part of `step` that is orthogonal to the kept steps [K, num_ws, w_dim].

    Restored to what it did along itself, which for one direction is InterFaceGAN's conditional
    manipulation (Shen et al. 2020, equation 4).
    """
    rows = basis.transpose(1, 0, 2)
    gram = np.linalg.pinv(rows @ rows.transpose(0, 2, 1), rcond=1e-6, hermitian=True)
    shares = (step[:, None] @ rows.transpose(0, 2, 1)) @ gram
    left = step - (shares @ rows)[:, 0]
    return (left * _restored(float((step**2).sum()), float((step * left).sum()))).astype(np.float32)


def without_identity(step: np.ndarray, space: np.ndarray) -> np.ndarray:
    """`step` [num_ws, w_dim] without what makes it someone else, on the rows where it acts.

    `space` [K, num_ws, w_dim] are the ways in W that change who it is the most. What is left is
    orthogonal to all of them and restored to what the step did along itself, like `_projected`.
    """
    acting = step.any(axis=1)
    if not acting.any():
        return step
    rows, before = space[:, acting].reshape(len(space), -1), step[acting].ravel()
    shares = np.linalg.lstsq(rows.T, before, rcond=TOLD_APART)[0]
    left = before - shares @ rows
    result = np.zeros_like(step)
    scale = _restored(float(before @ before), float(before @ left))
    result[acting] = (scale * left).reshape(-1, step.shape[1])
    return result


def _restored(before: float, after: float) -> float:
    """The scale that gives a step its effect back, as far as faces bear it."""
    ratio = after / before if before else 1.0
    return 1.0 if ratio <= 0 else float(np.clip(1 / ratio, 1 / LONGEST, LONGEST))
