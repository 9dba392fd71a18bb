"""Mountains, snow, rock and hills: relief made up to fit the outline that the map gives."""

from __future__ import annotations

import torch
from torch import Tensor

from gan_models.datasets.landscapes import classes as c
from gan_models.datasets.landscapes.noise import smoothstep
from gan_models.datasets.landscapes.scene import Scene, moved, shifted, soften
from gan_models.datasets.landscapes.style import gradient

STONES = ("5c6675", "7d7f86", "8f8880", "a3826a", "b4714f")


def paint_mountains(scene: Scene) -> None:
    """Rock and snow of mountains, split by ridges into a lit and a shaded side."""
    present = [label for label in (c.MOUNTAIN, c.SNOW) if label in scene.cover]
    if not present:
        return
    relief = _Relief(scene, scene.mask(*present))
    far = relief.distance(scene)
    if c.MOUNTAIN in scene.cover:
        stone = gradient(STONES, scene["stone"]) * 0.55
        strata = 1.0 + 0.16 * relief.grain - 0.12 * relief.gully
        ink = scene.lit(stone * strata[:, None], relief.light * 0.95, 0.75 + 0.2 * relief.light)
        scene.paint(c.MOUNTAIN, scene.haze(ink, far))
    if c.SNOW in scene.cover:
        scene.paint(c.SNOW, _snow(scene, relief, far))


class _Relief:
    """Facets below a skyline: which side the skyline falls to tells which way they face."""

    def __init__(self, scene: Scene, body: Tensor) -> None:
        height = scene.frame.height
        below, self.above = scene.height_of(body)
        self.below = below * body
        noise = scene.noise
        slope = self._slope(scene, body, below)
        # Ridges wander as they come down, in zigzags that grow with the way.
        wander = noise.fractal(540, 9.0, 3.0, 4, 0.62)
        reach = 0.012 + 0.22 * self.below
        rough = noise.fractal(550, 10.0, 16.0, 4, 0.62)
        fields = moved(torch.stack([slope, rough], dim=1), wander * reach, 0.0 * reach)
        face, self.grain = fields[:, 0], fields[:, 1]
        ripple = self.grain - shifted(self.grain, 0, max(1, height // 110))
        side = 1.5 * face + (0.55 + 1.2 * self.below) * ripple
        self.gully = (self.grain * 0.5).abs()
        facing = side * torch.sign(scene.toward_sun) * (0.35 + 0.65 * scene.toward_sun.abs())
        frontal = 0.30 + 0.35 * scene.light.elevation
        self.light = (frontal + 0.75 * torch.tanh(1.9 * facing)).clamp(0.04, 1.0)

    @staticmethod
    def _slope(scene: Scene, body: Tensor, below: Tensor) -> Tensor:
        """How the skyline above each sample falls to the right, smoothed within the body."""
        height = scene.frame.height
        top = (scene.frame.y - below) * body
        step = max(1, height // 64)
        whole = shifted(body.float(), 0, step) * shifted(body.float(), 0, -step) * body
        rise = (shifted(top, 0, -step) - shifted(top, 0, step)) * (height / (2.0 * step))
        radius = max(2, height // 56)
        return soften(rise.clamp(-2.0, 2.0) * whole, radius) / (soften(whole, radius) + 1e-3)

    def distance(self, scene: Scene) -> Tensor:
        """Mist gathers in the valleys; what is below the horizon is near."""
        level = scene.depth
        far = 1.15 * smoothstep(0.35, 0.0, level) + 0.12
        base = smoothstep(0.16, 0.0, (scene.horizon - scene.frame.y).abs())
        return far * (0.7 + 0.8 * base * (level < 0.02))


def _snow(scene: Scene, relief: _Relief, far: Tensor) -> Tensor:
    """Bright in the light, blue in the shade; level ground is smooth with soft drifts."""
    level = smoothstep(-0.012, 0.008, scene.frame.y - scene.horizon)
    drifts = scene.noise.fractal(560, 9.0, 2.5, 3)
    smooth = 0.62 + 0.13 * drifts * (0.4 + scene.depth)
    light = torch.lerp(relief.light * 0.92, smooth, level.expand_as(relief.light))
    white = scene.canvas.new_tensor([0.88, 0.92, 0.98]).view(1, 3, 1, 1)
    return scene.haze(scene.lit(white.expand_as(scene.canvas), light, 0.78), far)


def paint_hills(scene: Scene) -> None:
    """Far wooded slopes, bluer the farther they are."""
    if c.HILL not in scene.cover:
        return
    below, above = scene.height_of(scene.mask(c.HILL))
    green = gradient(("4c7a3c", "41662f", "8a6a34", "66705c"), scene["season"]) * 0.85
    dark = gradient(("2c5236", "264628", "5c4426", "46524c"), scene["season"])
    woods = smoothstep(-0.5, 0.9, scene.noise.fractal(570, 16.0, 8.0, 3, 0.6))
    tuft = scene.noise.fractal(576, 60.0, 60.0, 2, 0.7)
    folds = scene.noise.fractal(580, 5.0, 6.0, 3, 0.5)
    fall = folds - shifted(folds, 0, max(1, scene.frame.height // 48))
    light = 0.5 + 0.2 * scene.light.elevation + 1.1 * fall * scene.toward_sun
    light = light + 0.25 * smoothstep(0.03, 0.0, below) + 0.10 * tuft * woods
    albedo = torch.lerp(green.expand_as(scene.canvas), dark.expand_as(scene.canvas), woods[:, None])
    ink = scene.lit(albedo * (1.0 + 0.12 * tuft)[:, None], light.clamp(0.1, 1.1), 0.85)
    far = 0.7 * smoothstep(0.5, 0.0, scene.depth) + 0.1
    mist = 1.0 + 0.5 * smoothstep(0.06, 0.0, above)
    scene.paint(c.HILL, scene.haze(ink, far * mist))


def paint_rocks(scene: Scene) -> None:
    """Boulders and stony ground: angular planes, lit from the sun's side and from above."""
    if c.ROCK not in scene.cover:
        return
    below, above = scene.height_of(scene.mask(c.ROCK))
    size = 18.0
    planes = scene.noise.fractal(590, size * 1.5, size, 4, 0.6)
    step = max(1, scene.frame.height // 100)
    side = planes - shifted(planes, 0, step)
    top = planes - shifted(planes, step, 0)
    bright = smoothstep(0.05, 0.0, below)
    light = 0.42 + 0.7 * torch.tanh(2.0 * side * scene.toward_sun - 1.6 * top) * 0.5 + 0.3 * bright
    foot = 0.55 + 0.45 * smoothstep(0.0, 0.03, above)
    stone = gradient(STONES, scene["stone"]) * 0.72
    albedo = stone * (1.0 + 0.13 * planes)[:, None]
    ink = scene.lit(albedo, light.clamp(0.05, 1.1), foot)
    scene.paint(c.ROCK, scene.haze(ink, ground_distance(scene)))


def ground_distance(scene: Scene) -> Tensor:
    """How much air is before level ground, [N, H, 1]: much at the horizon, little at our feet."""
    near = scene.depth
    return 0.8 * (0.10 / (near + 0.10)) ** 1.2
