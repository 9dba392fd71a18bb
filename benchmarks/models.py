"""Generators with random weights, of the sizes that people have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from gan_models.base import Generator
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.families.stylegan3 import StyleGAN3


def _stylegan2(resolution: int, base: int, maximum: int) -> StyleGAN2:
    return StyleGAN2(resolution=resolution, channel_base=base, channel_max=maximum)


def stylegan3_config(
    resolution: int, base: int, maximum: int = 512, layers: int = 14
) -> dict[str, Any]:
    """StyleGAN3-T: cut-off frequencies, rates and sizes (Karras et al. 2021, appendix D)."""
    share = np.minimum(np.arange(layers + 1) / (layers - 2), 1)
    cutoffs = 2 * (resolution / 4) ** share
    first, last = 2**2.1, resolution / 2 * 2**0.3
    stopbands = first * (last / first) ** share
    rates = np.exp2(np.ceil(np.log2(np.minimum(2 * stopbands, resolution)))).astype(int)
    sizes = rates + 20
    sizes[-2:] = resolution
    widths = np.rint(np.minimum(base / 2 / cutoffs, maximum)).astype(int)
    widths[-1] = 3
    specs = {
        f"L{i}": _layer(
            (int(rates[max(i - 1, 0)]), int(rates[i])),
            (int(sizes[max(i - 1, 0)]), int(sizes[i])),
            (int(widths[max(i - 1, 0)]), int(widths[i])),
            to_rgb=i == layers,
        )
        for i in range(layers + 1)
    }
    start = {"channels": int(widths[0]), "size": int(sizes[0]), "sampling_rate": float(rates[0])}
    return {
        "resolution": resolution,
        "z_dim": 512,
        "w_dim": 512,
        "input": start | {"bandwidth": float(cutoffs[0])},
        "layers": specs,
    }


def _layer(
    rates: tuple[int, int], sizes: tuple[int, int], widths: tuple[int, int], *, to_rgb: bool
) -> dict[str, Any]:
    between = max(rates) * (1 if to_rgb else 2)
    up, down = between // rates[0], between // rates[1]
    kernel = 1 if to_rgb else 3
    up_taps = 6 * up if up > 1 and not to_rgb else 0
    down_taps = 6 * down if down > 1 and not to_rgb else 0
    total = (sizes[1] - 1) * down + 1 - (sizes[0] + kernel - 1) * up
    total += max(up_taps, 1) + max(down_taps, 1) - 2
    before = (total + up) // 2
    return {
        "in_channels": widths[0],
        "out_channels": widths[1],
        "kernel": kernel,
        "up": up,
        "down": down,
        "padding": [before, total - before] * 2,
        "up_taps": up_taps,
        "down_taps": [down_taps] if down_taps else [],
        "to_rgb": to_rgb,
        "clamp": 256.0,
    }


MODELS: dict[str, Callable[[], Generator]] = {
    "stylegan2-128": lambda: _stylegan2(128, 8192, 256),
    "stylegan2-256": lambda: _stylegan2(256, 16384, 512),
    "stylegan2-1024": lambda: _stylegan2(1024, 32768, 512),
    "stylegan3t-256": lambda: StyleGAN3(**stylegan3_config(256, 16384)),
}
"""The columns of the table, by name."""


def random_model(name: str) -> Generator:
    """One of `MODELS`; strengths of noise and biases are not zero, so that errors would show."""
    torch.manual_seed(0)
    generator = MODELS[name]().eval().requires_grad_(False)
    for key, parameter in generator.named_parameters():
        if key.endswith(("noise_strength", "bias")):
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return generator
