"""Undo and redo over recipes, with drags folded into one step."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.core.history import History
from app.core.recipe import Latent, Recipe


def seed(number: int) -> Recipe:
    return Recipe(latent=Latent.of_seed(number))


def test_undo_and_redo_walk_the_recipes() -> None:
    history = History(seed(0))
    history.push(seed(1))
    history.push(seed(2))
    assert [history.undo(), history.undo()] == [seed(1), seed(0)]
    assert [history.redo(), history.redo()] == [seed(1), seed(2)]


def test_at_either_end_nothing_happens() -> None:
    history = History(seed(0))
    assert (history.can_undo, history.can_redo) == (False, False)
    assert history.undo() == history.redo() == seed(0)


def test_an_equal_recipe_is_no_step() -> None:
    history = History(seed(0))
    history.push(seed(0))
    assert not history.can_undo


def test_a_new_step_ends_what_could_be_redone() -> None:
    history = History(seed(0))
    history.push(seed(1))
    history.undo()
    history.push(seed(2))
    assert not history.can_redo
    assert history.undo() == seed(0)


def test_one_drag_is_one_step() -> None:
    history = History(seed(0))
    for number in range(1, 20):
        history.push(seed(number), "seed")
    assert history.current == seed(19)
    assert history.undo() == seed(0)


def test_two_drags_of_the_same_slider_are_two_steps() -> None:
    history = History(seed(0))
    history.push(seed(1), "seed")
    history.end_gesture()
    history.push(seed(2), "seed")
    assert history.undo() == seed(1)


def test_drags_of_two_sliders_are_two_steps() -> None:
    history = History(seed(0))
    history.push(seed(1), "seed")
    history.push(seed(2), "psi")
    assert history.undo() == seed(1)


def test_a_drag_that_returns_to_its_start_is_no_step() -> None:
    history = History(seed(0))
    history.push(seed(1), "seed")
    history.push(seed(0), "seed")
    history.end_gesture()
    assert not history.can_undo


def test_a_drag_after_undo_does_not_fold_into_an_older_one() -> None:
    history = History(seed(0))
    history.push(seed(1), "seed")
    history.push(seed(2))
    history.undo()
    history.push(seed(3), "seed")
    assert history.undo() == seed(1)


def test_the_oldest_steps_are_forgotten() -> None:
    history = History(seed(0), limit=3)
    for number in range(1, 10):
        history.push(seed(number))
    while history.can_undo:
        history.undo()
    assert history.current == seed(6)


@given(st.lists(st.sampled_from(["push", "drag", "end", "undo", "redo"]), max_size=40))
def test_undoing_all_and_redoing_all_returns_to_the_present(actions: list[str]) -> None:
    history = History(seed(0))
    for number, action in enumerate(actions):
        match action:
            case "push":
                history.push(seed(number + 1))
            case "drag":
                history.push(seed(number % 3), "drag")
            case "end":
                history.end_gesture()
            case "undo":
                history.undo()
            case _:
                history.redo()
    while history.can_redo:
        history.redo()
    present = history.current
    while history.can_undo:
        history.undo()
    assert history.current == seed(0)
    while history.can_redo:
        history.redo()
    assert history.current == present
