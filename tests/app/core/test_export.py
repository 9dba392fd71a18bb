"""Exports open again with the right frames, size, duration and recipe, or leave nothing behind."""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image, ImageSequence

from app.core import writers
from app.core.clip import Clip, Ending, Keyframe
from app.core.export import (
    FORMATS,
    QUALITIES,
    estimate_size,
    export_clip,
    export_picture,
    read_clip,
    read_recipe,
    sheet,
)
from app.core.jobs import Progress
from app.core.recipe import Latent, Recipe
from gan_models.errors import GanvasError
from gan_models.progress import finish

NAMES = {"mp4": "a.mp4", "gif": "a.gif", "webp": "a.webp", "png": "a.png", "frames": "a"}
RECIPE = Recipe(latent=Latent.of_seed(3), psi=0.25).with_edit("微笑", 1.5)


def draw(recipe: Recipe, _resolution: int | None = None) -> np.ndarray:
    """A soft picture, 48 x 48, that is brighter where psi is larger."""
    y, x = np.mgrid[0:48, 0:48] / 47
    light = np.stack([x, y, (x + y) / 2], axis=2) * 120 + recipe.psi * 120
    return np.round(light).astype(np.uint8)


def make_clip(fps: float = 10, seconds: float = 1, ending: Ending = "once") -> Clip:
    keys = (Keyframe(0, RECIPE, "linear"), Keyframe(seconds, replace(RECIPE, psi=1.0)))
    return Clip(keys, fps, ending)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def ffmpeg(path: Path, *output: str) -> subprocess.CompletedProcess[bytes]:
    command = [get_ffmpeg_exe(), "-i", str(path), *output]
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)


def film_frames(path: Path, side: int) -> np.ndarray:
    """uint8 [frames, side, side, 3]."""
    data = ffmpeg(path, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    return np.frombuffer(data.stdout, np.uint8).reshape(-1, side, side, 3)


def film_facts(path: Path) -> str:
    """What ffmpeg says of the film, as `... Video: h264 ..., 64x64, 30 fps ...`."""
    return ffmpeg(path).stderr.decode()


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def animation(path: Path) -> tuple[list[np.ndarray], float]:
    """The frames of a GIF, WebP or APNG that plays for ever, and its seconds."""
    with Image.open(path) as image:
        assert image.info["loop"] == 0
        frames, milliseconds = [], 0.0
        for frame in ImageSequence.Iterator(image):
            frames.append(np.asarray(frame.convert("RGB")))
            milliseconds += frame.info["duration"]
    return frames, milliseconds / 1000


def test_a_picture_comes_back_with_its_pixels_and_its_recipe(tmp_path: Path) -> None:
    path = export_picture(tmp_path / "face.png", draw(RECIPE), RECIPE)
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), draw(RECIPE))
    assert read_recipe(path) == RECIPE
    assert read_clip(path) is None
    assert left_in(tmp_path) == ["face.png"]


def test_a_picture_is_resampled_to_its_longer_side(tmp_path: Path) -> None:
    path = export_picture(tmp_path / "face.png", draw(RECIPE)[:24], RECIPE, size=101)
    assert size_of(path) == (101, 50)


