"""A generator from label maps is measured by what can be read off its pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_models.base import DataError
from gan_models.checkpoints.own import save_generator
from gan_models.datasets import landscapes
from gan_models.evaluation import paired
from gan_models.evaluation.model import Plan, evaluate_model
from gan_models.evaluation.paired import evaluate_paired, own_style_error, rendered_pairs
from gan_models.evaluation.report import markdown
from gan_models.evaluation.segmentation import SegmentationNetwork
from gan_models.families.spade import SPADE
from gan_models.progress import finish

TABLE = [(entry.name, entry.colour) for entry in landscapes.CLASSES]


def tiny(table: list[tuple[str, tuple[int, int, int]]] = TABLE) -> SPADE:
    torch.manual_seed(0)
    return SPADE(
        features=2, map_classes=len(table), z_dim=4, resolution=32, ups=3, hidden=4,
        encoder_features=2, class_table=table,
    ).eval()  # fmt: skip


@pytest.fixture
def _reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    SegmentationNetwork(landscapes.NAMES, width=2).save(tmp_path / paired.READER)
    monkeypatch.setattr(paired, "SHIPPED", tmp_path)


@pytest.mark.usefixtures("_reader")
def test_the_report_sets_what_is_read_off_generated_beside_true_pictures(tmp_path: Path) -> None:
    save_generator(tmp_path / "tiny.safetensors", tiny())
    plan = Plan(samples=100)
    report = finish(evaluate_model(tmp_path / "tiny.safetensors", plan, out=tmp_path / "out"))
    painted = report["painted"]
    assert painted["maps"] == 20
    for key in ("accuracy", "mean_iou", "style_variety"):
        assert set(painted[key]) == {"generated", "true"}
    assert json.loads((tmp_path / "out" / "report.json").read_text())["maps"] == 20
    text = markdown(report)
    assert "pixel accuracy" in text
    assert "levels of 256" in text
    assert (tmp_path / "out" / "maps.png").is_file()


def test_pairs_to_measure_on_are_those_of_their_seeds() -> None:
    pictures, maps = finish(rendered_pairs(paired.FIRST_SEED, 3, 32))
    again = landscapes.draw_maps(range(paired.FIRST_SEED, paired.FIRST_SEED + 3), 32)
    assert pictures.shape == (3, 3, 32, 32)
    assert np.array_equal(maps, again.numpy())


def test_a_style_of_its_own_is_told_from_that_of_another_picture() -> None:
    class OwnLight(SPADE):
        """Paints the mean brightness of the picture whose style it takes."""

        def encode_style(
            self, pictures: torch.Tensor, label_map: torch.Tensor | None = None
        ) -> torch.Tensor:
            assert label_map is not None
            return pictures.mean(dim=(1, 2, 3))[:, None, None].expand(-1, 1, 4)

        def draw(self, ws: torch.Tensor, layout: torch.Tensor) -> torch.Tensor:
            return ws[:, :, :1, None].expand(-1, 3, *layout.shape[2:])

    flat = np.array([40, 200], np.uint8)[:, None, None, None] * np.ones((1, 3, 32, 32), np.uint8)
    generator = OwnLight(
        features=2, map_classes=2, z_dim=4, resolution=32, ups=3, encoder_features=2
    )
    found = own_style_error(generator, flat, np.zeros((2, 32, 32), np.uint8))
    assert found["own"] == pytest.approx(0.0, abs=0.01)
    assert found["other"] == pytest.approx(160.0, abs=0.1)


def test_maps_of_other_classes_cannot_be_measured() -> None:
    with pytest.raises(DataError, match="other classes"):
        finish(evaluate_paired(tiny([("wall", (1, 2, 3)), ("door", (4, 5, 6))]), 4))


def test_a_reader_is_written_and_read_again(tmp_path: Path) -> None:
    network = SegmentationNetwork(("a", "b"), width=2).eval()
    network.save(tmp_path / "reader.safetensors")
    again = SegmentationNetwork.load(tmp_path / "reader.safetensors")
    pictures = np.random.default_rng(0).integers(0, 256, (2, 3, 16, 16), np.uint8)
    assert again.names == ("a", "b")
    assert np.array_equal(network.read(pictures), again.read(pictures))
