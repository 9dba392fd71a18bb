"""What a data set is labelled with becomes numbers, wherever it was written down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.folder import Preparation, prepare_pictures
from gan_models.datasets.labels import known_labels
from gan_models.progress import finish
from tests.gan_models.training.test_training import make_pictures


def folder_of(path: Path, kinds: str) -> Path:
    """A picture in its class folder for each letter."""
    random = np.random.default_rng(0)
    for number, kind in enumerate(kinds):
        (path / kind).mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 255, (16, 16, 3), np.uint8)
        Image.fromarray(pixels).save(path / kind / f"{number}.png")
    return path


def prepared(source: Path, labels: str = "") -> PictureArray:
    out = source.with_name(f"prepared-{labels}")
    finish(prepare_pictures(source, out, Preparation(16, labels=labels)))
    return PictureArray.open(out)


def test_attributes_are_taken_as_they_are(tmp_path: Path) -> None:
    data = PictureArray.open(make_pictures(tmp_path / "discs"))
    labels = known_labels(data)
    assert labels.names == ("r", "g", "b")
    assert data.labels is not None
    np.testing.assert_array_equal(labels.values, data.labels)


def test_each_class_is_a_label_that_excludes_the_others(tmp_path: Path) -> None:
    labels = known_labels(prepared(folder_of(tmp_path / "set", "aabccc"), "folders"))
    assert sorted(labels.names) == ["a", "b", "c"]
    assert labels.values[:, labels.names.index("c")].tolist() == [0, 0, 0, 1, 1, 1]
    assert labels.tied["c"] == ("a", "b")


def test_of_two_classes_one_label_tells_both(tmp_path: Path) -> None:
    labels = known_labels(prepared(folder_of(tmp_path / "set", "aabb"), "folders"))
    assert labels.names == ("b",)


def test_class_folders_count_where_training_ignored_them(tmp_path: Path) -> None:
    data = prepared(folder_of(tmp_path / "set", "aabccc"))
    assert data.class_numbers is None
    assert sorted(known_labels(data).names) == ["a", "b", "c"]


def test_columns_of_the_table_become_numbers_and_left_out_pictures_have_no_row(
    tmp_path: Path,
) -> None:
    source = folder_of(tmp_path / "set", "aaaaaa")
    (source / "a" / "2.png").write_bytes(b"broken")
    rows = ["name,age,glasses,note", "0.png,10,no,x1", "1.png,20,yes,x2", "2.png,90,yes,x3"]
    rows += ["3.png,40,no,x4", "5.png,60,no,x5"]
    (source / "labels.csv").write_text("\n".join(rows))
    labels = known_labels(prepared(source))
    assert sorted(labels.names) == ["age", "glasses"]  # what is said once is no class
    age = labels.values[:, labels.names.index("age")]
    np.testing.assert_array_equal(age, [10, 20, 40, np.nan, 60])
    assert labels.values[1, labels.names.index("glasses")] == 1


def test_a_source_that_changed_tells_nothing(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", "aabccc")
    data = prepared(source)
    (source / "a" / "0.png").unlink()
    assert known_labels(data).names == ()
