"""Several devices draw the frames of one process in their order; here both are the processor."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from app.core import batches, picture
from app.core.batches import batch_size, frames_with, in_turn, on_device
from app.core.models import OpenModel, open_model
from app.core.picture import Drawer
from app.core.recipe import Latent, Recipe
from app.core.spread import spread

CPU = torch.device("cpu")


@pytest.fixture
def model(tiny_model_path: Path) -> OpenModel:
    return open_model(str(tiny_model_path))


@pytest.fixture
def looks() -> list[Recipe]:
    return [Recipe(latent=Latent.of_seed(seed)) for seed in range(11)]


@pytest.fixture
def drawn_by(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, str, int]]:
    """With what, on which thread, and how many at once, were pictures drawn."""
    render_all = picture.render_all
    happened: list[tuple[object, str, int]] = []

    def noting(
        drawer: Drawer, recipes: Sequence[Recipe], resolution: int | None = None
    ) -> np.ndarray:
        happened.append((drawer, threading.current_thread().name, len(recipes)))
        return render_all(drawer, recipes, resolution)

    monkeypatch.setattr(picture, "render_all", noting)
    return happened


def test_two_devices_draw_every_second_batch_and_the_frames_are_those_of_one(
    model: OpenModel, looks: list[Recipe], drawn_by: list[tuple[object, str, int]]
) -> None:
    wanted = [model.render(look) for look in looks]
    drawn_by.clear()
    second = on_device(model, CPU)
    found = list(in_turn([model, second], looks, 1))
    assert all(map(np.array_equal, found, wanted))
    assert len(found) == len(looks)
    own = {
        engine: {thread for e, thread, _ in drawn_by if e is engine} for engine, _, _ in drawn_by
    }
    assert set(own) == {model.engine, second.engine}
    assert all(len(threads) == 1 for threads in own.values())
    assert sum(engine is model.engine for engine, _, _ in drawn_by) == 6


def test_batches_hold_neighbours_of_the_same_noise(
    model: OpenModel, looks: list[Recipe], drawn_by: list[tuple[object, str, int]]
) -> None:
    looks[5:7] = [replace(look, noise_mode="none") for look in looks[5:7]]
    wanted = [model.render(look).astype(int) for look in looks]
    drawn_by.clear()
    found = list(in_turn([model], looks, 3))
    assert [count for _, _, count in drawn_by] == [3, 2, 2, 3, 1]
    # Together, styles scale maps instead of weights: the last bit may be another.
    for one, other in zip(found, wanted, strict=True):
        assert np.abs(one - other).max() <= 1


def test_the_copy_for_another_device_draws_the_same_with_weights_of_its_own(
    model: OpenModel, looks: list[Recipe]
) -> None:
    other = on_device(model, CPU)
    assert np.array_equal(other.render(looks[0]), model.render(looks[0]))
    pair = zip(other.generator.parameters(), model.generator.parameters(), strict=True)
    assert all(mine.data_ptr() != its.data_ptr() for mine, its in pair)


def test_an_error_comes_with_its_frame_and_no_thread_is_left(
    model: OpenModel, looks: list[Recipe]
) -> None:
    looks[4] = looks[4].with_edit("no such direction", 1.0)
    frames = in_turn([model, on_device(model, CPU)], looks, 1)
    shown = [next(frames) for _ in range(4)]
    assert len(shown) == 4
    with pytest.raises(Exception, match="no such direction"):
        next(frames)


def test_who_stops_in_the_middle_leaves_no_thread(model: OpenModel, looks: list[Recipe]) -> None:
    before = threading.active_count()
    frames = in_turn([model], looks, 1)
    next(frames)
    frames.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_each_batch_of_the_model_in_view_is_drawn_while_the_view_waits(
    model: OpenModel, looks: list[Recipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, held, render_all = threading.Lock(), [], picture.render_all

    def noting(
        drawer: Drawer, recipes: Sequence[Recipe], resolution: int | None = None
    ) -> np.ndarray:
        held.append((drawer is model.engine, lock.locked()))
        return render_all(drawer, recipes, resolution)

    monkeypatch.setattr(picture, "render_all", noting)
    assert len(list(in_turn([model], looks, 4, lock))) == len(looks)
    assert held == [(True, True)] * 3
    assert not lock.locked()


def test_the_processor_draws_one_by_one(model: OpenModel) -> None:
    assert frames_with(model, "auto") is None


@pytest.mark.parametrize(("name", "copies"), [("auto", [1, 2]), ("cuda", [1, 2]), ("cuda:0", [])])
def test_all_gpus_draw_unless_one_was_named(
    model: OpenModel,
    looks: list[Recipe],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    copies: list[int],
) -> None:
    asked = []

    def copied(model: OpenModel, device: torch.device) -> OpenModel:
        asked.append(device.index)
        return on_device(model, CPU)

    monkeypatch.setattr(batches, "on_device", copied)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    model.engine.device = torch.device("cuda", 0)  # it is none, but is asked as one would be
    frames = frames_with(model, name)
    assert frames
    assert len(list(frames(looks))) == len(looks)
    assert asked == copies


def test_a_batch_is_smaller_where_pictures_are_large(model: OpenModel) -> None:
    sizes = {}
    for resolution in (32, 256, 512, 1024, 4096):
        model.engine.generator.spec = replace(model.generator.spec, resolution=resolution)
        sizes[resolution] = batch_size(model)
    assert sizes == {32: 16, 256: 16, 512: 8, 1024: 2, 4096: 1}
    model.engine.generator.spec = replace(model.generator.spec, controls=("label_map",))
    assert batch_size(model) == 1


def test_who_is_alone_draws_its_own_way(model: OpenModel, looks: list[Recipe]) -> None:
    with spread(model.render, lambda recipes: in_turn([model], recipes, 4)) as frames:
        assert frames
        assert len(list(frames(looks))) == len(looks)
