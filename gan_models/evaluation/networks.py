"""What the small networks that look at pictures share: layers, input, augmentation, files."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from gan_models.base import ModelLoadError
from gan_models.files import save_tensors
from gan_models.progress import Job

FORMAT = 1

Pictures = np.ndarray | Tensor
"""uint8 [N, 3, H, W], or float in [-1, 1]."""


class PictureNetwork(nn.Module):
    """Halves pictures [N, 3, size, size] down to 8 pixels, with `depth` convolutions each time."""

    def __init__(self, *, width: int, depth: int, size: int) -> None:
        super().__init__()
        self.size = size
        layers, inputs = [], 3
        for number in range(int(math.log2(size / 8))):
            outputs = width * 2**number
            layers.append(_convolution(inputs, outputs, stride=2))
            layers.extend(_convolution(outputs, outputs) for _ in range(depth - 1))
            inputs = outputs
        self.channels = inputs
        self.layers = nn.Sequential(*layers)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a gap in torch's stubs

    def grid(self, pictures: Tensor) -> Tensor:
        """What the last layer sees [N, channels, 4, 4], so that it is known where something is."""
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        return F.adaptive_avg_pool2d(self.layers(fit_size(pictures, self.size)), 4)

    def features(self, pictures: Pictures, batch: int = 256) -> Tensor:
        """The last layer's means over the picture [N, channels], to compare sets of pictures in."""
        return in_batches(lambda part: self.grid(part).mean(dim=(2, 3)).float(), pictures, batch)


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


def in_batches(read: Callable[[Tensor], Tensor], pictures: Pictures, batch: int) -> Tensor:
    """`read` applied to some pictures at a time, without gradients."""
    starts = range(0, len(pictures), batch)
    with torch.no_grad():
        return torch.cat([read(as_floats(pictures[start : start + batch])) for start in starts])


def augment(x: Tensor, random: torch.Generator) -> Tensor:
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


N = TypeVar("N", bound=nn.Module)


def write_network(
    path: Path, network: nn.Module, kind: str, header: Mapping[str, Any], dtype: torch.dtype
) -> None:
    """Write a `kind` of network as safetensors; the header says what kind it is, and more."""
    tensors = {
        name: tensor.to(dtype) if tensor.is_floating_point() else tensor
        for name, tensor in network.state_dict().items()
    }
    save_tensors(path, tensors, {f"ganvas-{kind}": json.dumps({"format": FORMAT, **header})})


def read_network(
    path: Path, kind: str, build: Callable[[dict[str, Any]], N]
) -> tuple[N, dict[str, Any]]:
    """Open a file of `write_network` for inference, with its header; `build` makes the network."""
    try:
        with safe_open(path, framework="pt") as file:
            header = _header(path, kind, file.metadata())
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        network = build(header)
        network.load_state_dict(tensors)
    except OSError as error:
        raise ModelLoadError(f"{path} cannot be read: {error.strerror or error}") from None
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelLoadError(f"{path} is no {kind} network: {error}") from None
    return network.eval().requires_grad_(False), header


class Learned(Protocol):
    """A network that is kept in a file, with what it was learned from."""

    facts: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write it."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Open a file of `save`."""


L = TypeVar("L", bound=Learned)


def kept(path: Path, source: str, kind: type[L], learning: Job[L]) -> Job[L]:
    """The network in the file at `path`, if it learned from `source`; else that of `learning`.

    That one is written there, where it can be. `source` is a hash of all that it learns from.
    """
    with suppress(ModelLoadError):
        known = kind.load(path)
        if known.facts.get("source") == source:
            return known
    network = yield from learning
    network.facts = {"source": source}
    # A folder that may only be read from, or a full disk, which safetensors tells in its own way.
    with suppress(OSError, SafetensorError):
        network.save(path)
    return network


def _header(path: Path, kind: str, metadata: Mapping[str, str] | None) -> dict[str, Any]:
    if not metadata or f"ganvas-{kind}" not in metadata:
        raise ModelLoadError(f"{path} is a safetensors file, but no {kind} network of Ganvas")
    header: dict[str, Any] = json.loads(metadata[f"ganvas-{kind}"])
    if header["format"] > FORMAT:
        raise ModelLoadError(f"{path} was written by a newer Ganvas; update Ganvas")
    return header
