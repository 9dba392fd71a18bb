"""Tensor files are whole or not there, and others may read them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gan_models.files import save_tensors


def test_a_tensor_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    save_tensors(tmp_path / "t.safetensors", {"a": torch.ones(2)}, {})
    usual = (tmp_path / "usual").stat().st_mode
    assert (tmp_path / "t.safetensors").stat().st_mode == usual


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "t.safetensors"
    save_tensors(path, {"a": torch.ones(2)}, {})
    before = path.read_bytes()
    with pytest.raises(TypeError):
        save_tensors(path, {"a": torch.ones(2)}, {"number": 3})  # type: ignore[dict-item]
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
