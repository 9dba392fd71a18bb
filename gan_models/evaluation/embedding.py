"""A small network that puts pictures of one person near each other, and others far apart.

It learns by supervised contrast (Khosla et al. 2020); where nobody says who is in a picture, each
picture is a person of its own, seen twice through random crops and colours (Chen et al. 2020).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import DataError
from gan_models.engine.probe import native_bf16
from gan_models.evaluation.networks import (
    PictureNetwork,
    Pictures,
    as_floats,
    augment,
    fit_size,
    in_batches,
    read_network,
    write_network,
)
from gan_models.progress import Job, Step

KIND = "embedding"
TEMPERATURE = 0.1


class EmbeddingNetwork(PictureNetwork):
    """Pictures [N, 3, size, size] in [-1, 1] to unit vectors [N, dim]."""

    def __init__(self, *, width: int = 32, depth: int = 2, size: int = 64, dim: int = 64) -> None:
        super().__init__(width=width, depth=depth, size=size)
        self.facts: dict[str, Any] = {}
        """What was measured on people that it did not learn from."""
        self._config = {"width": width, "depth": depth, "size": size, "dim": dim}
        self.head = nn.Linear(self.channels * 16, dim)

    def forward(self, pictures: Tensor) -> Tensor:
        return F.normalize(self.head(self.grid(pictures).flatten(1)).float(), dim=1)

    def embed(self, pictures: Pictures, batch: int = 256) -> Tensor:
        """Unit vectors [N, dim]; the similarity of two pictures is their product."""
        return in_batches(self, pictures, batch)

    def save(self, path: Path, dtype: torch.dtype = torch.float32) -> None:
        """Write the network as safetensors; the name is taken when complete."""
        write_network(path, self, KIND, {"config": self._config, "facts": self.facts}, dtype)

    @classmethod
    def load(cls, path: Path) -> EmbeddingNetwork:
        """Open a file of `save`, ready for inference."""
        network, header = read_network(path, KIND, lambda header: cls(**header["config"]))
        network.facts = header["facts"]
        return network


def train_embedding(
    pictures: np.ndarray,
    people: np.ndarray | None = None,
    *,
    width: int = 32,
    depth: int = 2,
    dim: int = 64,
    seed: int = 0,
    images: int = 100_000,
    batch: int = 128,
    views: int = 4,
    learning_rate: float = 2e-3,
) -> Job[EmbeddingNetwork]:
    """Learn from pictures uint8 [N, 3, H, W] and who is in each (`people`, int [N]).

    A batch shows `views` pictures of each of its people; without `people`, each picture twice.
    Sees `images` pictures, with repetition.
    """
    if len(pictures) < 2 * batch:
        raise DataError(f"{len(pictures)} pictures are too few; at least {2 * batch} are needed")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        size = min(64, pictures.shape[-1])
        network = EmbeddingNetwork(width=width, depth=depth, size=size, dim=dim)
    random = torch.Generator().manual_seed(seed)
    groups = None if people is None else _groups(people, views)
    optimiser = torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=0.01)
    steps = max(1, images // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps)
    for step in range(steps):
        if groups is None:
            chosen = torch.randint(len(pictures), (batch // 2,), generator=random)
            x = fit_size(as_floats(pictures[chosen.numpy()]), size).repeat_interleave(2, dim=0)
            x, who = crops(x, random), chosen.repeat_interleave(2)
        else:
            chosen, who = _pick(groups, batch // views, views, random)
            x = _mirror(fit_size(as_floats(pictures[chosen.numpy()]), size), random)
            x = augment(x, random)
        with torch.autocast("cpu", torch.bfloat16, enabled=native_bf16(x.device)):
            embedded = network(x)
        loss = contrast(embedded, who)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 10 == 9:
            yield Step(step + 1, steps, "learning who is who")
    return network.eval().requires_grad_(False)


def contrast(embedded: Tensor, who: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Supervised contrastive loss (Khosla et al. 2020, equation 2) of unit vectors [N, dim]."""
    itself = torch.eye(len(who), dtype=torch.bool)
    logits = (embedded @ embedded.t() / temperature).masked_fill(itself, -1e9)
    same = (who[:, None] == who) & ~itself
    likelihood = logits.log_softmax(dim=1)
    return -((likelihood * same).sum(dim=1) / same.sum(dim=1).clamp(min=1)).mean()


def _groups(people: np.ndarray, views: int) -> Tensor:
    """Rows of the pictures of each person [people, views or more]."""
    names, counts = np.unique(people, return_counts=True)
    least = int(counts.min())
    if least < views:
        raise DataError(f"each person needs {views} pictures; one has {least}")
    rows = np.argsort(people, kind="stable")
    starts = np.cumsum(counts) - counts
    return torch.from_numpy(rows[starts[:, None] + np.arange(least)]).reshape(len(names), least)


def _pick(
    groups: Tensor, people: int, views: int, random: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Rows of `views` pictures of each of some people, and who is in each."""
    who = torch.randperm(len(groups), generator=random)[:people]
    order = torch.rand(len(who), groups.shape[1], generator=random).argsort(dim=1)[:, :views]
    return groups[who[:, None], order].flatten(), who.repeat_interleave(views)


def _mirror(x: Tensor, random: torch.Generator) -> Tensor:
    chosen = torch.rand(len(x), 1, 1, 1, generator=random) < 0.5
    return torch.where(chosen, x.flip(3), x)


def crops(x: Tensor, random: torch.Generator) -> Tensor:
    """Each picture's own random crop (a third or more of the area), mirror and colours."""

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(len(x), *shape, generator=random)

    scale = uniform(0.6, 1.0)
    place = torch.zeros(len(x), 2, 3)
    place[:, 0, 0] = scale * torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    place[:, 1, 1] = scale
    place[:, :, 2] = uniform(-1, 1, 2) * (1 - scale)[:, None]
    grid = F.affine_grid(place, list(x.shape), align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)
    x = x * uniform(0.7, 1.3, 1, 1, 1) * uniform(0.85, 1.15, x.shape[1], 1, 1)
    return x + uniform(-0.2, 0.2, 1, 1, 1)
