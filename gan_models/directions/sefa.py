"""Directions in closed form from the weights alone: SeFa (Shen and Zhou 2021)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from gan_models.base import Direction, DirectionError, Generator, Spec
from gan_models.spec import layer_parts


def layer_groups(spec: Spec) -> dict[str, tuple[int, int]]:
    """All rows of `ws`, and the coarse, middle and fine ones, as [start, end)."""
    parts = dict(zip(("coarse", "middle", "fine"), layer_parts(spec), strict=True))
    whole = (0, spec.num_ws)
    ranges = {name: (rows.start, rows.stop) for name, rows in parts.items() if rows}
    return {"all": whole, **{name: rows for name, rows in ranges.items() if rows != whole}}


def factorise(weights: list[Tensor], count: int) -> tuple[Tensor, Tensor]:
    """The first eigenvectors [count, w_dim] of A^T A, and each one's share of the sum.

    A stacks the weights [styles, w_dim] of the layers, each style's of length 1.
    """
    stacked = torch.cat(weights).cpu().double()
    stacked = stacked / stacked.norm(dim=1, keepdim=True).clamp(min=1e-12)
    values, vectors = torch.linalg.eigh(stacked.t() @ stacked)
    order = values.argsort(descending=True)[:count]
    return vectors[:, order].t(), values[order] / values.sum().clamp(min=1e-12)


def sefa_directions(generator: Generator, count: int) -> list[Direction]:
    """About `count` directions, the same number for each group of layers; vectors of length 1."""
    weights = generator.style_weights()
    if not weights:
        raise DirectionError(
            "this model has no style layers, which SeFa analyses; use the method pca"
        )
    groups = layer_groups(generator.spec)
    each = -(-count // len(groups))
    return [
        direction
        for name, rows in groups.items()
        for direction in _of_group(weights, name, rows, each)
    ]


def _of_group(
    weights: Mapping[int, Tensor], group: str, rows: tuple[int, int], count: int
) -> list[Direction]:
    chosen = [weight for row, weight in weights.items() if rows[0] <= row < rows[1]]
    if not chosen:
        return []
    vectors, shares = factorise(chosen, count)
    directions = []
    for i, (vector, share) in enumerate(zip(vectors.numpy(), shares.tolist(), strict=True), 1):
        name = f"SeFa {group} {i}"
        facts = {"title": name, "share": share, "space": "w"}
        directions.append(
            Direction(name, vector.astype(np.float32), rows, source="sefa", facts=facts)
        )
    return directions
