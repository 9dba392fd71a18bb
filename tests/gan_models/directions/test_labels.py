"""Directions fitted from attributes: on a generator whose axes are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from gan_models.base import DataError, Direction
from gan_models.directions.fitting import attainable, conditional, ridge
from gan_models.directions.labels import add_directions, fit_directions
from gan_models.directions.layers import shortest_range
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.edits import edited, evaluate_edits
from gan_models.evaluation.samples import seed_ws
from gan_models.progress import finish
from gan_models.registry import load_generator
from tests.toy import NAMES, SIZE, PatchReader, ToyGenerator


@pytest.fixture(scope="module")
def generator() -> ToyGenerator:
    return ToyGenerator()


@pytest.fixture(scope="module")
def directions(generator: ToyGenerator) -> dict[str, Direction]:
    return finish(fit_directions(generator, PatchReader(), samples=2000, refine_steps=150))


def half_change(generator: ToyGenerator, direction: Direction) -> torch.Tensor:
    """Mean change of each attribute at strength 1, in std of the named one over random faces."""
    ws = seed_ws(generator, range(100), 0.7)
    ends = [generator.synthesize(edited(generator, ws, direction, s)) for s in (1.0, -1.0)]
    reader = PatchReader()
    unit = reader(generator.synthesize(seed_ws(generator, range(1000), 1.0))).std(dim=0)
    named = NAMES.index(direction.name)
    return (reader(ends[0]) - reader(ends[1])).mean(dim=0) / 2 / unit[named]


@pytest.mark.parametrize("name", NAMES)
def test_strength_one_moves_the_named_attribute_by_one_std_and_no_other(
    generator: ToyGenerator, directions: dict[str, Direction], name: str
) -> None:
    change = half_change(generator, directions[name])
    named = NAMES.index(name)
    assert 0.85 < change[named] < 1.15
    others = torch.cat([change[:named], change[named + 1 :]])
    assert others.abs().max() < 0.1


def test_refining_through_the_generator_halves_what_the_linear_fit_moves_besides(
    generator: ToyGenerator, directions: dict[str, Direction]
) -> None:
    linear = finish(fit_directions(generator, PatchReader(), samples=2000, refine_steps=0))

    def besides(found: dict[str, Direction]) -> float:
        changes = torch.stack([half_change(generator, found[name]) for name in NAMES])
        return float((changes - torch.diag(changes.diagonal())).abs().max())

    assert besides(directions) < 0.5 * besides(linear) < 0.25


def test_a_direction_says_what_it_is(
    generator: ToyGenerator, directions: dict[str, Direction]
) -> None:
    gender = directions["gender"]
    assert gender.vector.dtype == np.float32
    assert gender.vector.shape == (2, generator.spec.w_dim)
    assert gender.limit == 3.0
    assert gender.facts["title"] == "Gender"
    assert (gender.facts["low"], gender.facts["high"]) == ("masculine", "feminine")


def test_the_same_seed_fits_the_same_directions(generator: ToyGenerator) -> None:
    first, second = (
        finish(fit_directions(generator, PatchReader(), ["age"], samples=200, refine_steps=3))
        for _ in range(2)
    )
    np.testing.assert_array_equal(first["age"].vector, second["age"].vector)


def test_unknown_attributes_and_too_few_samples_are_refused(generator: ToyGenerator) -> None:
    with pytest.raises(DataError, match="unknown attribute 'hat'"):
        finish(fit_directions(generator, PatchReader(), ["hat"]))
    with pytest.raises(DataError, match="20 samples are too few"):
        finish(fit_directions(generator, PatchReader(), samples=20))


def test_ridge_finds_the_coefficients_of_a_linear_world() -> None:
    random = torch.Generator().manual_seed(0)
    truth = torch.randn(3, 5, generator=random)
    w = torch.randn(4000, 5, generator=random)
    found, covariance = ridge(w, w @ truth.t() + 7, penalty=1e-4)
    torch.testing.assert_close(found, truth, atol=1e-2, rtol=0)
    torch.testing.assert_close(covariance, torch.eye(5), atol=0.1, rtol=0)


def test_a_conditional_direction_moves_its_attribute_and_of_the_others_only_the_tied() -> None:
    random = torch.Generator().manual_seed(0)
    coefficients = torch.randn(4, 6, generator=random)
    kept = torch.tensor([True, True, True, False])
    change = coefficients @ conditional(coefficients, 1, kept, 1.0, softness=1e-6)
    torch.testing.assert_close(change[:3], torch.tensor([0.0, 1, 0]), atol=1e-4, rtol=0)
    assert change[3].abs() > 0.1


def test_no_more_change_is_wanted_than_data_reach() -> None:
    base = torch.tensor([0.0, 1.5, 2.5, -1.0])
    strength = torch.tensor([1.0, 1.0, 1.0, -3.0])
    wanted = attainable(base, strength, torch.tensor(-2.0), torch.tensor(2.0))
    assert wanted.tolist() == [1.0, 0.5, 0.0, -1.0]


@pytest.mark.parametrize(("name", "layers"), [("smile", (0, 1)), ("age", (1, 2))])
def test_a_slider_acts_only_on_the_layers_that_draw_its_attribute(
    directions: dict[str, Direction], name: str, layers: tuple[int, int]
) -> None:
    assert directions[name].layers == layers


def test_the_layer_range_is_the_shortest_that_does_most_of_the_work() -> None:
    effects = torch.tensor([0.02, 0.5, 0.05, 0.5, -0.3])
    assert shortest_range(effects) == (1, 4)
    assert shortest_range(torch.ones(5)) == (0, 5)
    assert shortest_range(torch.zeros(3)) == (0, 1)


def test_directions_become_part_of_the_model_file(tiny_model_path: Path, tmp_path: Path) -> None:
    network = AttributeNetwork(["age", "yaw"], width=4, size=SIZE)
    network.std.fill_(1.0)
    network.low.fill_(-1.0)
    network.high.fill_(1.0)
    network.eval().requires_grad_(False).save(tmp_path / "net.safetensors")
    out = tmp_path / "with.safetensors"
    job = add_directions(
        tiny_model_path,
        out,
        ["yaw"],
        network=tmp_path / "net.safetensors",
        samples=200,
        refine_steps=2,
    )
    assert [*finish(job)] == ["yaw"]
    before, after = load_generator(tiny_model_path), load_generator(out)
    assert [*after.directions] == [*before.directions, "yaw"]
    report = finish(evaluate_edits(after, network, seeds=3))
    assert report["sliders"]["yaw"]["moved"]["+0"]["yaw"] == 0
