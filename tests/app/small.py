"""Tiny real models of several families, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from gan_models.base import Generator
from gan_models.checkpoints.own import save_generator
from gan_models.registry import build_generator
from tests.gan_models.test_families import small_stylegan3

CONFIGS: dict[str, tuple[str, dict[str, Any]]] = {
    "conditional": (
        "stylegan2",
        {"resolution": 16, "z_dim": 8, "w_dim": 8, "channel_base": 64, "label_dim": 5},
    ),
    "alias-free": (
        "stylegan3",
        small_stylegan3(kernel=3, label_dim=3, class_means=True, embed_features=5),
    ),
    "dcgan": ("dcgan", {"widths": [8, 12, 6, 3]}),
    "acgan": (
        "acgan",
        {"z_dim": 6, "label_dim": 3, "embed_features": 4, "side": 2, "width": 8, "narrow": 4},
    ),
    "spade": (
        "spade",
        {"features": 1, "map_classes": 4, "resolution": 32, "ups": 3, "z_dim": 8},
    ),
    "landscapes": (
        "spade",
        {"features": 1, "map_classes": 4, "resolution": 32, "ups": 3, "z_dim": 8}
        | {"encoder_features": 2}
        | {
            "class_table": [
                ["sky", [10, 20, 30]],
                ["hill", [200, 40, 40]],
                ["tree", [40, 200, 40]],
                ["water", [40, 40, 200]],
            ]
        },
    ),
    "pix2pixhd": (
        "pix2pixhd",
        {"map_classes": 4, "features": 4, "downs": 2, "blocks": 1, "resolution": 64},
    ),
    "class features": (
        "pix2pixhd",
        {"map_classes": 4, "features": 4, "downs": 2, "blocks": 1, "resolution": 32}
        | {"feature_channels": 2},
    ),
}


def small_generator(kind: str) -> Generator:
    """One of `CONFIGS` with fixed random weights."""
    torch.manual_seed(1)
    generator = build_generator(*CONFIGS[kind]).eval().requires_grad_(False)
    for name, buffer in generator.named_buffers():
        if name.endswith("w_avg"):
            buffer.normal_(std=0.5)
    return generator


def small_model(folder: Path, kind: str) -> Path:
    """Its file."""
    path = folder / f"{kind}.safetensors"
    save_generator(path, small_generator(kind), torch.float32)
    return path
