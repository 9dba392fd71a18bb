"""What models have besides latents: classes, motion, label maps, directions that recipes carry."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from app.core.label_maps import (
    LabelMapError,
    check_classes,
    coloured,
    fitted,
    read_ids,
    starter_map,
)
from app.core.picture import latent_ws, recipe_ws, render
from app.core.recipe import (
    Anchor,
    Carried,
    Edit,
    LabelMap,
    Latent,
    Motion,
    Recipe,
    RecipeError,
    Rows,
)
from gan_models.base import seed_to_z
from gan_models.datasets import landscapes
from gan_models.datasets.map_pixels import distinct_colours
from gan_models.families.stylegan3 import StyleGAN3, motion_matrix
from gan_models.spec import MapClass
from tests.app.small import small_generator


def in_class(seed: int, label: int) -> Latent:
    return Latent.of_seed(seed, label)


def one_hot(label: int, classes: int) -> torch.Tensor:
    return torch.eye(classes)[label : label + 1]


def test_a_point_between_two_classes_is_their_mean_in_w() -> None:
    generator = small_generator("conditional")
    between = Latent(((Anchor(4, 1), 0.25), (Anchor(4, 3), 0.75)))
    first, second = (latent_ws(generator, in_class(4, label)) for label in (1, 3))
    assert torch.allclose(latent_ws(generator, between), 0.25 * first + 0.75 * second)
    assert not torch.allclose(first, second)


def test_a_seed_on_its_way_between_classes_keeps_its_z_where_w_is_z() -> None:
    generator = small_generator("acgan")
    between = Latent(((Anchor(4, 0), 0.5), (Anchor(4, 2), 0.5)))
    found = latent_ws(generator, between)
    assert torch.allclose(found[0, 0, :6], seed_to_z(4, 6)[0], atol=1e-6)


def test_truncation_goes_to_the_mean_of_the_class_and_between_classes_to_the_mean_of_both() -> None:
    generator = small_generator("alias-free")
    assert isinstance(generator, StyleGAN3)
    z, means = seed_to_z(2, 8), generator.mapping.w_avg
    for label in range(3):
        wanted = generator.map(z, one_hot(label, 3), truncation_psi=0.4)
        recipe = Recipe(latent=in_class(2, label), psi=0.4)
        assert torch.allclose(recipe_ws(generator, recipe), wanted, atol=1e-6)
    halfway = Latent(((Anchor(2, 0), 0.5), (Anchor(2, 1), 0.5)))
    centre = recipe_ws(generator, Recipe(latent=halfway, psi=0.0))
    assert torch.allclose(centre[0, 0], (means[0] + means[1]) / 2, atol=1e-6)


def test_motion_is_the_transform_of_the_network() -> None:
    generator = small_generator("alias-free")
    assert isinstance(generator, StyleGAN3)
    recipe = Recipe(latent=in_class(1, 0), psi=1.0, motion=Motion(0.2, -0.1, 25))
    ws = generator.map(seed_to_z(1, 8), one_hot(0, 3))
    # The inverse matrix that NVIDIA's gen_images.py makes of --translate 0.2,-0.1 --rotate 25.
    angle = np.radians(25)
    cosine, sine = np.cos(angle), np.sin(angle)
    forward = np.array([[cosine, sine, 0.2], [-sine, cosine, -0.1], [0, 0, 1]])
    transform = torch.tensor(np.linalg.inv(forward), dtype=torch.float32)
    assert torch.allclose(motion_matrix(0.2, -0.1, 25), transform, atol=1e-6)
    wanted = generator.synthesize(ws, transform=transform)[0].permute(1, 2, 0) * 127.5 + 128
    found = render(generator, recipe)
    assert np.abs(found - wanted.clamp(0, 255).numpy()).max() <= 1.01
    still = render(generator, replace(recipe, motion=Motion()))
    assert (found != still).any()


def test_models_without_a_transform_draw_what_they_always_draw() -> None:
    generator = small_generator("dcgan")
    moved = Recipe(motion=Motion(0.2, 0, 90))
    assert (render(generator, moved) == render(generator, Recipe())).all()


def test_a_label_map_decides_the_picture_and_its_size() -> None:
    generator = small_generator("pix2pixhd")
    spec = generator.spec
    recipe = Recipe(label_map=fitted(np.zeros((50, 100), np.uint8), spec))
    picture = render(generator, recipe)
    assert picture.shape == (32, 64, 3)
    other = replace(recipe, label_map=fitted(np.ones((50, 100), np.uint8), spec))
    assert (render(generator, other) != picture).any()
    with pytest.raises(RecipeError, match="label map"):
        render(generator, Recipe())


def test_with_a_style_the_seed_still_counts_and_maps_become_square() -> None:
    generator = small_generator("spade")
    label_map = fitted(np.zeros((10, 40), np.uint8), generator.spec)
    assert label_map.array.shape == (32, 32)
    first, second = (
        render(generator, Recipe(latent=Latent.of_seed(seed), label_map=label_map))
        for seed in (0, 1)
    )
    assert (first != second).any()


def test_maps_are_resized_by_taking_pixels_never_by_mixing_them() -> None:
    spec = small_generator("spade").spec
    ids = np.kron(np.array([[0, 3], [3, 0]], np.uint8), np.ones((5, 5), np.uint8))
    found = fitted(ids, spec).array
    assert set(np.unique(found)) == {0, 3}
    assert (found[:16, :16] == 0).all()
    assert (found[:16, 16:] == 3).all()


def test_the_starter_map_has_only_classes_of_the_model() -> None:
    for kind in ("spade", "pix2pixhd"):
        generator = small_generator(kind)
        picture = render(generator, Recipe(label_map=starter_map(generator.spec)))
        assert picture.shape[:2] == (generator.spec.resolution,) * 2


def test_the_starter_map_of_landscapes_is_one_that_the_renderer_draws() -> None:
    """By name: the model may number its classes otherwise, and have more of them."""
    classes = (MapClass("sea monster", (1, 2, 3)), *reversed(landscapes.CLASSES))
    spec = replace(small_generator("spade").spec, resolution=128)
    spec = replace(spec, map_classes=len(classes), class_table=classes)
    names = np.array([entry.name for entry in classes])[starter_map(spec).array]
    drawn = landscapes.draw_maps([40], 128)[0].numpy()  # docs.make_landscapes.START
    assert float((names == np.array(landscapes.NAMES)[drawn]).mean()) > 0.97
    fewer = replace(spec, map_classes=3, class_table=classes[-3:])
    assert set(np.unique(starter_map(fewer).array)) == {0, 1, 2}


def test_classes_that_the_model_has_not_are_listed() -> None:
    ids = np.array([[0, 1, 7], [255, 2, 2]], np.uint8)
    with pytest.raises(LabelMapError, match=r"classes 7, 255, .*0 to 3.*in all it has 5"):
        check_classes(ids, 4)


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGB", "I;16"])
def test_maps_are_read_as_numbers_from_grey_and_palette_pictures(tmp_path: Path, mode: str) -> None:
    ids = np.array([[0, 1], [1, 0]], np.uint8)
    if mode == "I;16":
        image = Image.fromarray(ids.astype(np.uint16))
    elif mode == "P":
        image = Image.fromarray(ids)
        image.putpalette([200, 10, 10, 10, 200, 10])
    else:
        image = Image.fromarray(ids.astype(bool) if mode == "1" else ids)
        image = image.convert(mode)
    image.save(tmp_path / "map.png")
    assert (read_ids(tmp_path / "map.png") == ids).all()


def test_coloured_pictures_and_other_files_are_no_maps(tmp_path: Path) -> None:
    coloured_picture = np.random.default_rng(0).integers(0, 255, (4, 4, 3), np.uint8)
    Image.fromarray(coloured_picture).save(tmp_path / "photo.png")
    with pytest.raises(LabelMapError, match="16 colours"):
        read_ids(tmp_path / "photo.png")
    Image.fromarray(np.full((2, 2), 300, np.uint16)).save(tmp_path / "deep.png")
    with pytest.raises(LabelMapError, match="300"):
        read_ids(tmp_path / "deep.png")
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(LabelMapError, match=r"text\.png"):
        read_ids(tmp_path / "text.png")
    with pytest.raises(LabelMapError, match="no such file"):
        read_ids(tmp_path / "none.png")


def test_classes_have_colours_of_their_own() -> None:
    assert len(np.unique(distinct_colours(40), axis=0)) == 40
    picture = coloured(LabelMap(np.array([[0, 39]], np.uint8)), 10)
    assert picture.shape == (1, 2, 3)


def test_a_carried_direction_is_added_to_its_own_rows() -> None:
    generator = small_generator("conditional")
    spec = generator.spec
    rows = Rows(np.arange(spec.num_ws * spec.w_dim).reshape(spec.num_ws, spec.w_dim))
    plain = Recipe(latent=in_class(0, 0))
    edit = Edit("mine", 0.5, None, Carried(rows, (1, 3)))
    moved = recipe_ws(generator, replace(plain, edits=(edit,))) - recipe_ws(generator, plain)
    wanted = np.zeros_like(rows.array)
    wanted[1:3] = 0.5 * rows.array[1:3]
    assert np.allclose(moved[0].numpy(), wanted, atol=1e-4)
    layers = replace(edit, layers=(0, 1))
    moved = recipe_ws(generator, replace(plain, edits=(layers,))) - recipe_ws(generator, plain)
    assert torch.count_nonzero(moved[0, 1:]) == 0


def test_a_carried_direction_of_another_size_is_refused() -> None:
    generator = small_generator("conditional")
    edit = Edit("mine", 1.0, None, Carried(Rows(np.ones((1, 512))), (0, 1)))
    with pytest.raises(RecipeError, match=r"'mine'.*another model"):
        render(generator, Recipe(edits=(edit,)))
