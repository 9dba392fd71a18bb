"""Teaching a direction by example: it follows few marks and knows how sure it is."""

from __future__ import annotations

import numpy as np
import pytest

from gan_models.directions.teaching import HeldOut, teach
from gan_models.errors import DirectionError
from gan_models.spec import Direction

DIM, ROWS = 32, 4


def population(count: int = 1000) -> np.ndarray:
    """Random w whose variance falls off, as that of real mappings does."""
    random = np.random.default_rng(0)
    spread = 0.9 ** np.arange(DIM)
    return (3 + random.standard_normal((count, DIM)) * spread).astype(np.float32)


def marked(w: np.ndarray, slope: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    order = (w @ slope).argsort()
    return w[order[-count:]], w[order[:count]]


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def true_slope() -> np.ndarray:
    return np.eye(DIM)[2] - np.eye(DIM)[4]


def test_few_marks_give_a_score_that_follows_what_was_meant() -> None:
    w, slope = population(), true_slope()
    lesson = teach("x", w, *marked(w[:60], slope, 10), ROWS)
    assert np.corrcoef(lesson.score(w[60:]), w[60:] @ slope)[0, 1] > 0.7
    assert lesson.held_out.right >= 17
    assert lesson.direction.layers == (0, ROWS)


def test_more_marks_teach_more() -> None:
    w, slope = population(), true_slope()
    few, many = (teach("x", w, *marked(w[: 6 * n], slope, n), ROWS) for n in (5, 50))
    wanted = np.cov(w.T) @ slope
    assert cosine(many.direction.vector, wanted) > cosine(few.direction.vector, wanted)
    assert cosine(many.direction.vector, wanted) > 0.9


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_strength_one_is_a_deviation_of_the_score_however_sure_the_marks_are(noise: float) -> None:
    w, random = population(), np.random.default_rng(1)
    meant = w[:300] @ true_slope() + noise * random.standard_normal(300)
    order = meant.argsort()
    lesson = teach("x", w, w[order[-50:]], w[order[:50]], ROWS)
    moved = lesson.score(w + lesson.direction.vector) - lesson.score(w)
    assert moved.mean() / lesson.score(w).std() == pytest.approx(1, abs=1e-3)


def test_marks_that_mean_nothing_are_guessed_like_coins() -> None:
    w = population()
    lesson = teach("x", w, w[:30], w[30:60], ROWS)
    low, high = lesson.held_out.interval
    assert low < 0.5 < high


def test_held_out_guesses_are_those_of_fits_without_the_mark() -> None:
    w, slope = population(), true_slope()
    more, less = marked(w[:40], slope, 6)
    right = 0
    for i in range(6):
        right += teach("x", w, np.delete(more, i, 0), less, ROWS).score(more[i : i + 1])[0] > 0
        right += teach("x", w, more, np.delete(less, i, 0), ROWS).score(less[i : i + 1])[0] < 0
    assert abs(teach("x", w, more, less, ROWS).held_out.right - right) <= 1  # weights shift a bit


def test_the_side_with_many_marks_does_not_win_by_number() -> None:
    w, slope = population(), true_slope()
    order = (w[:300] @ slope).argsort()
    lesson = teach("x", w, w[order[-5:]], w[order[:100]], ROWS)
    assert 0.3 < (lesson.score(w) > 0).mean() < 0.7


def test_least_sure_are_those_at_the_border() -> None:
    w, slope = population(), true_slope()
    lesson = teach("x", w, *marked(w[:60], slope, 10), ROWS)
    asked = lesson.least_sure(w, 20)
    assert np.abs(lesson.score(w[asked])).max() <= np.sort(np.abs(lesson.score(w)))[19]


def test_what_is_kept_is_left_alone() -> None:
    w, slope = population(), true_slope()
    kept = Direction("kept", np.eye(DIM, dtype=np.float32)[2], (1, 3))
    direction = teach("x", w, *marked(w[:60], slope, 10), ROWS, [kept]).direction
    assert direction.vector.shape == (ROWS, DIM)
    assert np.abs(direction.vector[1:3] @ kept.vector).max() < 1e-5
    assert np.abs(direction.vector[0] @ kept.vector) > 0.1


@pytest.mark.parametrize(("more", "less", "wanted"), [(5, 0, "'less' too"), (0, 5, "'more' too")])
def test_marks_all_on_one_side_are_refused_with_what_to_do(
    more: int, less: int, wanted: str
) -> None:
    w = population()
    with pytest.raises(DirectionError, match=wanted):
        teach("x", w, w[:more], w[:less], ROWS)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(10, 20, 0.299, 0.701), (20, 20, 0.839, 1.0)]
)
def test_the_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert HeldOut(right, of).interval == pytest.approx((low, high), abs=1e-3)
