"""The tour shows what there is to see without a screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.core import tour
from app.core.export import read_clip
from app.core.models import open_model
from gan_models.progress import finish


def test_the_tour_is_a_sheet_and_two_clips(
    tiny_model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tour, "SIZES", {".gif": 32, ".mp4": 32})
    files = finish(tour.make_tour(tmp_path / "tour", open_model(str(tiny_model_path))))
    assert [path.name for path in files] == ["sheet.png", "smile.gif", "gender-swap.mp4"]
    with Image.open(files[0]) as sheet:
        assert sheet.size == (8 * 96, 8 * 96)
    clip = read_clip(files[1])
    assert clip is not None
    assert clip.keyframes[-1].recipe.edit("smile").strength == 3
