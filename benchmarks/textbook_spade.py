"""SPADE's synthesis, plainly from the paper's equations, one step an operation.

The oracle and the yardstick of the fast one (Park et al. 2019, section 3 and appendix A); nothing
is kept from one picture to the next.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.families.spade import SPADE, SpadeBlock, SpatialNorm


def synthesize(generator: SPADE, ws: Tensor, label_map: Tensor) -> Tensor:
    """Styles [N, 1, w_dim] on class numbers [1, H, W] to pictures [N, 3, H, W]."""
    classes = torch.arange(generator.spec.map_classes, device=label_map.device)
    layout = (label_map[:, None] == classes[:, None, None]).float()
    side = label_map.shape[1] >> generator.doublings
    if generator.spec.z_dim:
        x = generator.fc(ws[:, 0]).reshape(len(ws), -1, side, side)
    else:
        x = generator.fc(F.interpolate(layout, (side, side), mode="nearest"))
    for number, block in enumerate(generator.blocks):
        assert isinstance(block, SpadeBlock)
        if number == 1 or number > 2 or (number == 2 and generator.extra_up):
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = _block(block, x, layout)
    return torch.tanh(generator.to_rgb(_relu(x)))


def _block(block: SpadeBlock, x: Tensor, layout: Tensor) -> Tensor:
    """A residual block; where the width changes, the way around has a norm of its own."""
    around = block.conv_s(_norm(block.norm_s, x, layout)) if block.changes else x
    y = block.conv_0(_relu(_norm(block.norm_0, x, layout)))
    return around + block.conv_1(_relu(_norm(block.norm_1, y, layout)))


def _norm(norm: SpatialNorm, x: Tensor, layout: Tensor) -> Tensor:
    """Gamma of the map times x normalised, plus beta of the map (equation 1)."""
    if isinstance(norm.norm, nn.BatchNorm2d):
        mean, variance = norm.norm.running_mean, norm.norm.running_var
        assert mean is not None
        assert variance is not None
        mean, variance = mean[:, None, None], variance[:, None, None]
    else:
        mean = x.mean(dim=(2, 3), keepdim=True)
        variance = x.var(dim=(2, 3), unbiased=False, keepdim=True)
    normal = (x - mean) / torch.sqrt(variance + norm.norm.eps)
    hidden = torch.relu(norm.shared(F.interpolate(layout, x.shape[2:], mode="nearest")))
    return normal * (1 + norm.gamma(hidden)) + norm.beta(hidden)


def _relu(x: Tensor) -> Tensor:
    return torch.where(x >= 0, x, 0.2 * x)
