"""What the trainer costs, against plain loops on the same networks and pictures, taking turns.

``python -m benchmarks.trainer --rounds 10`` prints medians of the rounds. DCGAN: the trainer's time
over that of a bare loop, and the share of a step that reading the pictures takes. StyleGAN2 at
64 px: the time of the textbook's steps in float32 over that of the trainer's, in both precisions,
for a whole cycle of sixteen steps with their regularisers and without those.
"""

from __future__ import annotations

import copy
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
import typer
from torch import nn

from app.environment import SETTINGS, set_environment
from benchmarks.textbook_training import TextbookLoop
from gan_models.base import Generator
from gan_models.datasets.arrays import PictureArray, write_info
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.loop import Trainer
from gan_models.training.losses.adversarial import logistic, non_saturating
from gan_models.training.paired.trainer import build_trainer

STEPS = 4
"""Of each side in a round."""
CYCLE = 16
"""Steps after which all regularisers have been due."""
CYCLES: dict[str, dict[str, Any]] = {
    "cycle": {},
    "without regularisers": {"path_weight": 0.0, "gamma": 0.0},
}


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


def dcgan(data: PictureArray, rounds: int) -> dict[str, float]:
    """The trainer's step against the bare one's, and the share of reading pictures."""
    trainer = build_trainer(load_recipe("dcgan"), data, torch.device("cpu"))
    bare = BareLoop(trainer)
    ratios, shares = [], []
    for number in range(rounds + 1):
        ours, theirs = _seconds(trainer.step), _seconds(bare.step)
        reading = _seconds(trainer._real)
        if number:  # the first round warms up
            ratios.append(ours / theirs)
            shares.append(reading / ours)
    return {"trainer_to_bare": round(median(ratios), 3), "reading": round(median(shares), 4)}


def stylegan2(data: PictureArray, rounds: int) -> dict[str, float]:
    """How often the textbook's speed the trainer has."""
    found = {}
    for name, settings in CYCLES.items():
        trainers = {
            precision: build_trainer(
                with_settings(load_recipe("stylegan2"), settings | {"precision": precision}),
                data,
                torch.device("cpu"),
            )
            for precision in ("auto", "float32")
        }
        textbook = TextbookLoop(trainers["float32"])
        times: list[dict[str, float]] = []
        for _ in range(rounds + 1):
            steps = {key: trainer.step for key, trainer in trainers.items()}
            taken = {key: _seconds(step, CYCLE) for key, step in steps.items()}
            times.append(taken | {"textbook": _seconds(textbook.step, CYCLE)})
        for precision in trainers:
            ratios = [taken["textbook"] / taken[precision] for taken in times[1:]]
            found[f"{name}, {precision}"] = round(median(ratios), 2)
    return found


def _seconds(step: Callable[[], object], steps: int = STEPS) -> float:
    started = time.perf_counter()
    for _ in range(steps):
        step()
    return time.perf_counter() - started


def main(rounds: int = 10, part: str = "") -> None:
    """Print the ratios of all parts, or of dcgan or stylegan2, as JSON."""
    begun_as_a_training = SETTINGS.keys() <= os.environ.keys()
    set_environment(["train"])
    if not begun_as_a_training:  # torch, which is loaded by now, reads them only once
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.trainer", *sys.argv[1:]])
    parts = {"dcgan": dcgan, "stylegan2": stylegan2}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        pictures = np.random.default_rng(0).integers(0, 255, (512, 3, 64, 64), dtype=np.uint8)
        np.save(path / "pictures.npy", pictures)
        write_info(path, names=(), flip_sign=None, source={"name": "noise"})
        data = PictureArray.open(path)
        for name in [part] if part else parts:
            typer.echo(json.dumps({name: parts[name](data, rounds)}))


if __name__ == "__main__":
    typer.run(main)
