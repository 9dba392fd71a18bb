"""Children of two looks: what they have from whom."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.core.children import born, can_have_children, child_of, inherited, parts_of, rows_of
from app.core.models import open_model
from app.core.recipe import Latent, Recipe, StyleMix
from tests.app.small import small_generator


def test_siblings_differ_from_each_other_and_from_their_parents() -> None:
    litter = inherited(12, 0)
    assert len(set(litter)) == 12
    assert not {(0.0,) * 3, (1.0,) * 3} & set(litter)
    assert {0.0, 1.0} < {share for shares in litter for share in shares}
    assert inherited(12, 0) == litter != inherited(12, 1)


def test_each_part_of_a_child_is_what_its_share_says(tiny_model_path: Path) -> None:
    model = open_model(str(tiny_model_path))
    spec = model.generator.spec
    mother = Recipe(model.ref, Latent.of_seed(1)).with_edit("smile", 2.0)
    mixed = StyleMix(Latent.of_seed(9), (1.0,))
    father = Recipe(model.ref, Latent.of_seed(2), psi=0.4, mixes=(mixed,))
    rows = rows_of(model, mother), rows_of(model, father)

    child = child_of(rows, mother, (0.0, 0.25, 1.0), spec)

    coarse, middle, fine = (slice(part.start, part.stop) for part in parts_of(spec))
    own = rows_of(model, child.recipe)
    assert np.allclose(own[coarse], rows[0][coarse], atol=1e-6)
    assert np.allclose(own[middle], 0.75 * rows[0][middle] + 0.25 * rows[1][middle], atol=1e-6)
    assert np.allclose(own[fine], rows[1][fine], atol=1e-6)


def test_a_litter_is_drawn_the_same_again(tiny_model_path: Path) -> None:
    model = open_model(str(tiny_model_path))
    parents = Recipe(model.ref, Latent.of_seed(1)), Recipe(model.ref, Latent.of_seed(2))
    assert list(born(model, parents, 4, 7)) == list(born(model, parents, 4, 7))


def test_models_without_layers_or_latents_have_no_children() -> None:
    able = {kind: can_have_children(small_generator(kind).spec) for kind in ("dcgan", "spade")}
    assert able == {"dcgan": False, "spade": False}
    assert can_have_children(small_generator("alias-free").spec)
