"""VGG networks as eyes of others, from a file of weights that the user has (nothing is downloaded).

torchvision's `vgg16` and `vgg19` weights, and the VGG16 that LPIPS files hold. Projection compares
by the first as Zhang et al. 2018 do, without their learned weights; training on pairs by the
second as Wang et al. 2018 and Park et al. 2019 do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from gan_models.checkpoints.arrays import read_arrays
from gan_models.checkpoints.own import is_safetensors
from gan_models.errors import ModelLoadError


@dataclass(frozen=True)
class VggLayout:
    """torchvision's numbers of the convolutions that are used, in order."""

    name: str
    convs: tuple[int, ...]
    pooled: tuple[int, ...]
    """Those after which the picture is halved."""
    compared: tuple[int, ...]
    """Those whose features are given."""


VGG16 = VggLayout(
    "VGG16", (0, 2, 5, 7, 10, 12, 14, 17, 19, 21), pooled=(2, 7, 14), compared=(2, 7, 14, 21)
)
"""The last block is left out: it sees what is in a picture, not who."""
VGG19 = VggLayout(
    "VGG19",
    (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28),
    pooled=(2, 7, 16, 25),
    compared=(0, 5, 10, 19, 28),
)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_NAME = re.compile(r"(?:features|(?:net\.)?slice\d)\.(\d+)\.(weight|bias)")


class Vgg(nn.Module):
    """RGB [N, 3, H, W] in [-1, 1] to the features of the layers that are compared."""

    mean: Tensor
    std: Tensor

    def __init__(self, layout: VggLayout, widths: Mapping[int, int]) -> None:
        super().__init__()
        self._layout = layout
        inputs = (3, *(widths[number] for number in layout.convs))
        self.layers = nn.ModuleDict(
            {
                str(number): nn.Conv2d(before, widths[number], 3, padding=1)
                for before, number in zip(inputs, layout.convs, strict=False)
            }
        )
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None])
        self.register_buffer("std", torch.tensor(STD)[:, None, None])

    def forward(self, pictures: Tensor) -> list[Tensor]:
        x, maps = ((pictures + 1) / 2 - self.mean) / self.std, []
        for number in self._layout.convs:
            x = F.relu(self.layers[str(number)](x))
            if number in self._layout.compared:
                maps.append(x)
            if number in self._layout.pooled:
                x = F.max_pool2d(x, 2)
        return maps


def load_vgg(path: Path, layout: VggLayout) -> Vgg:
    """Read a file of weights, .pth or .safetensors; raises ModelLoadError, runs nothing of it."""
    weights = {}
    for name, array in _arrays(path).items():
        found = _NAME.fullmatch(name)
        if found and int(found[1]) in layout.convs:
            weights[f"{found[1]}.{found[2]}"] = torch.from_numpy(np.array(array)).float()
    try:
        network = Vgg(layout, {number: len(weights[f"{number}.bias"]) for number in layout.convs})
        network.layers.load_state_dict(weights)
    except (KeyError, TypeError, RuntimeError):
        others = " and LPIPS files do" if layout is VGG16 else " does"
        raise ModelLoadError(
            f"{path} holds no weights of {layout.name}; "
            f"torchvision's {layout.name.lower()} file{others}"
        ) from None
    return network.eval().requires_grad_(False)


def _arrays(path: Path) -> dict[str, np.ndarray]:
    if not is_safetensors(path):
        return read_arrays(path)
    try:
        return {name: tensor.float().numpy() for name, tensor in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise ModelLoadError(f"{path} is damaged: {error}") from None
