"""Dragging: handles go where they shall, what is masked stays, and bad points are refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_models.base import DirectionError, Generator
from gan_models.dragging import Drag, Handle, drag
from gan_models.dragging.drag import _Pull
from gan_models.dragging.features import Features
from tests.app.small import small_generator
from tests.conftest import tiny_generator


def start(generator: Generator) -> np.ndarray:
    z = torch.randn(1, generator.spec.z_dim, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        return generator.map(z)[0].numpy()


def dragged(handle: Handle, steps: int = 40) -> list[Drag]:
    generator = tiny_generator()
    return list(drag(generator, start(generator), [handle], steps=steps))


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))


def test_a_handle_comes_nearer_to_its_target() -> None:
    handle = Handle((0.45, 0.5), (0.55, 0.5))
    last = dragged(handle)[-1]
    assert distance(last.places[0], handle.target) < 0.5 * distance(handle.start, handle.target)


def test_fine_rows_stay_as_they_were() -> None:
    generator = tiny_generator(resolution=64)
    ws = start(generator)
    steps = list(drag(generator, ws, [Handle((0.4, 0.5), (0.5, 0.5))], steps=3))
    assert steps[-1].ws.shape == ws.shape
    assert not np.array_equal(steps[-1].ws[:7], ws[:7])
    assert np.array_equal(steps[-1].ws[7:], ws[7:])


def test_what_changed_outside_of_the_mask_is_undone() -> None:
    generator, movable = tiny_generator(), np.zeros((32, 32), bool)
    movable[:, :20] = True
    pull = _Pull(generator, start(generator), [Handle((0.3, 0.5), (0.4, 0.5))], movable)

    def changed() -> float:
        assert pull._fixed is not None
        return float(((pull._now.detach() - pull._first) * pull._fixed).square().mean())

    assert changed() == 0
    pull.step()
    before, pull._length = changed(), 1e-3
    pull.step()
    assert 0 < changed() < before


def test_a_handle_on_its_target_moves_nothing() -> None:
    generator = tiny_generator()
    ws = start(generator)
    steps = drag(generator, ws, [Handle((0.5, 0.5), (0.5, 0.5))])
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value.arrived
    assert np.array_equal(end.value.value.ws, ws)


@pytest.mark.parametrize(
    ("handle", "what"),
    [
        (Handle((0.5, 0.5), (1.2, 0.5)), "target at 1.20, 0.50 is outside"),
        (Handle((-0.1, 0.5), (0.5, 0.5)), "handle at -0.10, 0.50 is outside"),
    ],
)
def test_points_outside_the_picture_are_refused(handle: Handle, what: str) -> None:
    with pytest.raises(DirectionError, match=what):
        dragged(handle)


def test_without_handles_there_is_nothing_to_drag() -> None:
    generator = tiny_generator()
    with pytest.raises(DirectionError, match="nothing to drag"):
        next(drag(generator, start(generator), []))


@pytest.mark.parametrize("kind", ["dcgan", "alias-free", "conditional"])
def test_other_families_are_dragged_too(kind: str) -> None:
    generator = small_generator(kind)
    spec = generator.spec
    label = torch.zeros(1, spec.label_dim) if spec.label_dim else None
    with torch.no_grad():
        ws = generator.map(torch.zeros(1, spec.z_dim), label)[0].numpy()
    steps = list(drag(generator, ws, [Handle((0.4, 0.5), (0.6, 0.5))], steps=2))
    assert steps[-1].ws.shape == ws.shape
    assert np.isfinite(steps[-1].ws).all()


def test_features_are_read_where_the_picture_shows_them() -> None:
    generator = tiny_generator()
    features = Features(generator, torch.from_numpy(start(generator))[None])
    plane = torch.arange(256.0).reshape(1, 1, 16, 16)
    places = torch.tensor([[0.5 / 16, 0.5 / 16], [15.5 / 16, 2.5 / 16]])
    assert features.at(plane, places)[:, 0].tolist() == pytest.approx([0.0, 47.0])


def test_margins_around_the_picture_are_left_out() -> None:
    generator = tiny_generator()
    features = Features(generator, torch.from_numpy(start(generator))[None])
    features._core, features._inside = 8, 0.5
    plane = torch.arange(256.0).reshape(1, 1, 16, 16)
    first = features.at(plane, torch.tensor([[0.5 / 8, 0.5 / 8]]))
    assert float(first) == pytest.approx(4 * 16 + 4)
    assert features.mask(torch.ones(32, 32), plane).shape == plane.shape


def test_a_handle_is_found_again_by_what_is_around_it_even_if_that_grew_paler() -> None:
    generator = tiny_generator()
    pull = _Pull(generator, start(generator), [Handle((0.5, 0.5), (0.6, 0.5))], None)
    coarse = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))
    before = torch.nn.functional.interpolate(coarse, size=(64, 64), mode="bicubic")
    place = pull.places[0]
    pull._now = before
    pull._known = [pull._around(place[None])[0]]
    pull._now = 0.5 * before.roll(1, dims=3) + 1
    found = pull._found(0, place)
    assert found.tolist() == pytest.approx([0.5 + 1 / 64, 0.5], abs=0.2 / 64)