def test_explicit_rows_travel_in_every_format(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((18, 512)).astype(np.float32)
    far = replace(RECIPE, latent=Latent.of_rows(rows))
    clip = Clip((Keyframe(0, far), Keyframe(0.1, RECIPE), Keyframe(0.2, far)), 10)
    for name in NAMES.values():
        path = finish(export_clip(tmp_path / name, clip, draw))
        assert read_recipe(path) == far


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("quality", QUALITIES)
def test_every_format_keeps_recipe_and_keyframes(
    tmp_path: Path, kind: str, quality: writers.Quality
) -> None:
    clip = make_clip(ending="ping-pong")
    path = finish(export_clip(tmp_path / NAMES[kind], clip, draw, quality=quality))
    assert read_recipe(path) == RECIPE
    assert read_clip(path) == (None if kind == "frames" else clip)
    assert left_in(tmp_path) == [NAMES[kind]]


@pytest.mark.parametrize("fps", [10, 12.5, 24, 30])
@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_animations_have_the_frames_and_the_length_asked_for(
    tmp_path: Path, kind: str, fps: float
) -> None:
    path = finish(export_clip(tmp_path / NAMES[kind], make_clip(fps, 2), draw, size=64))
    frames, seconds = animation(path)
    # WebP shows a frame for longer instead of another that looks the same.
    assert len(frames) == round(2 * fps) or kind == "webp"
    assert frames[0].shape == (64, 64, 3)
    assert seconds == pytest.approx(2, abs=0.011)


@pytest.mark.parametrize(("kind", "error"), [("png", 0), ("webp", 6), ("gif", 12), ("mp4", 6)])
def test_frames_look_like_what_was_rendered(tmp_path: Path, kind: str, error: float) -> None:
    clip = make_clip()
    path = finish(export_clip(tmp_path / NAMES[kind], clip, draw))
    frames = list(film_frames(path, 48)) if kind == "mp4" else animation(path)[0]
    for frame, recipe in zip(frames, clip.recipes(), strict=True):
        difference = np.abs(frame.astype(int) - draw(recipe))
        assert difference.mean() <= error


def test_a_looping_clip_ends_one_step_before_its_first_frame(tmp_path: Path) -> None:
    path = finish(export_clip(tmp_path / "a.png", make_clip(ending="ping-pong"), draw))
    frames, _ = animation(path)
    assert np.array_equal(frames[1], frames[-1])
    assert not np.array_equal(frames[0], frames[-1])


@pytest.mark.parametrize("fps", [25, 29.97, 30])
def test_a_film_is_h264_that_plays_everywhere(tmp_path: Path, fps: float) -> None:
    path = finish(export_clip(tmp_path / "a.mp4", make_clip(fps, 2), draw, size=64))
    assert len(film_frames(path, 64)) == round(2 * fps)
    facts = film_facts(path)
    assert re.search(r"Video: h264 .*yuv420p\(tv, bt709.*, 64x64", facts)
    assert f"{fps:g} fps" in facts
    assert "Duration: 00:00:02.0" in facts
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_odd_sides_of_a_film_become_even_and_it_is_said(tmp_path: Path) -> None:
    steps = export_clip(tmp_path / "a.mp4", make_clip(), draw, size=51)
    assert next(steps).message == "the film is 52x52 instead of 51x51: H.264 needs even sides"
    assert ", 52x52," in film_facts(finish(steps))


def test_a_gif_faster_than_gifs_can_be_keeps_its_length(tmp_path: Path) -> None:
    frames, seconds = animation(finish(export_clip(tmp_path / "a.gif", make_clip(60), draw)))
    assert (len(frames), seconds) == (50, 1.0)


@given(st.integers(1, 500), st.floats(1, 50))
def test_gif_delays_add_up_and_are_even(count: int, fps: float) -> None:
    delays = writers.gif_delays(count, fps)
    assert len(delays) == count
    assert sum(delays) == round(100 * count / fps)
    assert min(delays) >= 2 or fps > 49
    assert max(delays) - min(delays) <= 1


def test_frames_are_numbered_pictures_with_their_own_recipes(tmp_path: Path) -> None:
    clip = make_clip()
    path = finish(export_clip(tmp_path / "frames", clip, draw))
    assert left_in(path) == [f"{number:05d}.png" for number in range(10)]
    assert [read_recipe(path / name) for name in left_in(path)] == clip.recipes()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("dear")
    with pytest.raises(GanvasError, match="is there already"):
        finish(export_clip(tmp_path / "mine", make_clip(), draw))
    assert left_in(tmp_path / "mine") == ["diary.txt"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert len(left_in(finish(export_clip(tmp_path / "new", make_clip(), draw)))) == 10


def test_each_frame_is_told(tmp_path: Path) -> None:
    steps: list[Progress] = list(export_clip(tmp_path / "a.gif", make_clip(), draw))
    assert [step.done for step in steps] == list(range(11))
    assert {step.total for step in steps} == {10}
    assert all(step.preview is not None for step in steps)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("steps_taken", [1, 5, 11])
def test_a_cancelled_export_leaves_nothing(tmp_path: Path, kind: str, steps_taken: int) -> None:
    steps = export_clip(tmp_path / NAMES[kind], make_clip(), draw)
    for _ in range(steps_taken):
        next(steps)
    steps.close()
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_an_error_while_rendering_leaves_nothing(tmp_path: Path, kind: str) -> None:
    def fail_late(recipe: Recipe, resolution: int | None) -> np.ndarray:
        if recipe.psi > 0.5:
            raise GanvasError("the model has no direction 'wings'")
        return draw(recipe, resolution)

    with pytest.raises(GanvasError, match="wings"):
        finish(export_clip(tmp_path / NAMES[kind], make_clip(), fail_late))
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk_is_said_and_the_older_file_kept(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / NAMES[kind]
    older.mkdir() if kind == "frames" else older.write_text("older")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def save(*_: object, **__: object) -> None:
        raise full

    monkeypatch.setattr(Image.Image, "save", save)
    monkeypatch.setattr(Image.Image, "tobytes", save)
    with pytest.raises(GanvasError, match=r"cannot be written: the disk is full"):
        finish(export_clip(older, make_clip(), draw))
    assert left_in(tmp_path) == [older.name]
    assert older.is_dir() or older.read_text() == "older"


def test_a_disk_that_fills_up_under_ffmpeg_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = writers._ffmpeg_command

    def onto_the_full_device(path: Path, film: writers.Film, notes: Path) -> list[str]:
        return [*original(path, film, notes)[:-3], "-f", "rawvideo", "/dev/full"]

    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    monkeypatch.setattr(writers, "_ffmpeg_command", onto_the_full_device)
    with pytest.raises(GanvasError, match="the disk is full"):
        finish(export_clip(tmp_path / "a.mp4", make_clip(), draw, size=512))
    assert left_in(tmp_path) == []


def test_what_ffmpeg_cannot_do_is_told_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [get_ffmpeg_exe(), "-loglevel", "error", "-i", "nothing.there"]
    monkeypatch.setattr(writers, "_ffmpeg_command", lambda *_: command)
    with pytest.raises(GanvasError, match=r"cannot be encoded: .*No such file"):
        finish(export_clip(tmp_path / "a.mp4", make_clip(), draw, size=512))


Export = Callable[[Path], object]
EXPORTS: list[Export] = [
    lambda folder: export_picture(folder / "a.png", draw(RECIPE), RECIPE),
    lambda folder: finish(export_clip(folder / "a.gif", make_clip(), draw)),
    lambda folder: finish(export_clip(folder / "a", make_clip(), draw)),
]


@pytest.mark.parametrize("export", EXPORTS)
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, export: Export) -> None:
    with pytest.raises(GanvasError, match=r"cannot be written: there is no folder .*absent"):
        export(tmp_path / "absent")


@pytest.mark.parametrize("export", EXPORTS)
def test_a_file_in_place_of_a_folder_is_named(tmp_path: Path, export: Export) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GanvasError, match=r"file is no folder"):
        export(tmp_path / "file")


@pytest.mark.parametrize("export", EXPORTS)
@pytest.mark.parametrize(
    ("code", "told"),
    [(errno.EACCES, "the folder does not permit it"), (errno.EROFS, "the disk is read-only")],
)
def test_a_folder_that_may_not_be_written_is_named(
    tmp_path: Path, export: Export, code: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    # Tests may run as a user whom no folder refuses.
    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(GanvasError, match=f"cannot be written: {told}"):
        export(tmp_path)
    assert left_in(tmp_path) == []


def test_nothing_is_rendered_for_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    drawn: list[Recipe] = []

    def count(recipe: Recipe, resolution: int | None) -> np.ndarray:
        drawn.append(recipe)
        return draw(recipe, resolution)

    with pytest.raises(GanvasError):
        finish(export_clip(tmp_path / "absent" / "a.gif", make_clip(), count))
    assert drawn == []


@pytest.mark.parametrize("size", [0, -4, 8193])
def test_absurd_sizes_are_refused(tmp_path: Path, size: int) -> None:
    with pytest.raises(GanvasError, match=f"a size of {size} pixels: choose 1 to 8192"):
        export_picture(tmp_path / "a.png", draw(RECIPE), RECIPE, size=size)
    with pytest.raises(GanvasError, match="choose 1 to 8192"):
        finish(export_clip(tmp_path / "a.mp4", make_clip(), draw, size=size))
    assert left_in(tmp_path) == []


def test_a_clip_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GanvasError, match=r"3600 frames of 4096x4096 are too much for GIF"):
        finish(export_clip(tmp_path / "a.gif", make_clip(30, 120), draw, size=4096))


def test_unknown_endings_of_names_list_the_known(tmp_path: Path) -> None:
    with pytest.raises(GanvasError, match=r"\.mp4, \.gif, \.webp, \.png"):
        finish(export_clip(tmp_path / "a.avi", make_clip(), draw))
    with pytest.raises(GanvasError, match=r"pictures are saved as \.png"):
        export_picture(tmp_path / "a.jpg", draw(RECIPE), RECIPE)


def test_a_folder_is_no_name_for_a_film(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    with pytest.raises(GanvasError, match="is a folder"):
        finish(export_clip(tmp_path / "a.mp4", make_clip(), draw))


@pytest.mark.parametrize("kind", FORMATS)
def test_the_estimate_is_near_the_size(tmp_path: Path, kind: str) -> None:
    clip = make_clip(30)
    guess = estimate_size(clip, draw, kind, size=64)
    path = finish(export_clip(tmp_path / NAMES[kind], clip, draw, size=64))
    files = path.iterdir() if path.is_dir() else [path]
    real = sum(file.stat().st_size for file in files)
    assert real / 2 < guess < real * 2


def test_a_sheet_fills_its_grid_row_by_row() -> None:
    recipes = [replace(RECIPE, psi=i / 5) for i in range(5)]
    page = sheet(draw, recipes, columns=3, tile=None)
    assert page.shape == (96, 144, 3)
    assert np.array_equal(page[48:, 48:96], draw(recipes[4]))
    assert (page[48:, 96:] == 128).all()
    assert sheet(draw, recipes, columns=3, tile=10).shape == (20, 30, 3)


def test_files_without_a_recipe_say_so(tmp_path: Path) -> None:
    plain = tmp_path / "plain.png"
    Image.new("RGB", (4, 4)).save(plain)
    with pytest.raises(GanvasError, match=r"plain\.png carries no recipe"):
        read_recipe(plain)
    foreign = tmp_path / "foreign.gif"
    Image.new("RGB", (4, 4)).save(foreign, comment=b"made with love")
    with pytest.raises(GanvasError, match="carries no recipe"):
        read_recipe(foreign)
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    with pytest.raises(GanvasError, match=r"notes\.txt cannot be read: it is no picture"):
        read_recipe(text)
    with pytest.raises(GanvasError, match="No such file"):
        read_recipe(tmp_path / "absent.png")


@pytest.mark.parametrize("kind", ["mp4", "gif", "webp", "png"])
def test_truncated_exports_are_refused_in_one_sentence(tmp_path: Path, kind: str) -> None:
    whole = finish(export_clip(tmp_path / NAMES[kind], make_clip(), draw))
    half = tmp_path / f"half{whole.suffix}"
    for size in (0, 5, 20, 100, 300):
        half.write_bytes(whole.read_bytes()[:size])
        with pytest.raises(GanvasError, match="half"):
            read_recipe(half)


def test_a_damaged_recipe_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.gif"
    Image.new("RGB", (4, 4)).save(path, comment=b'{"recipe": {"format": 1}}')
    with pytest.raises(GanvasError, match=r"the recipe in .*odd\.gif is damaged"):
        read_recipe(path)
