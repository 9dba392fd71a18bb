"""What is kept stays: steps lose what would move it, and keep their own effect."""

from __future__ import annotations

import numpy as np
import pytest

from gan_models.directions.keeping import (
    LONGEST,
    full_step,
    kept_moves,
    kept_step,
    without_identity,
)
from gan_models.spec import Direction

ROWS, WIDTH = 6, 8


def direction(name: str, seed: int, layers: tuple[int, int] = (0, ROWS)) -> Direction:
    vector = np.random.default_rng(seed).standard_normal((ROWS, WIDTH)).astype(np.float32)
    return Direction(name, vector, layers)


SMILE = direction("smile", 0, (1, 5))
GENDER = direction("gender", 1, (0, 4))
AGE = direction("age", 2)


def test_without_anything_kept_a_step_is_the_direction() -> None:
    step = kept_step(SMILE, None, [], ROWS)
    np.testing.assert_array_equal(step, full_step(SMILE, None, ROWS))
    assert not step[[0, 5]].any()


def test_a_step_has_nothing_of_the_kept_ones_in_any_row() -> None:
    step = kept_step(SMILE, None, [(GENDER, 1.0), (AGE, 1.0)], ROWS)
    for other in (GENDER, AGE):
        inner = (step * full_step(other, None, ROWS)).sum(axis=1)
        np.testing.assert_allclose(inner, 0, atol=1e-4)


def test_its_own_effect_stays() -> None:
    before = full_step(SMILE, None, ROWS)
    step = kept_step(SMILE, None, [(GENDER, 1.0), (AGE, 1.0)], ROWS)
    assert (step * before).sum() == pytest.approx((before**2).sum(), rel=1e-4)


def test_a_slider_is_not_kept_from_its_own_attribute() -> None:
    step = kept_step(SMILE, None, [(SMILE, 1.0)], ROWS)
    np.testing.assert_array_equal(step, full_step(SMILE, None, ROWS))


def test_the_same_direction_by_another_name_leaves_nothing_and_does_not_explode() -> None:
    twin = Direction("twin", SMILE.vector, SMILE.layers)
    assert np.abs(kept_step(SMILE, None, [(twin, 1.0)], ROWS)).max() < 1e-4


def test_steps_grow_only_so_far() -> None:
    near = Direction("near", SMILE.vector + 0.1 * GENDER.vector, SMILE.layers)
    step = kept_step(SMILE, None, [(near, 1.0)], ROWS)
    rest = step[1:5] / LONGEST
    assert np.linalg.norm(rest) < 0.2 * np.linalg.norm(SMILE.vector[1:5])


def test_weights_lead_evenly_from_free_to_kept() -> None:
    steps = [kept_step(SMILE, None, [(GENDER, weight)], ROWS) for weight in (0.0, 0.25, 1.0)]
    np.testing.assert_allclose(steps[1], 0.75 * steps[0] + 0.25 * steps[2], atol=1e-5)


def test_one_weight_does_not_disturb_another_that_is_full() -> None:
    step = kept_step(SMILE, None, [(AGE, 0.5), (GENDER, 1.0)], ROWS)
    inner = (step * full_step(GENDER, None, ROWS)).sum(axis=1)
    np.testing.assert_allclose(inner, 0, atol=1e-4)


def measurement(name: str, effects: dict[str, float]) -> dict[str, object]:
    """As model files hold it: what is too small to matter is left out."""
    others = {other: x for other, x in effects.items() if other != name and abs(x) >= 0.01}
    return {"measured": {"per_unit": effects[name], "others": others}}


def measured() -> tuple[list[Direction], np.ndarray]:
    """Three directions on a linear "picture": attributes are inner products with random rows."""
    readers = np.random.default_rng(5).standard_normal((3, ROWS, WIDTH))
    names = ("smile", "gender", "age")
    steps = np.linalg.pinv(readers.reshape(3, -1)).T.reshape(3, ROWS, WIDTH)
    entangled = np.array([[1, 0.4, -0.3], [0.1, 0.8, 0.2], [0, 0.3, 0.9]])
    vectors = np.einsum("ka,arw->krw", entangled, steps)
    made = [
        Direction(
            name,
            vector.astype(np.float32),
            (0, ROWS),
            facts=measurement(name, dict(zip(names, effects.tolist(), strict=True))),
        )
        for name, vector, effects in zip(names, vectors, entangled, strict=True)
    ]
    return made, readers


def test_where_effects_were_measured_what_is_kept_does_not_move() -> None:
    (smile, gender, age), readers = measured()
    step = kept_step(smile, None, [(gender, 1.0), (age, 1.0)], ROWS)
    moved = np.einsum("arw,rw->a", readers, step)
    np.testing.assert_allclose(moved, [1, 0, 0], atol=1e-5)


def test_on_other_layers_than_the_measured_ones_measurements_do_not_count() -> None:
    (smile, gender, _), _ = measured()
    step = kept_step(smile, (2, 4), [(gender, 1.0)], ROWS)
    assert not step[[0, 1, 4, 5]].any()
    inner = (step * full_step(gender, None, ROWS)).sum(axis=1)
    np.testing.assert_allclose(inner, 0, atol=1e-4)


def test_what_a_kept_slider_moves_is_foretold() -> None:
    (smile, gender, age), readers = measured()
    kept = [(gender, 1.0), (age, 0.5)]
    moved = np.einsum("arw,rw->a", readers, kept_step(smile, None, kept, ROWS))
    np.testing.assert_allclose([*kept_moves(smile, None, kept).values()], moved, atol=1e-5)


def test_nothing_is_foretold_that_was_not_measured() -> None:
    (smile, *_), _ = measured()
    assert kept_moves(SMILE, None, []) == {}
    assert kept_moves(smile, (2, 4), []) == {}
    assert kept_moves(smile, None, [(Direction("hat", GENDER.vector, (0, 4)), 1.0)]) == {}
    assert kept_moves(smile, None, []) == smile.moves == {"smile": 1, "gender": 0.4, "age": -0.3}


def space(seed: int = 9, ways: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((ways, ROWS, WIDTH)).astype(np.float32)


def test_a_step_that_keeps_identity_has_nothing_of_what_changes_the_person() -> None:
    step = without_identity(full_step(AGE, None, ROWS), space())
    np.testing.assert_allclose(np.tensordot(space(), step, axes=2), 0, atol=1e-4)
    before = full_step(AGE, None, ROWS)
    assert (step * before).sum() == pytest.approx((before**2).sum(), rel=1e-4)


def test_identity_is_kept_on_the_rows_where_a_slider_acts_and_no_others() -> None:
    step = without_identity(full_step(SMILE, None, ROWS), space())
    assert not step[[0, 5]].any()
    np.testing.assert_allclose(np.tensordot(space(), step, axes=2), 0, atol=1e-4)


def test_a_step_that_changes_no_person_is_left_alone() -> None:
    free = without_identity(full_step(AGE, None, ROWS), space())
    np.testing.assert_allclose(without_identity(free, space()), free, atol=1e-4)
    none = np.zeros_like(free)
    np.testing.assert_array_equal(without_identity(none, space()), none)


def test_a_step_towards_someone_else_and_no_more_does_not_explode() -> None:
    assert np.abs(without_identity(space()[0], space())).max() < 1e-4
