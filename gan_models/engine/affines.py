"""The affine layers that make styles of `ws`, all at once."""

from __future__ import annotations

import math
from itertools import groupby

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.layers import FullyConnected
from gan_models.pages import release


class Affines:
    """Collects layers, each on its own row of `ws`; afterwards one product makes all styles.

    Who adds the same layers again, for another precision, is told where the styles are.
    """

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._places: dict[FullyConnected, slice] = {}
        self._joined = False

    def add(self, row: int, affine: FullyConnected, width: int = 0) -> slice:
        """Where the styles that `affine` makes of `row` will be; zeros fill them to `width`."""
        if affine not in self._places:
            start, count = len(self._rows), max(width, len(affine.bias))
            self._places[affine] = slice(start, start + count)
            self._rows += [row] * count
        return self._places[affine]

    def done(self) -> None:
        """Join what was collected, one after the other: the weights are much for a large model."""
        if self._joined:
            return
        self._joined = True
        bias = next(iter(self._places)).bias.detach()
        shape = len(self._rows), next(iter(self._places)).weight.shape[1]
        self._weight, self._bias = bias.new_zeros(shape), bias.new_zeros(shape[0])
        for affine, place in self._places.items():
            own = slice(place.start, place.start + len(affine.bias))
            torch.div(affine.weight.detach(), math.sqrt(shape[1]), out=self._weight[own])
            self._bias[own] = affine.bias.detach()
            release(affine.weight)
        runs = [(row, len(list(places))) for row, places in groupby(self._rows)]
        counts = [count for _, count in runs]
        parts = self._weight.split(counts), self._bias.split(counts)
        self._parts = [(row, *part) for (row, _), *part in zip(runs, *parts, strict=True)]

    def __call__(self, ws: Tensor, since: int = 0) -> Tensor:
        """`ws` [N, num_ws, w_dim] to the styles [N, sum of all widths] of the rows `since` one.

        Those of the rows before are zeros.
        """
        ws = ws.float()
        done = sum(len(bias) for row, _, bias in self._parts if row < since)
        parts = [ws.new_zeros(len(ws), done)]
        wanted = [part for part in self._parts if part[0] >= since]
        if len(ws) > 1:
            parts += [F.linear(ws[:, row], weight, bias) for row, weight, bias in wanted]
        else:
            parts += [torch.addmv(bias, weight, ws[0, row])[None] for row, weight, bias in wanted]
        return torch.cat(parts, dim=1)
