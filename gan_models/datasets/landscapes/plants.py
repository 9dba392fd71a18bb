"""Woods, bushes, grass and flowers."""

from __future__ import annotations

import torch
from torch import Tensor

from gan_models.datasets.landscapes import classes as c
from gan_models.datasets.landscapes.noise import smoothstep
from gan_models.datasets.landscapes.scene import Scene, shifted, soften
from gan_models.datasets.landscapes.style import gradient, linear
from gan_models.datasets.landscapes.terrain import ground_distance

LEAVES = ("6f9a3c", "3f6e2c", "c07a2c", "5a5e48")
"""Of spring, summer, autumn and winter."""
NEEDLES = ("2f5a3a", "234a32", "3c4f2e", "38504c")
MEADOWS = ("86b04a", "6c9a3e", "b09a4c", "8f9068")
PETALS = ("f4f0ea", "f6d14a", "f08a3c", "e0484c", "ee6ea6", "b06ad6", "6a7ae8", "f4f0ea")


def paint_trees(scene: Scene) -> None:
    """Crowns of leaves or needles: clumps that catch the light above and to the sun's side."""
    for label, stream in ((c.TREE, 600), (c.BUSH, 640)):
        if label in scene.cover:
            scene.paint(label, _foliage(scene, label, stream))


