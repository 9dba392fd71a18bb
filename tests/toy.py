"""A generator of patches whose attributes are known functions of W, and an exact reader of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from gan_models.base import Generator, NoiseMode, Spec
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.networks import fit_size

NAMES = ("smile", "gender", "age", "glasses")
W_DIM = 8
SIZE = 16


class ToyGenerator(Generator):
    """Four patches of 8 x 8 pixels: the first two follow row 0 of `ws`, the last two row 1.

    The brightness of patch k is a saturating function of axes[k] . w. W itself is correlated, and
    the axes are not orthogonal: a straight mean difference moves several patches at once.
    """

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        random = torch.Generator().manual_seed(seed)
        axes = torch.randn(len(NAMES), W_DIM, generator=random)
        axes[1] += axes[0]
        self.axes = torch.nn.functional.normalize(axes, dim=1)
        self.blend = torch.randn(W_DIM, W_DIM, generator=random) / W_DIM**0.5
        self.mean = torch.zeros(W_DIM)
        self.spec = Spec(
            family="toy",
            z_dim=W_DIM,
            w_dim=W_DIM,
            num_ws=2,
            resolution=SIZE,
            ws_resolutions=(8, 16),
            draft_resolutions=(SIZE,),
        )

    def config(self) -> dict[str, Any]:
        return {}

    @property
    def w_avg(self) -> Tensor:
        return self.mean

    def map(
        self,
        z: Tensor,
        label: Tensor | None = None,  # noqa: ARG002
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        ws = (z @ self.blend)[:, None].expand(-1, 2, -1)
        return self.truncate(ws, truncation_psi, truncation_cutoff)

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        rows = ws[:, [0, 0, 1, 1]]
        light = torch.tanh(0.5 * (rows * self.axes).sum(dim=2)).reshape(-1, 1, 2, 2)
        picture = torch.nn.functional.interpolate(light, size=(SIZE, SIZE), mode="nearest")
        return picture.expand(-1, 3, -1, -1)


class PatchReader(AttributeNetwork):
    """Reads the mean of each patch: exact, with nothing to learn."""

    def __init__(self) -> None:
        super().__init__(NAMES, width=4, size=SIZE)
        self.mean.zero_()
        self.std.fill_(0.3)
        self.low.fill_(-0.8)
        self.high.fill_(0.8)

    def forward(self, pictures: Tensor) -> Tensor:
        return fit_size(pictures.mean(dim=1, keepdim=True), 2).flatten(1) / 0.3
