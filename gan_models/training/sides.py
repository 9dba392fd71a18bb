"""The two players' optimisers, and what is refused before they begin."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from gan_models.base import TrainingError
from gan_models.datasets.arrays import PictureArray
from gan_models.training.config import PAIRED, TrainingConfig
from gan_models.training.losses.adversarial import find_loss


@dataclass
class Side:
    """One of the two players."""

    name: str
    network: nn.Module
    optimizer: torch.optim.Optimizer
    interval: int
    """Of its lazy regularisation; 0 where it has none."""

    def set_rate(self, rate: float) -> None:
        """Lazy regularisation takes extra steps of Adam, for which its rates are corrected.

        Karras et al. 2020, appendix B.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = rate * lazy_share(self.interval)


def lazy_share(interval: int) -> float:
    """The share of the optimiser's steps that are ordinary ones."""
    return interval / (interval + 1) if interval else 1.0


def make_side(name: str, network: nn.Module, interval: int, config: TrainingConfig) -> Side:
    """A player with the optimiser of the settings."""
    return Side(name, network, _optimizer(network, interval, config), interval)


def _optimizer(network: nn.Module, interval: int, config: TrainingConfig) -> torch.optim.Optimizer:
    parameters = network.parameters()
    if config.optimizer == "rmsprop":
        return torch.optim.RMSprop(parameters)
    if config.optimizer == "sgd":
        return torch.optim.SGD(parameters, momentum=config.beta1, fused=True)
    share = lazy_share(interval)
    betas = (config.beta1**share if config.beta1 else 0.0, config.beta2**share)
    return torch.optim.Adam(parameters, betas=betas, eps=1e-8, fused=True)


def check(config: TrainingConfig, data: PictureArray, kept: int, world: int) -> None:
    """Refuse what cannot work before anything is computed."""
    if kept < 2:
        raise TrainingError(
            f"{data.path} holds {len(data)} picture{'s' if len(data) > 1 else ''}; a model learns "
            "from many: give some hundreds"
        )
    if config.batch > kept:
        raise TrainingError(
            f"the batch of {config.batch} is larger than the {kept} pictures to train on; "
            f"use --set batch={max(1, kept // 2)} or less"
        )
    if config.batch % world:
        raise TrainingError(
            f"a batch of {config.batch} cannot be divided among {world} processes; "
            "choose a multiple of their number"
        )
    if config.conditional and not data.classes:
        raise TrainingError(
            f"{data.path} has no classes to be conditional on; give --labels, or set "
            "conditional=false"
        )
    if config.perceptual and config.architecture not in PAIRED:
        raise TrainingError(
            "perceptual compares a result with its truth, and the architecture "
            f"{config.architecture} has none; leave it out"
        )
    loss = find_loss(config.loss)
    if loss.boundary is None and config.augment_target:
        raise TrainingError(f"augment_target cannot steer with the loss {config.loss}: set it to 0")
    if loss.boundary != 0.0 and config.label_smoothing:
        raise TrainingError(f"label_smoothing has no meaning for the loss {config.loss}: set it 0")
