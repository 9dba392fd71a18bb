"""The processes that train one model together, by torch.distributed; usually there is one.

Parameters are equal everywhere from the start and stay so, because gradients are averaged before
each update: one flat all-reduce, which works with penalties on gradients where wrappers of modules
do not.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

from gan_models.base import TrainingError

T = TypeVar("T")

PATIENCE = timedelta(hours=2)
"""How long processes wait for each other: one draws a whole data set first."""


@dataclass(frozen=True)
class Workers:
    """This process among all."""

    rank: int = 0
    world: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes the run folder."""
        return self.rank == 0

    def share(self, batch: Tensor) -> Tensor:
        """This process' part of what is drawn for all, [N, ...] to [N / world, ...].

        Pictures that one minibatch standard deviation sees together stay together.
        """
        if self.world == 1:
            return batch
        if batch.shape[0] % self.world:
            raise TrainingError(
                f"a batch of {batch.shape[0]} cannot be divided among {self.world} processes; "
                "choose a multiple of their number"
            )
        group = math.gcd(4, batch.shape[0] // self.world)
        return batch.unflatten(0, (group, -1)).chunk(self.world, 1)[self.rank].flatten(0, 1)

    @torch.no_grad()
    def average(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors by their means over all processes."""
        if self.world == 1 or not tensors:
            return
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        dist.all_reduce(flat)
        flat /= self.world
        for tensor, part in zip(
            tensors, flat.split([tensor.numel() for tensor in tensors]), strict=True
        ):
            tensor.copy_(part.view_as(tensor))

    def told(self, value: T) -> T:
        """The leading process' value, on all."""
        if self.world == 1:
            return value
        values: list[T] = [value]
        dist.broadcast_object_list(values, 0)
        return values[0]

    def wait(self) -> None:
        """Until all processes are here."""
        if self.world > 1:
            dist.barrier()


def is_restarted() -> bool:
    """Whether torchrun started this process again after one failed."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0


def _meeting_place() -> tuple[Store, int, int]:
    """Where processes find each other, this one's rank, and their number.

    torchrun keeps its store when it starts processes again, and in it the addresses of those that
    are gone: each start needs a name of its own. Machines count starts apart; the commands that
    Ganvas writes for several have torchrun make a new store instead.
    """
    store, rank, world = next(rendezvous("env://", timeout=PATIENCE))
    if os.environ.get("GROUP_WORLD_SIZE", "1") == "1":
        start = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
        store = PrefixStore(f"start-{start}", store)
    return store, rank, world


@contextmanager
def joined_workers(device: torch.device) -> Iterator[Workers]:
    """Join the processes that torchrun started, by the variables it sets; else be alone."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        yield Workers()
        return
    backend = "nccl" if device.type == "cuda" else "gloo"
    store, rank, world = _meeting_place()
    dist.init_process_group(backend, store=store, rank=rank, world_size=world, timeout=PATIENCE)
    try:
        yield Workers(dist.get_rank(), world)
        dist.barrier()  # none leaves while another still talks to it
    finally:
        dist.destroy_process_group()
