"""The judge's own errors, and taking them off."""

from __future__ import annotations

import pytest
import torch

from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.calibration import judge_errors, of_perfect_edit, without_errors
from gan_models.evaluation.portraits import SHIPPED, file_name, portraits_network
from gan_models.progress import finish


def judge_of(names: list[str]) -> AttributeNetwork:
    torch.manual_seed(0)
    judge = AttributeNetwork(names, width=4, size=16)
    judge.std.fill_(0.25)
    judge.low.fill_(0.0)
    judge.high.fill_(1.0)
    return judge.eval().requires_grad_(False)


def test_a_perfect_edit_moves_its_attribute_as_far_as_there_is_room() -> None:
    errors = finish(judge_errors(judge_of(["glasses", "smile"]), people=12))
    assert set(errors) == {"glasses", "smile"}
    assert 0 < errors["glasses"]["+2"]["true"] <= 2
    assert -2 <= errors["smile"]["-2"]["true"] < 0
    assert len(errors["smile"]["+2"]["signed"]) == 2


def test_errors_are_taken_off_in_proportion_to_the_move() -> None:
    judge = judge_of(["glasses", "smile"])
    judge.errors = {"glasses": {"+2": {"signed": [2.0, 0.2], "absolute": [2.0, 0.4]}}}
    moved, size = torch.tensor([1.0, 0.3]), torch.tensor([1.0, 0.5])
    signed, absolute = without_errors(judge, "glasses", 2.0, moved, size)
    assert float(signed[1]) == pytest.approx(0.3 - 0.5 * 0.2)
    assert float(absolute[1]) == pytest.approx((0.5**2 - 0.2**2) ** 0.5)


def test_what_a_perfect_edit_gets_stands_beside_a_slider() -> None:
    judge = judge_of(["glasses", "smile"])
    perfect = {"true": 1.2, "signed": [0.9, 0.2], "absolute": [0.9, 0.4], "reached": 0.7}
    judge.errors = {"glasses": {"+2": perfect}}
    assert of_perfect_edit(judge, "glasses", 2.0) == {"gain": 0.75, "perfect": 0.7}
    assert of_perfect_edit(judge, "smile", 2.0) == {}


def test_a_judge_whose_errors_nobody_measured_is_taken_at_its_word() -> None:
    signed, absolute = torch.ones(2), torch.ones(2)
    assert without_errors(judge_of(["a", "b"]), "a", 2.0, signed, absolute) == (signed, absolute)


def test_the_judge_that_ships_reads_the_present_renderer_and_knows_its_errors() -> None:
    assert (SHIPPED / file_name("judge")).exists()
    judge = finish(portraits_network("judge"))
    assert judge.r2["glasses"] > 0.9
    assert set(judge.errors) == set(judge.names)
