"""Dragging: handles go where they shall, what is masked stays, and bad points are refused."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from app.core.models import BUNDLED
from gan_models.base import DirectionError, Generator, seed_to_z
from gan_models.dragging import Drag, Handle, drag
from gan_models.dragging.drag import COARSE, LEAST, MOST, SETTLING, STEPS, _Pull
from gan_models.dragging.features import Features
from gan_models.registry import load_generator
from tests.app.small import small_generator
from tests.conftest import tiny_generator


def start(generator: Generator) -> np.ndarray:
    z = torch.randn(1, generator.spec.z_dim, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        return generator.map(z)[0].numpy()


def dragged(handle: Handle) -> list[Drag]:
    generator = tiny_generator()
    return list(drag(generator, start(generator), [handle]))


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))


@pytest.fixture(scope="module")
def portraits() -> Generator:
    return load_generator(BUNDLED["portraits"]).requires_grad_(False)


@pytest.fixture(scope="module")
def face(portraits: Generator) -> np.ndarray:
    """The rows of W of a face that looks ahead, without glasses."""
    with torch.no_grad():
        ws = portraits.map(seed_to_z(57, portraits.spec.z_dim))
        return portraits.truncate(ws, 0.7)[0].numpy()


def picture(generator: Generator, ws: np.ndarray) -> torch.Tensor:
    with torch.no_grad():
        return generator.synthesize(torch.from_numpy(ws)[None]).clamp(-1, 1)


PULL = Handle((0.6, 0.47), (0.65, 0.47))
"""An eye of that face, to the side."""


def test_an_eye_arrives_and_the_picture_keeps_its_colours(
    portraits: Generator, face: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def colours(ws: np.ndarray) -> torch.Tensor:
        return picture(portraits, ws).mean(dim=(2, 3))

    last = list(drag(portraits, face, [PULL]))[-1]
    assert last.arrived
    monkeypatch.setattr(sys.modules[_Pull.__module__], "HELD", 0.0)
    free = list(drag(portraits, face, [PULL]))[-1]
    held, left = (float((colours(ws) - colours(face)).norm()) for ws in (last.ws, free.ws))
    assert held < 0.6 * left


def test_rows_of_coarse_maps_move_and_the_others_stay(
    portraits: Generator, face: np.ndarray
) -> None:
    step = next(drag(portraits, face, [PULL]))
    moved = step.ws - face
    coarse = np.array(portraits.spec.ws_resolutions) <= COARSE
    assert moved[coarse].any(axis=1).all()
    assert not moved[~coarse].any()


def test_what_the_mask_holds_changes_less(portraits: Generator, face: np.ndarray) -> None:
    movable = np.zeros((128, 128), bool)
    movable[40:90, 30:100] = True
    before = picture(portraits, face)[0]

    def changed(mask: np.ndarray | None) -> float:
        last = list(drag(portraits, face, [PULL], mask))[-1]
        apart = (picture(portraits, last.ws)[0] - before).abs().mean(dim=0)
        return float(apart[~torch.from_numpy(movable)].mean())

    assert changed(movable) < 0.7 * changed(None)


def test_where_rows_would_go_too_far_the_point_stops_on_its_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.modules[_Pull.__module__], "LEASH", 0.2)
    steps = list(drag_of(0.2))
    assert SETTLING < len(steps) < steps[0].total
    assert not steps[-1].arrived
    assert 0.3 - 1 / 32 < steps[-1].places[0][0] < 0.45


def test_a_point_that_shall_stay_stays_while_another_moves(
    portraits: Generator, face: np.ndarray
) -> None:
    chin = Handle((0.5, 0.72), (0.5, 0.72))
    free, held = (list(drag(portraits, face, pulls))[-1] for pulls in ([PULL], [PULL, chin]))

    def patch(ws: np.ndarray) -> torch.Tensor:
        return picture(portraits, ws)[0, :, 88:97, 60:69]

    apart = [float((patch(each.ws) - patch(face)).abs().mean()) for each in (free, held)]
    assert apart[1] < 0.7 * apart[0]
    assert distance(held.places[1], chin.start) < 2 / 128


@pytest.mark.parametrize(("way", "steps"), [(0.05, 7), (0.25, 32), (0.5, 32)])
def test_a_longer_way_takes_more_steps_up_to_a_bound(way: float, steps: int) -> None:
    (first,) = islice(drag_of(way), 1)
    assert first.total == steps + SETTLING
    assert STEPS == 32


def drag_of(way: float) -> Iterator[Drag]:
    generator = tiny_generator()
    return drag(generator, start(generator), [Handle((0.3, 0.5), (0.3 + way, 0.5))])


@pytest.mark.parametrize(("way", "radius"), [(0.01, LEAST), (0.07, 0.07), (0.4, MOST)])
def test_the_farther_a_point_goes_the_more_goes_with_it(way: float, radius: float) -> None:
    generator = tiny_generator()
    pull = _Pull(generator, start(generator), [Handle((0.3, 0.5), (0.3 + way, 0.5))], None)
    (around,) = pull._around
    across = (around.offsets[:, 1].square() * around.weights).sum().sqrt()
    assert float(across) == pytest.approx(radius, rel=0.2)


def test_two_points_share_what_is_between_them() -> None:
    generator = tiny_generator()
    pulls = [Handle((0.45, 0.5), (0.3, 0.5)), Handle((0.55, 0.5), (0.7, 0.5))]
    for around in _Pull(generator, start(generator), pulls, None)._around:
        assert float(around.offsets.abs().max()) == pytest.approx(0.1, abs=0.01)


def test_what_the_mask_holds_does_not_go_along() -> None:
    generator = tiny_generator()
    movable = np.zeros((32, 32), bool)
    movable[:, 16:] = True
    pull = _Pull(generator, start(generator), [Handle((0.5, 0.5), (0.6, 0.5))], movable)
    (around,) = pull._around
    left, right = ((around.offsets[:, 0] * sign > 0.05) for sign in (-1, 1))
    assert float(around.weights[left].sum()) < 0.01 * float(around.weights[right].sum())


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
        ws = generator.map(torch.ones(1, spec.z_dim), label)[0].numpy()
    steps = list(islice(drag(generator, ws, [Handle((0.4, 0.5), (0.6, 0.5))]), 2))
    assert steps[-1].ws.shape == ws.shape
    assert (steps[-1].ws != ws).any()
    assert np.isfinite(steps[-1].ws).all()


def test_features_are_read_where_the_picture_shows_them() -> None:
    generator = tiny_generator()
    features = Features(generator, torch.from_numpy(start(generator))[None])
    plane = torch.arange(256.0).reshape(1, 1, 16, 16)
    places = torch.tensor([[0.5 / 16, 0.5 / 16], [15.5 / 16, 2.5 / 16]])
    assert features.at([plane], places)[0, :, 0].tolist() == pytest.approx([0.0, 47.0])


def test_maps_of_two_sizes_are_read_and_weigh_alike(portraits: Generator, face: np.ndarray) -> None:
    ws = torch.from_numpy(face)[None]
    maps = Features(portraits, ws)(ws)
    assert [each.shape[-1] for each in maps] == [32, 64]
    weights = [float(each.std()) * each.shape[1] ** 0.5 for each in maps]
    assert weights == pytest.approx([1.0, 1.0], rel=1e-3)


def test_margins_around_the_picture_are_left_out() -> None:
    generator = tiny_generator()
    features = Features(generator, torch.from_numpy(start(generator))[None])
    features._layers = [replace(features._layers[-1], core=8, side=16)]
    plane = torch.arange(256.0).reshape(1, 1, 16, 16)
    first = features.at([plane], torch.tensor([[0.5 / 8, 0.5 / 8]]))
    assert float(first) == pytest.approx(4 * 16 + 4)
    assert features.mask(torch.ones(32, 32), plane).shape == plane.shape


def test_a_handle_is_found_where_what_is_around_it_went(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = tiny_generator()
    coarse = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))
    before = torch.nn.functional.interpolate(coarse, size=(64, 64), mode="bicubic")
    pull = _Pull(generator, start(generator), [Handle((0.5, 0.5), (0.6, 0.5))], None)
    pull._features._layers = pull._features._layers[-1:]
    pull._near = [pull._patch([before], pull.places[0])]
    monkeypatch.setattr(Features, "__call__", lambda _self, _ws: [before.roll(1, dims=3)])
    (found,) = pull._found(torch.tensor([[0.5, 0.5]])).tolist()
    assert found == pytest.approx([0.5 + 1 / 64, 0.5], abs=0.2 / 64)
