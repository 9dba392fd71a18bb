"""Stars and tags outlive the program, one small file for each model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.recipe import Model
from app.core.seed_marks import FORMAT, Mark, SeedMarks
from gan_models.errors import GanvasError

MODEL = Model("faces", "a" * 64)


def loaded(folder: Path, model: Model = MODEL) -> SeedMarks:
    marks = SeedMarks(model, folder)
    marks.load()
    return marks


def test_what_was_marked_is_there_again(tmp_path: Path) -> None:
    marks = SeedMarks(MODEL, tmp_path / "new")
    marks.star(2**32 - 1, True)
    marks.star(5, True)
    marks.tag(5, " 卷发 ", True)
    again = loaded(tmp_path / "new")
    assert again.starred() == [5, 2**32 - 1]
    assert (again.tags, again.tagged("卷发")) == (["卷发"], [5])
    assert [file.suffix for file in (tmp_path / "new").iterdir()] == [".json"]


def test_each_model_has_its_own(tmp_path: Path) -> None:
    SeedMarks(MODEL, tmp_path).star(5, True)
    assert loaded(tmp_path, Model("faces", "b" * 64)).starred() == []


def test_a_seed_without_marks_is_forgotten(tmp_path: Path) -> None:
    marks = SeedMarks(MODEL, tmp_path)
    marks.star(5, True)
    marks.tag(5, "nice", True)
    marks.tag(5, "", True)
    marks.star(5, False)
    marks.tag(5, "nice", False)
    assert marks[5] == Mark()
    assert json.loads(next(tmp_path.iterdir()).read_text())["seeds"] == {}


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', '{"format": 1, "seeds": {"x": 1}}'])
def test_a_damaged_file_is_told_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    SeedMarks(MODEL, tmp_path).star(5, True)
    path = next(tmp_path.iterdir())
    path.write_text(text)
    marks = SeedMarks(MODEL, tmp_path)
    with pytest.raises(GanvasError, match=path.name):
        marks.load()
    marks.star(6, True)
    assert path.read_text() == text


def test_a_newer_file_is_left_as_it_is(tmp_path: Path) -> None:
    SeedMarks(MODEL, tmp_path).star(5, True)
    path = next(tmp_path.iterdir())
    path.write_text(json.dumps({"format": FORMAT + 1, "seeds": {}}))
    with pytest.raises(GanvasError, match="newer Ganvas"):
        SeedMarks(MODEL, tmp_path).load()


def test_where_nothing_can_be_written_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GanvasError, match="cannot be written"):
        SeedMarks(MODEL, tmp_path / "file").star(5, True)
