"""Directions in W that move one attribute and leave the others: the mathematics.

Attributes are in standard deviations ("std") throughout, as `AttributeNetwork` gives them.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator
from gan_models.engine.probe import native_bf16
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.progress import Job, Step

BATCH = 32


@dataclass(frozen=True)
class Reader:
    """Reads the attributes of what a generator draws."""

    generator: Generator
    network: AttributeNetwork

    def sample(self, count: int, seed: int, least_psi: float = 0.5) -> Tensor:
        """Random w [count, w_dim], each truncated by a psi between `least_psi` and 1."""
        spec, device = self.generator.spec, self.generator.w_avg.device
        random = torch.Generator().manual_seed(seed)
        z = torch.randn(count, spec.z_dim, generator=random)
        label = None
        if spec.label_dim:
            classes = torch.randint(spec.label_dim, (count,), generator=random)
            label = F.one_hot(classes, spec.label_dim).float().to(device)
        psi = torch.empty(count, 1).uniform_(least_psi, 1, generator=random).to(device)
        with torch.no_grad():
            w = self.generator.map(z.to(device), label)[:, 0]
            return torch.lerp(self.generator.w_avg, w, psi) if spec.has_mapping else w

    def attributes(self, ws: Tensor) -> Tensor:
        """Attributes [N, L] of the pictures of `ws`; differentiable, in bfloat16 if faster."""
        with torch.autocast(ws.device.type, torch.bfloat16, enabled=native_bf16(ws.device)):
            pictures = self.generator.synthesize(ws).clamp(-1, 1)
            rgb = pictures.expand(-1, 3, -1, -1) if pictures.shape[1] == 1 else pictures[:, :3]
            return self.network(rgb)

    def read(self, w: Tensor, message: str, batch: int = BATCH) -> Job[Tensor]:
        """Attributes [N, L] of many w [N, w_dim]."""
        parts = []
        for start in range(0, len(w), batch):
            with torch.no_grad():
                rows = w[start : start + batch, None].expand(-1, self.generator.spec.num_ws, -1)
                parts.append(self.attributes(rows))
            yield Step(start + len(rows), len(w), message)
        return torch.cat(parts)


def ridge(w: Tensor, attributes: Tensor, penalty: float = 0.01) -> tuple[Tensor, Tensor]:
    """Coefficients B [L, w_dim] of attributes ~ B w, and the covariance C [w_dim, w_dim] of w.

    B = A^T W (W^T W + penalty n mean(diag C) I)^-1 on centred W and A (Hoerl and Kennard 1970).
    """
    w, attributes = w - w.mean(dim=0), attributes - attributes.mean(dim=0)
    covariance = w.t() @ w / len(w)
    floor = penalty * covariance.diagonal().mean()
    covariance = covariance + floor * torch.eye(len(covariance), device=w.device)
    return torch.linalg.solve(covariance, w.t() @ attributes / len(w)).t(), covariance


def conditional(
    coefficients: Tensor, target: int, kept: Tensor, variance: float, softness: float = 0.03
) -> Tensor:
    """The direction [w_dim] that moves attribute `target` by 1 and the others by about 0.

    Minimises |d|^2 / variance + sum_j (b_j d - [j = target])^2 / softness over the attributes where
    `kept` [L] is true, with the mean variance of w: what InterFaceGAN (Shen et al. 2020) does by
    projecting one direction off another, here for many at once and only so far as it takes no
    long step. (A length measured with the covariance of w leads to mean differences, which move
    more besides.)
    """
    rows = coefficients[kept]
    wanted = (torch.arange(len(kept), device=kept.device) == target).to(rows)[kept]
    spread = variance * rows @ rows.t() + softness * torch.eye(len(rows), device=rows.device)
    return variance * torch.linalg.solve(spread, wanted) @ rows


def attainable(base: Tensor, strength: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """The change that is wanted of an attribute: `strength`, but not beyond what occurs in data."""
    reach = torch.clamp(base + strength, low, high)
    return torch.where(strength > 0, (reach - base).clamp(min=0), (reach - base).clamp(max=0))


@dataclass(frozen=True)
class Weights:
    """What refinement weighs against reaching the wanted change of the named attribute."""

    others: float = 0.5
    """Sum of the squared errors of all other attributes."""
    typical: float = 0.04
    """Squared length of the step in standard deviations of w (Mahalanobis), the mean over rows. It
    keeps pictures like those of the model; with less, networks see changes that people do not."""


def refine(
    reader: Reader,
    directions: Tensor,
    targets: Tensor,
    along: Tensor,
    units: Tensor,
    covariance: Tensor,
    *,
    seed: int,
    rows: Tensor | None = None,
    steps: int = 400,
    weights: Weights = Weights(),
    learning_rate: float = 0.02,
) -> Job[Tensor]:
    """Improve directions [K, num_ws, w_dim] for attributes `targets` [K].

    Descends through the generator, because the straight fit only knows the linear part of W, and
    W only as a whole: random faces are moved by random strengths and looked at; the named
    attribute must change by the strength times its unit (of `units` [K]), the others, where
    `kept` [K, L] is true, not at all. Each row of a direction finds its own way, which tells
    apart what W alone does not. Where `rows` [K, num_ws] is false, nothing is moved and nothing
    changes.
    """
    network = reader.network
    low, high = network.standardise(network.low), network.standardise(network.high)
    random = torch.Generator().manual_seed(seed)
    length = directions.norm(dim=2, keepdim=True).clamp(min=1e-8)
    inverse = torch.linalg.inv(covariance)
    unit = (directions / length).clone().requires_grad_(True)
    optimiser = torch.optim.Adam([unit], lr=learning_rate / directions.shape[2] ** 0.5)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    acting = torch.ones_like(length) if rows is None else rows[:, :, None].to(length)
    for step in range(steps):
        w = reader.sample(BATCH, int(torch.randint(2**31, (1,), generator=random)))
        chosen = torch.randint(len(targets), (BATCH,), generator=random).to(w.device)
        strength = (6 * torch.rand(BATCH, generator=random) - 3).to(w.device)
        with torch.no_grad():
            base = reader.attributes(w[:, None].expand(-1, directions.shape[1], -1))
        move = (unit * length * acting)[chosen]
        read = reader.attributes(w[:, None] + move * strength[:, None, None])
        named = F.one_hot(targets[chosen], base.shape[1])
        share = named + along[chosen]
        change = (strength * units[chosen])[:, None] * share
        wanted = attainable(base, change, low, high) * (share != 0)
        error = (read - base - wanted).square()
        cost = error * torch.where(named == 1, 1.0, weights.others)
        typical = torch.einsum("nri,ij,nrj->n", move, inverse, move) / move.shape[1]
        loss = cost.sum(dim=1).mean() + weights.typical * typical.mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        yield Step(step + 1, steps, "refining directions")
    return (unit * length).detach()
