"""Drags points of a picture to targets by changing the coarse rows of its `ws`.

What is around a point p of the picture at first, its features F_0, shall be found again along the
way t to its target. While a goes from 0 to 1, Adam looks for the change u of the rows, in principal
deviations of W, with the least

    mean_q |F(p + a t + q) - F_0(p + q)|^2 + HELD |mean F - mean F_0|^2 + NEAR_W |u|^2

where the points q around p count by a Gaussian. DragGAN (Pan et al. 2023) asks what is around the
point for a small motion and then finds the point again, and what it loses in a step is lost for
good; here all steps are compared with the first picture, as in FreeDrag (Ling et al. 2024), so that
nothing drifts. Three things keep it the same picture:

- What is around a point goes with it, the more of it the farther it goes: a mouth corner can rise
  a little alone, but a tenth of the picture only with the head.
- Each row of coarse maps moves by itself, since those decide what is where; the others keep their
  colours and details.
- What is in the picture shall stay, where it is may change: the mean of each feature over the
  picture is held. Without that hair, skin and background change with the motion.

What a mask M says must not move is held in its place, F (1 - M) = F_0 (1 - M).
"""

from __future__ import annotations

import math
from collections.abc import Generator as Steps
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator
from gan_models.directions.sampling import random_latents
from gan_models.dragging.features import Features, square
from gan_models.errors import DirectionError

Point = tuple[float, float]

LEAST, MOST = 0.03, 0.1
"""Standard deviations, in picture widths, of the Gaussian by which what is around a point counts.

Between them it is as far as the point shall go."""
SPACING = 2 / 128
"""Between the points that are compared."""
STEP, STEPS = 1 / 128, 32
"""How far a point goes in a step, unless it would be more than so many."""
SETTLING = 9
"""Steps after that, in which rates fall to nothing."""
UPDATES = 10
"""Of the rows in a step."""
RATE, BETAS = 0.15, (0.9, 0.99)
"""Of Adam, in deviations."""
HELD, FIXED, NEAR_W = 60.0, 20.0, 0.0005
"""What means over the picture, what the mask holds, and deviations of a row count."""
LEASH = 1.6
"""How far rows may go before the point goes no further, as a share of how far a random w is from
the mean: beyond, faces tear."""
GRID = 32
"""Cells to a side in which what the mask holds is compared."""
SEEN, FINE, PATCH = 4 / 128, 0.5 / 128, 8 / 128
"""How far around its aim a point is looked for, how exactly, and how much of what is around it."""
ARRIVED = 1 / 128
"""A point this near to its target has arrived."""
SAMPLES = 2000
COARSE = 16
"""Pixels to a side of the maps up to which rows of `ws` move."""


@dataclass(frozen=True)
class Handle:
    """A point of the picture and where it shall go; x and y from 0 (left, top) to 1."""

    start: Point
    target: Point


@dataclass(frozen=True, eq=False)
class Drag:
    """A step of a drag: where the handles are, and the `ws` [num_ws, w_dim] that shows it."""

    done: int
    total: int
    ws: np.ndarray
    places: tuple[Point, ...]
    arrived: bool = False
    message: str = "dragging"


def drag(
    generator: Generator,
    ws: np.ndarray,
    handles: Sequence[Handle],
    movable: np.ndarray | None = None,
) -> Steps[Drag, None, Drag]:
    """Move handles of the picture of `ws` [num_ws, w_dim] to their targets.

    A handle whose target is where it is shall stay. `movable` [H, W] says what may move (None:
    everything). Yields each step, the last one is also returned. Raises DirectionError for points
    outside the picture and models without such maps.
    """
    check(handles)
    pull = _Pull(generator, ws, handles, movable)
    way = min(STEPS, math.ceil(float(pull.ways.norm(dim=1).max()) / STEP))
    total = way + SETTLING if way else 0
    latest = pull.state(0, total)
    gone, settled, goes = 0, 0, True
    while total and settled < SETTLING:
        goes = goes and gone < way and not pull.is_stretched
        gone, settled = gone + goes, settled + (not goes)
        pull.step(gone / way, RATE * (1 - settled / SETTLING) + RATE / 20)
        latest = pull.state(gone + settled, total)
        yield latest
    return latest


def check(handles: Sequence[Handle]) -> None:
    """Raise DirectionError unless there are handles, all within the picture."""
    if not handles:
        raise DirectionError("nothing to drag: set a handle on the picture, and its target")
    for handle in handles:
        for name, (x, y) in (("handle", handle.start), ("target", handle.target)):
            if not (0 <= x <= 1 and 0 <= y <= 1):
                raise DirectionError(
                    f"the {name} at {x:.2f}, {y:.2f} is outside the picture; both go from 0 to 1"
                )


class _Template:
    """What is around a handle at first: points, how much each counts, and their features."""

    def __init__(self, offsets: Tensor, weights: Tensor, features: Tensor) -> None:
        self.offsets, self.features = offsets, features
        self.weights = weights / weights.sum().clamp(min=1e-12)

    def apart(self, seen: Tensor) -> Tensor:
        """How far features [..., P, C] are from it, about 0 to 2."""
        return ((seen - self.features).square().sum(dim=-1) * self.weights).sum(dim=-1)


