"""Which rows of `ws` a direction needs: the shortest range of layers that does most of the work."""

from __future__ import annotations

import torch
from torch import Tensor

from gan_models.directions.fitting import BATCH, Reader
from gan_models.progress import Job, Step

SHARE = 0.9
"""Of what all rows together do to the named attribute, a layer range keeps at least this."""
STRENGTH = 2.0


def row_effects(
    reader: Reader, directions: Tensor, targets: Tensor, *, seed: int, faces: int = BATCH
) -> Job[Tensor]:
    """How far each row alone moves the named attribute, [K, num_ws] in std for each unit.

    Takes directions [K, num_ws, w_dim] for attributes `targets` [K]; half of the faces are moved
    up and half down.
    """
    w = reader.sample(faces, seed)
    sign = torch.ones(faces, 1, device=w.device)
    sign[::2] = -1
    base = yield from reader.read(w, "measuring layers")
    rows = directions.shape[1]
    effects = directions.new_zeros(directions.shape[:2])
    for row in range(rows):
        for k, target in enumerate(targets.tolist()):
            ws = w[:, None].repeat(1, rows, 1)
            ws[:, row] += STRENGTH * sign * directions[k, row]
            with torch.no_grad():
                change = reader.attributes(ws)[:, target] - base[:, target]
            effects[k, row] = (change * sign[:, 0]).mean() / STRENGTH
        yield Step(row + 1, rows, "finding the layers of each slider")
    return effects


def shortest_range(effects: Tensor, share: float = SHARE) -> tuple[int, int]:
    """The shortest range [start, end) of rows with `share` of the positive `effects` [num_ws]."""
    helping = effects.clamp(min=0)
    before = torch.cat([helping.new_zeros(1), helping.cumsum(dim=0)])
    for length in range(1, len(helping) + 1):
        held = before[length:] - before[:-length]
        if held.max() >= share * helping.sum():
            start = int(held.argmax())
            return start, start + length
    return 0, len(helping)
