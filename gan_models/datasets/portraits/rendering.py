"""Layers from back to front, batch by batch."""

import torch
from torch import Tensor

from gan_models.datasets.portraits import body, face, glasses, hair
from gan_models.datasets.portraits.parameters import Portraits
from gan_models.datasets.portraits.scene import prepare
from gan_models.datasets.portraits.shading import develop

VERSION = 3
"""Raised whenever the same numbers give other pictures, or other numbers are drawn: networks that
learned from older pictures are then trained anew."""

# Samples per pass: on a CPU a few fields must stay in the cache, a GPU wants much work at once.
_CPU_SAMPLES = 8 * 128 * 128
_GPU_SAMPLES = 128 * 128 * 128


@torch.inference_mode()
def render(portraits: Portraits, size: int = 64, device: str | torch.device = "cpu") -> Tensor:
    """Render portraits as uint8 RGB [N, 3, size, size] on `device`."""
    if size < 8:
        raise ValueError(f"A portrait needs at least 8 pixels, not {size}.")
    place = torch.device(device)
    budget = _CPU_SAMPLES if place.type == "cpu" else _GPU_SAMPLES
    step = max(1, budget // (2 * size) ** 2)
    pictures = torch.empty(len(portraits), 3, size, size, dtype=torch.uint8, device=place)
    for start in range(0, len(portraits), step):
        part = slice(start, start + step)
        pictures[part] = _render_batch(portraits.values[part].to(place), size)
    return pictures


def _render_batch(values: Tensor, size: int) -> Tensor:
    scene = prepare(values, size)
    cap = hair.hood(scene, scene.frame.crop(-0.95, 0.95, -1.0, 1.0))
    body.paint_background(scene)
    hair.paint_bun(scene)
    hair.paint_back_hair(scene, cap)
    body.paint_body(scene)
    face.paint_ears(scene)
    face.paint_face(scene, cap)
    hair.paint_hair(scene, cap)
    glasses.paint_glasses(scene)
    return develop(scene.canvas, scene.frame)
