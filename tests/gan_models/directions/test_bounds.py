"""Edits end where the faces that a model learned from end."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from gan_models.base import Direction, ModelLoadError
from gan_models.checkpoints.own import save_generator
from gan_models.directions.bounds import Bounds
from gan_models.evaluation.edits import edited
from gan_models.registry import load_generator
from tests.conftest import tiny_generator

ROWS = st.lists(st.floats(-5, 5, width=32), min_size=3, max_size=3)
LOW, HIGH = torch.tensor([-1.0, -2.0]), torch.tensor([1.0, 0.5])


def some_bounds(w_dim: int = 3) -> Bounds:
    """Two axes of W, turned so that no number of w is one of them."""
    source = torch.Generator().manual_seed(0)
    square = torch.linalg.qr(torch.randn(w_dim, w_dim, generator=source))[0]
    return Bounds(square[:2].contiguous(), LOW, HIGH)


def along(bounds: Bounds, ws: Tensor) -> Tensor:
    return ws @ bounds.axes.t()


@given(ROWS, ROWS)
def test_an_edit_never_leads_further_out_than_the_end_or_where_it_began(
    start: list[float], step: list[float]
) -> None:
    bounds, before = some_bounds(), torch.tensor([start])
    after = before + torch.tensor([step])
    was, now = along(bounds, before), along(bounds, bounds.held(before, after))
    assert (now >= torch.minimum(LOW, was) - 1e-4).all()
    assert (now <= torch.maximum(HIGH, was) + 1e-4).all()


@given(ROWS, ROWS)
def test_what_the_axes_do_not_know_is_free(start: list[float], step: list[float]) -> None:
    bounds, before = some_bounds(), torch.tensor([start])
    after = before + torch.tensor([step])
    held = bounds.held(before, after)
    free = torch.linalg.cross(bounds.axes[0], bounds.axes[1])
    torch.testing.assert_close(held @ free, after @ free, atol=1e-4, rtol=1e-4)


def test_rows_within_the_ends_and_rows_without_an_edit_stay_to_the_bit() -> None:
    bounds = some_bounds()
    before = torch.randn(4, 6, 3, generator=torch.Generator().manual_seed(1)) * 9
    assert torch.equal(bounds.held(before, before), before)
    centre = torch.zeros(1, 3)
    small = centre + 0.1
    assert torch.equal(bounds.held(centre, small), small)


def test_a_model_file_brings_its_bounds_along(tmp_path: Path) -> None:
    generator = tiny_generator()
    bounds = generator.bounds = some_bounds(generator.spec.w_dim)
    save_generator(tmp_path / "bounded.safetensors", generator)
    again = load_generator(tmp_path / "bounded.safetensors").bounds
    assert again is not None
    for field in fields(Bounds):
        assert torch.equal(getattr(again, field.name), getattr(bounds, field.name))
    assert tiny_generator().bounds is None


@pytest.mark.parametrize("wrong", ["another w", "an end too few"])
def test_bounds_that_do_not_fit_are_refused_when_the_file_is_opened(
    wrong: str, tmp_path: Path
) -> None:
    generator, path = tiny_generator(), tmp_path / "broken.safetensors"
    generator.bounds = some_bounds(generator.spec.w_dim + (wrong == "another w"))
    save_generator(path, generator)
    if wrong == "an end too few":
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata()
        save_file(load_file(path) | {"bounds.low": torch.zeros(1)}, path, metadata)
    with pytest.raises(ModelLoadError, match=r"broken\.safetensors is damaged .*bounds"):
        load_generator(path)


def test_a_slider_of_a_bounded_model_arrives_and_stays() -> None:
    generator = tiny_generator()
    bounds = generator.bounds = some_bounds(generator.spec.w_dim)
    own = Direction("smile", bounds.axes[0].numpy(), (1, 3))
    ws = torch.zeros(1, generator.spec.num_ws, generator.spec.w_dim)
    reached = [along(bounds, edited(generator, ws, own, s))[0, 1, 0].item() for s in (0.5, 2, 3)]
    assert reached == pytest.approx([0.5, 1, 1], abs=1e-5)
    untouched = edited(generator, ws, own, 3)[0, [0, -1]]
    np.testing.assert_array_equal(untouched, 0)
