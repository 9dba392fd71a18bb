"""The search for a latent: good places to begin, then descent, the best always at hand."""

from __future__ import annotations

import time
from collections.abc import Generator as Iterating
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator
from gan_models.directions.sampling import random_latents
from gan_models.projection.aids import ProjectionAids
from gan_models.projection.loss import PictureLoss, as_rgb
from gan_models.projection.settings import ProjectionSettings, Space
from gan_models.projection.space import WhitenedSpace

DRAWN, DRAWN_LARGE = 2000, 64
"""Random latents among which to begin without an encoder, and where each costs much."""
CHEAP = 32
"""Pixels of a side at which random pictures are compared."""
TOGETHER = 50
MOST_CLASSES = 100
LEARNING_RATE = 0.1
"""Of Adam, in standard deviations of w."""
W_SHARE = 0.3
"""Of the steps towards w+ that go into the common w first."""
PICTURE_SECONDS = 0.25
"""A picture of the best comes along with a step about so often."""


@dataclass(frozen=True, eq=False)
class ProjectionStep:
    """How far a projection is, and the best it has found: what remains if it is closed here."""

    done: int
    total: int
    message: str
    stage: str
    """"start", "w", "w+", "z" or "tune"."""
    ws: np.ndarray
    """Float32 [num_ws, w_dim]."""
    residual: float
    picture: np.ndarray | None
    """The best, uint8 [H, W, 3], now and then."""
    tuned: Generator | None = None
    """While tuning: the copy that is being adapted; it stands still once the job is closed."""


Steps = Iterating[ProjectionStep, None, None]

MESSAGES = {
    "start": "looking for a place to begin",
    "w": "searching W",
    "w+": "searching W+, layer by layer",
    "z": "searching Z",
    "tune": "tuning the generator",
}


