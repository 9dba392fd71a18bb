from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from gan_models.base import ModelLoadError
from gan_models.projection.loss import PictureLoss
from gan_models.vgg import VGG16, VGG19, Vgg, VggLayout, load_vgg

WIDTHS = {number: 2 + number for layout in (VGG16, VGG19) for number in layout.convs}
OTHERS = {VGG16: VGG19, VGG19: VGG16}


def weights(layout: VggLayout) -> dict[str, torch.Tensor]:
    """Few channels, named as in torchvision's file, with a classifier that is not used."""
    torch.manual_seed(0)
    state = Vgg(layout, WIDTHS).layers.state_dict()
    return {f"features.{name}": x for name, x in state.items()} | {
        "classifier.0.bias": torch.ones(3)
    }


@pytest.mark.parametrize("layout", [VGG16, VGG19], ids=lambda layout: layout.name)
@pytest.mark.parametrize("kind", ["pth", "safetensors", "lpips"])
def test_weights_are_read_as_others_write_them(
    tmp_path: Path, kind: str, layout: VggLayout
) -> None:
    path, state = tmp_path / f"vgg.{kind}", weights(layout)
    if kind == "lpips":
        state = {name.replace("features.", "net.slice1."): x for name, x in state.items()}
    if kind == "safetensors":
        save_file(state, path)
    else:
        torch.save(state, path)
    network = load_vgg(path, layout)
    maps = network(torch.zeros(1, 3, 32, 32))
    assert [x.shape[1] for x in maps] == [WIDTHS[number] for number in layout.compared]
    assert [x.shape[2] for x in maps] == [32, 16, 8, 4, 2][: len(maps)]
    loss = PictureLoss(torch.zeros(1, 3, 32, 32), (network,))
    same, other = loss(torch.stack([torch.zeros(3, 32, 32), torch.rand(3, 32, 32)]))
    assert same < 1e-6 < other


@pytest.mark.parametrize("layout", [VGG16, VGG19], ids=lambda layout: layout.name)
def test_other_files_are_named_with_what_is_wanted(tmp_path: Path, layout: VggLayout) -> None:
    path = tmp_path / "other.pth"
    for state in ({"features.0.weight": torch.ones(2, 2)}, weights(OTHERS[layout])):
        torch.save(state, path)
        with pytest.raises(ModelLoadError, match=rf"other\.pth holds no weights of {layout.name}"):
            load_vgg(path, layout)
