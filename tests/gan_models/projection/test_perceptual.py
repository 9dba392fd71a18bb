from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from gan_models.base import ModelLoadError
from gan_models.projection.loss import PictureLoss
from gan_models.projection.perceptual import COMPARED, LAYERS, Vgg16, load_perceptual


def weights() -> dict[str, torch.Tensor]:
    """As torchvision's file names them, with a classifier that is not used."""
    torch.manual_seed(0)
    state = Vgg16().layers.state_dict()
    return {f"features.{name}": x for name, x in state.items()} | {
        "classifier.0.bias": torch.ones(3)
    }


@pytest.mark.parametrize("kind", ["pth", "safetensors", "lpips"])
def test_weights_are_read_as_others_write_them(tmp_path: Path, kind: str) -> None:
    path, state = tmp_path / f"vgg.{kind}", weights()
    if kind == "lpips":
        state = {name.replace("features.", "net.slice1."): x for name, x in state.items()}
    if kind == "safetensors":
        save_file(state, path)
    else:
        torch.save(state, path)
    network = load_perceptual(path)
    maps = network(torch.zeros(1, 3, 32, 32))
    assert [x.shape[1] for x in maps] == [LAYERS[number] for number in COMPARED]
    loss = PictureLoss(torch.zeros(1, 3, 32, 32), (network,))
    same, other = loss(torch.stack([torch.zeros(3, 32, 32), torch.rand(3, 32, 32)]))
    assert same < 1e-6 < other


def test_other_files_are_named_with_what_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "other.pth"
    torch.save({"features.0.weight": torch.ones(2, 2)}, path)
    with pytest.raises(ModelLoadError, match="no weights of VGG16"):
        load_perceptual(path)
