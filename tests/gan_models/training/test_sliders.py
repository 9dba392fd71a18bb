"""A generator that learns to follow its sliders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_models.base import TrainingError
from gan_models.checkpoints.own import save_generator
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.portraits import LABELS
from gan_models.datasets.prepare import prepare_built_in
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.progress import finish
from gan_models.spec import Direction
from gan_models.training import sliders as module
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.draws import Draws
from gan_models.training.loop import Trainer
from gan_models.training.run import train
from gan_models.training.sliders import FURTHEST, Sliders, load_sliders
from gan_models.training.workers import Workers
from tests.conftest import tiny_generator

CPU = torch.device("cpu")
SETTINGS: dict[str, Any] = {
    "resolution": 16, "channel_base": 256, "channel_max": 16, "z_dim": 16, "w_dim": 16,
    "mapping_layers": 1, "batch": 16, "precision": "float32",
}  # fmt: skip


def reader(size: int = 16) -> AttributeNetwork:
    torch.manual_seed(1)
    network = AttributeNetwork(LABELS, width=4, depth=1, size=size)
    network.std.fill_(1.0)
    network.low.fill_(-2.0)
    network.high.fill_(2.0)
    return network.eval().requires_grad_(False)


class Saying(AttributeNetwork):
    """One that reads what it is told to."""

    def __init__(self, said: torch.Tensor) -> None:
        super().__init__(LABELS, width=4, depth=1, size=16)
        self.said = said

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        assert len(pictures) == len(self.said)
        return self.said


def some_sliders(rows: int = 6, dim: int = 16) -> Sliders:
    torch.manual_seed(2)
    steps = torch.randn(2, rows, dim).numpy()
    directions = [
        Direction("age", steps[0], (0, 3)),
        Direction("smile", steps[1][0], (2, rows)),
    ]
    return Sliders(directions, rows, reader(), CPU)


@pytest.fixture
def portraits(tmp_path: Path) -> PictureArray:
    finish(prepare_built_in("portraits", tmp_path / "data", 40, 16, processes=1))
    return PictureArray.open(tmp_path / "data")


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with sliders, and a reader that is not trained for it."""

    def known(_: str) -> Any:
        yield from ()
        return reader()

    monkeypatch.setattr(module, "portraits_network", known)
    generator = tiny_generator(resolution=16)
    rows = generator.spec.num_ws
    generator.directions = some_sliders(rows).directions | {
        "other": Direction("other", torch.ones(16).numpy(), (0, rows))
    }
    save_generator(tmp_path / "model.safetensors", generator)
    return tmp_path / "model.safetensors"


def trainer(data: PictureArray, **settings: Any) -> Trainer:
    return Trainer(with_settings(load_recipe("stylegan2"), SETTINGS | settings), data, CPU)


def test_a_file_without_sliders_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    generator = tiny_generator()
    generator.directions = {}
    save_generator(tmp_path / "none.safetensors", generator)
    run = train("stylegan2", "portraits", tmp_path / "run",
                settings={"sliders": str(tmp_path / "none.safetensors")})  # fmt: skip
    with pytest.raises(TrainingError, match="no sliders of portraits"):
        next(run)
    assert not (tmp_path / "run").exists()


def test_half_of_a_batch_are_the_others_with_one_slider_moved() -> None:
    sliders, draws, ws = some_sliders(), Draws(0, Workers(), CPU), torch.randn(16, 6, 16)
    draws.begin(0, 0)
    moved, moves = sliders.move(ws, draws)
    assert torch.equal(moved[:8], ws[:8])
    step = sliders.steps[moves.slider] * moves.strength[:, None, None]
    torch.testing.assert_close(moved[8:] - ws[moves.partner], step)
    assert moves.strength.abs().max() <= FURTHEST
    assert torch.equal(sliders.steps[0][3:], torch.zeros(3, 16))  # outside its rows


def test_pictures_that_the_discriminator_compares_are_of_different_people() -> None:
    sliders, draws = some_sliders(), Draws(0, Workers(), CPU)
    draws.begin(0, 0)
    _, moves = sliders.move(torch.randn(16, 6, 16), draws)
    who = [*range(8), *moves.partner.tolist()]
    for first in range(4):
        assert len(set(who[first::4])) == 4


def test_what_moves_as_it_should_costs_nothing_and_all_else_does() -> None:
    sliders = some_sliders()
    column = {name: sliders.network.index(name) for name in ("age", "hair_grey", "smile")}
    sliders.network = network = Saying(torch.zeros(4, len(LABELS)))
    read = network.said
    moves = module.Moves(torch.tensor([0, 1]), torch.tensor([0, 1]), torch.tensor([1.5, -1.0]))
    read[2, column["age"]], read[3, column["smile"]] = 1.5, -1.0

    def loss() -> float:
        return float(sliders.loss(torch.zeros(4, 3, 16, 16), moves))

    assert loss() == 0
    read[2, column["hair_grey"]] = 3.0  # is part of age
    assert loss() == 0
    read[3, column["hair_grey"]] = 1.0  # is no part of a smile
    assert loss() == pytest.approx(module.OTHERS / 2)
    read[3, column["hair_grey"]], read[2, column["age"]] = 0.0, 0.5
    assert loss() == pytest.approx(0.5)


def test_nothing_is_asked_for_beyond_what_occurs() -> None:
    sliders = some_sliders()
    column = sliders.network.index("age")
    sliders.network = network = Saying(torch.zeros(2, len(LABELS)))
    network.said[0, column], network.said[1, column] = 1.5, 2.0 + module.BEYOND
    moves = module.Moves(torch.tensor([0]), torch.tensor([0]), torch.tensor([2.0]))
    assert float(sliders.loss(torch.zeros(2, 3, 16, 16), moves)) == pytest.approx(0, abs=1e-9)


def test_training_brings_the_sliders_nearer_to_what_they_are_called(
    model: Path, portraits: PictureArray
) -> None:
    own = trainer(portraits, sliders=str(model), slider_weight=10.0, learning_rate=0.01)
    found = [float(own.step()["slider_loss"]) for _ in range(40)]
    assert sum(found[-10:]) < 0.8 * sum(found[:10])
    assert [*own.exported().directions] == ["age", "smile"]


def test_a_run_with_sliders_goes_on_bit_by_bit(model: Path, portraits: PictureArray) -> None:
    first, second = (trainer(portraits, sliders=str(model)) for _ in range(2))
    for _ in range(3):
        first.step()
    second.load_state(*first.state())
    first.step()
    second.step()
    torch.testing.assert_close(second.state()[0], first.state()[0], rtol=0, atol=0)


def test_sliders_need_portraits(model: Path, portraits: PictureArray) -> None:
    others = replace(portraits, source={"name": "pictures"})
    with pytest.raises(TrainingError, match="on the built-in portraits only"):
        load_sliders(model, others, tiny_generator(resolution=16))


@pytest.mark.usefixtures("model")
def test_a_model_without_sliders_of_portraits_is_named(
    portraits: PictureArray, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.safetensors"
    generator = tiny_generator(resolution=16)
    generator.directions = {}
    save_generator(bare, generator)
    with pytest.raises(TrainingError, match=r"bare.safetensors has no sliders of portraits"):
        load_sliders(bare, portraits, tiny_generator(resolution=16))


def test_sliders_of_a_model_of_another_form_are_refused(
    model: Path, portraits: PictureArray
) -> None:
    with pytest.raises(TrainingError, match="are of 6 rows of 16 numbers, and this run has 8 of"):
        load_sliders(model, portraits, tiny_generator(resolution=32))
