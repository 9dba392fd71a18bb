"""Recipes are values: they compare, travel as JSON without loss, and interpolate."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from app.core.recipe import (
    Anchor,
    Carried,
    Edit,
    LabelMap,
    Latent,
    Model,
    Motion,
    Recipe,
    RecipeError,
    Rows,
    StyleMix,
    lerp_recipe,
)
from app.core.recipe_json import FORMAT, from_dict, to_dict


def rows(value: float, count: int = 1) -> Rows:
    return Rows(np.full((count, 4), value, np.float32))


def full_recipe() -> Recipe:
    """A recipe that uses every field."""
    ids = np.arange(12, dtype=np.uint8).reshape(3, 4)
    return Recipe(
        model=Model("any", "abc"),
        latent=Latent(((Anchor(3, 1), 0.25), (Anchor(rows=rows(0.5, 6)), 0.75))),
        psi=0.5,
        cutoff=3,
        mixes=(StyleMix(Latent.of_seed(9, 2), (0.0, 1.0)),),
        edits=(
            Edit("smile", 1.5, (2, 4)),
            Edit("mine", -1, None, Carried(rows(0.1), (0, 6))),
        ),
        noise_mode="random",
        noise_seed=5,
        motion=Motion(0.1, -0.2, 30),
        label_map=LabelMap(ids),
        keeps=(("age", 1.0), ("gender", 0.5)),
    )


def test_a_recipe_goes_to_json_and_back_without_loss() -> None:
    recipe = full_recipe()
    assert from_dict(json.loads(json.dumps(to_dict(recipe)))) == recipe


def test_recipes_of_the_first_format_are_read() -> None:
    value = to_dict(replace(full_recipe(), edits=(Edit("smile", 1.5),)))
    for name in ("motion", "label_map", "keeps"):
        value.pop(name)
    value["format"] = 1
    found = from_dict(value)
    assert (found.motion, found.label_map, found.keeps) == (Motion(), None, ())
    assert found.edits == (Edit("smile", 1.5),)


def test_a_newer_format_is_refused() -> None:
    with pytest.raises(RecipeError, match="newer Ganvas"):
        from_dict(to_dict(Recipe()) | {"format": FORMAT + 1})


@pytest.mark.parametrize("what", ["shape", "deflated", "sha256"])
def test_a_damaged_label_map_is_refused(what: str) -> None:
    value = to_dict(full_recipe())
    bad = {"shape": [4, 4], "deflated": value["label_map"]["deflated"][:-16], "sha256": "0"}
    value["label_map"][what] = bad[what]
    with pytest.raises(ValueError, match="damaged"):
        from_dict(value)


def test_a_huge_label_map_is_refused_before_it_is_unpacked() -> None:
    value = to_dict(full_recipe())
    value["label_map"]["shape"] = [2**20, 2**20]
    with pytest.raises(ValueError, match="label map of"):
        from_dict(value)


def test_a_carried_direction_of_nans_is_refused() -> None:
    value = to_dict(full_recipe())
    value["edits"][1]["carried"]["rows"] = rows(float("nan")).to_json()
    with pytest.raises(RecipeError, match="mine"):
        from_dict(value)


def test_frozen_arrays_compare_by_value_and_cannot_be_written() -> None:
    source = np.zeros((2, 3), np.uint8)
    label_map = LabelMap(source)
    source[0] = 1
    assert label_map == LabelMap(np.zeros((2, 3), np.uint8))
    assert label_map != LabelMap(np.zeros((3, 2), np.uint8))
    assert len({label_map, LabelMap(np.zeros((2, 3), np.uint8))}) == 1
    with pytest.raises(ValueError, match="read-only"):
        label_map.array[0] = 1


def test_motion_goes_evenly_and_maps_switch_half_way() -> None:
    other = LabelMap(np.ones((3, 4), np.uint8))
    a = full_recipe()
    b = replace(a, motion=Motion(0.3, 0.2, -30), label_map=other)
    middle = lerp_recipe(a, b, 0.25)
    assert (middle.motion.x, middle.motion.degrees) == pytest.approx((0.15, 15))
    assert middle.label_map == a.label_map
    assert lerp_recipe(a, b, 0.75).label_map == other


def test_edits_of_one_name_along_two_vectors_fade_over_each_other() -> None:
    first = Edit("mine", 2.0, None, Carried(rows(0.1), (0, 6)))
    second = Edit("mine", 4.0, None, Carried(rows(0.2), (0, 6)))
    middle = lerp_recipe(Recipe(edits=(first,)), Recipe(edits=(second,)), 0.5)
    assert [(edit.strength, edit.carried) for edit in middle.edits] == [
        (1.0, first.carried),
        (2.0, second.carried),
    ]


def test_an_edit_keeps_the_direction_that_it_carries() -> None:
    carried = Carried(rows(0.1), (0, 6))
    recipe = Recipe().with_edit("mine", 1.0, carried=carried).with_edit("mine", 2.0)
    assert recipe.edit("mine") == Edit("mine", 2.0, None, carried)
    assert recipe.with_edit("mine", 0.0).edits == ()


def test_what_is_kept_fades_in_and_out() -> None:
    a, b = Recipe().with_keep("gender"), Recipe().with_keep("age").with_keep("gender")
    assert lerp_recipe(a, b, 0.25).keeps == (("age", 0.25), ("gender", 1.0))


def test_keeps_do_not_depend_on_the_order_in_which_they_were_set() -> None:
    a = Recipe().with_keep("gender").with_keep("age")
    assert a == Recipe().with_keep("age").with_keep("smile").with_keep("gender").with_keep(
        "smile", 0
    )
