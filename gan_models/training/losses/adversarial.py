"""The games that generator and discriminator play, each by its name in the literature.

A logit is what the discriminator says of a picture, [N]; higher means more real. Architectures and
losses are chosen apart; `settings` are those that a loss brings along, which a recipe may change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from gan_models.base import TrainingError

Game = Callable[[Tensor, Tensor], Tensor]
"""(logits of real pictures, logits of generated ones) to the mean loss."""


@dataclass(frozen=True)
class Loss:
    """A loss by its name: what each side minimises, and what it needs besides."""

    name: str
    discriminator: Game
    generator: Game
    boundary: float | None = 0.0
    """The logit between real and generated; None where logits have no such point (Wasserstein)."""
    batch_norm: bool = True
    """Whether the discriminator may normalise over the batch: not where its gradient for each
    picture is penalised (Gulrajani et al. 2017, section 4)."""
    relativistic: bool = False
    """Whether the generator's loss needs the logits of real pictures."""
    settings: Mapping[str, Any] = field(default_factory=dict)


def logistic(real: Tensor, fake: Tensor) -> Tensor:
    """-log sigmoid(D(x)) - log(1 - sigmoid(D(G(z)))) (Goodfellow et al. 2014, eq. 1)."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def saturating(_real: Tensor, fake: Tensor) -> Tensor:
    """log(1 - sigmoid(D(G(z)))): the generator's side of the minimax game of the same equation."""
    return -F.softplus(fake).mean()


def non_saturating(_real: Tensor, fake: Tensor) -> Tensor:
    """-log sigmoid(D(G(z))): its practical form, with strong gradients early (section 3)."""
    return F.softplus(-fake).mean()


def critic(real: Tensor, fake: Tensor) -> Tensor:
    """E D(G(z)) - E D(x), the negated Wasserstein distance (Arjovsky et al. 2017, algorithm 1)."""
    return fake.mean() - real.mean()


def criticised(_real: Tensor, fake: Tensor) -> Tensor:
    """-E D(G(z)): the generator's side of `critic` and of `hinge`."""
    return -fake.mean()


def least_squares(real: Tensor, fake: Tensor) -> Tensor:
    """1/2 E (D(x) - 1)^2 + 1/2 E D(G(z))^2 (Mao et al. 2017, eq. 2 with a = 0, b = 1)."""
    return ((real - 1).square().mean() + fake.square().mean()) / 2


def _towards(target: float) -> Game:
    """1/2 E (D(G(z)) - c)^2: the generator's side of `least_squares`."""
    return lambda _real, fake: (fake - target).square().mean() / 2


def hinge(real: Tensor, fake: Tensor) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))) (Lim & Ye 2017, Miyato et al. 2018)."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def relativistic(real: Tensor, fake: Tensor) -> Tensor:
    """-log sigmoid(D(x) - D(G(z))), in pairs (Jolicoeur-Martineau 2018; Huang et al. 2024)."""
    return F.softplus(fake - real).mean()


def _losses() -> dict[str, Loss]:
    clip = {"weight_clip": 0.01, "critic_steps": 5, "gamma": 0.0}
    penalty = {"gradient_penalty": 10.0, "critic_steps": 5, "gamma": 0.0}
    both = {"gamma": 1.0, "r1_interval": 1, "r2": True}
    listed = (
        Loss("minimax", logistic, saturating),
        Loss("non-saturating", logistic, non_saturating),
        Loss("wgan", critic, criticised, None, settings=clip),
        Loss("wgan-gp", critic, criticised, None, batch_norm=False, settings=penalty),
        Loss("lsgan", least_squares, _towards(1.0), 0.5, settings={"gamma": 0.0}),
        # The targets -1, 1, 0 of the paper's eq. 9 (Pearson chi^2), scaled to 0, 1 and 1/2.
        Loss("lsgan-pearson", least_squares, _towards(0.5), 0.5, settings={"gamma": 0.0}),
        Loss("hinge", hinge, criticised),
        Loss(
            "r3gan",
            relativistic,
            lambda real, fake: relativistic(fake, real),
            None,
            batch_norm=False,
            relativistic=True,
            settings=both,
        ),
    )
    return {loss.name: loss for loss in listed}


LOSSES = _losses()


def find_loss(name: str) -> Loss:
    """The loss of that name; raises TrainingError that lists those there are."""
    if name not in LOSSES:
        raise TrainingError(f"there is no loss {name!r}; there are: {', '.join(LOSSES)}")
    return LOSSES[name]
