"""Dragging: handles go where they shall, what is masked stays, and bad points are refused."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from app.core.models import BUNDLED
from gan_models.base import DirectionError, Generator, seed_to_z
from gan_models.dragging import Drag, Handle, drag
from gan_models.dragging.drag import COARSE, STALLED, _Pull
from gan_models.dragging.features import Features
from gan_models.registry import load_generator
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


@pytest.fixture(scope="module")
def portraits() -> Generator:
    return load_generator(BUNDLED["portraits"]).requires_grad_(False)


@pytest.fixture(scope="module")
def face(portraits: Generator) -> np.ndarray:
    """The rows of W of a face that looks ahead."""
    with torch.no_grad():
        ws = portraits.map(seed_to_z(41, portraits.spec.z_dim))
        return portraits.truncate(ws, 0.7)[0].numpy()


def picture(generator: Generator, ws: np.ndarray) -> torch.Tensor:
    with torch.no_grad():
        return generator.synthesize(torch.from_numpy(ws)[None]).clamp(-1, 1)


PULL = Handle((0.6, 0.47), (0.67, 0.47))
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


def test_rows_of_coarse_maps_move_alike_and_the_others_stay(
    portraits: Generator, face: np.ndarray
) -> None:
    (step,) = list(drag(portraits, face, [PULL], steps=1))
    moved = step.ws - face
    coarse = np.array(portraits.spec.ws_resolutions) <= COARSE
    assert moved[0].any()
    assert np.abs(moved[coarse] - moved[0]).max() < 1e-5
    assert not moved[~coarse].any()


def test_what_the_mask_holds_changes_less(portraits: Generator, face: np.ndarray) -> None:
    movable = np.zeros((128, 128), bool)
    movable[40:90, 30:100] = True
    before = picture(portraits, face)[0]

    def changed(mask: np.ndarray | None) -> float:
        last = list(drag(portraits, face, [PULL], mask, steps=6))[-1]
        apart = (picture(portraits, last.ws)[0] - before).abs().mean(dim=0)
        return float(apart[~torch.from_numpy(movable)].mean())

    assert changed(movable) < 0.7 * changed(None)


def test_where_nothing_is_gained_the_nearest_state_is_the_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = tiny_generator()
    ways = iter([0.02, 0.03, *[-0.01] * STALLED])

    def found(_pull: _Pull, _number: int, place: torch.Tensor) -> torch.Tensor:
        return place + torch.tensor([next(ways), 0.0])

    monkeypatch.setattr(_Pull, "_found", found)
    steps = list(drag(generator, start(generator), [Handle((0.3, 0.5), (0.7, 0.5))]))
    assert len(steps) == 2 + STALLED + 1
    assert steps[-1].places == steps[1].places
    assert np.array_equal(steps[-1].ws, steps[1].ws)
    assert not steps[-1].arrived


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


def test_a_handle_is_found_again_by_what_is_around_it_even_if_that_grew_paler() -> None:
    generator = tiny_generator()
    pull = _Pull(generator, start(generator), [Handle((0.5, 0.5), (0.6, 0.5))], None)
    coarse = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))
    before = torch.nn.functional.interpolate(coarse, size=(64, 64), mode="bicubic")
    place = pull.places[0]
    pull._now = [before]
    pull._known = pull._begun = [pull._around(place[None])[0]]
    pull._now = [0.5 * before.roll(1, dims=3) + 1]
    found = pull._found(0, place)
    assert found.tolist() == pytest.approx([0.5 + 1 / 64, 0.5], abs=0.2 / 64)
