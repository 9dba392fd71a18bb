"""Labels of a data set become directions by one straight fit: each moves what it is called."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_models.base import Direction, Generator
from gan_models.directions.straight import straight_directions
from gan_models.progress import finish
from tests.toy import NAMES, PatchReader, ToyGenerator

SAMPLES = 400


@pytest.fixture
def network() -> PatchReader:
    network = PatchReader()
    network.r2 = dict.fromkeys(NAMES, 1.0)
    return network


def moved(generator: Generator, network: PatchReader, direction: Direction) -> Tensor:
    """How far a step of 1 moves each label on average."""
    w = generator.map(torch.randn(200, 8, generator=torch.Generator().manual_seed(5)))
    there = w + torch.from_numpy(direction.vector)
    read = [network(generator.synthesize(ws)) for ws in (w, there)]
    return (read[1] - read[0]).mean(dim=0)


def test_each_moves_its_label_far_more_than_others(network: PatchReader) -> None:
    generator = ToyGenerator()
    found = finish(straight_directions(generator, network, {}, samples=SAMPLES))
    names = {direction.name for direction in found}
    assert names == set(NAMES)
    for direction in found:
        change = moved(generator, network, direction)
        tied = {direction.name, *direction.facts["tied"]}
        others = [abs(float(change[k])) for k, name in enumerate(NAMES) if name not in tied]
        assert float(change[network.index(direction.name)]) > 1.8 * max(others)


def test_a_step_is_one_standard_deviation_of_w(network: PatchReader) -> None:
    generator = ToyGenerator()
    (first, *_) = finish(straight_directions(generator, network, {}, samples=SAMPLES))
    w = generator.map(torch.randn(4000, 8, generator=torch.Generator().manual_seed(6)))[:, 0]
    vector = torch.from_numpy(first.vector)
    spread = (w @ vector / vector.norm()).std()
    torch.testing.assert_close(vector.norm(), spread, rtol=0.1, atol=0)


def test_what_cannot_be_read_off_pictures_makes_no_slider(network: PatchReader) -> None:
    network.r2["age"] = 0.1
    found = finish(straight_directions(ToyGenerator(), network, {}, samples=SAMPLES))
    assert "age" not in {direction.name for direction in found}
    network.r2 = {}
    assert finish(straight_directions(ToyGenerator(), network, {}, samples=SAMPLES)) == []


def test_what_w_does_not_hold_makes_no_slider(network: PatchReader) -> None:
    generator = ToyGenerator()
    generator.axes[3] = 0
    found = finish(straight_directions(generator, network, {}, samples=SAMPLES))
    assert {direction.name for direction in found} == set(NAMES[:3])
