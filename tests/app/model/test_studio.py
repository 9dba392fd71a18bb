"""The studio: one writer, drafts while the hand moves, errors as messages."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.core.clip import Clip, Keyframe
from app.core.export import export_picture, read_recipe
from app.core.models import open_model
from app.core.recipe import Recipe
from app.core.render_loop import Result
from app.model.studio import Studio
from gan_models.checkpoints.own import save_generator
from tests.conftest import tiny_generator

Opened = Callable[[Studio, Path], None]


def pictures(studio: Studio) -> list[Result]:
    """Collects what the studio shows from now on."""
    shown: list[Result] = []
    studio.picture_ready.connect(shown.append)
    return shown


NOTHING_FITS = 1e-6
"""A budget of milliseconds for which every model is slow."""


def test_a_drag_is_one_step_of_undo(studio: Studio) -> None:
    before = studio.recipe
    for strength in (0.5, 1.0, 1.5):
        studio.set_edit("smile", strength)
    studio.end_gesture()
    studio.set_edit("smile", 2.0)
    studio.undo()
    assert studio.recipe.edit("smile").strength == 1.5
    studio.undo()
    assert studio.recipe == before
    studio.redo()
    assert studio.recipe.edit("smile").strength == 1.5


def test_an_equal_recipe_is_nothing_to_do(studio: Studio, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(studio.recipe_changed):
        studio.edit(studio.recipe)
    assert not studio.can_undo


def test_without_a_model_nothing_can_be_edited(closed_studio: Studio) -> None:
    closed_studio.set_seed(5)
    closed_studio.keep_look()
    assert closed_studio.recipe == Recipe()
    assert closed_studio.looks.items == ()


def test_the_last_value_of_a_fast_drag_is_the_one_shown(studio: Studio, qtbot: QtBot) -> None:
    shown = pictures(studio)
    for step in range(100):
        studio.set_edit("smile", step / 50)
    studio.end_gesture()
    qtbot.waitUntil(lambda: bool(shown) and shown[-1].request.recipe == studio.recipe)
    assert studio.model
    assert shown[-1].picture is not None
    np.testing.assert_array_equal(shown[-1].picture, studio.model.render(studio.recipe))


def test_a_slow_model_shows_a_draft_and_the_full_picture_at_rest(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_models.engine.engine.LEAST", 4)
    studio.tuning.choose(replace(studio.tuning.chosen, budget=NOTHING_FITS), studio.model)
    shown = pictures(studio)
    studio.set_edit("smile", 1.0)
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert [result.drawn and result.drawn.size for result in shown] == [4, 32]
    assert shown[0].picture is not None
    assert shown[0].picture.shape == (4, 4, 3)


def test_the_full_picture_follows_at_once_when_the_hand_lets_go(
    studio: Studio, qtbot: QtBot
) -> None:
    studio.tuning.choose(replace(studio.tuning.chosen, budget=NOTHING_FITS), studio.model)
    shown = pictures(studio)
    studio.set_edit("smile", 1.0)
    studio.end_gesture()
    assert not studio._rest.isActive()
    qtbot.waitUntil(lambda: any(picture.drawn and picture.drawn.full for picture in shown[-1:]))


def test_what_cannot_be_drawn_is_a_message_and_the_view_lives_on(
    studio: Studio, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(studio.error_raised) as raised:
        studio.edit(studio.recipe.with_edit("wings", 1.0))
    assert "wings" in raised.args[0]
    with qtbot.waitSignal(studio.picture_ready):
        studio.undo()


@pytest.mark.parametrize("content", [b"", b"\x80\x04.", b"no model at all"])
def test_a_wrong_model_file_is_a_message_and_the_model_stays(
    studio: Studio, qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "wrong.safetensors"
    path.write_bytes(content)
    model = studio.model
    with qtbot.waitSignal(studio.error_raised) as raised:
        studio.open(str(path))
    assert "wrong.safetensors" in raised.args[0]
    assert studio.model is model


def test_an_exported_picture_brings_its_look_back(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    studio.set_seed(42)
    studio.set_edit("gender", -1.25)
    there = studio.recipe
    with qtbot.waitSignal(studio.message) as said:
        studio.save_picture(tmp_path / "face.png")
    assert "face.png" in said.args[0]
    studio.reset()
    studio.set_seed(1)
    with qtbot.waitSignal(studio.recipe_changed), qtbot.assertNotEmitted(studio.error_raised):
        studio.open(str(tmp_path / "face.png"))
    assert studio.recipe == there


def test_a_picture_of_an_unknown_model_says_so_and_shows_what_fits(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    foreign = replace(studio.recipe, model=replace(studio.recipe.model, sha256="0" * 64))
    foreign = foreign.with_edit("smile", 2).with_edit("wings", 1)
    export_picture(tmp_path / "other.png", np.zeros((8, 8, 3), np.uint8), foreign)
    with qtbot.waitSignal(studio.error_raised) as raised:
        studio.open(str(tmp_path / "other.png"))
    assert "another model" in raised.args[0]
    assert [edit.direction for edit in studio.recipe.edits] == ["smile"]
    assert studio.model
    assert studio.recipe.model == studio.model.ref


def test_a_picture_brings_back_the_model_that_was_open_before(
    studio: Studio, qtbot: QtBot, tmp_path: Path, opened: Opened
) -> None:
    first = studio.recipe.model
    with qtbot.waitSignal(studio.message):
        studio.save_picture(tmp_path / "face.png")
    second = tmp_path / "second.safetensors"
    save_generator(second, tiny_generator(seed=5))
    opened(studio, second)
    assert studio.recipe.model != first
    opened(studio, tmp_path / "face.png")
    assert studio.recipe.model == first


def test_a_plain_picture_is_a_photo_to_project(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "plain.png"
    Image.new("RGB", (4, 4)).save(path)
    with qtbot.waitSignal(studio.photo_given) as given:
        studio.open(str(path))
    assert given.args == [path]


def test_a_photo_that_is_opened_first_brings_the_bundled_faces(
    closed_studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "me.jpg"
    Image.new("RGB", (64, 64)).save(path)
    with qtbot.waitSignal(closed_studio.photo_given, timeout=60_000) as given:
        closed_studio.open(str(path))
    assert given.args == [path]
    assert closed_studio.model
    assert closed_studio.model.ref.name == "portraits"
    assert closed_studio.recipe == closed_studio.model.greeting


def test_another_model_keeps_the_seed_and_hides_the_looks(
    studio: Studio, tmp_path: Path, tiny_model_path: Path, opened: Opened
) -> None:
    studio.set_seed(9)
    studio.keep_look()
    second = tmp_path / "second.safetensors"
    save_generator(second, tiny_generator(seed=5))
    opened(studio, second)
    assert studio.recipe.latent.main.seed == 9
    assert studio.looks.items == ()
    assert not studio.can_undo
    opened(studio, tiny_model_path)
    assert len(studio.looks.items) == 1


def test_a_kept_look_has_its_full_picture_and_can_be_returned_to(
    studio: Studio, qtbot: QtBot
) -> None:
    studio.set_seed(3)
    studio.keep_look()
    (look,) = studio.looks.items
    qtbot.waitUntil(lambda: studio.looks.items[0].picture is not None)
    studio.set_seed(4)
    studio.return_to(look)
    assert studio.recipe.latent.main.seed == 3


def test_a_morph_ends_at_the_look(studio: Studio) -> None:
    studio.set_seed(3)
    studio.set_edit("smile", 2.0)
    studio.keep_look()
    target = studio.looks.items[0]
    studio.reset()
    start = studio.recipe
    studio.morph(start, target, 0.5)
    assert studio.recipe.edit("smile").strength == 1.0
    studio.morph(start, target, 1.0)
    assert studio.recipe == target.recipe
    studio.end_gesture()
    studio.undo()
    assert studio.recipe == start


def test_looks_are_renamed_moved_and_deleted(studio: Studio) -> None:
    for seed in (1, 2, 3):
        studio.set_seed(seed)
        studio.keep_look()
    looks = studio.looks
    looks.rename(looks.items[0], "  ")
    looks.rename(looks.items[0], "first")
    looks.move(looks.items[0], 2)
    assert [look.name.split()[0] for look in looks.items] == ["Seed", "Seed", "first"]
    looks.delete(looks.items[0])
    assert [look.recipe.latent.main.seed for look in looks.items] == [3, 1]


def test_the_second_seed_has_a_picture_of_its_own(studio: Studio, qtbot: QtBot) -> None:
    with qtbot.waitSignal(studio.second_ready) as drawn:
        studio.set_second_seed(77)
        studio.draw_second()
    assert studio.model
    alone = replace(Recipe(studio.model.ref), latent=studio.mix.source)
    np.testing.assert_array_equal(drawn.args[0], studio.model.render(alone))


def test_an_export_is_written_and_can_be_read_back(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    end = studio.recipe.with_edit("smile", 3)
    clip = Clip((Keyframe(0, studio.recipe), Keyframe(0.4, end)), fps=10)
    with qtbot.waitSignal(studio.message):
        studio.export(tmp_path / "smile.gif", clip, None, "good")
    assert read_recipe(tmp_path / "smile.gif") == studio.recipe


def test_an_export_that_fails_says_why(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    clip = Clip((Keyframe(0, studio.recipe), Keyframe(0.4, studio.recipe)), fps=10)
    with qtbot.waitSignal(studio.error_raised) as raised:
        studio.export(tmp_path / "nowhere" / "smile.gif", clip, None, "good")
    assert "nowhere" in raised.args[0]
    assert not studio.exporting.running


def test_closing_in_the_middle_of_everything_leaves_no_thread_and_no_file(
    studio: Studio, tmp_path: Path
) -> None:
    end = studio.recipe.with_edit("smile", 3)
    clip = Clip((Keyframe(0, studio.recipe), Keyframe(100, end)), fps=30)
    studio.export(tmp_path / "long.gif", clip, None, "good")
    studio.set_edit("smile", 1)
    studio.open("portraits")
    studio.close()
    names = {thread.name for thread in threading.enumerate()}
    assert not names & {"render loop", "job"}
    assert list(tmp_path.iterdir()) == []


def test_jobs_draw_with_the_model_that_they_began_with(
    studio: Studio, tiny_model_path: Path, tmp_path: Path, opened: Opened
) -> None:
    render, recipe = studio.renderer(), studio.recipe
    second = tmp_path / "second.safetensors"
    save_generator(second, tiny_generator(seed=5))
    opened(studio, second)
    expected = open_model(str(tiny_model_path)).render(recipe)
    np.testing.assert_array_equal(render(recipe, None), expected)
