"""Pictures of every kind and place are prepared, or refused by name with the reason."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_models.base import DataError
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.card import DataSetCard, scan
from gan_models.datasets.decoding import RejectedPictureError, decode
from gan_models.datasets.folder import Preparation, prepare_pictures
from gan_models.progress import finish

RANDOM = np.random.default_rng(0)


def picture(width: int = 20, height: int = 20, mode: str = "RGB") -> Image.Image:
    pixels = RANDOM.integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


def as_bytes(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def write(path: Path, image: Image.Image, **options: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)


def prepared(source: Path, out: Path, **how: Any) -> tuple[PictureArray, dict[str, str]]:
    rejected = finish(prepare_pictures(source, out, Preparation(**{"resolution": 16} | how)))
    return PictureArray.open(out), rejected


def card_of(path: Path) -> DataSetCard:
    return finish(scan(path))


def test_flat_and_nested_folders_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.png", "a/z.jpg", "a/deep/y.webp", "日本/ё.bmp"):
        write(tmp_path / "set" / name, picture())
    (tmp_path / "set" / "notes.txt").write_text("not a picture")
    (tmp_path / "set" / ".hidden.png").write_bytes(b"")
    card = card_of(tmp_path / "set")
    assert (card.count, card.rejected, card.others) == (4, {}, ["notes.txt"])
    assert card.samples == ["a/deep/y.webp", "a/z.jpg", "b.png", "日本/ё.bmp"]
    data, rejected = prepared(tmp_path / "set", tmp_path / "out")
    assert (data.pictures.shape, rejected) == ((4, 3, 16, 16), {})


def test_what_cannot_be_used_is_rejected_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    write(folder / "good.png", picture())
    write(folder / "copy.png", picture())
    (folder / "copy.png").write_bytes((folder / "good.png").read_bytes())
    (folder / "cut.png").write_bytes(as_bytes(picture(200, 200))[:2000])
    (folder / "cut.jpg").write_bytes(as_bytes(picture(200, 200), "JPEG")[:2000])
    (folder / "empty.png").write_bytes(b"")
    (folder / "text.png").write_text("hello")
    write(folder / "dot.png", picture(1, 1))
    card = card_of(folder)
    assert card.count == 1
    assert card.duplicates == {"good.png": "copy.png"}
    assert card.rejected["cut.jpg"] == "is truncated"
    assert card.rejected["empty.png"] == "is empty"
    assert "no picture" in card.rejected["text.png"]
    assert "1 x 1" in card.rejected["dot.png"]
    assert "cut.png" in card.rejected
    data, rejected = prepared(folder, tmp_path / "out")
    assert len(data) == 1
    assert rejected == card.rejected | {"good.png": "repeats copy.png"}
    assert json.loads((tmp_path / "out" / "rejected.json").read_text()) == rejected


def test_of_an_animation_the_first_frame_is_taken() -> None:
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    data = as_bytes(first, "GIF", save_all=True, append_images=[second])
    decoded = decode(data)
    assert "animated" in decoded.notes
    assert decoded.pixels[0, 0].tolist() == [255, 0, 0]


def test_what_is_transparent_is_laid_on_white() -> None:
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    assert decode(as_bytes(image)).pixels.min() == 255
    palette = Image.new("P", (8, 8), 3)
    palette.putpalette([0, 0, 0] * 256)
    decoded = decode(as_bytes(palette, transparency=3))
    assert decoded.notes == ("palette", "transparent")
    assert decoded.pixels.min() == 255


def test_sixteen_bits_become_eight() -> None:
    values = np.array([[0, 257 * 100], [257 * 200, 65535]], np.uint16)
    decoded = decode(as_bytes(Image.fromarray(values)))
    assert decoded.pixels.tolist() == [[0, 100], [200, 255]]
    assert decoded.notes == ("16-bit",)


def test_cmyk_becomes_rgb() -> None:
    decoded = decode(as_bytes(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = decoded.pixels[0, 0].tolist()
    assert decoded.notes == ("cmyk",)
    assert red > 200 > 60 > max(green, blue)


def test_a_cameras_turning_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    decoded = decode(as_bytes(picture(30, 20), "JPEG", exif=exif))
    assert (decoded.pixels.shape, decoded.notes) == ((30, 20, 3), ("turned",))


@pytest.mark.parametrize("low", [-1.0, np.nan])
def test_values_that_are_no_brightness_are_refused(low: float) -> None:
    image = Image.fromarray(np.array([[low, 1.0], [0, 0]], np.float32))
    with pytest.raises(RejectedPictureError, match="has values"):
        decode(as_bytes(image, "TIFF"))


def test_pictures_of_different_shapes_are_cut_padded_or_refused(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    image = Image.new("L", (40, 20), 0)
    image.paste(200, (10, 0, 30, 20))
    write(folder / "wide.png", image)
    write(folder / "square.png", picture())
    card = card_of(folder)
    assert card.crop_text() == "1 of 2 are not square: the longer side is cut at both ends"
    cut, _ = prepared(folder, tmp_path / "cut")
    assert cut.pictures[1].min() > 150
    padded, _ = prepared(folder, tmp_path / "padded", crop="pad")
    assert padded.pictures[1, 0, 0, 0] == 255
    refused, rejected = prepared(folder, tmp_path / "refused", crop="none")
    assert (len(refused), rejected) == (1, {"wide.png": "is 40 x 20 pixels, not square"})


def test_grey_pictures_stay_grey_and_mixed_ones_become_rgb(tmp_path: Path) -> None:
    write(tmp_path / "grey" / "a.png", picture(mode="L"))
    write(tmp_path / "grey" / "b.png", picture(mode="L").convert("RGB"))
    assert card_of(tmp_path / "grey").channels == 1
    assert prepared(tmp_path / "grey", tmp_path / "g")[0].channels == 1
    assert prepared(tmp_path / "grey", tmp_path / "rgb", channels=3)[0].channels == 3
    write(tmp_path / "grey" / "c.png", picture())
    assert prepared(tmp_path / "grey", tmp_path / "mixed")[0].channels == 3


def test_class_folders_are_labels_where_wanted(tmp_path: Path) -> None:
    for name in ("10/a.png", "9/b.png", "9/c.png"):
        write(tmp_path / "set" / name, picture())
    assert card_of(tmp_path / "set").folders == {"10": 1, "9": 2}
    assert prepared(tmp_path / "set", tmp_path / "plain")[0].classes == ()
    data, _ = prepared(tmp_path / "set", tmp_path / "classes", labels="folders")
    assert data.classes == ("9", "10")
    assert data.class_numbers is not None
    assert data.class_numbers.tolist() == [1, 0, 0]
    assert data.sha256 != PictureArray.open(tmp_path / "plain").sha256


def test_labels_come_from_a_column_of_a_table(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "sub/c.png", "d.png"):
        write(tmp_path / "set" / name, picture())
    table = "\ufefffile,mood,hair\na.png,sad,red\nb.png,glad,red\nc.png,sad,black\nd.png,,red\n"
    (tmp_path / "set" / "labels.csv").write_text(table, encoding="utf-8")
    assert card_of(tmp_path / "set").columns == {"mood": 2, "hair": 2}
    data, rejected = prepared(tmp_path / "set", tmp_path / "out", labels="mood")
    assert (data.classes, rejected) == (("glad", "sad"), {"d.png": "has no label"})
    with pytest.raises(DataError, match="has no labels 'age'; it has: mood, hair"):
        prepared(tmp_path / "set", tmp_path / "no", labels="age")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("file,mood\nz.png,sad\n", "names none of its pictures"),
        ("file,mood\na.png\n", "line 2 has 1 values, not 2"),
        ("a.png\n", "must have a row of names"),
    ],
)
def test_a_label_file_that_does_not_match_is_refused(
    tmp_path: Path, table: str, message: str
) -> None:
    write(tmp_path / "set" / "a.png", picture())
    (tmp_path / "set" / "labels.csv").write_text(table)
    with pytest.raises(DataError, match=message):
        prepared(tmp_path / "set", tmp_path / "out", labels="mood")
    assert not (tmp_path / "out").exists()


def test_a_zip_is_read_without_unpacking(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for name in ("dogs/1.png", "猫/2.png", "__MACOSX/dogs/._1.png"):
            archive.writestr(name, as_bytes(picture()))
    card = card_of(tmp_path / "set.zip")
    assert (card.kind, card.folders) == ("zip", {"dogs": 1, "猫": 1})
    data, _ = prepared(tmp_path / "set.zip", tmp_path / "out", labels="folders")
    assert data.classes == ("dogs", "猫")


@pytest.mark.parametrize("shape", [(5, 20, 20), (5, 20, 20, 3), (5, 3, 20, 20)])
def test_an_npz_of_pictures_is_read(tmp_path: Path, shape: tuple[int, ...]) -> None:
    pictures = RANDOM.integers(0, 255, shape, dtype=np.uint8)
    np.savez(tmp_path / "set.npz", images=pictures, labels=[0, 1, 0, 1, 2])
    data, _ = prepared(tmp_path / "set.npz", tmp_path / "out", labels="folders")
    assert data.pictures.shape == (5, 1 if len(shape) == 3 else 3, 16, 16)
    assert data.classes == ("0", "1", "2")


def test_sources_without_pictures_are_refused_with_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"holds no pictures .found nothing at all"):
        card_of(tmp_path / "empty")
    (tmp_path / "empty" / "a.txt").write_text("")
    with pytest.raises(DataError, match="found 1 other files"):
        card_of(tmp_path / "empty")
    (tmp_path / "empty" / "a.png").write_text("")
    with pytest.raises(DataError, match=r"none of the pictures .* a\.png is empty"):
        card_of(tmp_path / "empty")
    with pytest.raises(DataError, match="no such file or folder"):
        card_of(tmp_path / "absent")
    np.savez(tmp_path / "x.npz", x=np.zeros(3))
    with pytest.raises(DataError, match=r"found x float64 \[3\]"):
        card_of(tmp_path / "x.npz")
    (tmp_path / "x.tar").write_bytes(b"1")
    with pytest.raises(DataError, match="no folder, zip or npz"):
        card_of(tmp_path / "x.tar")
    (tmp_path / "bad.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match="cannot be read"):
        card_of(tmp_path / "bad.npz")


def test_mirroring_is_suggested_where_left_and_right_are_alike(tmp_path: Path) -> None:
    for number in range(40):
        both = picture()
        write(tmp_path / "alike" / f"{number}.png", both)
        half = np.asarray(both).copy()
        half[:, :8] = 0
        write(tmp_path / "lit" / f"{number}.png", Image.fromarray(half))
    for name, wanted in (("alike", True), ("lit", False)):
        card = card_of(tmp_path / name)
        assert (card.mirror, bool(card.mirror_reason)) == (wanted, True)
        assert prepared(tmp_path / name, tmp_path / f"{name}-out")[0].mirrors() is wanted


def test_a_card_is_plain_values(tmp_path: Path) -> None:
    write(tmp_path / "set" / "a.png", picture(70, 80))
    facts = json.loads(json.dumps(card_of(tmp_path / "set").to_dict()))
    assert (facts["count"], facts["resolution"], facts["sizes"]) == (1, 64, {"70x80": 1})


def test_stopping_half_way_leaves_nothing(tmp_path: Path) -> None:
    for number in range(30):
        write(tmp_path / "set" / f"{number}.png", picture())
    steps = prepare_pictures(tmp_path / "set", tmp_path / "out", Preparation(16))
    next(steps)
    next(steps)
    steps.close()
    assert [path.name for path in tmp_path.iterdir()] == ["set"]
