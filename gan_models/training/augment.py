"""DiffAugment (Zhao et al. 2020): the same random change on real and generated pictures.

The discriminator then cannot learn the pictures by heart; for sets below some 30,000 pictures.
Pictures are [N, C, H, W] in about [-1, 1]; every change is differentiable.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor


def _uniform(x: Tensor) -> Tensor:
    """One number in [0, 1) for each picture."""
    return torch.rand(x.shape[0], 1, 1, 1, device=x.device, dtype=x.dtype)


def color(x: Tensor) -> Tensor:
    """Brightness +-0.5, saturation 0 to 2 times, contrast 0.5 to 1.5 times."""
    x = x + (_uniform(x) - 0.5)
    grey = x.mean(dim=1, keepdim=True)
    x = torch.lerp(grey, x, _uniform(x) * 2)
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return torch.lerp(mean, x, _uniform(x) + 0.5)


def translation(x: Tensor, ratio: float = 0.125) -> Tensor:
    """Shift by up to an eighth of the picture, black where nothing is left."""
    height, width = x.shape[2:]
    reach_y, reach_x = int(height * ratio + 0.5), int(width * ratio + 0.5)
    top = torch.randint(0, 2 * reach_y + 1, (x.shape[0],), device=x.device)
    left = torch.randint(0, 2 * reach_x + 1, (x.shape[0],), device=x.device)
    padded = F.pad(x, (reach_x, reach_x, reach_y, reach_y))
    rows = top[:, None] + torch.arange(height, device=x.device)
    columns = left[:, None] + torch.arange(width, device=x.device)
    which = torch.arange(x.shape[0], device=x.device)[:, None, None]
    shifted = padded.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None]]
    return shifted.permute(0, 3, 1, 2)


def cutout(x: Tensor, ratio: float = 0.5) -> Tensor:
    """A black square of half the picture's side anywhere."""
    height, width = x.shape[2:]
    side_y, side_x = int(height * ratio), int(width * ratio)
    centre_y = torch.randint(0, height, (x.shape[0], 1), device=x.device)
    centre_x = torch.randint(0, width, (x.shape[0], 1), device=x.device)
    far_y = (torch.arange(height, device=x.device) - centre_y).abs() > side_y // 2
    far_x = (torch.arange(width, device=x.device) - centre_x).abs() > side_x // 2
    return x * (far_y[:, None, :, None] | far_x[:, None, None, :]).to(x.dtype)


AUGMENTATIONS = {"color": color, "translation": translation, "cutout": cutout}


def diff_augment(x: Tensor, names: Iterable[str], share: float = 1.0) -> Tensor:
    """Apply the named augmentations one after the other, to a share of the pictures."""
    changed = x
    for name in names:
        changed = AUGMENTATIONS[name](changed)
    if changed is not x and share < 1:
        changed = torch.where(_uniform(x) < share, changed, x)
    return changed.contiguous(memory_format=torch.channels_last)
