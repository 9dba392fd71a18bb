"""The matrix of what each slider moves: on a generator whose answer can be worked out."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch

from gan_models.base import Direction, DirectionError
from gan_models.evaluation.edits import (
    edited,
    evaluate_edits,
    side_effects,
    strips,
    table,
)
from gan_models.evaluation.samples import seed_ws
from gan_models.progress import finish
from tests.toy import NAMES, SIZE, PatchReader, ToyGenerator


def with_slider(name: str, vector: torch.Tensor, layers: tuple[int, int]) -> ToyGenerator:
    generator = ToyGenerator()
    generator.directions[name] = Direction(name, vector.numpy(), layers)
    return generator


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    generator = with_slider("age", 2 * ToyGenerator().axes[2], (1, 2))
    return finish(evaluate_edits(generator, PatchReader(), seeds=60))


def test_the_matrix_holds_the_mean_change_in_std(report: dict[str, Any]) -> None:
    generator, reader = ToyGenerator(), PatchReader()
    ws = seed_ws(generator, range(1_000_000, 1_000_060), 0.7)
    direction = Direction("age", 2 * generator.axes[2].numpy(), (1, 2))
    moved = reader(generator.synthesize(edited(ws, direction, 2.0)))
    expected = (moved - reader(generator.synthesize(ws))).mean(dim=0)
    found = [report["sliders"]["age"]["moved"]["+2"][name] for name in NAMES]
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_rows_outside_the_layer_range_stay(report: dict[str, Any]) -> None:
    moved = report["sliders"]["age"]["moved_absolute"]["+3"]
    assert moved["smile"] == 0
    assert moved["gender"] == 0


def test_a_strong_slider_takes_every_seed_to_both_ends(report: dict[str, Any]) -> None:
    age = report["sliders"]["age"]
    assert (age["high"], age["low"], age["flip"], age["monotone"]) == (1, 1, 1, 1)
    assert 0.2 < age["high_before"] < 0.8


def test_a_reversed_slider_flips_none_and_is_not_monotone() -> None:
    generator = with_slider("age", -2 * ToyGenerator().axes[2], (1, 2))
    age = finish(evaluate_edits(generator, PatchReader(), seeds=20))["sliders"]["age"]
    assert (age["high"], age["low"], age["flip"], age["monotone"]) == (0, 0, 0, 0)


def test_side_effects_come_largest_first(report: dict[str, Any]) -> None:
    effects = side_effects(report, "age")
    assert "age" not in effects
    sizes = [abs(value) for value in effects.values()]
    assert sizes == sorted(sizes, reverse=True)


def test_a_slider_that_the_judge_cannot_read_still_shows_what_it_moves() -> None:
    generator = with_slider("mystery", ToyGenerator().axes[0], (0, 2))
    report = finish(evaluate_edits(generator, PatchReader(), seeds=10))
    assert report["sliders"]["mystery"]["moved"]["+1"]["smile"] > 0
    assert "not an attribute of the judge" in table(report)


def test_the_report_is_json_and_its_table_names_all(report: dict[str, Any]) -> None:
    assert json.loads(json.dumps(report)) == report
    text = table(report)
    assert "age" in text
    assert all(name[:7] in text for name in NAMES)


def test_evaluating_leaves_the_random_state_and_gradients_alone() -> None:
    generator = with_slider("age", ToyGenerator().axes[2], (1, 2))
    job = evaluate_edits(generator, PatchReader(), seeds=5)
    before = torch.get_rng_state()
    next(job)
    assert torch.is_grad_enabled()
    finish(job)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_model_without_directions_is_refused() -> None:
    with pytest.raises(DirectionError, match="no directions"):
        finish(evaluate_edits(ToyGenerator(), PatchReader()))


def test_a_strip_has_a_row_for_each_seed_and_a_column_for_each_strength() -> None:
    generator = ToyGenerator()
    direction = Direction("age", 2 * generator.axes[2].numpy(), (1, 2))
    sheet = strips(generator, direction, [1, 2], (-3.0, 0.0, 3.0))
    assert sheet.shape == (2 * SIZE, 3 * SIZE, 3)
    patch = sheet[SIZE - 2, [1, SIZE + 1, 2 * SIZE + 1], 0].astype(int)
    assert patch[0] < patch[1] < patch[2]


def test_a_direction_with_a_step_for_each_row_moves_each_row_by_its_own() -> None:
    ws = torch.zeros(1, 3, 2)
    vector = np.arange(6, dtype=np.float32).reshape(3, 2)
    moved = edited(ws, Direction("age", vector, (1, 3)), 2.0)
    assert moved[0].tolist() == [[0, 0], [4, 6], [8, 10]]
