"""The trainer's step has the losses of the paper's, written down plainly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from benchmarks import textbook
from benchmarks.textbook_training import TextbookLoop, judge
from gan_models.datasets.arrays import PictureArray, write_info
from gan_models.families.discriminator import Discriminator
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.loop import Trainer
from gan_models.training.losses import penalties
from gan_models.training.losses.adversarial import logistic, non_saturating


@pytest.fixture
def trainer(tmp_path: Path) -> Trainer:
    pictures = np.random.default_rng(0).integers(0, 255, (24, 3, 16, 16), dtype=np.uint8)
    np.save(tmp_path / "pictures.npy", pictures)
    write_info(tmp_path, names=(), flip_sign=None, source={"name": "noise"})
    small = {
        "resolution": 16, "channel_base": 128, "channel_max": 16, "z_dim": 8, "w_dim": 8,
        "batch": 8, "precision": "float32",
    }  # fmt: skip
    config = with_settings(load_recipe("stylegan2"), small)
    made = Trainer(config, PictureArray.open(tmp_path), torch.device("cpu"))
    made.step()  # biases and noise strengths begin at 0, where their terms could not be told apart
    made.discriminator.requires_grad_(True)
    return made


def test_both_judge_pictures_alike(trainer: Trainer) -> None:
    assert isinstance(trainer.discriminator, Discriminator)
    pictures = torch.rand(8, 3, 16, 16) * 2 - 1
    torch.testing.assert_close(
        trainer.judge(pictures, None), judge(trainer.discriminator, pictures), rtol=0, atol=1e-5
    )


def test_both_have_the_same_losses_and_slopes(trainer: Trainer) -> None:
    assert isinstance(trainer.discriminator, Discriminator)
    real = torch.rand(8, 3, 16, 16) * 2 - 1
    ws = trainer.networks.latents(None, trainer.draws, 8).detach()
    fake = trainer.generator.synthesize(ws)
    plain = textbook.synthesize(trainer.generator, ws)  # type: ignore[arg-type]
    ours = [
        non_saturating(trainer.judge(real, None), trainer.judge(fake, None)),
        logistic(trainer.judge(real, None), trainer.judge(fake, None)),
        penalties.gradient_square(lambda x: trainer.judge(x, None), real),
    ]
    network, seen = trainer.discriminator, real.clone().requires_grad_()
    fake_logits, real_logits = judge(network, plain), judge(network, seen)
    (slope,) = torch.autograd.grad(real_logits.sum(), seen, create_graph=True)
    theirs = [
        F.softplus(-fake_logits).mean(),
        F.softplus(fake_logits).mean() + F.softplus(-real_logits).mean(),
        slope.square().sum(dim=(1, 2, 3)).mean(),
    ]
    weights = list(network.parameters())
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
        slopes = (
            torch.autograd.grad(loss, weights, retain_graph=True, materialize_grads=True)
            for loss in (one, other)
        )
        for mine, plainly in zip(*slopes, strict=True):
            torch.testing.assert_close(mine, plainly, rtol=1e-3, atol=1e-5)


def test_the_textbook_loop_learns_from_copies(trainer: Trainer) -> None:
    before = [weight.clone() for weight in trainer.generator.parameters()]
    loop = TextbookLoop(trainer)
    loop.step()
    assert all(map(torch.equal, before, trainer.generator.parameters()))
    assert not all(map(torch.equal, before, loop.generator.parameters()))
    assert loop.mean_path > 0
