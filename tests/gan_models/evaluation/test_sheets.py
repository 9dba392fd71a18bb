"""Sheets of pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from gan_models.base import Direction
from gan_models.evaluation.sheets import save_sheet, strips, tile
from tests.toy import SIZE, ToyGenerator


def test_a_strip_has_a_row_for_each_seed_and_a_column_for_each_strength() -> None:
    generator = ToyGenerator()
    direction = Direction("age", 2 * generator.axes[2].numpy(), (1, 2))
    sheet = strips(generator, direction, [1, 2], (-3.0, 0.0, 3.0))
    assert sheet.shape == (6, 3, SIZE, SIZE)
    whole = tile(sheet, 3)
    assert whole.shape == (2 * SIZE, 3 * SIZE, 3)
    patch = whole[SIZE - 2, [1, SIZE + 1, 2 * SIZE + 1], 0].astype(int)
    assert patch[0] < patch[1] < patch[2]


def test_a_sheet_reads_like_a_page(tmp_path: Path) -> None:
    pictures = np.arange(6, dtype=np.uint8)[:, None, None, None].repeat(3, axis=1)
    save_sheet(tmp_path / "sheet.png", pictures, 3)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert np.asarray(sheet)[:, :, 0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.png"]
