"""Pairs on the command line: what dataset tells of them, and what train refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.gan_models.datasets.test_pairs import two_folders

Captured = pytest.CaptureFixture[str]


def test_dataset_tells_pairs_and_classes(tmp_path: Path, capsys: Captured) -> None:
    two_folders(tmp_path, "x", "y")
    names = ["value,name", "#c81e1e,fire", "#145a32,wood", "#2864c8,sea"]
    (tmp_path / "names.csv").write_text("\n".join(names))
    told = [f"--maps={tmp_path / 'x'}", f"--map-classes={tmp_path / 'names.csv'}"]
    assert main(["dataset", str(tmp_path / "y"), *told, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["count"], facts["maps_hold"]) == (3, "colours")
    assert [entry["name"] for entry in facts["classes"]] == ["fire", "wood", "sea"]
    assert sum(entry["share"] for entry in facts["classes"]) == pytest.approx(1, abs=1e-4)
    assert main(["dataset", str(tmp_path / "y"), *told]) == 0
    assert "value #145a32, wood, colour #145a32, share 0." in capsys.readouterr().out


def test_a_list_that_is_not_there_is_named(tmp_path: Path, capsys: Captured) -> None:
    two_folders(tmp_path)
    assert main(["dataset", str(tmp_path), f"--map-classes={tmp_path / 'gone.csv'}"]) == 1
    assert "gone.csv cannot be read: No such file" in capsys.readouterr().err


def test_options_reach_the_training(tmp_path: Path, capsys: Captured) -> None:
    data = two_folders(tmp_path / "set", "x", "y")
    told = [f"--data={data / 'y'}", f"--maps={tmp_path / 'gone'}", f"--out={tmp_path / 'run'}"]
    assert main(["train", "--recipe=pix2pix", *told, "--kimg=1"]) == 1
    assert "gone: there is no such file or folder" in capsys.readouterr().err
