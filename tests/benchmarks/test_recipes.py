"""The table of digits: what goes wrong is one line, and two at once do not disturb each other."""

from __future__ import annotations

import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import typer

from benchmarks.recipes import main, prepared
from gan_models.datasets.arrays import PictureArray
from tests.gan_models.datasets.test_labels import folder_of


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    source = folder_of(tmp_path / "digits", "01" * 40)
    with zipfile.ZipFile(tmp_path / "digits.zip", "w") as file:
        for picture in source.rglob("*.png"):
            file.write(picture, picture.relative_to(source))
    return tmp_path / "digits.zip"


def test_two_at_once_prepare_the_pictures_once(archive: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    with ThreadPoolExecutor(4) as threads:
        made = [threads.submit(prepared, archive, runs, 16) for _ in range(4)]
        folders = {each.result() for each in made}
    (folder,) = folders
    numbers = PictureArray.open(folder).class_numbers
    assert numbers is not None
    assert np.bincount(numbers).tolist() == [40, 40]
    assert not list(runs.glob("*.part"))


def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        main(tmp_path / "missing.zip", tmp_path / "runs")
    said = capsys.readouterr().err
    assert said.startswith("Error: there are no pictures at")
    assert said.count("\n") == 1
