"""Seeds to `ws` to pictures, in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from gan_models.base import Generator, seed_to_z
from gan_models.engine import Engine

BATCH = 50


def seed_ws(generator: Generator, seeds: Sequence[int], psi: float) -> Tensor:
    """`ws` [N, num_ws, w_dim] of seeds; a conditional generator takes its classes in turn."""
    spec, device = generator.spec, generator.w_avg.device
    z = torch.cat([seed_to_z(seed, spec.z_dim) for seed in seeds]).to(device)
    label = None
    if spec.label_dim:
        classes = torch.tensor([seed % spec.label_dim for seed in seeds], device=device)
        label = torch.nn.functional.one_hot(classes, spec.label_dim).float()
    with torch.no_grad():
        return generator.map(z, label, psi)


def synthesize_batches(generator: Generator, ws: Tensor) -> Iterator[Tensor]:
    """Pictures [n, C, H, W] of `ws`, some at a time."""
    engine = Engine(generator, cache_bytes=0)
    for part in ws.split(BATCH):
        yield engine.synthesize(part).clamp(-1, 1)
