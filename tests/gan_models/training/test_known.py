"""A generator that learns the very pictures of faces whose numbers are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from gan_models.base import TrainingError
from gan_models.datasets import portraits
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.portraits import LABELS
from gan_models.datasets.prepare import HALF_APART, faces_of, prepare_built_in
from gan_models.directions.labels import SLIDERS
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.progress import finish
from gan_models.training import known as module
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.known import KnownFaces, check_known, encode
from gan_models.training.loop import Trainer
from gan_models.training.run import train
from tests.gan_models.training.test_training import make_pictures

CPU = torch.device("cpu")
SETTINGS: dict[str, Any] = {
    "resolution": 16, "channel_base": 256, "channel_max": 16, "z_dim": 64, "w_dim": 64,
    "mapping_layers": 2, "layer_features": 80, "lr_multiplier": 1.0, "batch": 8,
    "path_weight": 0.0, "known_weight": 5.0, "precision": "float32",
}  # fmt: skip


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that has learned nothing, and fewer pairs."""

    def known(_: str) -> Any:
        yield from ()
        torch.manual_seed(1)
        network = AttributeNetwork(LABELS, width=4, depth=1, size=16)
        return network.eval().requires_grad_(False)

    monkeypatch.setattr(module, "portraits_network", known)
    monkeypatch.setattr(module, "PAIRS", 2000)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> PictureArray:
    folder = tmp_path_factory.mktemp("portraits") / "data"
    finish(prepare_built_in(HALF_APART, folder, 40, 16, processes=1))
    return PictureArray.open(folder)


def trainer(data: PictureArray, **settings: Any) -> Trainer:
    return Trainer(with_settings(load_recipe("stylegan2"), SETTINGS | settings), data, CPU)


def faces(own: Trainer) -> tuple[KnownFaces, StyleGAN2]:
    assert own.known
    assert isinstance(own.generator, StyleGAN2)
    return own.known, own.generator


def test_a_set_knows_what_its_pictures_show(data: PictureArray) -> None:
    shown = faces_of(data)
    torch.testing.assert_close(shown.labels(), torch.tensor(data.labels))


def test_the_numbers_behind_a_portrait_are_as_a_bell_has_them() -> None:
    z, drawn = portraits.sample_with_draws(range(4000))
    assert torch.equal(drawn.values, portraits.sample(range(4000)).values)
    torch.testing.assert_close(z.mean(dim=0), torch.zeros(z.shape[1]), atol=0.08, rtol=0)
    torch.testing.assert_close(z.std(dim=0), torch.ones(z.shape[1]), atol=0.08, rtol=0)
    others = torch.corrcoef(z.t()) - torch.eye(z.shape[1])
    assert others.abs().max() < 0.1


def test_circles_choices_and_dyes_have_no_jumps() -> None:
    faces = portraits.sample(range(2)).replace(
        clothing_hue=torch.tensor([0.0, 1.0]), neckline=2.0, hair_dye=torch.tensor([0.0, 0.5])
    )
    names, values = encode(faces)
    found = dict(zip(names, values.unbind(dim=1), strict=True))
    for name in ("clothing_hue x", "clothing_hue y"):
        torch.testing.assert_close(found[name][0], found[name][1])
    assert [found[f"neckline {kind}"].tolist() for kind in range(3)] == [[0, 0], [0, 0], [1, 1]]
    assert [found[f"hair_dye {third}"][1] for third in range(3)] == [0, 1, 0]
    assert not any(found[f"hair_dye {third}"][0] for third in range(3))


def test_numbers_stand_at_right_angles(data: PictureArray) -> None:
    known, _ = faces(trainer(data))
    products = known.basis @ known.basis.t()
    torch.testing.assert_close(products, torch.eye(len(known.columns)), atol=1e-5, rtol=0)


def test_colours_do_not_reach_the_coarse_rows_nor_shapes_the_last_one(data: PictureArray) -> None:
    generator = StyleGAN2(resolution=64, channel_base=256, channel_max=16, z_dim=64, w_dim=64)
    known = KnownFaces(data, generator)
    known.restrict(generator)
    styles = generator.style_weights()
    for name, coarse in (("skin_tone", True), ("yaw", False)):
        along = known.basis[known.columns.index(name)]
        row = 0 if coarse else max(styles)
        assert (styles[row] @ along).abs().max() < 1e-5
        first, last = known.rows[name]
        assert (styles[first] @ along).abs().max() > 1e-3
        assert 0 <= first < last <= generator.spec.num_ws


