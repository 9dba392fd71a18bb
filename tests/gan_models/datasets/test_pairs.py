"""Label maps and pictures in any layout become pairs, or are refused by name with the reason."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.card import DataSetCard, scan
from gan_models.datasets.folder import Preparation, prepare_pictures
from gan_models.datasets.map_names import read_names
from gan_models.errors import DataError
from gan_models.progress import finish

RANDOM = np.random.default_rng(0)
SHADES = np.array([(200, 30, 30), (20, 90, 50), (40, 100, 200)], dtype=np.uint8)
SIDE = 48


def ids(first: int = 0) -> np.ndarray:
    """Three bands of classes, on the left of each a block of the next one."""
    found = np.repeat(np.arange(SIDE) * 3 // SIDE, SIDE).reshape(SIDE, SIDE).astype(np.uint8)
    found[:, : SIDE // 4] = (found[:, : SIDE // 4] + 1) % 3
    return np.roll(found, first, axis=1)


def photo(width: int = SIDE, height: int = SIDE) -> np.ndarray:
    return RANDOM.integers(0, 255, (height, width, 3), dtype=np.uint8)


def save(path: Path, pixels: np.ndarray, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


def two_folders(base: Path, maps: str = "maps", pictures: str = "pictures", count: int = 3) -> Path:
    """Maps in the colours of SHADES beside pictures."""
    for number in range(count):
        save(base / maps / f"{number}.png", SHADES[ids(number)])
        save(base / pictures / f"{number}.png", photo())
    return base


def card_of(path: Path, **options: Any) -> DataSetCard:
    return finish(scan(path, **options))


def prepared(path: Path, out: Path, **how: Any) -> PictureArray:
    finish(prepare_pictures(path, out, Preparation(**{"resolution": SIDE} | how)))
    return PictureArray.open(out)


def values(card: DataSetCard) -> list[int]:
    assert card.legend is not None
    return [entry.value for entry in card.legend.entries]


def packed(shades: np.ndarray) -> set[int]:
    return {int(r) << 16 | int(g) << 8 | int(b) for r, g, b in shades}


FOLDERS = [
    ("maps", "pictures"),
    ("labels", "images"),
    ("train_label", "train_img"),
    ("trainA", "trainB"),
    ("B", "A"),
    ("label_img", "img"),
    ("annotations/training", "images/training"),
]


@pytest.mark.parametrize(("maps", "pictures"), FOLDERS)
def test_folders_with_usual_names_hold_pairs(tmp_path: Path, maps: str, pictures: str) -> None:
    card = card_of(two_folders(tmp_path, maps, pictures))
    assert (card.count, card.maps, card.rejected) == (3, maps, {})
    assert set(values(card)) == packed(SHADES)
    assert card.mirror


def test_a_map_keeps_its_classes_and_its_place_under_its_picture(tmp_path: Path) -> None:
    for number in range(3):  # the picture shows where it is
        classes = ids(number)
        wide = np.concatenate([classes[:, :8], classes, classes[:, -8:]], axis=1)
        save(tmp_path / "set/maps" / f"{number}.png", wide.repeat(2, 0).repeat(2, 1))
        save(tmp_path / "set/pictures" / f"{number}.png", SHADES[wide])
    data = prepared(tmp_path / "set", tmp_path / "out", paired=True)
    assert data.maps is not None
    assert [name for name, _ in data.map_classes] == ["class 0", "class 1", "class 2"]
    assert data.mirrors()
    for number in range(3):
        assert (data.maps[number] == ids(number)).all()
        assert (data.pictures[number].transpose(1, 2, 0) == SHADES[ids(number)]).all()


@pytest.mark.parametrize(("side", "form"), [("left", "png"), ("right", "jpg")])
def test_the_half_with_few_colours_is_the_map(tmp_path: Path, side: str, form: str) -> None:
    for number in range(3):
        halves = [SHADES[ids(number)], photo()]
        both = np.concatenate(halves if side == "left" else halves[::-1], axis=1)
        save(tmp_path / "set" / f"{number}.{form}", both, quality=90)
    card = card_of(tmp_path / "set")
    assert (card.count, card.maps) == (3, f"the {side} half of each picture")
    assert card.sizes == {f"{SIDE}x{SIDE}": 3}
    assert len(values(card)) == 3
    data = prepared(tmp_path / "set", tmp_path / "out")
    assert data.maps is not None
    order = np.argsort([colour for _, colour in data.map_classes], axis=0)[:, 0]
    wanted = np.argsort(SHADES, axis=0)[:, 0]
    agree = (wanted[np.argsort(order)][data.maps[0]] == ids(0)).mean()
    assert agree > 0.97  # a JPEG blurs seams


def test_wide_pictures_without_a_plain_half_are_no_pairs(tmp_path: Path) -> None:
    for number in range(3):
        save(tmp_path / f"{number}.png", photo(2 * SIDE))
    assert card_of(tmp_path).legend is None
    with pytest.raises(DataError, match="looks like a photo"):
        card_of(tmp_path, maps="left")


def test_maps_may_lie_anywhere_and_their_names_may_say_that_they_are_maps(tmp_path: Path) -> None:
    for number in range(3):
        save(tmp_path / "a" / f"{number}_leftImg8bit.jpg", photo())
        save(tmp_path / "b" / "all" / f"{number}_gtFine_labelIds.png", ids(number))
    card = card_of(tmp_path / "a", maps=str(tmp_path / "b"))
    assert (card.count, values(card)) == (3, [0, 1, 2])
    save(tmp_path / "other" / "x.png", ids())
    with pytest.raises(DataError, match="other has the name of a picture"):
        card_of(tmp_path / "a", maps=str(tmp_path / "other"))


def test_a_zip_holds_pairs_too(tmp_path: Path) -> None:
    folder = two_folders(tmp_path / "set")
    (folder / "maps" / "classes.txt").write_text("0 fire #c81e1e\n1 wood #145a32\n2 sea #2864c8\n")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, file.relative_to(tmp_path))
    card = card_of(tmp_path / "set.zip")
    assert card.legend is not None
    assert [entry.name for entry in card.legend.entries] == ["fire", "wood", "sea"]
    assert prepared(tmp_path / "set.zip", tmp_path / "out").maps is not None


def test_pairs_that_cannot_be_used_are_named_with_the_reason(tmp_path: Path) -> None:
    base = two_folders(tmp_path / "set", count=4)
    save(base / "pictures" / "alone.png", photo())
    save(base / "maps" / "lost.png", ids())
    save(base / "pictures" / "wide.png", photo(2 * SIDE))
    save(base / "maps" / "wide.png", SHADES[ids()])
    save(base / "pictures" / "photo.png", photo())
    save(base / "maps" / "photo.png", photo())
    save(base / "pictures" / "numbers.png", photo())
    save(base / "maps" / "numbers.png", ids())
    save(base / "pictures" / "cut.png", photo())
    (base / "maps" / "cut.png").write_bytes((base / "maps" / "0.png").read_bytes()[:60])
    card = card_of(base)
    reasons = {
        "pictures/alone.png": "has no label map of its name",
        "maps/lost.png": "has no picture of its name",
        "pictures/wide.png": "is 96 x 48 pixels, and its map maps/wide.png 48 x 48",
        "pictures/photo.png": "has a map that looks like a photo",
        "pictures/numbers.png": "has a map that holds class numbers, while other maps are coloured",
        "pictures/cut.png": "has a map that cannot be read as a picture",
    }
    assert card.rejected.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert card.rejected[name].startswith(reason), name
    assert card.count == 4
    assert len(prepared(base, tmp_path / "out")) == 4
    assert json.loads((tmp_path / "out" / "rejected.json").read_text()) == card.rejected


def test_stray_colours_of_soft_edges_count_as_the_nearest(tmp_path: Path) -> None:
    base = two_folders(tmp_path)
    for file in (base / "maps").iterdir():
        large = Image.open(file).resize((SIDE * 3 // 2,) * 2, Image.Resampling.BICUBIC)
        large.save(file)
    card = card_of(base)
    assert card.legend is not None
    assert set(values(card)) == packed(SHADES)
    assert card.legend.folded > 10
    assert 0 < card.legend.folded_share < 0.2
    assert sum(entry.share for entry in card.legend.entries) == pytest.approx(1)


def test_soft_edges_of_grey_masks_are_no_classes(tmp_path: Path) -> None:
    for number in range(2):
        mask = Image.fromarray(np.uint8(255) * (ids(number) == 1)).resize((99, 99))
        save(tmp_path / "masks" / f"{number}.png", np.asarray(mask))
        save(tmp_path / "images" / f"{number}.png", photo(99, 99))
    assert values(card_of(tmp_path)) == [0, 255]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_rare_numbers_are_classes(tmp_path: Path, dtype: type) -> None:
    classes: np.ndarray = ids().astype(dtype) * 100
    classes[3, 5] = 7
    save(tmp_path / "maps" / "0.png", classes)
    save(tmp_path / "pictures" / "0.png", photo())
    assert values(card_of(tmp_path)) == [0, 7, 100, 200]


def with_palette(path: Path, classes: np.ndarray, palette: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(classes)
    image.putpalette(palette.astype(np.uint8).tobytes())
    image.save(path)


@pytest.mark.parametrize("same", [True, False])
def test_palettes_give_colours_or_where_they_differ_are_read_by_them(
    tmp_path: Path, same: bool
) -> None:
    for number in range(2):
        order = np.arange(3) if same or not number else np.array([2, 0, 1])
        with_palette(
            tmp_path / "maps" / f"{number}.png", np.argsort(order)[ids()].astype(np.uint8),
            SHADES[order],
        )  # fmt: skip
        save(tmp_path / "pictures" / f"{number}.png", photo())
    card = card_of(tmp_path)
    assert card.legend is not None
    assert card.legend.kind == ("ids" if same else "colours")
    assert {entry.colour for entry in card.legend.entries} == {tuple(c) for c in SHADES.tolist()}


def test_a_list_beside_the_maps_names_classes_and_fixes_their_order(tmp_path: Path) -> None:
    base = two_folders(tmp_path / "set")
    rows = ["id,name,colour", "0,sea,#2864c8", "1,wood,#145a32", "2,moon,#ffffff"]
    (base / "classes.csv").write_text("\n".join(rows))
    data = prepared(base, tmp_path / "out")
    assert data.map_classes[:3] == (
        ("sea", (40, 100, 200)), ("wood", (20, 90, 50)), ("moon", (255, 255, 255)),
    )  # fmt: skip
    assert data.map_classes[3] == ("class 3", (200, 30, 30))  # which the list forgot
    assert data.maps is not None
    assert set(np.unique(data.maps)) == {0, 1, 3}


def test_what_was_found_is_the_same_after_writing_it_as_a_list(tmp_path: Path) -> None:
    base = two_folders(tmp_path / "set")
    found = card_of(base).legend
    assert found is not None
    (tmp_path / "own.csv").write_text(found.to_csv())
    assert card_of(base, classes=tmp_path / "own.csv").legend == found


LISTS = {
    "classes.txt": "sky\nold tree #145a32\nwater 40 100 200\n",
    "named.txt": "0: sky\n1, old tree, 20 90 50\n2\twater\t#2864c8\n",
    "bands.csv": "Name,R,G,B\nsky,,,\nold tree,20,90,50\nwater,40,100,200\n",
}


@pytest.mark.parametrize("file", LISTS)
def test_lists_of_classes_are_read_as_people_write_them(file: str) -> None:
    found = read_names(LISTS[file].encode(), file)
    assert [(c.name, c.number, c.colour) for c in found] == [
        ("sky", 0, None),
        ("old tree", 1, (20, 90, 50)),
        ("water", 2, (40, 100, 200)),
    ]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("classes.csv", "id,name\n0,sky\n1,\n", "line 3 has no name"),
        ("classes.csv", "id,name\n0,sky\n0,sea\n", "lists a class number twice"),
        ("classes.csv", "id,name,colour\n0,sky,blue\n", "line 2: a colour must be as"),
        ("classes.txt", "\n\n", "lists no classes"),
    ],
)
def test_bad_lists_are_refused_by_their_line(file: str, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_names(text.encode(), file)


def test_more_classes_than_a_map_can_hold_are_refused(tmp_path: Path) -> None:
    blocks = np.arange(400, dtype=np.uint16).reshape(20, 20).repeat(4, 0).repeat(4, 1)
    save(tmp_path / "maps" / "0.png", blocks)
    save(tmp_path / "pictures" / "0.png", photo(80, 80))
    with pytest.raises(DataError, match="400 classes, and at most 256"):
        card_of(tmp_path)


def test_a_recipe_that_needs_pairs_is_told_how_to_give_them(tmp_path: Path) -> None:
    save(tmp_path / "set" / "0.png", photo())
    with pytest.raises(DataError, match="without label maps; put both into folders maps and pic"):
        prepared(tmp_path / "set", tmp_path / "out", paired=True)
    with pytest.raises(DataError, match="cannot be padded"):
        prepared(two_folders(tmp_path / "pairs"), tmp_path / "out", crop="pad")
    assert not (tmp_path / "out").exists()


def test_equal_pairs_are_used_once_but_one_picture_may_have_two_maps(tmp_path: Path) -> None:
    base = two_folders(tmp_path / "set", count=2)
    for side in ("maps", "pictures"):
        (base / side / "again.png").write_bytes((base / side / "0.png").read_bytes())
    save(base / "maps" / "other.png", SHADES[ids(5)])
    (base / "pictures" / "other.png").write_bytes((base / "pictures" / "0.png").read_bytes())
    card = card_of(base)
    assert card.duplicates == {"pictures/again.png": "pictures/0.png"}
    assert card.count == 3
    assert len(prepared(base, tmp_path / "out")) == 3
