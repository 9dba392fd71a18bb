"""What the trainer costs: its DCGAN step against a bare loop on the same networks, interleaved.

``python -m benchmarks.trainer --rounds 10`` prints the ratio of times (trainer / bare, median of
the rounds) and the share of a step that reading the pictures takes.
"""

from __future__ import annotations

import copy
import json
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch
import typer
from torch import nn

from gan_models.base import Generator
from gan_models.datasets.arrays import PictureArray, write_info
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.loop import Trainer
from gan_models.training.losses.adversarial import logistic, non_saturating
from gan_models.training.paired.trainer import build_trainer

STEPS = 4
"""Of each side in a round."""


class BareLoop:
    """The textbook's loop on copies of the trainer's networks."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.generator: Generator = copy.deepcopy(trainer.generator).requires_grad_(True)
        self.discriminator: nn.Module = copy.deepcopy(trainer.discriminator).requires_grad_(True)
        self.first, self.second = (
            torch.optim.Adam(network.parameters(), 2e-4, (0.5, 0.999), fused=True)
            for network in (self.generator, self.discriminator)
        )
        pictures = trainer.data.batch(torch.arange(trainer.config.batch))
        self.real = pictures.contiguous(memory_format=torch.channels_last)

    def step(self) -> None:
        """One update of each network."""
        z = torch.randn(len(self.real), self.generator.spec.z_dim)
        with self.trainer.autocast:
            fake = self.generator.synthesize(self.generator.map(z))
            logits = self.discriminator(fake)
        self.first.zero_grad()
        non_saturating(logits, logits).backward()
        self.first.step()
        with self.trainer.autocast:
            fake_logits = self.discriminator(fake.detach())
            real_logits = self.discriminator(self.real)
        self.second.zero_grad()
        logistic(real_logits, fake_logits).backward()
        self.second.step()


def measure(rounds: int, batch: int) -> dict[str, float]:
    """Ratios of one run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        pictures = np.random.default_rng(0).integers(0, 255, (512, 3, 64, 64), dtype=np.uint8)
        np.save(path / "pictures.npy", pictures)
        write_info(path, names=(), flip_sign=None, source={"name": "noise"})
        config = with_settings(load_recipe("dcgan"), {"batch": batch})
        trainer = build_trainer(config, PictureArray.open(path), torch.device("cpu"))
        bare = BareLoop(trainer)
        ratios, shares = [], []
        for number in range(rounds + 1):
            ours, theirs = _seconds(trainer.step), _seconds(bare.step)
            reading = _seconds(trainer._real)
            if number:  # the first round warms up
                ratios.append(ours / theirs)
                shares.append(reading / ours)
    return {"trainer_to_bare": round(median(ratios), 3), "reading": round(median(shares), 4)}


def _seconds(step: object) -> float:
    assert callable(step)
    started = time.perf_counter()
    for _ in range(STEPS):
        step()
    return time.perf_counter() - started


def main(rounds: int = 10, batch: int = 64) -> None:
    """Print the ratios as JSON."""
    typer.echo(json.dumps(measure(rounds, batch)))


if __name__ == "__main__":
    typer.run(main)
