"""Labels of pictures make directions; a table that does not match says what it has and wants."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from gan_models.base import DataError, Generator
from gan_models.directions.labelled import label_directions, read_columns
from gan_models.directions.sampling import random_latents
from gan_models.progress import finish
from tests.conftest import tiny_generator

COUNT = 40


@pytest.fixture
def generator() -> Generator:
    return tiny_generator()


@pytest.fixture
def pictures(generator: Generator, tmp_path: Path) -> tuple[Path, Tensor]:
    """A folder of grey squares, each as light as its number, and the w that each stands for."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(COUNT):
        Image.new("RGB", (40, 32), (6 * number,) * 3).save(folder / f"{number:02}.png")
    w = generator.map(*random_latents(generator, COUNT))[:, 0]
    return folder, w


def encoder(w: Tensor) -> object:
    """Knows which grey square stands for which w."""

    def encode(shown: Tensor) -> Tensor:
        grey = (shown.mean(dim=(1, 2, 3)) + 1) * 127.5
        return w[(grey / 6).round().long()]

    return encode


def table(path: Path, columns: dict[str, list[object]], names: str = "{:02}.png") -> Path:
    lines = [",".join(["file", *columns])]
    for number in range(COUNT):
        values = [str(column[number]) for column in columns.values()]
        lines.append(",".join([names.format(number), *values]))
    path.write_text("\n".join(lines))
    return path


def test_numbers_and_words_make_directions_that_move_what_they_name(
    generator: Generator, pictures: tuple[Path, Tensor], tmp_path: Path
) -> None:
    folder, w = pictures
    meant = w @ torch.randn(w.shape[1], generator=torch.Generator().manual_seed(1))
    words = ["yes" if value > meant.median() else "no" for value in meant]
    columns: dict[str, list[object]] = {
        "age": [float(value) for value in meant],
        "old": list(words),
        "remark": [f"text {n}" for n in range(COUNT)],
    }
    labels = table(tmp_path / "labels.csv", columns)
    found = finish(label_directions(generator, encoder(w), folder, labels))  # type: ignore[arg-type]
    assert [direction.name for direction in found] == ["age", "old"]
    for direction in found:
        moved = (w - w.mean(dim=0)).numpy() @ direction.vector
        assert np.corrcoef(moved, meant.numpy())[0, 1] > 0.5
        assert direction.facts["pictures"] == COUNT


def test_a_table_of_other_pictures_says_what_both_are_called(
    generator: Generator, pictures: tuple[Path, Tensor], tmp_path: Path
) -> None:
    folder, w = pictures
    labels = table(tmp_path / "labels.csv", {"age": list(range(COUNT))}, names="face{}.jpg")
    with pytest.raises(DataError, match=r"does not match .*face0\.jpg.*00\.png"):
        finish(label_directions(generator, encoder(w), folder, labels))  # type: ignore[arg-type]


def test_values_that_are_all_the_same_teach_nothing(
    generator: Generator, pictures: tuple[Path, Tensor], tmp_path: Path
) -> None:
    folder, w = pictures
    labels = table(tmp_path / "labels.csv", {"age": [3] * COUNT})
    with pytest.raises(DataError, match="no column with values that differ"):
        finish(label_directions(generator, encoder(w), folder, labels))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,name\na.png,Ann\nb.png,Bob\nc.png,Cid\n", "no column of numbers or of two words"),
        ("file\na.png\n", "must have a row of names"),
        ("file,age\na.png,1,2\n", "line 2 has 3 values"),
    ],
)
def test_a_table_without_labels_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        read_columns(path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv cannot be read"):
        read_columns(tmp_path / "none.csv")


def test_yes_and_true_are_high_whatever_the_alphabet_says(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("file,a,b,c\n1,yes,True,z\n2,no,False,a\n")
    assert [list(values.values()) for values in read_columns(path).values()] == [[1.0, 0.0]] * 3
