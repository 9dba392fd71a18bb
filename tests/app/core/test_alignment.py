from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.core.alignment import (
    FACES,
    PORTRAITS,
    Anchors,
    Crop,
    align,
    centre_crop,
    crop_of,
    cut,
    proposed_anchors,
    target_of,
)
from app.core.photos import PhotoError, photo_files, read_photo


def dotted(anchors: Anchors, size: tuple[int, int]) -> Image.Image:
    """Grey, with a red, a green and a blue dot for the left eye, the right eye and the mouth."""
    photo = Image.new("RGB", size, (128, 128, 128))
    draw = ImageDraw.Draw(photo)
    for (x, y), colour in zip(anchors.points, ("#f00", "#0f0", "#00f"), strict=True):
        draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=colour)
    return photo


def dots(square: Image.Image) -> Anchors:
    """Where the dots are, in shares of the side."""
    pixels = np.asarray(square).astype(float)
    points = []
    for channel in range(3):
        others = pixels.sum(axis=2) - pixels[:, :, channel]
        y, x = np.nonzero(pixels[:, :, channel] - others / 2 > 80)
        points.append(((x.mean() + 0.5) / square.width, (y.mean() + 0.5) / square.height))
    return Anchors(*points)


@pytest.mark.parametrize("degrees", [0.0, 25.0, -140.0])
@pytest.mark.parametrize("target", [PORTRAITS, FACES])
def test_anchors_come_to_stand_on_the_target(degrees: float, target: Anchors) -> None:
    turn = complex(math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))
    moved = [240 * turn * complex(x - 0.5, y - 0.5) + complex(300, 260) for x, y in target.points]
    anchors = Anchors(*((p.real, p.imag) for p in moved))

    square = align(dotted(anchors, (600, 500)), anchors, 128, target)

    assert np.allclose(dots(square).points, target.points, atol=0.006)
    crop = crop_of(anchors, target)
    assert (crop.x, crop.y, crop.side) == pytest.approx((300, 260, 240))
    assert crop.degrees == pytest.approx(degrees)


def test_proposed_anchors_mean_the_square_in_the_middle() -> None:
    crop = crop_of(proposed_anchors(640, 480))
    assert (crop.x, crop.y, crop.side) == pytest.approx((320, 240, 480))
    assert crop.degrees == pytest.approx(0)


def test_anchors_in_one_point_still_give_a_picture() -> None:
    anchors = Anchors((5, 5), (5, 5), (5, 5))
    assert align(Image.new("RGB", (20, 20)), anchors, 32).size == (32, 32)


def test_a_crop_of_the_middle_is_that_of_the_photo() -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (64, 96, 3), dtype=np.uint8)
    square = cut(Image.fromarray(pixels), centre_crop(96, 64), 32)
    wanted = Image.fromarray(pixels[:, 16:80]).resize((32, 32), Image.Resampling.BOX)
    assert np.abs(np.asarray(square).astype(int) - np.asarray(wanted)).max() <= 2


@pytest.mark.parametrize("side", [3.0, 40.0, 4000.0])
def test_beyond_its_border_a_photo_goes_on_in_its_own_colours(side: float) -> None:
    square = cut(Image.new("RGB", (40, 30), (10, 200, 90)), Crop(0, 0, side, 30), 16)
    assert np.abs(np.asarray(square).astype(int) - (10, 200, 90)).max() <= 1


def test_only_models_of_our_portraits_say_where_faces_are() -> None:
    for name in ("portraits", "portraits-half-apart"):
        assert target_of({"data": {"name": name}}) == PORTRAITS
    assert target_of({"data": {"name": "flowers"}}) is None
    assert target_of({}) is None


def save(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def test_every_kind_of_picture_is_read_upright_and_in_colour(tmp_path: Path) -> None:
    wide = Image.new("RGB", (40, 20), (200, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6
    files = [
        save(tmp_path / "grey.png", wide.convert("L")),
        save(tmp_path / "cmyk.jpg", wide.convert("CMYK")),
        save(tmp_path / "clear.png", Image.new("RGBA", (40, 20), (0, 0, 0, 0))),
        save(
            tmp_path / "moving.gif", wide, save_all=True, append_images=[Image.new("RGB", (40, 20))]
        ),
        save(tmp_path / "turned.jpg", wide, exif=exif),
    ]
    read = {path.stem: read_photo(path) for path in files}
    assert {photo.mode for photo in read.values()} == {"RGB"}
    assert read["turned"].size == (20, 40)
    assert {p.size for name, p in read.items() if name != "turned"} == {(40, 20)}
    assert read["clear"].getpixel((3, 3)) == (255, 255, 255)
    assert read["moving"].getpixel((3, 3))[0] > 150  # type: ignore[index]


def test_what_is_no_photo_is_named_with_the_reason(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    tiny = save(tmp_path / "tiny.png", Image.new("RGB", (8, 60)))
    for path, reason in (
        (text, "no picture"),
        (tiny, "8 x 60"),
        (tmp_path / "gone.png", "No such"),
    ):
        with pytest.raises(PhotoError, match=reason) as error:
            read_photo(path)
        assert path.name in str(error.value)


def test_a_folder_stands_for_the_pictures_in_it(tmp_path: Path) -> None:
    image = Image.new("RGB", (20, 20))
    files = [save(tmp_path / name, image) for name in ("b.png", "a.JPG")]
    (tmp_path / "notes.txt").write_text("")
    assert photo_files([tmp_path]) == sorted(files)
    assert photo_files([files[0], tmp_path]) == [files[0], *sorted(files)]
    (tmp_path / "empty").mkdir()
    for wrong, reason in ((tmp_path / "empty", "no pictures"), (tmp_path / "gone", "not there")):
        with pytest.raises(PhotoError, match=reason):
            photo_files([wrong])
