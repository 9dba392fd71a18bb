"""Drags handle points of a picture to targets by small steps of its `ws`.

As in DragGAN (Pan et al. 2023) each step asks the features around a handle p for what is a little
nearer to the target now, F(q + d) = F(q) over the points q of a square around p with the step d
towards its target (equation 1), and then looks where the handle went: to the point nearby around
which the features are most like those around it a step before, and at first. Three things differ:

- A step is the least change of w along the principal deviations of W that explains the motion
  (Gauss-Newton, damped): `(J^T J + t I) du = J^T r`, where r is what the features shall change by
  and J what they do change by. Down the slope of the loss alone (Adam on w+, as in the paper) a
  point arrives as well where the face dissolves into something uniform.
- Only the rows of coarse maps move, where it is decided what is where; the others keep their
  colours and details, so that it stays the same face even far beyond what w of random pictures
  reach.
- What is in the picture shall stay, where it is may change: the mean of each feature over the
  picture is held. Without that hair, skin and background turn with the head.

What a mask M says must not move is held in the same way, F (1 - M) = F_0 (1 - M).
"""

from __future__ import annotations

from collections.abc import Generator as Steps
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator
from gan_models.directions.sampling import random_latents
from gan_models.dragging.features import Features, square
from gan_models.errors import DirectionError

Point = tuple[float, float]

STEP = 2 / 128
"""How far ahead, in picture widths, features are asked to go in one step."""
SUPERVISED, TRACKED = 8 / 128, 3 / 128
"""Radii of the squares whose motion is asked for, and in which a handle is looked for again."""
PATCH = 8 / 128
"""Radius of the square by which a handle is known again."""
FINE = 0.125 / 128
"""How exactly its place is told: what is rounded off at each step is lost."""
BEGINNING = 0.5
"""What likeness to the features at first counts, beside those of a step before."""
ARRIVED = 0.5 / 128
"""A handle this near to its target has arrived."""
STEPS, STALLED = 36, 10
"""Most steps, and those without coming nearer after which the nearest state is the result."""
SAMPLES = 2000
COARSE = 16
"""Pixels to a side of the maps up to which rows of `ws` move."""
DIRECTIONS, ISOTROPIC = 48, 64
"""Principal deviations of W that a drag goes along; where w is z, none says more than others."""
PROBE = 0.3
"""How far along each of them, in deviations, J is measured."""
DAMPING = 1.0
"""t, in units of the mean of the diagonal of J^T J."""
HELD, FIXED = 40.0, 160.0
"""What a mean of features over the picture, and what the mask holds, count beside the motion."""
LONGEST, LEASH = 0.8, 20.0
"""Deviations that one step, and all of them together, may go."""
GRID = 32
"""Cells to a side in which what the mask holds is compared."""
BATCH = 8
"""Pictures that are drawn at once to measure J."""


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
    *,
    steps: int = STEPS,
) -> Steps[Drag, None, Drag]:
    """Move handles of the picture of `ws` [num_ws, w_dim] until they arrive, or for `steps`.

    `movable` [H, W] says what may move (None: everything). Yields each step, the last one is also
    returned. Raises DirectionError for points outside the picture and models without such maps.
    """
    check(handles)
    pull = _Pull(generator, ws, handles, movable)
    nearest = latest = pull.state(0, steps)
    least, since = pull.distance, 0
    for step in range(steps):
        if pull.arrived or since == STALLED:
            break
        pull.step()
        latest = pull.state(step + 1, steps)
        if pull.distance < least:
            nearest, least, since = latest, pull.distance, 0
        else:
            since += 1
        yield latest
    if nearest is not latest:  # the points cannot go further, and what came after is no gain
        latest = replace(nearest, done=latest.done)
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


