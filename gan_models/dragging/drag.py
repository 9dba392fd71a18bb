"""Drags handle points of a picture to targets by small steps of its `ws` (Pan et al. 2023).

Each step asks the features around a handle p for what is a little nearer to the target now,

    loss = sum_i mean_q |F(q + d_i) - stop_gradient(F(q))|

over the points q of a small square around p_i with the step d_i towards its target (equation 1),
and then looks where the handle went: to the point nearby around which the features are most like
those around it a step before, by the correlation of squares of 17 pixels at 128. (Equation 3 of the
paper asks for what the handle had at first, at one point: on skin, at mouth corners and chins, that
ran ahead to the target while the face stayed behind.)

Only the coarse and middle rows of `ws` move, in units of the principal deviations of W and straight
down the slope of the loss, by as much as brings the handle on: that is the most usual change that
moves it. (Adam, which the paper takes, moves all numbers alike, and with them hair, skin and
glasses.) What would change the picture outside of the mask M of what may move, |(F - F_0) (1 - M)|,
is taken out of each step, and what did change there is undone.
"""

from __future__ import annotations

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
from gan_models.spec import layer_parts

Point = tuple[float, float]

STEP = 1.5 / 128
"""How far ahead, in picture widths, features are asked to go in one step."""
SUPERVISED, TRACKED = 3 / 128, 3 / 128
"""Radii of the squares whose motion is asked for, and in which a handle is looked for again."""
PATCH = 8 / 128
"""Radius of the square by which a handle is known again."""
FINE = 0.125 / 128
"""How exactly its place is told: what is rounded off at each step is lost."""
ARRIVED = 1.0 / 128
"""A handle this near to its target has arrived."""
HOLD = 1.0
"""What goes into undoing changes outside of the mask, beside the step towards the targets."""
STEPS = 200
SAMPLES = 2000
LENGTHS = (0.1, 0.4, 0.8)
"""Of a step of `ws` in deviations of W: the least, the first and the most."""
LONGER, SHORTER = 1.3, 0.7
LEASH = 2e-4
"""What a squared deviation of W from the start costs, beside the motion of features."""


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
    latest = pull.state(0, steps)
    for step in range(steps):
        if pull.arrived:
            break
        pull.step()
        latest = pull.state(step + 1, steps)
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
    """The optimisation: `ws` = start + u L on the rows that move, with L L^T = cov(W)."""

    def __init__(
        self,
        generator: Generator,
        ws: np.ndarray,
        handles: Sequence[Handle],
        movable: np.ndarray | None,
    ) -> None:
        device = generator.w_avg.device
        self._start = torch.from_numpy(np.array(ws, np.float32))[None].to(device)
        self._spread = _spread(generator)
        coarse, middle, _ = layer_parts(generator.spec)
        self._rows = max(1, len(coarse) + len(middle))
        self._features = Features(generator, self._start)
        self._u = torch.zeros(self._rows, len(self._spread), device=device, requires_grad=True)
        self._now = self._drawn()
        self._first = self._now.detach()
        self.places = torch.tensor([handle.start for handle in handles], device=device)
        self._targets = torch.tensor([handle.target for handle in handles], device=device)
        self._ahead = square(SUPERVISED, 1 / 128).to(device)
        self._near = square(TRACKED, 0.5 / 128).to(device)
        self._nearest = square(0.5 / 128, FINE).to(device)
        self._patch = square(PATCH, 1 / 128).to(device)
        self._known = [self._around(place[None])[0].detach() for place in self.places]
        self._fixed = None
        if movable is not None and not movable.all():
            mask = torch.from_numpy(np.asarray(movable, np.float32))
            self._fixed = 1 - self._features.mask(mask, self._first)
        self._length = LENGTHS[1]

    @property
    def arrived(self) -> bool:
        return bool((self._left().norm(dim=1) <= ARRIVED).all())

    def _left(self) -> Tensor:
        """From the handles to their targets [H, 2]."""
        return self._targets - self.places

    def _ws(self) -> Tensor:
        moved = self._start[:, : self._rows] + self._u @ self._spread
        return torch.cat([moved, self._start[:, self._rows :]], dim=1)

    def _drawn(self) -> Tensor:
        """The features as they are now, from which the next slope is taken."""
        with torch.enable_grad():
            return self._features(self._ws())

    def step(self) -> None:
        """Ask for motion once, and find the handles again."""
        slope = self._slope()
        with torch.no_grad():
            self._u -= self._length * slope
        self._now = self._drawn()
        with torch.no_grad():
            before = self._left().norm(dim=1)
            for number, place in enumerate(self.places):
                self.places[number] = self._found(number, place)
            gained = float((before - self._left().norm(dim=1)).mean())
        self._pace(gained, float(before.clamp(max=STEP).mean()))

    def _slope(self) -> Tensor:
        """Where the step goes, backwards, of length 1."""
        with torch.enable_grad():
            loss = self._motion(self._now) + LEASH * self._u.square().sum()
            held = None if self._fixed is None else ((self._now - self._first) * self._fixed)
        (slope,) = torch.autograd.grad(loss, self._u, retain_graph=held is not None)
        slope = _unit(slope)
        if held is not None:
            with torch.enable_grad():
                changed = held.square().mean()
            (hold,) = torch.autograd.grad(changed, self._u)
            hold = _unit(hold)
            against = (slope * hold).sum().clamp(max=0)
            slope = _unit(slope + (HOLD - against) * hold)
        return slope

    def _pace(self, gained: float, wanted: float) -> None:
        """Take longer steps while handles hardly follow, shorter ones when they run ahead."""
        factor = LONGER if gained < wanted / 2 else SHORTER if gained > wanted else 1.0
        self._length = min(max(self._length * factor, LENGTHS[0]), LENGTHS[2])

    def _motion(self, features: Tensor) -> Tensor:
        loss = features.new_zeros(())
        for place, left in zip(self.places, self._left(), strict=True):
            distance = left.norm()
            if distance <= ARRIVED / 2:
                continue
            ahead = left / distance * min(STEP, float(distance))
            near = place + self._ahead
            here = self._features.at(features, near).detach()
            loss = loss + (self._features.at(features, near + ahead) - here).abs().mean()
        return loss

    def _around(self, places: Tensor) -> Tensor:
        """The squares around places [P, 2] as unit vectors [P, n] whose product is how alike."""
        points = (places[:, None] + self._patch).reshape(-1, 2)
        seen = self._features.at(self._now, points).reshape(len(places), len(self._patch), -1)
        return F.normalize((seen - seen.mean(dim=1, keepdim=True)).flatten(1), dim=1)

    def _found(self, number: int, place: Tensor) -> Tensor:
        """Where a handle is now: nearby, where it looks most as it did a step ago."""
        for offsets in (self._near, self._nearest):
            nearby = (place + offsets).clamp(0, 1)
            seen = self._around(nearby)
            best = (seen @ self._known[number]).argmax()
            place = nearby[best]
        self._known[number] = seen[best]
        return place

    def state(self, done: int, total: int) -> Drag:
        with torch.no_grad():
            ws = self._ws()[0].cpu().numpy()
        places = tuple((float(x), float(y)) for x, y in self.places.tolist())
        return Drag(done, total, ws, places, self.arrived)


def _unit(x: Tensor) -> Tensor:
    return x / x.norm().clamp(min=1e-12)


@torch.no_grad()
def _spread(generator: Generator) -> Tensor:
    """L^T [w_dim, w_dim]: random normal numbers times it vary as W does."""
    w = generator.map(*random_latents(generator, SAMPLES))[:, 0].double().cpu()
    w = w - w.mean(dim=0)
    variances, vectors = torch.linalg.eigh(w.t() @ w / len(w))
    return (variances.clamp(min=0).sqrt()[:, None] * vectors.t()).to(generator.w_avg)
