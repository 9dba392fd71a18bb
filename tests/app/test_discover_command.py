"""The command `discover` with labels of one's own: what it asks for, and what it says is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import cli


def test_labels_and_pictures_are_given_together(tiny_model_path: Path, tmp_path: Path) -> None:
    arguments = ["discover", f"--model={tiny_model_path}", "--labels=a.csv"]
    assert cli.main([*arguments, f"--out={tmp_path / 'd.safetensors'}"]) == 2


def test_a_table_without_labels_is_refused_in_one_line(
    tiny_model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels, out = tmp_path / "labels.csv", tmp_path / "d.safetensors"
    labels.write_text("file,name\na.png,Ann\nb.png,Bob\nc.png,Cid\n")
    options = [f"--labels={labels}", f"--pictures={tmp_path}", f"--out={out}"]
    assert cli.main(["discover", f"--model={tiny_model_path}", *options]) == 1
    said = capsys.readouterr().err
    assert "no column of numbers or of two words" in said
    assert not out.exists()
