"""The affine layers that make styles of `ws`, all at once."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.layers import FullyConnected


class Affines:
    """Collects layers, each on its own row of `ws`; afterwards one product makes all styles."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._weights: list[Tensor] = []
        self._biases: list[Tensor] = []
        self._end = 0

    def add(self, row: int, affine: FullyConnected, width: int = 0) -> slice:
        """Where the styles that `affine` makes of `row` will be; zeros fill them to `width`."""
        weight, bias = affine.weight.detach(), affine.bias.detach()
        more = max(0, width - len(bias))
        self._weights.append(F.pad(weight, (0, 0, 0, more)) / math.sqrt(weight.shape[1]))
        self._biases.append(F.pad(bias, (0, more)))
        start, self._end = self._end, self._end + len(bias) + more
        self._rows += [row] * (self._end - start)
        return slice(start, self._end)

    def done(self) -> None:
        """Join what was collected."""
        self._weight, self._bias = torch.cat(self._weights), torch.cat(self._biases)
        self._index = torch.tensor(self._rows, device=self._bias.device)
        self._weights, self._biases = [], []

    def __call__(self, ws: Tensor) -> Tensor:
        """`ws` [N, num_ws, w_dim] to all styles [N, sum of all widths]."""
        of_all_rows = torch.matmul(ws.float(), self._weight.t())
        own_rows = self._index.expand(len(ws), 1, -1)
        return of_all_rows.gather(1, own_rows)[:, 0] + self._bias
