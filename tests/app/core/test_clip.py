"""Clips give exactly the frames of the finished film, however it ends."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clip import (
    EASINGS,
    ENDINGS,
    Clip,
    Ending,
    Keyframe,
    clip_from_dict,
    clip_to_dict,
)
from app.core.recipe import Recipe
from gan_models.errors import GanvasError


def psi(value: float) -> Recipe:
    return Recipe(psi=value)


def line(seconds: float, fps: float, ending: Ending, easing: str = "linear") -> Clip:
    """Psi from 0 to 1."""
    return Clip((Keyframe(0, psi(0), easing), Keyframe(seconds, psi(1), easing)), fps, ending)


def psis(clip: Clip) -> list[float]:
    return [round(recipe.psi, 6) for recipe in clip.recipes()]


def test_once_shows_both_ends() -> None:
    assert psis(line(1, 5, "once")) == [0, 0.25, 0.5, 0.75, 1]


def test_ping_pong_shows_each_end_once() -> None:
    clip = line(1, 4, "ping-pong")
    assert clip.duration == 2
    assert psis(clip) == [0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25]


def test_a_loop_leads_back_to_the_first_frame_without_showing_it_twice() -> None:
    keys = (Keyframe(0, psi(0)), Keyframe(1, psi(1)), Keyframe(2, psi(0)))
    frames = psis(Clip(keys, 4, "loop"))
    assert len(frames) == 8
    assert frames.count(0) == 1
    assert frames[1] == frames[-1]


@given(
    st.floats(0.1, 20),
    st.sampled_from([10.0, 12.5, 24.0, 25.0, 29.97, 30.0, 60.0]),
    st.sampled_from(ENDINGS),
)
def test_the_number_of_frames_is_duration_times_fps(
    seconds: float, fps: float, ending: Ending
) -> None:
    clip = line(seconds, fps, ending)
    assert len(clip.recipes()) == max(1, round(clip.duration * fps))


@given(st.sampled_from(sorted(EASINGS)), st.floats(0, 1), st.floats(0, 1))
def test_easings_start_at_0_end_at_1_and_never_turn_back(name: str, a: float, b: float) -> None:
    ease = EASINGS[name]
    assert ease(0) == 0
    assert ease(1) == 1
    assert ease(min(a, b)) <= ease(max(a, b)) + 1e-12


def test_each_segment_runs_with_the_easing_of_its_start() -> None:
    keys = (Keyframe(0, psi(0), "ease-in"), Keyframe(1, psi(1), "ease-out"), Keyframe(2, psi(2)))
    clip = Clip(keys)
    assert clip.recipe_at(0.5).psi == pytest.approx(0.25)
    assert clip.recipe_at(1.5).psi == pytest.approx(1.75)


def test_outside_its_time_a_clip_stands_still() -> None:
    clip = line(1, 5, "once")
    assert clip.recipe_at(-1) == psi(0)
    assert clip.recipe_at(9) == psi(1)


def test_keyframes_are_met_exactly() -> None:
    recipes = [psi(0.1), psi(0.7), psi(0.3)]
    clip = Clip(tuple(Keyframe(2.0 + i, recipe) for i, recipe in enumerate(recipes)))
    assert [clip.recipe_at(i) for i in range(3)] == recipes


def test_one_keyframe_is_one_frame() -> None:
    assert Clip((Keyframe(0, psi(1)),)).recipes() == [psi(1)]


@pytest.mark.parametrize("fps", [0, -1, 121, math.nan, math.inf])
def test_an_absurd_speed_is_refused(fps: float) -> None:
    with pytest.raises(GanvasError, match="frames per second"):
        line(1, fps, "once")


def test_bad_clips_are_refused_in_one_sentence() -> None:
    with pytest.raises(GanvasError, match="at least one keyframe"):
        Clip(())
    with pytest.raises(GanvasError, match="follow each other"):
        Clip((Keyframe(1, psi(0)), Keyframe(1, psi(1))))
    with pytest.raises(GanvasError, match="at most 3600"):
        line(3601, 30, "once")
    with pytest.raises(GanvasError, match=r"no easing 'bouncy'; choose one of linear, smooth"):
        line(1, 30, "once", "bouncy")
    with pytest.raises(GanvasError, match="cannot end in 'never'"):
        line(1, 30, "never")  # type: ignore[arg-type]


def test_clips_go_to_json_and_back() -> None:
    clip = line(1.5, 24, "ping-pong", "ease-in")
    assert clip_from_dict(json.loads(json.dumps(clip_to_dict(clip)))) == clip


@pytest.mark.parametrize("value", [{}, {"keyframes": 3}, {"keyframes": [], "fps": 30}])
def test_what_is_no_clip_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(GanvasError, match="no clip"):
        clip_from_dict(value)
