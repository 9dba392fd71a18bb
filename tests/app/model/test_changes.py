"""Changes to recipes are plain functions."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.label_maps import starter_map
from app.core.recipe import (
    SEED_LIMIT,
    Carried,
    LabelMap,
    Latent,
    Model,
    Motion,
    Recipe,
    Rows,
)
from app.model import changes
from gan_models.spec import Direction, Spec

SPEC = Spec("any", z_dim=4, w_dim=4, num_ws=3, resolution=8)
KNOWN = {
    name: Direction(name, np.zeros(4, np.float32), (0, 3)) for name in ("smile", "age", "glasses")
}


@pytest.mark.parametrize("share", [0.0, 0.25, 0.99])
def test_a_place_is_read_back_as_it_was_set(share: float) -> None:
    assert changes.place(changes.with_seed(Recipe(), 7, share)) == (7, pytest.approx(share))


def test_the_end_of_the_way_is_the_next_seed() -> None:
    assert changes.place(changes.with_seed(Recipe(), 7, 1.0)) == (8, 0.0)


def test_the_last_seed_is_followed_by_the_first() -> None:
    recipe = changes.with_seed(Recipe(), SEED_LIMIT - 1, 0.5)
    assert [anchor.seed for anchor, _ in recipe.latent.anchors] == [SEED_LIMIT - 1, 0]
    assert changes.place(recipe)[0] == SEED_LIMIT - 1


def test_a_journey_between_far_seeds_has_a_place_too() -> None:
    far = replace(Recipe(), latent=Latent.between(3, 900, 0.7))
    assert changes.place(far) == (900, 0.0)


def test_another_seed_keeps_the_class() -> None:
    recipe = changes.with_label(Recipe(), 2)
    assert changes.with_seed(recipe, 5).latent.main.label == 2


def test_a_class_on_its_way_to_another_is_read_back_with_the_seed_on_its_way() -> None:
    recipe = changes.with_seed(changes.between_classes(Recipe(), 1, 3, 0.25), 7, 0.5)
    assert changes.class_place(recipe) == (1, 3, pytest.approx(0.25))
    assert changes.place(recipe) == (7, pytest.approx(0.5))
    assert sum(weight for _, weight in recipe.latent.anchors) == pytest.approx(1)
    other = changes.with_seed(recipe, 9)
    assert changes.class_place(other) == (1, 3, pytest.approx(0.25))
    assert changes.class_place(changes.with_label(recipe, 2)) == (2, None, 0.0)


def test_the_end_of_the_way_is_the_other_class() -> None:
    arrived = changes.between_classes(Recipe(), 1, 3, 1.0)
    assert changes.class_place(arrived) == (3, None, 0.0)
    assert len(arrived.latent.anchors) == 1


def test_another_model_gets_classes_motion_and_maps_that_it_has() -> None:
    recipe = replace(
        changes.between_classes(Recipe(), 1, 8, 0.5),
        motion=Motion(0.5),
        label_map=LabelMap(np.full((4, 4), 9)),
    )
    ref = Model("other", "x")
    plain = changes.adapted(recipe, ref, SPEC, KNOWN)
    assert plain.latent == Latent.of_seed(0)
    assert (plain.motion, plain.label_map) == (Motion(), None)
    few = changes.adapted(recipe, ref, replace(SPEC, label_dim=3), KNOWN)
    assert changes.class_place(few) == (0, None, 0.0)
    able = replace(SPEC, controls=("transform", "label_map"), map_classes=3)
    found = changes.adapted(recipe, ref, able, KNOWN)
    assert found.motion == recipe.motion
    assert found.label_map == starter_map(able)


def test_directions_that_a_recipe_carries_stay_with_their_model() -> None:
    carried = Carried(Rows(np.ones((1, 4))), (0, 3))
    recipe = Recipe(Model("one", "x")).with_edit("mine", 1.0, carried=carried)
    assert changes.adapted(recipe, Model("two", "y"), SPEC, KNOWN).edits == ()
    assert changes.adapted(recipe, Model("one", "x"), SPEC, KNOWN).edits == recipe.edits


def test_a_mix_has_a_weight_for_each_row() -> None:
    assert changes.mix_of(Recipe(), 3).weights == (0, 0, 0)
    mix = replace(changes.mix_of(Recipe(), 2), weights=(1.0, 0.5))
    assert changes.mix_of(changes.with_mix(Recipe(), mix), 3).weights == (1.0, 0.5, 0)


def test_random_and_reset_leave_locked_sliders_alone() -> None:
    recipe = Recipe().with_edit("smile", 2.0).with_edit("age", 1.0)
    locked = frozenset({"smile"})
    assert changes.reset_edits(recipe, locked) == Recipe().with_edit("smile", 2.0)
    free = {name: KNOWN[name] for name in KNOWN if name not in locked}
    random = changes.random_edits(recipe, free, {}, np.random.default_rng(0))
    assert random.edit("smile").strength == 2.0
    assert random.edit("age").strength not in (0.0, 1.0)
    assert random.edit("glasses").strength != 0


def test_reset_keeps_the_seed_alone() -> None:
    recipe = replace(Recipe(), psi=0.2, noise_mode="none").with_edit("smile", 1)
    assert changes.reset(changes.with_seed(recipe, 5)) == changes.with_seed(Recipe(), 5)


def test_what_another_model_does_not_have_is_left_out() -> None:
    recipe = Recipe().with_edit("smile", 1).with_edit("wings", 1)
    recipe = changes.with_mix(recipe, changes.mix_of(recipe, 3))
    ref = Model("other", "abc")
    adapted = changes.adapted(recipe, ref, SPEC, KNOWN)
    assert [edit.direction for edit in adapted.edits] == ["smile"]
    assert (adapted.model, len(adapted.mixes)) == (ref, 1)
    plain = replace(SPEC, has_mapping=False, num_ws=1)
    assert changes.adapted(recipe, ref, plain, {}).mixes == ()
