"""A draft is the largest picture that keeps up with the hand."""

from app.model.drafts import DraftPolicy

SIZES = (4, 8, 16, 32, 64)


def policy(**times: float) -> DraftPolicy:
    result = DraftPolicy(SIZES, budget_ms=30)
    for size, cost in times.items():
        result.measured(int(size[1:]), cost)
    return result


def test_the_full_picture_is_its_own_draft_where_it_is_quick() -> None:
    assert policy(_64=20).choose() is None


def test_nothing_known_means_to_try_the_full_picture() -> None:
    assert policy().choose() is None


def test_a_slow_model_gets_the_largest_draft_that_fits() -> None:
    assert policy(_64=100, _32=40, _16=12).choose() == 16


def test_sizes_not_tried_yet_are_guessed_from_larger_ones() -> None:
    assert policy(_64=100).choose() == 16


def test_where_nothing_fits_the_smallest_is_taken() -> None:
    assert policy(_64=10_000, _4=500).choose() == 4


def test_a_larger_picture_that_became_quick_again_lifts_smaller_ones() -> None:
    busy = policy(_32=400, _64=500)
    for _ in range(5):
        busy.measured(None, 20)
    assert busy.choose() is None


def test_one_slow_picture_among_quick_ones_does_not_count() -> None:
    assert policy(_64=10).choose() is None
    busy = policy(_64=10)
    busy.measured(None, 10)
    busy.measured(None, 900)
    assert busy.choose() is None


def test_a_model_without_drafts_is_drawn_in_full() -> None:
    assert DraftPolicy(()).choose() is None
    single = DraftPolicy((64,), budget_ms=30)
    single.measured(None, 900)
    assert single.choose() is None
