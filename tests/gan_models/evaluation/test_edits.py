"""The matrix of what each slider moves: on a generator whose answer can be worked out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gan_models.base import Direction, DirectionError
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.edits import edited, evaluate_edits, side_effects
from gan_models.evaluation.embedding import EmbeddingNetwork
from gan_models.evaluation.measured import write_measured
from gan_models.evaluation.report import edit_lines
from gan_models.evaluation.samples import seed_ws
from gan_models.evaluation.targets import tally, targets
from gan_models.progress import finish
from gan_models.registry import load_generator
from tests.toy import NAMES, SIZE, W_DIM, PatchReader, ToyGenerator


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
    moved = reader(generator.synthesize(edited(generator, ws, direction, 2.0)))
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
    assert "not an attribute of the judge" in "\n".join(edit_lines(report))


def test_the_report_is_json_and_its_tables_name_all(report: dict[str, Any]) -> None:
    assert json.loads(json.dumps(report)) == report
    text = "\n".join(edit_lines(report))
    assert "age" in text
    assert all(name[:7] in text for name in NAMES)


def test_a_face_at_the_end_of_the_range_has_no_room_and_has_arrived(report: dict[str, Any]) -> None:
    """The toy's age saturates beyond +-0.8, which is 2.67 std: most seeds have room."""
    generator = with_slider("age", 8 * ToyGenerator().axes[2], (1, 2))
    reader = PatchReader()
    reader.high.fill_(0.0)
    mark = finish(evaluate_edits(generator, reader, seeds=60))["sliders"]["age"]["marks"]["+2"]
    assert mark["attainable"] < 0.3
    assert mark["reached_of_attainable"] == 1
    assert mark["arrived"] == 1
    assert report["sliders"]["age"]["marks"]["+2"]["attainable"] > 0.8


def test_identity_is_the_similarity_with_the_unmoved_face() -> None:
    torch.manual_seed(0)
    knower = EmbeddingNetwork(width=4, size=SIZE, dim=8).eval().requires_grad_(False)
    vectors = {"still": torch.zeros(W_DIM), "age": 2 * ToyGenerator().axes[2]}
    generator = ToyGenerator()
    for name, vector in vectors.items():
        generator.directions[name] = Direction(name, vector.numpy(), (0, 2))
    found = finish(evaluate_edits(generator, PatchReader(), knower, seeds=5))["sliders"]
    assert found["still"]["identity"]["+2"] == {"mean": 1.0, "share": 1.0}
    assert found["age"]["identity"]["+2"]["mean"] < 1


def test_targets_say_what_holds_and_what_does_not() -> None:
    generator = ToyGenerator()
    generator.directions["age"] = Direction("age", 3 * generator.axes[2].numpy(), (1, 2))
    smile = Direction("smile", generator.axes[:2].sum(dim=0).numpy(), (0, 1))
    generator.directions["smile"] = smile
    tied = replace(smile, name="gender", facts={"tied": ["smile"]})
    generator.directions["gender"] = tied
    found = targets(finish(evaluate_edits(generator, PatchReader(), seeds=40)))
    assert found["smile"]["side"]["attribute"] == "gender"
    assert not found["smile"]["side"]["holds"]
    assert found["gender"]["side"] == {"attribute": "age", "moved": 0.0, "holds": True}
    assert found["age"]["reached"]["holds"]
    assert tally(found)["side"] == "1 of 3"


def test_measurements_travel_in_the_model_file(tiny_model_path: Path, tmp_path: Path) -> None:
    generator = load_generator(tiny_model_path)
    judge = AttributeNetwork(["smile", "age"], width=4, size=32)
    judge.std.fill_(1.0)
    report = finish(evaluate_edits(generator, judge.eval().requires_grad_(False), seeds=4))
    write_measured(tmp_path / "with.safetensors", generator, report)
    facts = load_generator(tmp_path / "with.safetensors").directions["smile"].facts["measured"]
    moved = report["sliders"]["smile"]["moved"]
    assert facts["seeds"] == 4
    assert facts["per_unit"] == pytest.approx(
        (moved["+2"]["smile"] - moved["-2"]["smile"]) / 4, abs=1e-3
    )
    assert set(facts["others"]) <= {"age"}


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


def test_a_direction_with_a_step_for_each_row_moves_each_row_by_its_own() -> None:
    ws = torch.zeros(1, 3, 2)
    vector = np.arange(6, dtype=np.float32).reshape(3, 2)
    moved = edited(ToyGenerator(), ws, Direction("age", vector, (1, 3)), 2.0)
    assert moved[0].tolist() == [[0, 0], [4, 6], [8, 10]]
