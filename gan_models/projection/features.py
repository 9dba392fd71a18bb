"""Networks that look at pictures while a latent is searched for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from gan_models.families.discriminator import DiscriminatorBlock
from gan_models.layers import SQRT2, EqualisedConv

KEPT_BLOCKS = 3
"""Blocks of a discriminator that are kept; the deeper half sees whole pictures, which the pyramid
does as well, and holds most of the weights."""
PREFIX = "discriminator."
COMPARED_FROM = 1
"""The first block whose features are compared: finer ones follow every pixel."""


class DiscriminatorFeatures(nn.Module):
    """The first half of a discriminator, which learned what its pictures are made of."""

    def __init__(self, widths: list[int], channels: int = 3) -> None:
        super().__init__()
        self.config: dict[str, Any] = {"widths": list(widths), "channels": channels}
        self.channels = channels
        self.fromrgb = EqualisedConv(channels, widths[0], 1)
        self.blocks = nn.ModuleList(DiscriminatorBlock(a, b) for a, b in pairwise(widths))

    @classmethod
    def of_checkpoint(cls, path: Path) -> Self:
        """That of a training run; raises LookupError for one of another architecture."""
        with safe_open(path, framework="pt") as file:
            names = [name for name in file.keys() if name.startswith(PREFIX)]  # noqa: SIM118
            state = {name.removeprefix(PREFIX): file.get_tensor(name) for name in names}
        first = state["fromrgb.weight"]
        outs = [f"blocks.{number}.skip.weight" for number in range(KEPT_BLOCKS)]
        widths = [state[name].shape[0] for name in ("fromrgb.weight", *outs) if name in state]
        half = cls(widths, first.shape[1])
        half.load_state_dict({name: state[name].float() for name in half.state_dict()})
        return half.eval().requires_grad_(False)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        x = pictures if self.channels == 3 else pictures.mean(dim=1, keepdim=True)
        x = x.contiguous(memory_format=torch.channels_last)
        x = F.leaky_relu(self.fromrgb(x, gain=SQRT2), 0.2)
        maps = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number >= COMPARED_FROM:
                maps.append(x)
        return maps


def discriminator_beside(model: Path) -> DiscriminatorFeatures | None:
    """The discriminator of the run whose snapshot a model file is; None where there is none."""
    checkpoint = model.absolute().parent.parent / "checkpoint.safetensors"
    if not checkpoint.is_file():
        return None
    try:
        half = DiscriminatorFeatures.of_checkpoint(checkpoint)
    except (OSError, SafetensorError, LookupError, RuntimeError):
        return None  # a run of another architecture, or being written: projection does without
    return half if half.channels in (1, 3) and len(half.blocks) > COMPARED_FROM else None
