"""A small convolutional network that reads attributes (smile, age, glasses ...) off pictures.

It learns from pictures whose attributes are known, as those of our own renderers are. Two of them
are needed for honest figures: one that directions are fitted with, and one of another shape, seed
and half of the data that judges them and took no part in the fitting (`FITTER` and `JUDGE`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from gan_models.base import DataError, ModelLoadError
from gan_models.files import save_tensors
from gan_models.progress import Job, Step
from gan_models.training.loop import has_native_bf16

FORMAT = 1
FITTER: dict[str, int] = {"width": 32, "depth": 2, "seed": 1}
JUDGE: dict[str, int] = {"width": 32, "depth": 3, "seed": 2}

Pictures = np.ndarray | Tensor
"""uint8 [N, 3, H, W], or float in [-1, 1]."""


class AttributeNetwork(nn.Module):
    """Pictures [N, 3, size, size] in [-1, 1] to standardised attributes [N, len(names)].

    Halvings of the size down to 8 pixels with `depth` convolutions each, and one linear layer on
    a 4 x 4 grid, so that it knows where in the picture something is.
    """

    mean: Tensor
    std: Tensor
    low: Tensor
    high: Tensor

    def __init__(
        self, names: Sequence[str], *, width: int = 32, depth: int = 2, size: int = 64
    ) -> None:
        super().__init__()
        self.names = tuple(names)
        self.size = size
        self.r2: dict[str, float] = {}
        """Share of each attribute's variance that is explained on held-out pictures."""
        self._config = {"names": list(names), "width": width, "depth": depth, "size": size}
        layers, inputs = [], 3
        for number in range(int(math.log2(size / 8))):
            outputs = width * 2**number
            layers.append(_convolution(inputs, outputs, stride=2))
            layers.extend(_convolution(outputs, outputs) for _ in range(depth - 1))
            inputs = outputs
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(inputs * 16, len(names))
        for name in ("mean", "std", "low", "high"):
            self.register_buffer(name, torch.zeros(len(names)))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a gap in torch's stubs

    def forward(self, pictures: Tensor) -> Tensor:
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        x = F.adaptive_avg_pool2d(self.layers(fit_size(pictures, self.size)), 4)
        return self.head(x.flatten(1)).float()

    def predict(self, pictures: Pictures, batch: int = 256) -> Tensor:
        """The attributes [N, len(names)] in the units of the labels."""
        with torch.no_grad():
            parts = [self(as_floats(part)) for part in _batches(pictures, batch)]
        return torch.cat(parts) * self.std + self.mean

    def standardise(self, labels: Tensor) -> Tensor:
        """Labels in standard deviations from the mean of the training pictures."""
        return (labels - self.mean) / self.std

    def index(self, name: str) -> int:
        """The column of an attribute; raises DataError that lists those there are."""
        if name not in self.names:
            raise DataError(f"unknown attribute {name!r}; known: {', '.join(self.names)}")
        return self.names.index(name)

    def save(self, path: Path) -> None:
        """Write the network as safetensors; the name is taken when complete."""
        header = {"format": FORMAT, "config": self._config, "r2": self.r2}
        save_tensors(path, self.state_dict(), {"ganvas-attributes": json.dumps(header)})

    @classmethod
    def load(cls, path: Path) -> AttributeNetwork:
        """Open a file of `save`, ready for inference."""
        try:
            with safe_open(path, framework="pt") as file:
                header = _header(path, file.metadata())
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            network = cls(**header["config"])
            network.load_state_dict(tensors)
        except OSError as error:
            raise ModelLoadError(f"{path} cannot be read: {error.strerror or error}") from None
        except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise ModelLoadError(f"{path} is no attribute network: {error}") from None
        network.r2 = header["r2"]
        return network.eval().requires_grad_(False)


def _header(path: Path, metadata: Mapping[str, str] | None) -> dict[str, Any]:
    if not metadata or "ganvas-attributes" not in metadata:
        raise ModelLoadError(f"{path} is a safetensors file, but no attribute network of Ganvas")
    header = json.loads(metadata["ganvas-attributes"])
    if header["format"] > FORMAT:
        raise ModelLoadError(f"{path} was written by a newer Ganvas; update Ganvas")
    return header


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def fit_size(pictures: Tensor, size: int) -> Tensor:
    """Average larger pictures over areas down to `size`; enlarge smaller ones."""
    if pictures.shape[-1] == size:
        return pictures
    if pictures.shape[-1] > size:
        return F.adaptive_avg_pool2d(pictures, size)
    return F.interpolate(pictures, size=(size, size), mode="bilinear", align_corners=False)


def as_floats(pictures: Pictures) -> Tensor:
    """uint8 pictures to [-1, 1]; floats are only bounded, as they are when they are shown."""
    # Copied, because torch cannot share the memory of a read-only file.
    tensor = torch.from_numpy(np.array(pictures)) if isinstance(pictures, np.ndarray) else pictures
    if tensor.dtype == torch.uint8:
        return tensor.float() / 127.5 - 1
    return tensor.float().clamp(-1, 1)


def _batches(pictures: Pictures, size: int) -> list[Pictures]:
    return [pictures[start : start + size] for start in range(0, len(pictures), size)]


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
        size = min(64, pictures.shape[-1])
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
        with torch.autocast("cpu", torch.bfloat16, enabled=has_native_bf16(x.device)):
            loss = F.mse_loss(network(_augment(fit_size(x, size), random)), y)
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


def _augment(x: Tensor, random: torch.Generator) -> Tensor:
    """What generated pictures may differ in: softer, noisier, shifted, a little brighter."""
    shape = (len(x), 1, 1, 1)
    softness = torch.rand(shape, generator=random)
    x = torch.lerp(x, F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, stride=1), softness)
    x = x * (1 + 0.05 * torch.randn(shape, generator=random))
    x = x + 0.03 * torch.randn(shape, generator=random)
    x = x + 0.04 * torch.rand(shape, generator=random) * torch.randn(x.shape, generator=random)
    down, right = (int(i) for i in torch.randint(5, (2,), generator=random))
    padded = F.pad(x, (2, 2, 2, 2), mode="replicate")
    return padded[:, :, down : down + x.shape[2], right : right + x.shape[3]]


def explained_variance(
    network: AttributeNetwork, pictures: Pictures, labels: np.ndarray
) -> dict[str, float]:
    """R^2 of each attribute: 1 - squared error / variance."""
    truth = torch.from_numpy(np.array(labels, dtype=np.float32))
    error = (network.predict(pictures) - truth).square().mean(dim=0)
    r2 = 1 - error / truth.var(dim=0, unbiased=False).clamp(min=1e-12)
    return {name: round(float(value), 4) for name, value in zip(network.names, r2, strict=True)}
