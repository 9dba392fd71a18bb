"""Sand and roads, and the shadows that stand on the ground."""

from __future__ import annotations

import torch

from gan_models.datasets.landscapes import classes as c
from gan_models.datasets.landscapes.noise import smoothstep
from gan_models.datasets.landscapes.plants import perspective
from gan_models.datasets.landscapes.scene import Scene, shifted, soften
from gan_models.datasets.landscapes.style import gradient
from gan_models.datasets.landscapes.terrain import ground_distance

SANDS = ("d8cdb8", "e4cf9e", "dcb478", "c99062")
EARTHS = ("8a8580", "8e7a62", "9a7650", "8c6248")


def paint_sand(scene: Scene) -> None:
    """Sand with wind ripples, darker where it is wet beside water."""
    if c.SAND not in scene.cover:
        return
    noise = scene.noise
    dunes = noise.warped(700, perspective(scene, 12.0), 2.5, 12)
    ripples = noise.warped(702, perspective(scene, 52.0), 9.0, 52)
    grain = noise.field(704, 100.0, 100.0)
    albedo = gradient(SANDS, scene["stone"]) * (1.0 + 0.05 * dunes + 0.025 * grain)[:, None]
    if c.WATER in scene.cover:
        beside = soften(scene.cover[c.WATER], max(1, scene.frame.height // 50))
        wet = smoothstep(0.08, 0.5, beside)[:, None]
        albedo = albedo * (1.0 - wet * albedo.new_tensor([0.45, 0.42, 0.36]).view(1, 3, 1, 1))
    light = 0.36 + 0.32 * scene.light.elevation + 0.07 * ripples + 0.05 * dunes
    scene.paint(c.SAND, scene.haze(scene.lit(albedo, light, 0.95), ground_distance(scene)))


def paint_roads(scene: Scene) -> None:
    """Trodden earth, worn lighter along its middle."""
    if c.ROAD not in scene.cover:
        return
    noise = scene.noise
    pebbles = noise.warped(710, perspective(scene, 60.0), 60.0, 60)
    ruts = noise.warped(712, perspective(scene, 9.0), 14.0, 9)
    worn = soften(scene.cover[c.ROAD], max(1, scene.frame.height // 40))
    albedo = gradient(EARTHS, scene["stone"]) * (0.72 + 0.5 * worn**2 + 0.07 * pebbles)[:, None]
    light = 0.4 + 0.3 * scene.light.elevation + 0.05 * ruts
    scene.paint(c.ROAD, scene.haze(scene.lit(albedo, light), ground_distance(scene)))


def cast_shadows(scene: Scene) -> None:
    """Darken the ground beneath and beside trees, bushes and rocks, away from the sun."""
    standing = [label for label in (c.TREE, c.BUSH, c.ROCK) if label in scene.cover]
    level = [x for x in (c.GRASS, c.FLOWERS, c.SAND, c.ROAD, c.SNOW) if x in scene.cover]
    if not standing or not level:
        return
    height = scene.frame.height
    things = torch.stack([scene.cover[label] for label in standing]).sum(dim=0)
    step = max(1, height // 60)
    below = soften(shifted(things, step, 0), step)
    left = soften(shifted(things, step, -2 * step), 2 * step)
    right = soften(shifted(things, step, 2 * step), 2 * step)
    away = torch.where(scene.toward_sun > 0, left, right) * scene.toward_sun.abs()
    dark = (0.32 * below + 0.42 * away * (1.0 - 0.8 * scene["overcast"])) * (scene.depth > 0.01)
    ground = torch.stack([scene.cover[label] for label in level]).sum(dim=0)
    scene.canvas *= (1.0 - (dark * ground).clamp(0.0, 0.65))[:, None]
