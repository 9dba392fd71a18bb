"""Label maps from any picture file: read right, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.core.label_maps import LabelMapError
from app.core.map_files import ClassTable, read_map, save_colours, save_ids

TABLE = ClassTable(
    ("sky", "tree", "water"),
    np.array([(130, 190, 240), (20, 90, 50), (40, 100, 200)], dtype=np.uint8),
)
IDS = np.array([[0, 0, 1, 1], [0, 2, 2, 1], [2, 2, 2, 2]], dtype=np.uint8)


def saved(path: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize(("save", "kind"), [(save_ids, "ids"), (save_colours, "colours")])
def test_what_is_saved_is_read_again(tmp_path: Path, save: object, kind: str) -> None:
    assert callable(save)
    save(tmp_path / "map.png", IDS, TABLE)
    reading = read_map(tmp_path / "map.png", TABLE)
    assert (reading.ids == IDS).all()
    assert (reading.kind, reading.unknown, reading.labels) == (kind, (), (0, 1, 2))
    assert [file.name for file in tmp_path.iterdir()] == ["map.png"]


def test_saved_ids_look_like_the_legend(tmp_path: Path) -> None:
    save_ids(tmp_path / "map.png", IDS, TABLE)
    with Image.open(tmp_path / "map.png") as image:
        assert (np.asarray(image.convert("RGB")) == TABLE.colours[IDS]).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_numbers_of_any_depth_are_ids(tmp_path: Path, dtype: type) -> None:
    reading = read_map(saved(tmp_path / "map.png", IDS.astype(dtype)), TABLE)
    assert reading.kind == "ids"
    assert (reading.ids == IDS).all()


def test_unknown_numbers_are_listed(tmp_path: Path) -> None:
    with pytest.raises(LabelMapError, match="classes 259, and the model only 0 to 2"):
        read_map(saved(tmp_path / "map.png", np.full((4, 4), 259, dtype=np.uint16)), TABLE)


def test_fractions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.tiff"
    Image.fromarray(np.full((4, 4), 0.5, dtype=np.float32)).save(path)
    with pytest.raises(LabelMapError, match="fractions"):
        read_map(path, TABLE)


def test_unknown_colours_are_listed_with_the_nearest_class(tmp_path: Path) -> None:
    pixels = TABLE.colours[IDS]
    pixels[0, 2:] = (25, 95, 45)
    pixels[1, 0] = (255, 255, 255)
    reading = read_map(saved(tmp_path / "map.png", pixels), TABLE)
    assert [(u.colour, u.pixels, u.label) for u in reading.unknown] == [
        ((25, 95, 45), 2, 1),
        ((255, 255, 255), 1, 0),
    ]
    assert (reading.ids == IDS).all()


def test_transparent_pixels_are_the_first_class(tmp_path: Path) -> None:
    opaque = np.full((*IDS.shape, 1), 255, dtype=np.uint8)
    opaque[2] = 0
    pixels = np.concatenate([TABLE.colours[IDS], opaque], axis=2)
    reading = read_map(saved(tmp_path / "map.png", pixels), TABLE)
    assert reading.transparent == 4
    assert (reading.ids[2] == 0).all()
    assert (reading.ids[:2] == IDS[:2]).all()
    assert reading.unknown == ()


def test_a_palette_numbered_in_its_own_way_is_read_by_its_colours(tmp_path: Path) -> None:
    image = Image.fromarray(TABLE.colours[IDS]).quantize(3)
    image.save(tmp_path / "map.png")
    assert (read_map(tmp_path / "map.png", TABLE).ids == IDS).all()


def test_a_palette_of_other_colours_is_read_by_its_numbers(tmp_path: Path) -> None:
    image = Image.fromarray(IDS)
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.save(tmp_path / "map.png")
    reading = read_map(tmp_path / "map.png", TABLE)
    assert reading.kind == "ids"
    assert (reading.ids == IDS).all()


def test_a_photo_is_refused_as_a_map(tmp_path: Path) -> None:
    photo = np.random.RandomState(0).randint(0, 256, (40, 40, 3)).astype(np.uint8)
    with pytest.raises(LabelMapError, match="looks like a photo"):
        read_map(saved(tmp_path / "photo.png", photo), TABLE)


def test_a_map_of_one_class_says_so(tmp_path: Path) -> None:
    reading = read_map(saved(tmp_path / "map.png", np.full((4, 4), 2, dtype=np.uint8)), TABLE)
    assert reading.labels == (2,)


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "map.png").write_bytes(b"no picture")
    with pytest.raises(LabelMapError, match="cannot be read as a picture"):
        read_map(tmp_path / "map.png", TABLE)
    with pytest.raises(LabelMapError, match="no such file"):
        read_map(tmp_path / "none.png", TABLE)
