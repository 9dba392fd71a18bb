"""Whether a run fits into the memory that is free, said before any of it is taken.

A system gives a processor more memory than there is, and ends the process that then uses it,
without a word. So a step is gone through once on torch's `meta` device, where tensors have sizes
and no contents.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from gan_models.base import TrainingError
from gan_models.memory import free_bytes, size_text
from gan_models.training.config import TrainingConfig
from gan_models.training.draws import Draws
from gan_models.training.networks import Networks
from gan_models.training.workers import Workers

META = torch.device("meta")
GENERATOR, DISCRIMINATOR = 5, 4
"""Copies of each weight: itself, its gradient, Adam's two moments; the generator's average."""


def check_memory(
    build: Callable[[], Networks], config: TrainingConfig, device: torch.device, *, half: bool
) -> None:
    """Raise TrainingError where the least that a step takes is more than is free.

    `build` makes the networks; `half` says whether their activations have 16 bits.
    """
    free = free_bytes(device)
    if free is None:
        return
    with META:
        networks = build()
    weights = 4 * (
        GENERATOR * _count(networks.generator) + DISCRIMINATOR * _count(networks.discriminator)
    )
    activations = kept_for_gradients(networks, config) // (2 if half else 1)
    if weights + activations <= free:
        return
    raise TrainingError(
        f"this run needs at least {size_text(weights + activations)} of memory, and "
        f"{size_text(free)} is free on {device}: {_remedy(config, weights, activations, free)}"
    )


def _count(network: nn.Module) -> int:
    return sum(tensor.numel() for tensor in network.state_dict().values())


def _remedy(config: TrainingConfig, weights: int, activations: int, free: int) -> str:
    """A batch that fits, if one does."""
    batch = config.batch * (free - weights) // max(activations, 1) // 2
    if batch >= 1:
        return f"use --set batch={batch}"
    return "choose a smaller resolution, or narrower networks"


def kept_for_gradients(networks: Networks, config: TrainingConfig) -> int:
    """Bytes of the activations that a step of the generator keeps, in float32."""
    kept: dict[int, Tensor] = {}

    def note(tensor: Tensor) -> Tensor:
        kept[_memory(tensor)] = tensor
        return tensor

    networks.advance(round(config.kimg * 1000), copy.deepcopy(networks.generator))
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        networks.rehearse(Draws(0, Workers(), networks.generator.w_avg.device))
    own = (networks.generator, networks.discriminator)
    weights = {_memory(x) for network in own for x in network.state_dict().values()}
    return sum(x.untyped_storage().nbytes() for key, x in kept.items() if key not in weights)


def _memory(tensor: Tensor) -> int:
    """What names the memory that a tensor is a view of; on `meta` all addresses are 0."""
    return tensor.untyped_storage()._cdata
