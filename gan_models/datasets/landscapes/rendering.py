"""Pictures of label maps, batch by batch."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.datasets.landscapes.classes import CLASSES
from gan_models.datasets.landscapes.ground import cast_shadows, paint_roads, paint_sand
from gan_models.datasets.landscapes.plants import paint_meadows, paint_trees
from gan_models.datasets.landscapes.scene import Scene, prepare
from gan_models.datasets.landscapes.sky import paint_clouds, paint_sky, sky
from gan_models.datasets.landscapes.style import Styles
from gan_models.datasets.landscapes.terrain import paint_hills, paint_mountains, paint_rocks
from gan_models.datasets.landscapes.water import paint_water

# Samples per pass: on a CPU fields must stay in the cache, and a single picture has few classes to
# paint; a GPU wants much work at once.
_CPU_SAMPLES = 256 * 256
_GPU_SAMPLES = 64 * 256 * 256


@torch.inference_mode()
def render(maps: Tensor, styles: Styles) -> Tensor:
    """Draw label maps uint8 [N, H, W] in one style each: uint8 RGB [N, 3, H, W], where they are.

    Any map will do, also one that a hand has painted. Raises ValueError for unknown classes.
    """
    if len(maps) != len(styles):
        raise ValueError(f"{len(maps)} label maps but {len(styles)} styles.")
    if min(maps.shape[1:]) < 8:
        raise ValueError(f"A landscape needs at least 8 pixels, not {min(maps.shape[1:])}.")
    if len(maps) and int(maps.max()) >= len(CLASSES):
        raise ValueError(f"Class {int(maps.max())} is unknown; the last is {len(CLASSES) - 1}.")
    budget = _CPU_SAMPLES if maps.device.type == "cpu" else _GPU_SAMPLES
    step = max(1, budget // (4 * maps.shape[1] * maps.shape[2]))
    shape = (len(maps), 3, *maps.shape[1:])
    pictures = torch.empty(shape, dtype=torch.uint8, device=maps.device)
    for start in range(0, len(maps), step):
        part = slice(start, start + step)
        pictures[part] = _render_batch(maps[part], styles.values[part].to(maps.device))
    return pictures


def _render_batch(maps: Tensor, values: Tensor) -> Tensor:
    scene = prepare(maps, values)
    air = sky(scene)
    paint_sky(scene, air)
    paint_clouds(scene, air)
    paint_mountains(scene)
    paint_hills(scene)
    paint_meadows(scene)
    paint_sand(scene)
    paint_roads(scene)
    cast_shadows(scene)
    paint_rocks(scene)
    paint_trees(scene)
    paint_water(scene, air)
    return _develop(scene)


def _develop(scene: Scene) -> Tensor:
    """Bloom, saturation, a shoulder for the highlights, and sRGB in bytes at the map's size."""
    picture = F.avg_pool2d(scene.canvas, 2)
    small = F.adaptive_avg_pool2d(picture.clamp(max=2.0), max(2, picture.shape[2] // 8))
    glow = F.interpolate((small - 0.55).clamp_(min=0.0), picture.shape[2:], mode="bicubic")
    picture = picture + 0.22 * glow.clamp_(min=0.0)
    grey = picture.mean(dim=1, keepdim=True)
    vivid = 0.75 + 0.55 * scene["saturation"][:, None]
    picture = torch.lerp(grey, picture, vivid).clamp_(min=0.0)
    over = (picture - 0.7).clamp_(min=0.0)
    rolled = picture.clamp_(max=0.7).add_(1.0 - torch.exp(over * (-1.0 / 0.3)), alpha=0.3)
    return rolled.pow_(1.0 / 2.2).mul_(255.0).add_(0.5).to(torch.uint8)