class _Pull:
    """The optimisation: `ws` = start + u L, the same for coarse rows; L^T L is most of cov(W)."""

    def __init__(
        self,
        generator: Generator,
        ws: np.ndarray,
        handles: Sequence[Handle],
        movable: np.ndarray | None,
    ) -> None:
        device = generator.w_avg.device
        self._start = torch.from_numpy(np.array(ws, np.float32))[None].to(device)
        count = DIRECTIONS if generator.spec.has_mapping else ISOTROPIC
        self._spread = _spread(generator)[:count]
        self._rows = _coarse_rows(generator)[:, None].to(device)
        self._features = Features(generator, self._start)
        self._u = torch.zeros(len(self._spread), device=device)
        self._now = self._drawn(self._u[None])
        self.places = torch.tensor([handle.start for handle in handles], device=device)
        self._targets = torch.tensor([handle.target for handle in handles], device=device)
        self._square = square(SUPERVISED, 1 / 128).to(device)
        self._near = square(TRACKED, 0.5 / 128).to(device)
        self._nearest = square(0.5 / 128, FINE).to(device)
        self._patch = square(PATCH, 1 / 128).to(device)
        self._fixed = None
        if movable is not None and not movable.all():
            mask = torch.from_numpy(np.asarray(movable, np.float32))
            self._fixed = 1 - self._features.mask(mask, self._now[-1])
        self._first = self._kept(self._now)
        self._known = [self._around(place[None])[0] for place in self.places]
        self._begun = list(self._known)

    @property
    def distance(self) -> float:
        """Of the handle that is farthest from its target."""
        return float(self._left().norm(dim=1).max())

    @property
    def arrived(self) -> bool:
        return self.distance <= ARRIVED

    def _left(self) -> Tensor:
        """From the handles to their targets [H, 2]."""
        return self._targets - self.places

    def _ws(self, u: Tensor) -> Tensor:
        return self._start + (u @ self._spread)[:, None] * self._rows

    @torch.no_grad()
    def _drawn(self, u: Tensor) -> list[Tensor]:
        return self._features(self._ws(u))

    @torch.no_grad()
    def step(self) -> None:
        """Ask for motion once, and find the handles again."""
        change = self._change()
        self._u += change * (LONGEST / change.norm()).clamp(max=1)
        self._u *= (LEASH / self._u.norm()).clamp(max=1)
        self._now = self._drawn(self._u[None])
        for number, place in enumerate(self.places):
            self.places[number] = self._found(number, place)

    def _change(self) -> Tensor:
        """The least change of u that explains the motion and leaves what is held as it was."""
        left = self._left()
        distance = left.norm(dim=1, keepdim=True)
        ahead = left / distance.clamp(min=1e-12) * distance.clamp(max=STEP)
        here = (self.places[:, None] + self._square).reshape(-1, 2)
        there = (self.places[:, None] + ahead[:, None] + self._square).reshape(-1, 2)

        def seen(maps: list[Tensor]) -> tuple[Tensor, Tensor]:
            return self._features.at(maps, there).flatten(1), self._kept(maps)

        moving, kept = seen(self._now)
        wanted = (self._features.at(self._now, here).flatten(1) - moving)[0]
        probes = self._u + PROBE * torch.eye(len(self._u), device=self._u.device)
        slopes = [seen(self._drawn(part)) for part in probes.split(BATCH)]
        j_moving = (torch.cat([part for part, _ in slopes]) - moving) / PROBE
        j_kept = (torch.cat([part for _, part in slopes]) - kept) / PROBE
        weight = len(there)
        normal = j_moving @ j_moving.t() + weight * j_kept @ j_kept.t()
        aim = j_moving @ wanted + weight * j_kept @ (self._first - kept)[0]
        normal += DAMPING * normal.diagonal().mean() * torch.eye(len(normal)).to(normal)
        return torch.linalg.solve(normal, aim)

    def _kept(self, maps: list[Tensor]) -> Tensor:
        """What shall stay of maps [N, C, S, S], weighted by how much: [N, n]."""
        kept = [each.mean(dim=(2, 3)) * HELD**0.5 for each in maps]
        if self._fixed is not None:
            cells = F.adaptive_avg_pool2d(maps[-1] * self._fixed, GRID)
            kept.append(cells.flatten(1) * FIXED**0.5 / GRID)
        return torch.cat(kept, dim=1)

    def _around(self, places: Tensor) -> Tensor:
        """The squares around places [P, 2] as unit vectors [P, n] whose product is how alike."""
        points = (places[:, None] + self._patch).reshape(-1, 2)
        seen = self._features.at(self._now[-1:], points).reshape(len(places), len(self._patch), -1)
        return F.normalize((seen - seen.mean(dim=1, keepdim=True)).flatten(1), dim=1)

    def _found(self, number: int, place: Tensor) -> Tensor:
        """Where a handle is now: nearby, where it looks most as it did."""
        wanted = self._known[number] + BEGINNING * self._begun[number]
        for offsets in (self._near, self._nearest):
            nearby = (place + offsets).clamp(0, 1)
            seen = self._around(nearby)
            best = (seen @ wanted).argmax()
            place = nearby[best]
        self._known[number] = seen[best]
        return place

    def state(self, done: int, total: int) -> Drag:
        ws = self._ws(self._u[None])[0].cpu().numpy()
        places = tuple((float(x), float(y)) for x, y in self.places.tolist())
        return Drag(done, total, ws, places, self.arrived)


def _coarse_rows(generator: Generator) -> Tensor:
    """1 for the rows of `ws` that move, 0 for the others [num_ws]; the first always moves."""
    sizes = generator.spec.ws_resolutions or (COARSE,) * generator.spec.num_ws
    return torch.tensor([float(row == 0 or size <= COARSE) for row, size in enumerate(sizes)])


@torch.no_grad()
def _spread(generator: Generator) -> Tensor:
    """Principal deviations of W [w_dim, w_dim], the largest first."""
    w = generator.map(*random_latents(generator, SAMPLES))[:, 0].double().cpu()
    w = w - w.mean(dim=0)
    variances, vectors = torch.linalg.eigh(w.t() @ w / len(w))
    return (variances.clamp(min=0).sqrt()[:, None] * vectors.t()).flip(0).to(generator.w_avg)
