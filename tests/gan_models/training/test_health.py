"""Each way in which a run goes well or badly is told in words, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from gan_models.training.health import assess, best_snapshot

GOOD = {
    "real_logits": 1.0,
    "fake_logits": -1.0,
    "held_out_logits": 0.9,
    "discriminator_accuracy": 0.8,
}


def stats(count: int = 8, **figures: float) -> list[dict[str, Any]]:
    return [GOOD | figures | {"pictures": 1000 * number} for number in range(count)]


def quality(*distances: float, **figures: float) -> list[dict[str, Any]]:
    usual = {"diversity": 0.4, "diversity_of_data": 0.45, "nearest": 0.2}
    usual |= {"nearest_of_held_out": 0.2}
    return [
        usual | figures | {"sliced_wasserstein": distance, "pictures": 1000 * number}
        for number, distance in enumerate(distances)
    ]


FALLING = (40.0, 30.0, 20.0)


def test_a_run_that_gets_better_is_told_so() -> None:
    health = assess(stats(), quality(*FALLING), [])
    assert (health.kind, "newest snapshot is the best" in health.text) == ("good", True)


@pytest.mark.parametrize("lines", [[], stats(2)])
def test_a_young_run_is_not_judged(lines: list[dict[str, Any]]) -> None:
    assert assess(lines, [], []).kind == "starting"


def test_a_discriminator_that_is_always_right_has_won_unless_samples_get_better() -> None:
    winning = stats(discriminator_accuracy=0.99)
    health = assess(winning, [], [])
    assert (health.kind, "99%" in health.text) == ("discriminator wins", True)
    assert "gamma" in health.advice
    assert assess(winning, quality(*FALLING), []).kind == "good"


def test_a_full_disk_is_told_until_the_run_goes_on() -> None:
    full = {"kind": "disk full", "pictures": 7000}
    health = assess(stats(), quality(*FALLING), [full])
    assert (health.kind, "Free some space" in health.advice) == ("disk full", True)
    assert assess([], [], [full]).kind == "disk full"
    on = {"kind": "continued", "pictures": 7000}
    assert assess(stats(), quality(*FALLING), [full, on]).kind == "good"
    assert assess(stats(), quality(*FALLING), [on, full]).kind == "disk full"


def test_samples_that_are_alike_are_a_mode_collapse() -> None:
    health = assess(stats(), quality(*FALLING, diversity=0.1), [])
    assert (health.kind, "4.5 times more alike" in health.text) == ("collapse", True)


def test_samples_nearer_to_training_pictures_than_others_are_memorised() -> None:
    health = assess(stats(), quality(*FALLING, nearest=0.05), [])
    assert (health.kind, "4.0 times nearer" in health.text) == ("memorising", True)


def test_held_out_pictures_judged_like_generated_ones_are_overfitting() -> None:
    health = assess(stats(held_out_logits=-0.8), quality(*FALLING), [])
    assert (health.kind, "90%" in health.text) == ("overfitting", True)
    assert "ugmentation" in health.advice


def test_a_roll_back_is_told_while_it_is_recent() -> None:
    event = {"kind": "rolled back", "pictures": 6500, "learning_rate": 0.001}
    assert assess(stats(), quality(*FALLING), [event]).kind == "nan"
    assert assess(stats(40), quality(*FALLING), [event]).kind == "good"


def test_a_run_that_no_longer_gets_better_is_told_where_it_was_best() -> None:
    health = assess(stats(), quality(30, 20, *[25] * 7), [])
    assert (health.kind, "1 kimg" in health.text) == ("no better", True)


def test_the_best_snapshot_is_the_nearest_to_the_data() -> None:
    best = best_snapshot(quality(30, 20, 25))
    assert best is not None
    assert best["pictures"] == 1000
    assert best_snapshot([]) is None
