"""The ready-made clips: where each begins, passes and ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.clip import ENDINGS
from app.core.presets import PRESETS, ClipInputs
from app.core.recipe import Latent, Recipe, StyleMix
from gan_models.errors import GanvasError

LOOK = Recipe(latent=Latent.of_seed(7, label=2), psi=0.6).with_edit("age", 1.0)
MIXED = replace(LOOK, mixes=(StyleMix(Latent.of_seed(9), (1.0, 0.5)),))
FULL = ClipInputs(
    MIXED,
    slider="age",
    second=Recipe(),
    looks=(LOOK, Recipe(), MIXED),
    seeds=(1, 2, 3),
    label_dim=4,
)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_preset_lasts_as_long_as_wished(name: str, ending: str) -> None:
    clip = PRESETS[name].build(replace(FULL, seconds=3, fps=10, ending=ending))  # type: ignore[arg-type]
    assert clip.duration == pytest.approx(3)
    assert len(clip.recipes()) == 30


@pytest.mark.parametrize("name", PRESETS)
def test_by_default_every_preset_leads_back_to_its_first_frame(name: str) -> None:
    clip = PRESETS[name].build(replace(FULL, easing="linear"))
    recipes = clip.recipes()
    step = [abs(a.psi - b.psi) + abs(strength(a) - strength(b)) for a, b in wrap(recipes)]
    assert step[-1] <= max(step[:-1]) + 1e-9
    assert clip.recipe_at(clip.duration) == recipes[0]


def wrap(recipes: list[Recipe]) -> list[tuple[Recipe, Recipe]]:
    return list(zip(recipes, recipes[1:] + recipes[:1], strict=True))


def strength(recipe: Recipe) -> float:
    return sum(edit.strength for edit in recipe.edits)


def test_smile_starts_at_the_look_and_reaches_the_strength() -> None:
    clip = PRESETS["smile"].build(ClipInputs(LOOK, strength=2.5))
    assert clip.recipe_at(0) == LOOK
    assert clip.recipe_at(clip.duration / 2) == LOOK.with_edit("smile", 2.5)


def test_a_slider_keeps_the_layers_it_is_set_to() -> None:
    look = LOOK.with_edit("age", 1.0, (2, 5))
    clip = PRESETS["slider"].build(ClipInputs(look, slider="age", strength=-3))
    assert {recipe.edit("age").layers for recipe in clip.recipes()} == {(2, 5)}


def test_gender_swap_passes_both_ends() -> None:
    strengths = [
        recipe.edit("gender").strength
        for recipe in PRESETS["gender-swap"].build(ClipInputs(LOOK)).recipes()
    ]
    assert (min(strengths), max(strengths)) == (-3, 3)


def test_looks_are_each_met() -> None:
    clip = PRESETS["looks"].build(FULL)
    assert [key.recipe for key in clip.keyframes] == [LOOK, Recipe(), MIXED, LOOK]


def test_a_walk_visits_its_seeds_and_keeps_the_rest() -> None:
    clip = PRESETS["walk"].build(replace(FULL, ending="once"))
    for key, seed in zip(clip.keyframes, (1, 2, 3), strict=True):
        assert key.recipe == replace(MIXED, latent=Latent.of_seed(seed, label=2))


def test_a_walk_without_seeds_goes_on_from_the_look() -> None:
    clip = PRESETS["walk"].build(ClipInputs(LOOK, ending="once"))
    assert [key.recipe.latent.main.seed for key in clip.keyframes] == [7, 8, 9, 10, 11]


def test_style_mix_sweeps_the_weights_from_nothing() -> None:
    clip = PRESETS["style-mix"].build(ClipInputs(MIXED))
    assert clip.recipe_at(0).mixes == ()
    assert clip.recipe_at(clip.duration / 2) == MIXED


@pytest.mark.parametrize(
    ("name", "inputs", "missing"),
    [
        ("slider", ClipInputs(LOOK), "choose the slider"),
        ("morph", ClipInputs(LOOK), "second look"),
        ("looks", ClipInputs(LOOK, looks=(LOOK,)), "at least two looks"),
        ("walk", ClipInputs(LOOK, seeds=(3,)), "at least two seeds"),
        ("style-mix", ClipInputs(LOOK), "second seed first"),
        ("smile", ClipInputs(LOOK, seconds=0), "0 seconds"),
        ("smile", ClipInputs(LOOK, seconds=float("nan")), "nan seconds"),
    ],
)
def test_what_is_missing_is_said(name: str, inputs: ClipInputs, missing: str) -> None:
    with pytest.raises(GanvasError, match=missing):
        PRESETS[name].build(inputs)


def test_a_walk_through_classes_starts_at_the_class_that_is_shown_and_keeps_the_seed() -> None:
    clip = PRESETS["classes"].build(ClipInputs(LOOK, label_dim=4, easing="linear"))
    anchors = [key.recipe.latent.main for key in clip.keyframes]
    assert [anchor.label for anchor in anchors] == [2, 3, 0, 1, 2]
    assert {anchor.seed for anchor in anchors} == {7}
    chosen = PRESETS["classes"].build(ClipInputs(LOOK, label_dim=4, classes=(3, 1)))
    assert [key.recipe.latent.main.label for key in chosen.keyframes] == [3, 1, 3]
    halfway = chosen.recipe_at(chosen.duration / 4).latent.anchors
    assert [(anchor.label, weight) for anchor, weight in halfway] == [(3, 0.5), (1, 0.5)]


def test_a_walk_through_classes_needs_classes() -> None:
    with pytest.raises(GanvasError, match="no classes"):
        PRESETS["classes"].build(ClipInputs(LOOK))
    with pytest.raises(GanvasError, match="two classes"):
        PRESETS["classes"].build(ClipInputs(LOOK, label_dim=4, classes=(3,)))
