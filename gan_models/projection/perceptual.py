"""VGG16 as one more pair of eyes, from a file of weights that the user has (nothing is downloaded).

torchvision's `vgg16` weights, and those that LPIPS files hold; compared as Zhang et al. 2018 do,
without their learned weights.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from gan_models.checkpoints.arrays import read_arrays
from gan_models.checkpoints.own import is_own
from gan_models.errors import ModelLoadError

LAYERS = {0: 64, 2: 64, 5: 128, 7: 128, 10: 256, 12: 256, 14: 256, 17: 512, 19: 512, 21: 512}
"""torchvision's number of each convolution that is used, and its width; the last block is left out:
it sees what is in a picture, not who."""
COMPARED = (2, 7, 14, 21)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_NAME = re.compile(r"(?:features|(?:net\.)?slice\d)\.(\d+)\.(weight|bias)")


class Vgg16(nn.Module):
    """RGB [N, 3, H, W] in [-1, 1] to the features before four of the five poolings."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        inputs = (3, *LAYERS.values())
        self.layers = nn.ModuleDict(
            {
                str(number): nn.Conv2d(before, width, 3, padding=1)
                for before, (number, width) in zip(inputs, LAYERS.items(), strict=False)
            }
        )
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None])
        self.register_buffer("std", torch.tensor(STD)[:, None, None])

    def forward(self, pictures: Tensor) -> list[Tensor]:
        x, maps = ((pictures + 1) / 2 - self.mean) / self.std, []
        for number in LAYERS:
            x = F.relu(self.layers[str(number)](x))
            if number in COMPARED:
                maps.append(x)
                x = F.max_pool2d(x, 2)
        return maps


def load_perceptual(path: Path) -> Vgg16:
    """Read a file of weights, .pth or .safetensors; raises ModelLoadError, runs nothing of it."""
    network = Vgg16()
    weights = {}
    for name, array in _arrays(path).items():
        found = _NAME.fullmatch(name)
        if found and int(found[1]) in LAYERS:
            weights[f"{found[1]}.{found[2]}"] = torch.from_numpy(np.array(array)).float()
    try:
        network.layers.load_state_dict(weights)
    except RuntimeError:
        raise ModelLoadError(
            f"{path} holds no weights of VGG16; torchvision's vgg16 file and LPIPS files do"
        ) from None
    return network.eval().requires_grad_(False)


def _arrays(path: Path) -> dict[str, np.ndarray]:
    if not is_own(path):
        return read_arrays(path)
    try:
        return {name: tensor.float().numpy() for name, tensor in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise ModelLoadError(f"{path} is damaged: {error}") from None
