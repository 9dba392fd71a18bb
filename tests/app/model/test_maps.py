"""Maps and styles in and out of files: how they were read is said, what is unknown is asked."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.core.clip import Clip, Keyframe
from app.core.map_files import ClassTable, read_map
from app.core.models import GREETING
from app.core.recipe import LabelMap, lerp_recipe
from app.core.recipe_json import from_dict, to_dict
from app.model import changes
from app.model.maps import RANDOM_MAPS, FoundMap, Maps
from app.model.studio import Studio
from gan_models.datasets.landscapes import CLASSES, draw_maps
from gan_models.spec import Spec
from tests.app.small import small_model

Opened = Callable[[Studio, Path], None]


@pytest.fixture
def studio(closed_studio: Studio, opened: Opened, tmp_path: Path) -> Studio:
    """A model of four named labels at 32 pixels, with a style encoder."""
    opened(closed_studio, small_model(tmp_path, "landscapes"))
    return closed_studio


@pytest.fixture
def maps(studio: Studio) -> Maps:
    return studio.controls.maps


def ids(studio: Studio) -> np.ndarray:
    assert studio.recipe.label_map is not None
    return studio.recipe.label_map.array


def said(qtbot: QtBot, studio: Studio, do: Callable[[], object]) -> str:
    with qtbot.waitSignal(studio.message, timeout=20_000) as message:
        do()
    assert message.args
    return str(message.args[0])


def test_it_is_said_how_a_map_was_read(
    qtbot: QtBot, studio: Studio, maps: Maps, tmp_path: Path
) -> None:
    Image.fromarray(np.full((64, 64), 2, np.uint16)).save(tmp_path / "map.png")
    text = said(qtbot, studio, lambda: maps.load(tmp_path / "map.png"))
    assert "map.png, read as class numbers" in text
    assert "64 × 64 resized to 32 × 32, nearest pixels" in text
    assert "one label only" in text
    assert (ids(studio) == 2).all()


def test_transparent_pixels_are_said(
    qtbot: QtBot, studio: Studio, maps: Maps, tmp_path: Path
) -> None:
    pixels = np.zeros((32, 32, 4), np.uint8) + np.array([40, 40, 200, 255], np.uint8)
    pixels[:4, :, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "map.png")
    text = said(qtbot, studio, lambda: maps.load(tmp_path / "map.png"))
    assert "read as the legend's colours" in text
    assert "transparent" in text
    assert (ids(studio)[4:] == 3).all()


def test_unknown_colours_are_asked_and_the_answer_is_used(
    qtbot: QtBot, studio: Studio, maps: Maps, tmp_path: Path
) -> None:
    pixels = np.zeros((32, 32, 3), np.uint8) + np.array([10, 20, 30], np.uint8)
    pixels[16:] = (199, 41, 40)
    Image.fromarray(pixels).save(tmp_path / "map.png")
    before = studio.recipe
    with qtbot.waitSignal(maps.asked, timeout=20_000) as asked:
        maps.load(tmp_path / "map.png")
    assert studio.recipe == before
    assert asked.args
    found = asked.args[0]
    (unknown,) = found.reading.unknown
    assert (unknown.colour, unknown.label) == ((199, 41, 40), 1)
    answered = found.reading.answered({unknown.colour: 2})
    said(qtbot, studio, lambda: maps.use(FoundMap(found.path, answered, found.spec)))
    assert set(np.unique(ids(studio))) == {0, 2}


def test_a_photo_given_as_a_map_is_refused(
    qtbot: QtBot, studio: Studio, maps: Maps, tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "photo.png")
    before = studio.recipe
    with qtbot.waitSignal(studio.error_raised, timeout=20_000) as error:
        maps.load(tmp_path / "photo.png")
    assert error.args
    assert "looks like a photo" in error.args[0]
    assert studio.recipe == before


@pytest.mark.parametrize("kind", ["ids", "colours"])
def test_what_is_saved_opens_again(
    qtbot: QtBot, studio: Studio, maps: Maps, tmp_path: Path, kind: str
) -> None:
    said(qtbot, studio, lambda: maps.save(tmp_path / "m.png", kind))  # type: ignore[arg-type]
    assert studio.spec
    reading = read_map(tmp_path / "m.png", ClassTable.of(studio.spec))
    assert (reading.ids == ids(studio)).all()


def test_picture_and_map_are_saved_beside_each_other(
    qtbot: QtBot, studio: Studio, maps: Maps, tmp_path: Path
) -> None:
    said(qtbot, studio, lambda: maps.save_both(tmp_path / "lake.png"))
    assert (tmp_path / "lake.png").is_file()
    with Image.open(tmp_path / "lake-map.png") as image:
        assert (np.asarray(image) == ids(studio)).all()


def test_random_maps_are_drawn_where_the_renderer_knows_the_labels(
    qtbot: QtBot, studio: Studio, maps: Maps, opened: Opened, tmp_path: Path
) -> None:
    from gan_models.checkpoints.own import save_generator
    from gan_models.families.spade import SPADE

    assert not maps.draws
    table = [(entry.name, entry.colour) for entry in CLASSES[::-1]]
    generator = SPADE(features=1, map_classes=14, resolution=32, ups=3, class_table=table)
    save_generator(tmp_path / "all.safetensors", generator.eval())
    opened(studio, tmp_path / "all.safetensors")
    assert maps.draws
    maps._random = np.random.default_rng(5)
    with qtbot.waitSignal(studio.recipe_changed, timeout=20_000):
        maps.draw()
    seed = int(np.random.default_rng(5).integers(RANDOM_MAPS))
    # The labels of this model are those of the renderer in the opposite order.
    assert (ids(studio) == 13 - draw_maps([seed], 32)[0].numpy()).all()


def test_a_photo_gives_its_style_and_undo_takes_it_back(
    qtbot: QtBot, studio: Studio, maps: Maps, tmp_path: Path
) -> None:
    Image.effect_noise((50, 40), 90).convert("RGB").save(tmp_path / "beach.jpg")
    before = studio.recipe
    text = said(qtbot, studio, lambda: maps.take_style(tmp_path / "beach.jpg"))
    assert text == "Style taken from beach.jpg"
    rows = studio.recipe.latent.main.rows
    assert rows in maps.photos
    assert from_dict(to_dict(studio.recipe)) == studio.recipe
    maps.drop_style()
    assert studio.recipe == before
    said(qtbot, studio, lambda: maps.take_style(tmp_path / "beach.jpg", second=True))
    assert studio.mix.source.main.rows == rows
    studio.set_mix((0.5,))
    assert studio.recipe.mixes[0].weights == (0.5,)


def test_a_clip_between_two_maps_blends_them(studio: Studio) -> None:
    start = studio.recipe
    end = changes.with_map(start, LabelMap(np.full((32, 32), 3)))
    clip = Clip((Keyframe(0, start, "linear"), Keyframe(1, end, "linear")), fps=4)
    middle = clip.recipe_at(0.5)
    assert sorted(middle.map_shares().values()) == [0.5, 0.5]
    assert from_dict(to_dict(middle)) == middle
    render = studio.renderer()
    pictures = [render(recipe, None).astype(int) for recipe in (start, middle, end)]
    apart = [np.abs(a - b).mean() for a, b in pairwise(pictures)]
    assert min(apart) > 0
    # A blend of a blend and its end has the shares that are left.
    later = lerp_recipe(middle, end, 0.5)
    assert later.map_shares()[end.label_map] == pytest.approx(0.75)  # type: ignore[index]


def test_maps_of_different_sizes_switch_half_way(studio: Studio) -> None:
    start = studio.recipe
    end = changes.with_map(start, LabelMap(np.zeros((16, 16))))
    assert lerp_recipe(start, end, 0.4).map_shares() == start.map_shares()
    assert lerp_recipe(start, end, 0.6).map_shares() == end.map_shares()


def test_painting_on_a_blend_goes_on_with_its_main_map(studio: Studio) -> None:
    end = changes.with_map(studio.recipe, LabelMap(np.full((32, 32), 3)))
    blend = lerp_recipe(studio.recipe, end, 0.7)
    assert blend.label_map == end.label_map
    assert changes.with_map(blend, blend.label_map).maps_beside == ()  # type: ignore[arg-type]
    spec = studio.spec
    assert isinstance(spec, Spec)
    other = changes.adapted(blend, type(blend.model)("other", "0"), spec, {})
    assert other.maps_beside == ()


def test_a_model_of_the_other_kind_opens_on_its_own_greeting(
    closed_studio: Studio, opened: Opened, tiny_model_path: Path, tmp_path: Path
) -> None:
    studio = closed_studio
    opened(studio, tiny_model_path)
    studio.set_seed(123)
    opened(studio, small_model(tmp_path, "landscapes"))
    assert studio.model
    assert studio.recipe.latent == studio.model.greeting.latent
    assert studio.recipe.latent.main.seed != 123
    opened(studio, tiny_model_path)
    assert studio.recipe.latent.main.seed == GREETING