class _Pull:
    """The optimisation: `ws` = start + u L in coarse rows, where L^T L is the covariance of W."""

    def __init__(
        self,
        generator: Generator,
        ws: np.ndarray,
        handles: Sequence[Handle],
        movable: np.ndarray | None,
    ) -> None:
        device = generator.w_avg.device
        self._start = torch.from_numpy(np.array(ws, np.float32))[None].to(device)
        self._spread, rows = _spread(generator), _coarse_rows(generator)
        self._placed = torch.eye(len(ws))[:, rows].to(device)
        self._u = torch.zeros(len(rows), len(self._spread), device=device, requires_grad=True)
        self._adam = torch.optim.Adam([self._u], RATE, BETAS)
        self._features = Features(generator, self._start)
        self._starts = torch.tensor([handle.start for handle in handles], device=device)
        self._targets = torch.tensor([handle.target for handle in handles], device=device)
        self.ways = self._targets - self._starts
        self.places = self._starts.clone()
        with torch.no_grad():
            maps = self._features(self._start)
            self._fixed = None
            if movable is not None and not movable.all():
                mask = torch.from_numpy(np.asarray(movable, np.float32))
                self._fixed = 1 - self._features.mask(mask, maps[-1])
            self._first = self._kept(maps)
            self._around = [self._template(maps, number) for number in range(len(handles))]
            self._near = [self._patch(maps, start) for start in self._starts]

    def _template(self, maps: list[Tensor], number: int) -> _Template:
        """All that goes with a handle: within the picture, and what the mask does not hold."""
        start, way = self._starts[number], self.ways[number]
        radius = float(way.norm().clamp(LEAST, MOST))
        others = (self._starts - start).norm(dim=1)
        others[number] = torch.inf
        radius = min(radius, max(float(others.min()) / 2, SPACING))
        offsets = square(2 * radius, SPACING).to(start)
        points = start + offsets
        inside = ((points * (1 - points) >= 0) & ((points + way) * (1 - points - way) >= 0)).all(1)
        offsets = offsets[inside]
        weights = torch.exp(-offsets.square().sum(dim=1) / (2 * radius**2))
        features = self._features.at(maps, start + offsets)[0]
        if self._fixed is not None:
            held = self._features.at([self._fixed], start + offsets)[0, :, 0]
            weights = weights * (1 - held).clamp(min=1e-3)
        return _Template(offsets, weights, features)

    def _patch(self, maps: list[Tensor], start: Tensor) -> _Template:
        """What a handle is known by."""
        offsets = square(PATCH, SPACING).to(start)
        features = self._features.at(maps, start + offsets)[0]
        return _Template(offsets, torch.ones_like(offsets[:, 0]), features)

    @property
    def is_stretched(self) -> bool:
        """Whether rows went as far as they may."""
        far = float(self._u.detach().square().sum(dim=1).mean().sqrt())
        return far > LEASH * self._u.shape[1] ** 0.5

    def _ws(self) -> Tensor:
        return self._start + self._placed @ (self._u @ self._spread)

    @torch.enable_grad()
    def step(self, share: float, rate: float) -> None:
        """Ask all handles to be this share of their way, and look where they are."""
        self._adam.param_groups[0]["lr"] = rate
        aims = self._starts + share * self.ways
        for _ in range(UPDATES):
            maps = self._features(self._ws())
            apart = [
                around.apart(self._features.at(maps, aim + around.offsets)[0])
                for around, aim in zip(self._around, aims, strict=True)
            ]
            kept = (self._kept(maps) - self._first).square().sum()
            near = self._u.square().sum() / len(self._u)
            loss = torch.stack(apart).sum() + kept + NEAR_W * near
            (self._u.grad,) = torch.autograd.grad(loss, self._u)
            self._adam.step()
        self.places = self._found(aims)

    def _kept(self, maps: list[Tensor]) -> Tensor:
        """What shall stay of maps [1, C, S, S], weighted by how much: [n]."""
        kept = [each.mean(dim=(2, 3)) * HELD**0.5 for each in maps]
        if self._fixed is not None:
            cells = F.adaptive_avg_pool2d(maps[-1] * self._fixed, GRID)
            kept.append(cells.flatten(1) * FIXED**0.5 / GRID)
        return torch.cat(kept, dim=1)[0]

    @torch.no_grad()
    def _found(self, aims: Tensor) -> Tensor:
        """Where near their aims the handles are, by what is around them [H, 2]."""
        maps, offsets = self._features(self._ws()), square(SEEN, FINE).to(aims)
        found = []
        for aim, patch in zip(aims, self._near, strict=True):
            places = (aim + offsets).clamp(0, 1)
            points = (places[:, None] + patch.offsets).flatten(0, 1)
            seen = self._features.at(maps, points)[0].unflatten(0, (len(places), -1))
            found.append(places[patch.apart(seen).argmin()])
        return torch.stack(found)

    def state(self, done: int, total: int) -> Drag:
        ws = self._ws()[0].detach().cpu().numpy()
        places = tuple((float(x), float(y)) for x, y in self.places.tolist())
        left = (self._targets - self.places).norm(dim=1)
        return Drag(done, total, ws, places, bool((left <= ARRIVED).all()))


def _coarse_rows(generator: Generator) -> list[int]:
    """The rows of `ws` that move; the first one always does."""
    sizes = generator.spec.ws_resolutions or (COARSE,) * generator.spec.num_ws
    return [row for row, size in enumerate(sizes) if row == 0 or size <= COARSE]


@torch.no_grad()
def _spread(generator: Generator) -> Tensor:
    """Principal deviations of W [w_dim, w_dim], the largest first."""
    w = generator.map(*random_latents(generator, SAMPLES))[:, 0].double().cpu()
    w = w - w.mean(dim=0)
    variances, vectors = torch.linalg.eigh(w.t() @ w / len(w))
    return (variances.clamp(min=0).sqrt()[:, None] * vectors.t()).flip(0).to(generator.w_avg)
