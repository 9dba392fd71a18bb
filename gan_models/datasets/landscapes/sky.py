"""Sky, stars, sun and clouds."""

from __future__ import annotations

import torch
from torch import Tensor

from gan_models.datasets.landscapes import classes as c
from gan_models.datasets.landscapes.noise import smoothstep
from gan_models.datasets.landscapes.scene import Scene, shifted, soften


def sky(scene: Scene) -> Tensor:
    """The open sky over the whole picture, [N, 3, H, W]."""
    light = scene.light
    up = (1.0 - scene.frame.y / scene.horizon.clamp(min=0.3)).clamp(0.0, 1.0)[:, None]
    lower = torch.lerp(light.low, light.middle, (up / 0.42).clamp(max=1.0))
    air = torch.lerp(lower, light.zenith, ((up - 0.25) / 0.75).clamp(min=0.0) ** 0.9)
    x, y = scene.frame.x - scene.sun[0], (scene.frame.y - scene.sun[1]) * 1.15
    away = (x * x + y * y).sqrt()
    clear = 1.0 - 0.75 * scene["overcast"]
    low = 1.0 - 0.6 * light.elevation
    halo = torch.exp(away * -4.5) * 0.55 * low + torch.exp(away * -16.0) * 0.5 * scene.shown
    picture = air + light.sun * (halo * clear)[:, None]
    return picture + (_stars(scene, up[:, 0]) * light.night * clear)[:, None]


def _stars(scene: Scene, up: Tensor) -> Tensor:
    if float(scene.light.night.max()) == 0.0:
        return torch.zeros((), device=up.device)
    sparks = scene.noise.field(500, 90.0, 90.0)
    return (sparks - 2.2).clamp(min=0.0) ** 2 * 1.6 * up


def paint_sky(scene: Scene, air: Tensor) -> None:
    """Put down the open sky and the disc of the sun, or at night of the moon."""
    if c.SKY in scene.cover:
        scene.paint(c.SKY, air)
    if c.SUN in scene.cover:
        disc = scene.light.sun * 1.6 + 0.35
        moon = torch.lerp(
            disc, disc.new_tensor([0.9, 0.95, 1.0]).view(1, 3, 1, 1), scene.light.night[:, None]
        )
        scene.paint(c.SUN, torch.lerp(moon, air, 0.35 * scene["overcast"][:, None]))


def paint_clouds(scene: Scene, air: Tensor) -> None:
    """Round clouds whose sunward side is bright, with wisps at their edges."""
    if c.CLOUD not in scene.cover:
        return
    height = scene.frame.height
    body = scene.cover[c.CLOUD]
    bulk = soften(body, max(1, round(height * 0.022)))
    billows = scene.noise.fractal(520, 12.0, 9.0, 4, 0.6)
    relief = bulk * 1.5 + 0.16 * billows
    lit = _toward(relief, scene, round(height * 0.012) or 1)
    below, _ = scene.height_of(scene.mask(c.CLOUD))
    under = smoothstep(0.0, 0.16, below) * bulk
    shade = (0.62 + 2.6 * lit - 0.4 * under * (1.0 - 0.5 * scene.shown)).clamp(0.05, 1.35)
    white = body.new_tensor([0.92, 0.93, 0.95]).view(1, 3, 1, 1)
    below_sky = scene.light.ambient * 0.75 + scene.light.middle * 0.25
    ink = white * torch.addcmul(below_sky, scene.light.sun, shade[:, None] * 0.72)
    # Thin edges and the distance let the sky through.
    thick = smoothstep(0.12, 0.62, bulk + 0.1 * billows)
    far = smoothstep(0.55, 1.0, scene.frame.y / scene.horizon) * 0.45
    scene.paint(c.CLOUD, torch.lerp(air, ink, (thick * (1.0 - far))[:, None] * 0.97))


def _toward(relief: Tensor, scene: Scene, step: int) -> Tensor:
    """How much a relief falls towards the light: from the sun's side, and from above."""
    side = (shifted(relief, 0, -step) - shifted(relief, 0, step)) * 0.5
    top = relief - shifted(relief, step, 0)
    up = 0.45 + 0.55 * scene.light.elevation
    return top * up - side * 0.5 * scene.toward_sun * (1.2 - scene.light.elevation)