def test_the_true_picture_has_no_error(data: PictureArray) -> None:
    known, _ = faces(trainer(data))
    truth = data.batch(torch.arange(4))
    assert float(known.error(truth, truth)) == 0
    assert float(known.error(truth.flip(0), truth)) > 0.1


def test_training_brings_pictures_and_mapping_nearer_to_what_is_known(data: PictureArray) -> None:
    own = trainer(data, learning_rate=0.01)
    steps = [own.step() for _ in range(40)]
    for name in ("known_error", "mapping_error"):
        figures = [float(step[name]) for step in steps]
        assert sum(figures[-10:]) < 0.9 * sum(figures[:10])


def test_a_slider_is_the_direction_of_its_number(data: PictureArray) -> None:
    own = trainer(data)
    known, _ = faces(own)
    directions = own.exported().directions
    assert [*directions] == [*SLIDERS]
    for name in ("glasses", "smile"):
        vector = torch.from_numpy(directions[name].vector)
        own = known.basis[known.columns.index(name)]
        torch.testing.assert_close(vector, module.LENGTHS.get(name, 1.0) * own)

    def moved(slider: str, column: str) -> float:
        along: Tensor = known.basis[known.columns.index(column)]
        return float(torch.from_numpy(directions[slider].vector) @ along)

    assert moved("gender", "gender") == pytest.approx(1, abs=1e-5)
    assert moved("gender", "jaw") < -0.3  # men have square ones
    assert moved("gender", "age") == pytest.approx(0, abs=1e-5)


def test_edits_end_where_the_numbers_of_the_pictures_end(
    data: PictureArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "UNSURE", 0.0)
    own = trainer(data)
    known, _ = faces(own)
    bounds = own.exported().bounds
    assert bounds is not None
    shown = known.ws(torch.arange(len(data)), 1)[:, 0] @ bounds.axes.t()
    inside = (shown >= bounds.low - 1e-3) & (shown <= bounds.high + 1e-3)
    assert inside.float().mean() > 0.9
    glasses = known.columns.index("glasses")
    with_them = faces_of(data).column("glasses") > 0.5
    for worn, end in ((with_them, bounds.high), (~with_them, bounds.low)):
        torch.testing.assert_close(shown[worn, glasses], end[glasses].expand(int(worn.sum())))


def test_a_run_with_known_faces_goes_on_bit_by_bit(data: PictureArray) -> None:
    first, second = (trainer(data) for _ in range(2))
    for _ in range(3):
        first.step()
    second.load_state(*first.state())
    first.step()
    second.step()
    torch.testing.assert_close(second.state()[0], first.state()[0], rtol=0, atol=0)


def refused(recipe: str, data: str, out: Path, **settings: Any) -> str:
    with pytest.raises(TrainingError) as caught:
        finish(train(recipe, data, out / "run", settings={"known_weight": 5.0} | settings))
    assert not (out / "run" / "data").exists()  # no picture was drawn or read for it
    return str(caught.value)


def test_other_pictures_are_refused_at_once(tmp_path: Path) -> None:
    discs = make_pictures(tmp_path / "discs", 24)
    for data in ("landscapes", str(discs), str(tmp_path)):
        assert "for portraits and portraits-half-apart alone" in refused(
            "stylegan2", data, tmp_path
        )


def test_too_few_numbers_are_refused_at_once(tmp_path: Path) -> None:
    said = refused("stylegan2", HALF_APART, tmp_path, w_dim=16)
    assert "needs a z_dim of 60 or more and a w_dim of" in said


def test_another_architecture_is_refused_at_once(tmp_path: Path) -> None:
    assert "for the architecture stylegan2" in refused("dcgan", HALF_APART, tmp_path)


def test_the_size_of_known_faces_can_be_trained() -> None:
    config = load_recipe("stylegan2", "faces-with-sliders")
    assert config.known_weight
    check_known(config, HALF_APART)
