"""Water: a broken mirror of what stands above it, and its own colour near our feet."""

from __future__ import annotations

import torch
from torch import Tensor

from gan_models.datasets.landscapes import classes as c
from gan_models.datasets.landscapes.noise import smoothstep
from gan_models.datasets.landscapes.plants import perspective
from gan_models.datasets.landscapes.scene import Scene, moved, soften
from gan_models.datasets.landscapes.style import gradient

DEPTHS = ("2c6a5c", "1f6a78", "1c5a86", "173f74")


def paint_water(scene: Scene, air: Tensor) -> None:
    """Mirror the finished picture at the shore above; goes last, when the rest is painted."""
    if c.WATER not in scene.cover:
        return
    waves, glint = _waves(scene)
    mirrored = _mirrored(scene, air, waves)
    body = gradient(DEPTHS, scene["water_hue"])
    own = body * (scene.light.ambient * 1.1 + scene.light.sun * 0.35)
    # Steeper looks, near our feet, see into the water (Fresnel).
    clear = (0.80 - 0.42 * scene.depth - 0.16 * scene["wind"] + 0.07 * waves).clamp(0.15, 0.9)
    ink = torch.lerp(own.expand_as(mirrored), mirrored * 0.94, clear[:, None])
    ink = ink + (_glitter(scene, glint) + 0.05 * glint.clamp(min=0.0))[:, None] * scene.light.sun
    shore = smoothstep(0.85, 0.6, soften(scene.cover[c.WATER], max(2, scene.frame.height // 90)))
    foam = shore * smoothstep(0.3, 1.2, waves + 2.0 * scene.depth - 0.4) * 0.18
    ink = ink + foam[:, None] * (scene.light.ambient + scene.light.sun * 0.5)
    scene.paint(c.WATER, scene.haze(ink, 0.5 * (0.10 / (scene.depth + 0.10)) ** 1.2))


def _mirrored(scene: Scene, air: Tensor, waves: Tensor) -> Tensor:
    """What the ripples mirror, [N, 3, H, W].

    Trees and rocks hang from their own feet, and the land behind them from the far shore.
    """
    below, behind, standing = _mirrors(scene)
    rough = (0.004 + 0.03 * scene["wind"]) * (0.25 + scene.depth)
    across, down = 0.5 * waves * rough, 1.6 * waves * rough
    seen = scene.canvas + air * scene.cover[c.WATER][:, None]
    far = moved(seen, across, down - 2.0 * behind)
    if standing is None:
        return far
    near = moved(torch.cat([seen, standing[:, None]], dim=1), across, down - 2.0 * below)
    return torch.lerp(far, near[:, :3], near[:, 3:])


def _mirrors(scene: Scene) -> tuple[Tensor, Tensor, Tensor | None]:
    """How far a sample is below what stands above it, and below the far shore; what stands.

    Level land between the water and what it mirrors is not seen in it.
    """
    level = scene.mask(c.WATER, c.GRASS, c.FLOWERS, c.SAND, c.ROAD)
    level |= scene.mask(c.SNOW) & (scene.frame.y > scene.horizon)
    below, _ = scene.height_of(level)
    radius = max(2, scene.frame.height // 50)
    upright = [scene.cover[x] for x in (c.TREE, c.BUSH, c.ROCK) if x in scene.cover]
    if not upright:
        # Notches in the shore are evened out, or each would be drawn out into a streak.
        below = _even(below, level.float(), radius, smoothstep(0.0, 0.02, below))
        return below, below, None
    standing = torch.stack(upright).sum(dim=0)
    # The far shore is the highest one near by.
    shore = scene.frame.y - below
    weight = level * torch.exp(shore * -60.0)
    reach = max(2, scene.frame.height // 9)
    high = soften(shore * weight, reach) / soften(weight, reach).clamp(min=1e-30)
    return below, (scene.frame.y - high).clamp(min=0.0), standing


def _even(x: Tensor, weight: Tensor, radius: int, where: Tensor) -> Tensor:
    """Put the average of what has weight near by in place of x, as far as `where` says."""
    total = soften(weight, radius)
    even = soften(x * weight, radius) / (total + 1e-4)
    return torch.lerp(x, even, smoothstep(0.0, 0.02, total) * where)


def _waves(scene: Scene) -> tuple[Tensor, Tensor]:
    """Ripples that lie in perspective: a long swell with short ones on it; their crests."""
    swell = scene.noise.warped(720, perspective(scene, 30.0), 4.0, 30)
    short = scene.noise.warped(722, perspective(scene, 80.0), 14.0, 80)
    return 0.6 * swell + 0.7 * short, short - 0.9


def _glitter(scene: Scene, glint: Tensor) -> Tensor:
    """Sparks below a low sun, where the ripples face it."""
    away = (scene.frame.x - scene.sun[0]).abs() / (0.05 + 0.22 * scene.depth)
    path = torch.exp(-(away**2)) * scene.shown * (1.0 - 0.8 * scene["overcast"])
    return path * (glint + 1.2).clamp(min=0.0) * 0.6
