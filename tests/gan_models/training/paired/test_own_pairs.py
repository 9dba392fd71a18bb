"""A folder of pairs becomes a model that paints with the classes of its maps."""

from __future__ import annotations

from pathlib import Path

import pytest

from gan_models.errors import DataError
from gan_models.registry import load_generator
from gan_models.training.run import train
from gan_models.training.run_folder import RunFolder
from tests.gan_models.datasets.test_pairs import two_folders

TINY = {"resolution": 16, "width": 2, "discriminator_width": 2, "batch": 2, "held_out": 0.0}


def test_a_model_paints_with_the_classes_that_the_user_named(tmp_path: Path) -> None:
    pairs = two_folders(tmp_path / "set", "own", "pictures", count=4)
    (pairs / "own").rename(tmp_path / "maps")
    rows = ["id,name,colour", "0,fire,#c81e1e", "1,wood,#145a32", "2,sea,#2864c8"]
    (tmp_path / "names.csv").write_text("\n".join(rows))
    told = {"maps": str(tmp_path / "maps"), "map_classes": str(tmp_path / "names.csv")}
    out = tmp_path / "run"
    for _ in train("pix2pix", str(pairs), out, kimg=0.004, settings=TINY | told, device="cpu"):
        pass
    snapshot = max((out / "snapshots").iterdir())
    table = load_generator(snapshot).spec.class_table
    assert [entry.name for entry in table] == ["fire", "wood", "sea"]
    assert table[2].colour == (40, 100, 200)
    assert RunFolder(out).read_config()["maps"] == told["maps"]
    (tmp_path / "names.csv").unlink()  # a run that goes on has its pairs
    for _ in train("pix2pix", "", out, kimg=0.008, resume=True, device="cpu"):
        pass
    assert RunFolder(out).read_status()["pictures"] == 8


@pytest.mark.parametrize(
    ("recipe", "data", "settings", "message"),
    [
        ("spade", "portraits", {}, "portraits has no label maps, .*; use landscapes"),
        ("spade", "landscapes", {"maps": "left"}, "has label maps of its own; leave --maps"),
        ("pix2pix", "", {}, "holds pictures without label maps"),
    ],
)
def test_a_set_without_maps_is_refused_before_anything_is_prepared(
    tmp_path: Path, recipe: str, data: str, settings: dict[str, str], message: str
) -> None:
    if not data:
        data = str(two_folders(tmp_path / "set", "x", "y"))
    run = train(recipe, data, tmp_path / "run", kimg=1, settings=settings, device="cpu")
    with pytest.raises(DataError, match=message):
        list(run)
    assert not (tmp_path / "run" / "data").exists()
