"""A run that does not fit into the memory is refused before it begins, with what would fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from gan_models.base import TrainingError
from gan_models.datasets.arrays import PictureArray
from gan_models.progress import finish
from gan_models.training import memory
from gan_models.training.config import (
    PAIRED,
    TrainingConfig,
    load_recipe,
    recipe_names,
    with_settings,
)
from gan_models.training.networks import Networks
from gan_models.training.paired.trainer import build_trainer
from gan_models.training.run import train
from tests.gan_models.training.test_recipes import CPU, small
from tests.gan_models.training.test_training import make_pictures

UNPAIRED = [name for name in recipe_names() if load_recipe(name).architecture not in PAIRED]


@pytest.fixture(scope="module")
def discs(tmp_path_factory: pytest.TempPathFactory) -> PictureArray:
    return PictureArray.open(make_pictures(tmp_path_factory.mktemp("memory") / "discs", 400))


def start(config: TrainingConfig, data: PictureArray) -> Networks:
    return build_trainer(config, data, CPU).networks


@pytest.mark.parametrize("name", UNPAIRED)
def test_what_a_step_keeps_is_told_without_taking_it(name: str, discs: PictureArray) -> None:
    config = small(name)
    trainer = build_trainer(config, discs, CPU)
    with torch.device("meta"):
        unborn = trainer._build()
    for network in (trainer.generator, trainer.discriminator):
        network.requires_grad_(True)
    taken = memory.kept_for_gradients(trainer.networks, config)
    assert taken > 1000
    assert memory.kept_for_gradients(unborn, config) == pytest.approx(taken, rel=0.01)


def test_what_does_not_fit_is_refused_with_a_batch_that_does(
    discs: PictureArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small("stylegan2", batch=256)
    monkeypatch.setattr(memory, "free_bytes", lambda _: 4_000_000)
    with pytest.raises(
        TrainingError, match=r"needs at least .* is free on cpu: use --set batch="
    ) as told:
        start(config, discs)
    batch = re.search(r"batch=(\d+)", str(told.value))
    assert batch
    start(with_settings(config, {"batch": int(batch[1])}), discs)


def test_networks_that_do_not_fit_at_all_are_refused(
    discs: PictureArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda _: 1000)
    with pytest.raises(TrainingError, match="smaller resolution, or narrower networks"):
        start(small("dcgan"), discs)


def test_a_run_folder_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, tiny = make_pictures(tmp_path / "discs", 40), {"resolution": 16, "batch": 8}
    monkeypatch.setattr(memory, "free_bytes", lambda _: 1000)
    with pytest.raises(TrainingError, match="of memory"):
        finish(train("dcgan", str(data), tmp_path / "run", kimg=1, settings=tiny))
    assert not (tmp_path / "run" / "config.toml").exists()
