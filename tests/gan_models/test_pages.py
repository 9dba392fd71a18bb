"""Pages of mapped files are given back, and nothing that is nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_models import pages
from gan_models.checkpoints.own import save_generator
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.pages import release
from gan_models.registry import load_generator

COUNT = 2**18
"""Values: 1 MB."""


def resident(tensor: Tensor) -> int:
    """Pages of a tensor that count as memory of this program; those at its ends may be others'."""
    size = pages._page_size()
    start = -(-tensor.data_ptr() // size)
    count = (tensor.data_ptr() + tensor.nbytes) // size - start
    with pages.PAGES.open("rb") as file:
        file.seek(8 * start)
        entries = np.frombuffer(file.read(8 * count), np.uint64)
    return int(((entries & pages.THERE) != 0).sum())


@pytest.fixture
def mapped(tmp_path: Path) -> Tensor:
    if not pages.PAGES.exists():
        pytest.skip("this system does not tell what its pages are")
    path = tmp_path / "values"
    np.arange(COUNT, dtype=np.float32).tofile(path)
    return torch.from_file(str(path), shared=False, size=COUNT)


def test_pages_of_a_file_are_given_back_and_come_back(mapped: Tensor) -> None:
    assert mapped[-1] == mapped.max() == COUNT - 1
    assert resident(mapped) == mapped.nbytes // pages._page_size()
    release(mapped)
    assert resident(mapped) == 0
    assert torch.equal(mapped, torch.arange(COUNT, dtype=torch.float32))


def test_values_that_were_written_stay(mapped: Tensor) -> None:
    mapped[COUNT // 2] = -1
    release(mapped)
    assert mapped[COUNT // 2] == -1


def test_ordinary_memory_stays() -> None:
    values = torch.arange(COUNT)
    release(values)
    assert torch.equal(values, torch.arange(COUNT))


def test_nothing_is_given_back_where_the_system_does_not_tell(
    mapped: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGES", Path("/nowhere"))
    release(mapped.add_(1))
    assert mapped[0] == 1


def test_a_model_that_was_opened_holds_no_pages_of_its_file(tmp_path: Path) -> None:
    if not pages.PAGES.exists():
        pytest.skip("this system does not tell what its pages are")
    generator = StyleGAN2(resolution=16, channel_max=64)
    path = tmp_path / "model.safetensors"
    save_generator(path, generator, torch.float32)
    opened = load_generator(path)
    weight = opened.get_parameter("synthesis.b16.conv1.weight")
    left = resident(weight)
    assert torch.equal(weight, generator.get_parameter("synthesis.b16.conv1.weight"))
    assert left < resident(weight)
