"""Label maps by seed: from the sky to what stands in front, each class over those behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from gan_models.datasets.draws import Draws
from gan_models.datasets.landscapes import classes as c
from gan_models.datasets.landscapes.figures import (
    blob,
    conifer,
    crowns,
    cumulus,
    leafy,
    spires,
)
from gan_models.datasets.landscapes.noise import Frame, Noise

_BATCH = 16


@torch.inference_mode()
def draw_maps(
    seeds: Sequence[int],
    height: int = 128,
    width: int | None = None,
    device: str | torch.device = "cpu",
) -> Tensor:
    """One label map for each seed, uint8 [N, height, width], the same whatever the batch."""
    width = width or height
    if min(height, width) < 8:
        raise ValueError(f"A landscape needs at least 8 pixels, not {min(height, width)}.")
    frame = Frame(height, width, torch.device(device))
    maps = torch.empty(len(seeds), height, width, dtype=torch.uint8, device=frame.device)
    for start in range(0, len(seeds), _BATCH):
        part = slice(start, start + _BATCH)
        maps[part] = _Layout(seeds[part], frame).draw()
    return maps


class _Layout:
    """A batch of label maps being drawn."""

    def __init__(self, seeds: Sequence[int], frame: Frame) -> None:
        keys = np.array([int(seed) & 0xFFFFFFFFFFFFFFFF for seed in seeds], dtype=np.uint64)
        self.draws = Draws(seeds, stream=21)
        self.noise = Noise(keys ^ np.uint64(0x5851F42D4C957F2D), frame)
        self.frame = frame
        self.x, self.y = frame.x, frame.y
        shape = (len(seeds), frame.height, frame.width)
        self.ids = torch.full(shape, c.SKY, dtype=torch.uint8, device=frame.device)
        self.horizon = self.uniform(0.40, 0.66)
        self.ground = self.pick((c.GRASS, c.SAND, c.SNOW, c.ROCK), (0.66, 0.13, 0.14, 0.07))

    def uniform(self, low: float, high: float) -> Tensor:
        """Even between two numbers, [N, 1, 1]."""
        return self._tensor(self.draws.uniform(low, high))

    def chance(self, probability: float) -> Tensor:
        """True with this probability, [N, 1, 1]."""
        return self._tensor(self.draws.chance(probability)) > 0.5

    def pick(self, options: Sequence[int], weights: Sequence[float]) -> Tensor:
        """One of the options, uint8 [N, 1, 1]."""
        edges = np.cumsum(weights)[:-1] / np.sum(weights)
        chosen = np.array(options)[np.searchsorted(edges, self.draws.uniform())]
        return self._tensor(chosen).to(torch.uint8)

    def _tensor(self, column: np.ndarray) -> Tensor:
        values = torch.from_numpy(column.astype(np.float32))
        return values.to(self.frame.device).view(-1, 1, 1)

    def lay(self, where: Tensor, label: int | Tensor) -> None:
        """Put a class over what is there."""
        paint = torch.as_tensor(label, dtype=torch.uint8, device=self.ids.device)
        self.ids = torch.where(where, paint, self.ids)

    def draw(self) -> Tensor:
        """From back to front."""
        self._sun()
        self._clouds()
        self._mountains()
        self._hills()
        self.lay(self.y > self.horizon, self.ground)
        self._fields()
        self._water()
        self._road()
        self._flowers()
        self._things()
        self._trees()
        return self.ids

    def _sun(self) -> None:
        there = self.chance(0.3)
        x = self.uniform(0.1, 0.9) * self.frame.aspect
        y = self.horizon - self.uniform(0.02, 0.36)
        radius = self.uniform(0.03, 0.065)
        self.lay(there & ((self.x - x).square() + (self.y - y).square() < radius.square()), c.SUN)

    def _clouds(self) -> None:
        self._veils()
        for number in range(4):
            there = self.chance(0.3)
            x, size = self.uniform(-0.1, 1.1) * self.frame.aspect, self.uniform(0.05, 0.15)
            base = self.horizon * self.uniform(0.2, 0.85)
            # The farther a cloud is, the nearer to the horizon and the smaller.
            size = size * (0.35 + 0.9 * (1.0 - base / self.horizon))
            puffs = [(self.uniform(-1.7, 1.7), self.uniform(0.55, 1.0)) for _ in range(6)]
            self.lay(there & cumulus(self.noise, 40 + 8 * number, (x, base), size, puffs), c.CLOUD)

    def _veils(self) -> None:
        there = self.chance(0.42)
        streaks = self.noise.fractal(1, 7.0, 2.0, 4, 0.55)
        height = self.y / self.horizon
        cover = self.uniform(0.55, 1.9) + 1.2 * (height - self.uniform(0.2, 0.8)).abs()
        self.lay(there & (streaks > cover) & (height < 0.95), c.CLOUD)

    def _mountains(self) -> None:
        there = self.chance(0.68)
        peak = self.uniform(0.1, 0.9) * self.frame.aspect
        spread = self.uniform(0.35, 1.1)
        rise = self.uniform(0.14, 0.42)
        # Peaks stand out where the range is high; its ends sink below the horizon.
        crest = 0.5 + 0.34 * self.noise.line(100, 3.0, 6, 0.52, angular=True)
        envelope = 1.0 - ((self.x - peak) / spread).square()
        top = self.horizon - rise * (crest * 0.8 + 0.45 * envelope)
        body = there & (self.y > top) & (self.y < self.horizon + 0.02)
        self.lay(body, c.MOUNTAIN)
        capped = body & self.chance(0.62)
        ragged = self.noise.fractal(120, 9.0, 14.0, 3, 0.6)
        line = self.horizon - rise * self.uniform(0.25, 0.85)
        self.lay(capped & (self.y < line + 0.018 * ragged), c.SNOW)

    def _hills(self) -> None:
        options, weights = (c.HILL, c.TREE, c.GRASS), (0.62, 0.23, 0.15)
        low = self.uniform(0.0, 0.05)
        for number in range(2):
            there = self.chance(0.5)
            swell = self.noise.line(140 + 8 * number, 1.6 + number, 3, 0.36, angular=False)
            side = self.uniform(-0.12, 0.12) * (self.x / self.frame.aspect - 0.5)
            top = self.horizon - low - 0.075 * (1 - number) + 0.026 * swell + side
            label = self.pick(options, weights)
            trees = crowns(self.noise, 160 + 8 * number, 42.0) * (label == c.TREE)
            body = there & (self.y > top - 0.022 * trees) & (self.y < self.horizon + 0.03)
            frozen = (self.ground == c.SNOW) & (label == c.GRASS)
            self.lay(body, torch.where(frozen, self.ground, label))

    def _fields(self) -> None:
        """The treeline at the horizon and another field below it."""
        there, spiky = self.chance(0.45), self.chance(0.55)
        tall = self.uniform(0.02, 0.07)
        profile = torch.where(spiky, spires(self.noise, 180, 30.0), crowns(self.noise, 182, 22.0))
        gaps = (self.noise.line(184, 4.0, 2, angular=False) < self.uniform(-0.8, 2.5)).float()
        edge = self.horizon + 0.012 + 0.008 * self.noise.line(188, 5.0, 2, angular=False)
        forest = there & (self.y > edge - tall * profile * gaps - 0.012) & (self.y < edge)
        self.lay(forest & (gaps > 0.5), c.TREE)
        second = self.chance(0.25) & (self.ground == c.GRASS)
        slope = self.horizon + self.uniform(0.05, 0.3) + self.uniform(-0.2, 0.2) * (self.x - 0.5)
        line = slope + 0.02 * self.noise.line(192, 3.0, 3, angular=False)
        self.lay(second & (self.y > line), self.pick((c.SAND, c.ROCK, c.GRASS), (0.5, 0.2, 0.3)))

    def _water(self) -> None:
        kind = self.uniform(0.0, 1.0)
        self._lake(kind < 0.26)
        self._sea((kind >= 0.26) & (kind < 0.48))
        self._band((kind >= 0.48) & (kind < 0.63), c.WATER, 200, (0.05, 0.2))

    def _lake(self, there: Tensor) -> None:
        wave = self.noise.line(210, 3.0, 4, 0.45, angular=False)
        far = self.horizon + self.uniform(0.008, 0.07) + 0.008 * wave
        bank = self.noise.line(216, 1.7, 5, 0.5, angular=False)
        near = self.uniform(0.68, 1.08) + self.uniform(-0.3, 0.3) * (self.x - 0.5) + 0.05 * bank
        self.lay(there & (self.y > far) & (self.y < near), c.WATER)
        stony = there & self.chance(0.4) & (self.y > near) & (self.y < near + 0.035 + 0.02 * bank)
        self.lay(stony, self.pick((c.SAND, c.ROCK), (0.6, 0.4)))

    def _sea(self, there: Tensor) -> None:
        coast = self.noise.line(224, 1.5, 4, 0.45, angular=False)
        near = self.uniform(0.72, 1.1) + self.uniform(-0.45, 0.45) * (self.x - 0.5) + 0.035 * coast
        beach = near + self.uniform(0.03, 0.3) + 0.04 * self.noise.line(230, 2.0, 3, angular=False)
        strand = torch.where(
            self.ground == c.SNOW, self.ground, self.pick((c.SAND, c.ROCK), (3, 1))
        )
        self.lay(there & (self.y > near) & (self.y < beach), strand)
        self.lay(there & (self.y > self.horizon) & (self.y < near), c.WATER)
        # A headland stands in the sea, from one side.
        head = self.chance(0.4) & there
        left, reach = self.chance(0.5), self.uniform(0.25, 0.6) * self.frame.aspect
        along = torch.where(left, self.x, self.frame.aspect - self.x) / reach
        rough = self.noise.line(234, 6.0, 4, 0.5, angular=True)
        top = self.horizon - self.uniform(0.04, 0.2) * (1.0 - along.square()) + 0.01 * rough
        foot = self.horizon + 0.03 * (1.0 - along) + 0.003 * rough
        label = self.pick((c.ROCK, c.HILL, c.TREE), (0.45, 0.35, 0.2))
        self.lay(head & (along < 1.0) & (self.y > top) & (self.y < foot), label)

    def _band(self, there: Tensor, label: int, stream: int, width: tuple[float, float]) -> None:
        """A river or a road that winds from the horizon to the lower edge."""
        depth = ((self.y - self.horizon) / (1.0 - self.horizon)).clamp(min=0.0)
        start = self.uniform(0.25, 0.75) * self.frame.aspect
        end = self.uniform(0.1, 0.9) * self.frame.aspect
        turns, phase = self.uniform(0.5, 1.5), self.uniform(0.0, 6.28)
        # Bends crowd together towards the horizon.
        bend = torch.sin(turns * 5.0 * depth.clamp(min=1e-4) ** 0.5 + phase)
        middle = torch.lerp(start, end, depth) + 0.16 * bend * depth**0.7 * (1.15 - depth)
        half = self.uniform(*width) * depth**1.25 + 0.004
        rough = self.noise.fractal(stream, 12.0, 12.0, 2)
        inside = (self.x - middle).abs() < half * (1.0 + 0.12 * rough)
        self.lay(there & inside & (self.y > self.horizon + 0.012), label)

    def _road(self) -> None:
        dry = ~(self.ids == c.WATER).flatten(1).any(dim=1)[:, None, None]
        self._band(self.chance(0.3) & dry, c.ROAD, 206, (0.04, 0.12))

    def _flowers(self) -> None:
        there, amount = self.chance(0.4), self.uniform(-0.6, 0.9)
        depth = ((self.y - self.horizon) / (1.0 - self.horizon)).clamp(min=0.0)
        rows = 9.0 * torch.log1p(6.0 * depth).expand(len(self.ids), -1, -1)
        patches = self.noise.warped(240, rows, 5.0, 20) + 0.5 * self.noise.fractal(242, 18, 18, 2)
        meadow = (self.ids == c.GRASS) & (self.y > self.horizon + 0.03)
        self.lay(there & meadow & (patches > amount), c.FLOWERS)

    def _place(self, low: float = 0.12) -> tuple[Tensor, Tensor, Tensor]:
        """Somewhere on the ground: x, y and the scale of what is there."""
        depth = self.uniform(low, 1.0)
        y = self.horizon + (1.0 - self.horizon) * depth**1.3
        return self.uniform(-0.05, 1.05) * self.frame.aspect, y, 0.12 + depth

    def _things(self) -> None:
        """Rocks and bushes."""
        many = self.chance(0.45)
        for number in range(4):
            there = self.chance(0.6) & many
            x, y, scale = self._place()
            size = self.uniform(0.035, 0.13) * scale
            rock = blob(self.noise, 260 + 4 * number, (x, y), size, self.uniform(0.45, 0.9))
            self.lay(there & rock, c.ROCK)
        for number in range(4):
            x, y, scale = self._place()
            dry = self._under(x, y) != c.WATER
            there = self.chance(0.45) & dry & (self.ground != c.SAND)
            puffs = [(self.uniform(-1.2, 1.2), self.uniform(0.6, 1.0)) for _ in range(4)]
            size = self.uniform(0.025, 0.06) * scale
            bush = cumulus(self.noise, 290 + 4 * number, (x, y), size, puffs)
            self.lay(there & bush, c.BUSH)

    def _trees(self) -> None:
        groves, spiky = self.chance(0.5), self.chance(0.5)
        for number in range(5):
            x, y, scale = self._place(0.08)
            there = groves & self.chance(0.6) & (self._under(x, y) != c.WATER)
            tall = self.uniform(0.22, 0.6) * scale
            puffs = [(self.uniform(-0.8, 0.8), self.uniform(-0.7, 0.7)) for _ in range(6)]
            pine = conifer(self.frame, (x, y), tall, self.uniform(0.16, 0.3))
            oak = leafy(self.noise, 320 + 4 * number, (x, y), tall, puffs)
            self.lay(there & torch.where(spiky, pine, oak), c.TREE)

    def _under(self, x: Tensor, y: Tensor) -> Tensor:
        """The class at a place, [N, 1, 1]."""
        height, width = self.ids.shape[1:]
        row = (y * height).long().clamp(0, height - 1)
        column = (x * height).long().clamp(0, width - 1)
        batch = torch.arange(len(self.ids), device=self.ids.device).view(-1, 1, 1)
        return self.ids[batch, row, column]