def _foliage(scene: Scene, label: int, stream: int) -> Tensor:
    height = scene.frame.height
    where = scene.mask(label)
    below, above = scene.height_of(where)
    foot = (scene.frame.y + above).clamp(max=1.0)
    near = ((foot - scene.horizon) / (1.0 - scene.horizon)).clamp(0.0, 1.0) * where
    near = soften(near, height // 64) / (soften(where.float(), height // 64) + 1e-3)
    clumps = _clumps(scene, stream, near)
    lift = clumps - shifted(clumps, max(1, height // 90), 0)
    side = shifted(clumps, 0, -max(1, height // 90)) - shifted(clumps, 0, max(1, height // 90))
    bulk = soften(where.float(), max(1, height // 26))
    edge = shifted(bulk, 0, -height // 40) - shifted(bulk, 0, height // 40)
    top = smoothstep(0.10, 0.0, below)
    light = 0.34 + 0.30 * top - 0.42 * lift - 0.22 * side * scene.toward_sun
    light = light - 1.5 * edge * scene.toward_sun + 0.12 * clumps
    deep = 0.42 + 0.5 * smoothstep(0.16, 0.0, below) + 0.12 * clumps
    albedo = _leaf_colour(scene, label, stream, clumps)
    albedo = _with_trunks(scene, where, below, albedo)
    ink = scene.lit(albedo, light.clamp(0.0, 1.2), deep.clamp(0.2, 1.1))
    return scene.haze(ink, 0.75 * (0.12 / (near + 0.12)) ** 1.2)


def _clumps(scene: Scene, stream: int, near: Tensor) -> Tensor:
    """Texture whose grain is coarse for near trees and fine for far ones."""
    fine = scene.noise.fractal(stream, 50.0, 66.0, 2, 0.85)
    coarse = scene.noise.fractal(stream + 4, 22.0, 26.0, 3, 0.95)
    return torch.lerp(fine, coarse, smoothstep(0.1, 0.6, near))


def _leaf_colour(scene: Scene, label: int, stream: int, clumps: Tensor) -> Tensor:
    """Leaves or needles by stands, a little different from tree to tree."""
    stands = scene.noise.fractal(stream + 10, 2.2, 3.2, 2)
    leafy = smoothstep(-0.4, 0.4, stands + 3.0 * (scene["foliage"] - 0.5))
    if label == c.BUSH:
        leafy = torch.ones_like(leafy)
    leaves = gradient(LEAVES, scene["season"]) * 1.05
    tinge = leaves.new_tensor([0.35, 0.10, -0.05]).view(1, 3, 1, 1) * stands[:, None] * 0.5
    albedo = torch.lerp(gradient(NEEDLES, scene["season"]), leaves * (1.0 + tinge), leafy[:, None])
    frost = smoothstep(0.8, 1.0, scene["season"]) * smoothstep(0.0, 1.0, clumps) * 0.5
    return albedo + frost[:, None] * 0.5


def _with_trunks(scene: Scene, where: Tensor, below: Tensor, albedo: Tensor) -> Tensor:
    """Bark where a tree is narrow and far below its top."""
    height = scene.frame.height
    breadth = soften(where.float(), max(1, height // 40))
    bark = smoothstep(0.5, 0.34, breadth) * smoothstep(0.05, 0.1, below)
    brown = albedo.new_tensor(linear("5c4636")).view(1, 3, 1, 1)
    return torch.lerp(albedo, brown.expand_as(albedo), bark[:, None])


def paint_meadows(scene: Scene) -> None:
    """Grass in bands and tufts, with cloud shadows, and flowers in it."""
    if c.GRASS not in scene.cover and c.FLOWERS not in scene.cover:
        return
    albedo, light = grass(scene)
    far = ground_distance(scene)
    if c.GRASS in scene.cover:
        scene.paint(c.GRASS, scene.haze(scene.lit(albedo, light), far))
    if c.FLOWERS in scene.cover:
        dots, colour = _flowers(scene)
        field = torch.lerp(albedo * 0.9, colour, dots[:, None])
        scene.paint(c.FLOWERS, scene.haze(scene.lit(field, light + 0.18 * dots), far))


def perspective(scene: Scene, rows: float) -> Tensor:
    """Rows of a ground texture, crowded towards the horizon, [N, H, 1] in 0..rows."""
    return rows * torch.log1p(12.0 * scene.depth) * (1.0 / 2.5649)


def grass(scene: Scene) -> tuple[Tensor, Tensor]:
    """Albedo [N, 3, H, W] and direct light [N, H, W] of a meadow."""
    noise, near = scene.noise, scene.depth
    bands = noise.warped(660, perspective(scene, 16.0), 3.5, 16)
    tufts = noise.warped(662, perspective(scene, 44.0), 40.0, 44)
    blades = noise.fractal(664, 44.0, 84.0, 2, 1.0) * smoothstep(0.25, 1.0, near)
    shadow = noise.warped(668, perspective(scene, 5.0), 1.6, 5)
    green = gradient(MEADOWS, scene["season"])
    dry = green * green.new_tensor([1.28, 1.04, 0.72]).view(1, 3, 1, 1)
    lush = green * green.new_tensor([0.66, 0.86, 0.70]).view(1, 3, 1, 1)
    blend = (0.5 + 0.2 * bands + 0.16 * tufts + 0.25 * (scene["foliage"] - 0.5)).clamp(0.0, 1.0)
    albedo = torch.lerp(lush, dry, blend[:, None]) * (1.0 + 0.10 * tufts + 0.13 * blades)[:, None]
    sunny = 0.40 + 0.30 * scene.light.elevation
    clouds = smoothstep(0.2, 1.0, shadow) * 0.45 * (1.0 - scene["overcast"])
    return albedo.clamp_(min=0.01), (sunny * (1.0 + 0.1 * tufts)) * (1.0 - clouds)


def _flowers(scene: Scene) -> tuple[Tensor, Tensor]:
    """Where petals are, [N, H, W], and their colour: small and dense far off, large near."""
    kinds = scene.noise.warped(684, perspective(scene, 8.0), 5.0, 8)
    first = gradient(PETALS, scene["flower"])
    second = gradient(PETALS, (scene["flower"] + 0.29).frac())
    dots = torch.zeros_like(scene.canvas[:, 0])
    colour = torch.zeros_like(scene.canvas)
    for stream, columns, rows in ((690, 60.0, 56.0), (692, 44.0, 42.0), (694, 30.0, 30.0)):
        disc, chance = _dots(scene, stream, columns, perspective(scene, rows))
        petals = torch.where((chance + 0.6 * kinds > 0.0)[:, None], second, first)
        colour = torch.lerp(colour, petals, disc[:, None])
        dots = torch.maximum(dots, disc)
    return dots, colour


def _dots(scene: Scene, stream: int, columns: float, rows: Tensor) -> tuple[Tensor, Tensor]:
    """One disc in each cell of a grid in perspective, [N, H, W], and a random number for each."""
    frame = scene.frame
    down, across = rows[..., 0], frame.x[0, 0] * columns
    i, j = down.floor().long(), across.floor().long()
    table = scene.noise.table(stream, int(i.max()) + 1, 4 * (int(j.max()) + 1))
    table = table.unflatten(2, (-1, 4)) * 0.2886
    batch = torch.arange(len(table), device=table.device)[:, None, None]
    cell = table[batch, i[:, :, None], j[None, None]]
    middle_x, middle_y, size, chance = cell.unbind(3)
    u = across - j - 0.5 - 0.45 * middle_x
    v = (down - i)[:, :, None] - 0.5 - 0.45 * middle_y
    radius = 0.30 + 0.22 * size
    return ((radius - (u * u + v * v).sqrt()) * 8.0).clamp(0.0, 1.0), chance
