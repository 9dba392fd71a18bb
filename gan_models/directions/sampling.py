"""Random latents of a generator, the same for the same seed."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator


def random_latents(generator: Generator, count: int, seed: int = 0) -> tuple[Tensor, Tensor | None]:
    """`z` [count, z_dim], and one-hot labels [count, label_dim] for a model with classes."""
    spec, device = generator.spec, generator.w_avg.device
    source = torch.Generator().manual_seed(seed)
    z = torch.randn(count, spec.z_dim, generator=source).to(device)
    if not spec.label_dim:
        return z, None
    classes = torch.randint(spec.label_dim, (count,), generator=source)
    return z, F.one_hot(classes, spec.label_dim).float().to(device)
