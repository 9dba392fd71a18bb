"""A generator that learns to follow its sliders, each of which shall move one attribute alone.

A straight line in W moves what the data tie together. Here the line is kept and the generator
learns: half of a batch are the other half's people with a slider moved, and a network that reads
attributes tells what else became of them. The discriminator sees both halves, so that edited
pictures stay like the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Direction, Generator, TrainingError
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.portraits import LABELS
from gan_models.directions.fitting import attainable
from gan_models.directions.labels import TIED
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.portraits import portraits_network
from gan_models.progress import finish
from gan_models.registry import load_generator
from gan_models.training.draws import Draws

FURTHEST = 2.5
"""The strongest moves that are learned."""
BEYOND = 0.25
"""How far, in std, a slider may lead beyond what occurs in the data."""
OTHERS = 0.5
"""Weight of the squared errors of what a slider shall not move."""
APART = 4
"""The discriminator compares every fourth picture of a batch of 16: they are different people."""


@dataclass(frozen=True)
class Moves:
    """What was done to the second half of a batch."""

    partner: Tensor
    """Number, in the first half, of who each of the second half is [N / 2]."""
    slider: Tensor
    strength: Tensor


class Sliders:
    """Directions of a model with `rows` of `ws`, and the network that reads what they do."""

    def __init__(
        self,
        directions: Sequence[Direction],
        rows: int,
        network: AttributeNetwork,
        device: torch.device,
    ) -> None:
        names = [direction.name for direction in directions]
        self.directions = {direction.name: direction for direction in directions}
        self.steps = torch.stack([_step(direction, rows) for direction in directions]).to(device)
        """[K, rows, w_dim], of strength 1."""
        self.network = network.to(device)
        self._column = torch.tensor([network.index(name) for name in names], device=device)
        free = [[other in TIED.get(name, ()) for other in network.names] for name in names]
        self._weights = torch.where(torch.tensor(free), 0.0, OTHERS).to(device)
        self._weights[torch.arange(len(names)), self._column] = 1.0
        ends = network.standardise(network.low) - BEYOND, network.standardise(network.high) + BEYOND
        self._low, self._high = ends

    def move(self, ws: Tensor, draws: Draws) -> tuple[Tensor, Moves]:
        """The first half of `ws`, and the same moved along a random slider by a random strength."""
        half = len(ws) // 2
        partner = torch.arange(half, device=ws.device).roll(half // APART)
        together = half * draws.workers.world
        slider = draws.integers(0, len(self.steps), together).to(ws.device)
        strength = (2 * draws.uniform(together) - 1) * FURTHEST
        moved = ws[partner] + strength[:, None, None] * self.steps[slider]
        return torch.cat([ws[:half], moved]), Moves(partner, slider, strength)

    def loss(self, pictures: Tensor, moves: Moves) -> Tensor:
        """Mean squared error of what the sliders moved [N, C, H, W], in std of the attributes."""
        read = self.network(pictures.float().clamp(-1, 1))
        half = len(read) // 2
        before, after = read[:half].detach()[moves.partner], read[half:]
        named = F.one_hot(self._column[moves.slider], read.shape[1])
        wanted = attainable(before, moves.strength[:, None] * named, self._low, self._high) * named
        error = (after - before - wanted).square() * self._weights[moves.slider]
        return error.sum(dim=1).mean()


def _step(direction: Direction, rows: int) -> Tensor:
    """What strength 1 adds to all rows of `ws` [rows, w_dim]."""
    own = torch.from_numpy(direction.step(direction.layers))
    step = torch.zeros(rows, own.shape[-1])
    step[slice(*direction.layers)] = own
    return step


def check_sliders(path: Path) -> Path:
    """The absolute path of a model; raises TrainingError where it has no sliders of portraits."""
    _known(path, load_generator(path))
    return path.absolute()


def load_sliders(path: Path, data: PictureArray, learner: Generator) -> Sliders:
    """The sliders of the model at `path` that are attributes of the built-in portraits.

    The `learner` must have as many rows and numbers of w.
    """
    if data.source.get("name") != "portraits":
        raise TrainingError(
            "sliders can be learned on the built-in portraits only, whose attributes a network "
            "reads; set sliders to nothing"
        )
    model = load_generator(path)
    known = _known(path, model)
    own, spec = learner.spec, model.spec
    if (own.num_ws, own.w_dim) != (spec.num_ws, spec.w_dim):
        raise TrainingError(
            f"the sliders of {path} are of {spec.num_ws} rows of {spec.w_dim} numbers, and this "
            f"run has {own.num_ws} of {own.w_dim}; give it the form of that model"
        )
    network = finish(portraits_network("fitter"))
    return Sliders(known, own.num_ws, network, learner.w_avg.device)


def _known(path: Path, model: Generator) -> list[Direction]:
    known = [one for name, one in model.directions.items() if name in LABELS]
    if not known:
        raise TrainingError(f"{path} has no sliders of portraits; make some with `discover`")
    return known
