"""A small convolutional network that reads attributes (smile, age, glasses ...) off pictures.

It learns from pictures whose attributes are known, as those of our own renderers are. Two of them
are needed for honest figures: one that directions are fitted with, and one of another shape, seed
and half of the data that judges them and took no part in the fitting (`FITTER` and `JUDGE`).
"""

from __future__ import annotations

from collections.abc import Sequence
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

KIND = "attributes"
FITTER: dict[str, int] = {"width": 24, "depth": 2, "seed": 1}
JUDGE: dict[str, int] = {"width": 16, "depth": 3, "seed": 2}
SIZE = 128
"""Pixels at the most: wrinkles and lipstick are lost in fewer."""


class AttributeNetwork(PictureNetwork):
    """Pictures [N, 3, size, size] in [-1, 1] to standardised attributes [N, len(names)]."""

    mean: Tensor
    std: Tensor
    low: Tensor
    high: Tensor

    def __init__(
        self, names: Sequence[str], *, width: int = 32, depth: int = 2, size: int = 64
    ) -> None:
        super().__init__(width=width, depth=depth, size=size)
        self.names = tuple(names)
        self.r2: dict[str, float] = {}
        """Share of each attribute's variance that is explained on held-out pictures."""
        self.errors: dict[str, Any] = {}
        """How far its readings of known changes are off, as `judge_errors` measures it."""
        self.facts: dict[str, Any] = {}
        """What it was learned from."""
        self._config = {"names": list(names), "width": width, "depth": depth, "size": size}
        self.head = nn.Linear(self.channels * 16, len(names))
        for name in ("mean", "std", "low", "high"):
            self.register_buffer(name, torch.zeros(len(names)))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(self.grid(pictures).flatten(1)).float()

    def predict(self, pictures: Pictures, batch: int = 256) -> Tensor:
        """The attributes [N, len(names)] in the units of the labels."""
        return in_batches(self, pictures, batch) * self.std + self.mean

    def standardise(self, labels: Tensor) -> Tensor:
        """Labels in standard deviations from the mean of the training pictures."""
        return (labels - self.mean) / self.std

    def index(self, name: str) -> int:
        """The column of an attribute; raises DataError that lists those there are."""
        if name not in self.names:
            raise DataError(f"unknown attribute {name!r}; known: {', '.join(self.names)}")
        return self.names.index(name)

    def save(self, path: Path, dtype: torch.dtype = torch.float32) -> None:
        """Write the network as safetensors; the name is taken when complete."""
        header = {"config": self._config, "r2": self.r2, "errors": self.errors}
        header["facts"] = self.facts
        write_network(path, self, KIND, header, dtype)

    @classmethod
    def load(cls, path: Path) -> AttributeNetwork:
        """Open a file of `save`, ready for inference."""
        network, header = read_network(path, KIND, lambda header: cls(**header["config"]))
        network.r2, network.errors = header["r2"], header.get("errors", {})
        network.facts = header.get("facts", {})
        return network


def train_attribute_network(
    pictures: np.ndarray,
    labels: np.ndarray,
    names: Sequence[str],
    *,
    flip_sign: Sequence[float] | None = None,
    width: int = 32,
    depth: int = 2,
    seed: int = 0,
    images: int = 120_000,
    batch: int = 64,
    learning_rate: float = 2e-3,
    held_out: float = 0.1,
) -> Job[AttributeNetwork]:
    """Fit a network to pictures uint8 [N, 3, H, W] and labels [N, L] by regression.

    Sees `images` pictures, with repetition. The last `held_out` share of the pictures takes no
    part; `r2` is measured on it. With `flip_sign` (+1 or -1 a label, as a mirror changes it),
    half of the pictures are mirrored.
    """
    _check(pictures, labels, names, batch)
    count = int(len(pictures) * (1 - held_out))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        size = min(SIZE, pictures.shape[-1])
        network = AttributeNetwork(names, width=width, depth=depth, size=size)
    targets = torch.from_numpy(np.array(labels, dtype=np.float32))
    _measure_labels(network, targets[:count])
    targets = network.standardise(targets)
    signs = None if flip_sign is None else _flip(network, flip_sign)
    random = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=0.01)
    steps = max(1, images // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps)
    for step in range(steps):
        chosen = torch.randint(count, (batch,), generator=random).sort().values
        x, y = as_floats(pictures[chosen.numpy()]), targets[chosen]
        if signs is not None:
            x, y = _mirror_some(x, y, signs, random)
        with torch.autocast("cpu", torch.bfloat16, enabled=native_bf16(x.device)):
            loss = F.mse_loss(network(augment(fit_size(x, size), random)), y)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 10 == 9:
            yield Step(step + 1, steps, "learning to read attributes")
    network.eval().requires_grad_(False)
    network.r2 = explained_variance(network, pictures[count:], labels[count:])
    return network


def _check(pictures: np.ndarray, labels: np.ndarray, names: Sequence[str], batch: int) -> None:
    if labels.shape != (len(pictures), len(names)):
        raise DataError(
            f"{len(pictures)} pictures with {len(names)} attributes need labels of that shape, "
            f"not {labels.shape}"
        )
    if len(pictures) < 4 * batch:
        raise DataError(
            f"{len(pictures)} pictures are too few to learn attributes from; "
            f"at least {4 * batch} are needed"
        )


def _measure_labels(network: AttributeNetwork, labels: Tensor) -> None:
    network.mean.copy_(labels.mean(dim=0))
    network.std.copy_(labels.std(dim=0).clamp(min=1e-6))
    network.low.copy_(labels.quantile(0.01, dim=0))
    network.high.copy_(labels.quantile(0.99, dim=0))


def _flip(network: AttributeNetwork, flip_sign: Sequence[float]) -> tuple[Tensor, Tensor]:
    """Mirroring in standardised units: y -> sign y + offset, as the mean need not be zero."""
    sign = torch.tensor(flip_sign, dtype=torch.float32)
    return sign, (sign - 1) * network.mean / network.std


def _mirror_some(
    x: Tensor, y: Tensor, flip: tuple[Tensor, Tensor], random: torch.Generator
) -> tuple[Tensor, Tensor]:
    chosen = torch.rand(len(x), generator=random) < 0.5
    x = torch.where(chosen[:, None, None, None], x.flip(3), x)
    return x, torch.where(chosen[:, None], y * flip[0] + flip[1], y)


def explained_variance(
    network: AttributeNetwork, pictures: Pictures, labels: np.ndarray
) -> dict[str, float]:
    """R^2 of each attribute: 1 - squared error / variance."""
    truth = torch.from_numpy(np.array(labels, dtype=np.float32))
    error = (network.predict(pictures) - truth).square().mean(dim=0)
    r2 = 1 - error / truth.var(dim=0, unbiased=False).clamp(min=1e-12)
    return {name: round(float(value), 4) for name, value in zip(network.names, r2, strict=True)}