class Search:
    """One picture being searched for with one generator."""

    def __init__(
        self,
        generator: Generator,
        target: Tensor,
        settings: ProjectionSettings,
        aids: ProjectionAids,
        space: Space,
    ) -> None:
        self.generator, self.settings, self.aids, self.space = generator, settings, aids, space
        self.target = target
        self.loss = PictureLoss(target, aids.features)
        self.white = WhitenedSpace.of(generator)
        self.residual = self._objective = float("inf")
        self.ws = self.picture = target  # until `begin` has tried one
        self.tuned: Generator | None = None
        self._shown = 0.0
        self._done = 0
        self._total = 1 + (settings.steps if space != "encoder" else 0)
        self._total += settings.tune_steps if settings.tune else 0

    def begin(self) -> Steps:
        """Take the best of the encoder's guess, the mean, and without an encoder random latents."""
        rests = self._rests()
        guesses = [torch.zeros(1, self.white.dim, device=rests.device)]
        encoder = self.aids.encoder
        if encoder is not None:
            with torch.no_grad():
                guesses.append(encoder(as_rgb(self.target)))
        for guess in guesses:
            v = guess[None].expand(len(rests), -1, -1)
            for one, rest in zip(v.split(1), rests.split(1), strict=True):
                self._try(self.white.ws(one, rest))
        if encoder is None:
            yield from self._draw_randomly()
        self._done = 1
        yield self.step("start", show=True)

    def descend(self) -> Steps:
        """Follow the gradient in whitened coordinates: the common w, then for w+ each row's own."""
        v, rest = self.white.coordinates(self.ws)
        common = v.mean(dim=1, keepdim=True).clone().requires_grad_(True)
        own = torch.zeros_like(v, requires_grad=True)
        optimiser = torch.optim.Adam([common, own], LEARNING_RATE, betas=(0.9, 0.99))
        for share in self.shares(self.settings.steps):
            plus = self.space == "w+" and share >= W_SHARE
            optimiser.param_groups[0]["lr"] = LEARNING_RATE * learning_pace(share)
            self._descend_once(common, own if plus else None, rest, optimiser)
            stage = "w+" if plus else "z" if self.space == "z" else "w"
            yield self.step(stage)
        yield self.step(self.space, show=True)

    def _descend_once(
        self,
        common: Tensor,
        own: Tensor | None,
        rest: Tensor,
        optimiser: torch.optim.Optimizer,
    ) -> None:
        with torch.enable_grad():
            ws = self.white.ws(common if own is None else common + own, rest)
            picture = self.generator.synthesize(ws)
            residual = objective = self.loss(picture).sum()
            if own is not None:
                objective = residual + self.settings.leash * own.square().sum(dim=2).mean()
            optimiser.zero_grad(set_to_none=True)
            objective.backward()
        optimiser.step()
        self.take(objective.item(), residual.item(), ws.detach(), picture.detach())

    def shares(self, steps: int) -> Iterator[float]:
        """For each step, the share of them, or of the time if that is scarcer, that is gone."""
        all_steps = self._total - 1
        seconds = self.settings.seconds
        mine = None if seconds is None else seconds * steps / max(1, all_steps)
        start, before = time.perf_counter(), self._done
        for number in range(steps):
            share = number / steps
            if mine is not None:
                share = max(share, (time.perf_counter() - start) / mine)
            if share >= 1:
                break
            self._done = before + round(share * steps) + 1
            yield share
        self._done = before + steps

    def take(self, objective: float, residual: float, ws: Tensor, picture: Tensor) -> None:
        """Remember a state if it is the best so far."""
        if objective < self._objective:
            self._objective, self.residual = objective, residual
            self.ws, self.picture = ws, picture

    def step(self, stage: str, show: bool = False) -> ProjectionStep:
        """The state as a step, with a picture if there was none for a while."""
        now = time.perf_counter()
        show = show or now - self._shown >= PICTURE_SECONDS
        if show:
            self._shown = now
        return ProjectionStep(
            min(self._done, self._total),
            self._total,
            MESSAGES.get(stage, stage),
            stage,
            self.ws[0].cpu().numpy().copy(),
            self.residual,
            as_bytes(self.picture) if show else None,
            self.tuned,
        )

    def _try(self, ws: Tensor) -> None:
        with torch.no_grad():
            picture = self.generator.synthesize(ws)
            residual = float(self.loss(picture))
        self.take(residual, residual, ws, picture)

    def _rests(self) -> Tensor:
        """What follows the free part of w [R, 1, w_dim - dim]: empty, or that of each class."""
        spec, device = self.generator.spec, self.white.mean.device
        if spec.has_mapping or not spec.label_dim:
            return torch.zeros(1, 1, spec.w_dim - self.white.dim, device=device)
        classes = min(MOST_CLASSES, spec.label_dim)
        labels = torch.eye(spec.label_dim, device=device)[:classes]
        with torch.no_grad():
            ws = self.generator.map(torch.zeros(classes, spec.z_dim, device=device), labels)
        return self.white.coordinates(ws)[1]

    def _draw_randomly(self) -> Steps:
        """Try the random latent whose small picture is nearest."""
        spec = self.generator.spec
        size = min(spec.draft_resolutions or (spec.resolution,))
        for draft in spec.draft_resolutions:
            size = draft if draft <= CHEAP else size
        count = DRAWN if size <= 2 * CHEAP else DRAWN_LARGE
        z, label = random_latents(self.generator, count, self.settings.seed)
        small = F.interpolate(self.target, size=(size, size), mode="area")
        compare, nearest, least = PictureLoss(small), self.ws, float("inf")
        for start in range(0, count, TOGETHER):
            part = slice(start, start + TOGETHER)
            with torch.no_grad():
                ws = self.generator.map(z[part], None if label is None else label[part])
                drawn = self.generator.synthesize(ws, resolution=size)
                found, index = compare(drawn).min(dim=0)
            if float(found) < least:
                least, nearest = float(found), ws[int(index)][None].clone()
            yield self.step("start")
        self._try(nearest)


def learning_pace(share: float) -> float:
    """Up within a twentieth of the steps, down in the second half."""
    return min(1.0, share / 0.05 + 0.1, (1 - share) / 0.5)


def as_bytes(picture: Tensor) -> np.ndarray:
    """The first of some pictures as it is shown, uint8 [H, W, 3]."""
    shown = (as_rgb(picture)[0] * 127.5 + 128).clamp(0, 255).to(torch.uint8)
    return shown.permute(1, 2, 0).contiguous().cpu().numpy()
