"""TensorFlow's StyleGAN2 files open as generators that draw the same pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gan_models.base import Generator
from gan_models.registry import load_generator
from tests.gan_models.checkpoints import writing
from tests.gan_models.checkpoints.test_imports import STYLEGAN2, built, same
from tests.gan_models.checkpoints.writing import pickled, state_of


def tensorflow_variables(generator: Generator) -> dict[str, np.ndarray]:
    """The tensors under the names and in the layouts of TensorFlow's StyleGAN2."""
    found: dict[str, np.ndarray] = {}
    number = 0
    for name, tensor in state_of(generator).items():
        part, *rest = name.split(".")
        array = tensor.numpy()
        if name == "mapping.w_avg":
            found["dlatent_avg"] = array
        elif part == "mapping":
            layer = "LabelEmbed" if rest[0] == "embed" else f"Dense{rest[0][2:]}"
            found[f"mapping/{layer}/{rest[1]}"] = array.T
        elif rest[-1] == "const":
            found["synthesis/4x4/Const/const"] = array[None]
        elif rest[-1] == "noise_const":
            block, conv = int(rest[0][1:]).bit_length() - 3, int(rest[1][4:])
            number = max(0, 2 * block - 1 + conv) if block else 0
            found[f"synthesis/noise{number}"] = array[None, None]
        else:
            size = rest[0][1:]
            names = {"conv0": "Conv0_up", "conv1": "Conv" if size == "4" else "Conv1"}
            layer = {**names, "torgb": "ToRGB", "skip": "Skip"}[rest[1]]
            if rest[-1] == "weight" and rest[2] != "affine":
                array = array.transpose(2, 3, 1, 0)
                array = array[::-1, ::-1] if layer in ("Conv0_up", "Skip") else array
            kind = {"affine": f"mod_{rest[-1]}"}.get(rest[2], rest[2])
            array = array.T if kind == "mod_weight" else array
            found[f"synthesis/{size}x{size}/{layer}/{kind}"] = (
                array - 1 if kind == "mod_bias" else array
            )
    return found


@pytest.mark.parametrize("config", STYLEGAN2, ids=str)
def test_tensorflow_stylegan2(tmp_path: Path, config: dict[str, Any]) -> None:
    generator = built("stylegan2", config)
    network = writing.tensorflow_network(
        tensorflow_variables(generator), conv_clamp=config.get("conv_clamp")
    )
    (tmp_path / "net.pkl").write_bytes(pickled((None, None, network)))
    same(load_generator(tmp_path / "net.pkl"), generator)


@pytest.mark.parametrize("lod", [0.0, 1.0])
def test_tensorflow_stylegan2_that_grew(tmp_path: Path, lod: float) -> None:
    """Configurations B to D: a ToRGB for each size, of which the last that was reached draws."""
    small = {"resolution": 8, "z_dim": 6, "w_dim": 8, "widths": [8, 5], "architecture": "orig"}
    generator = built("stylegan2", small)
    variables = {
        name.replace("8x8/ToRGB/", f"ToRGB_lod{lod:.0f}/"): array
        for name, array in tensorflow_variables(generator).items()
    }
    if lod:  # a finer block is there, but was not yet trained
        finer = built("stylegan2", {**small, "resolution": 16, "widths": [8, 5, 4]})
        new = ("synthesis/16x16", "synthesis/noise3", "synthesis/noise4")
        untrained = tensorflow_variables(finer).items()
        variables |= {name: array for name, array in untrained if name.startswith(new)}
        variables["synthesis/ToRGB_lod0/weight"] = np.zeros((1, 1, 4, 3), np.float32)
    network = writing.tensorflow_network(variables | {"lod": np.array(lod, np.float32)})
    (tmp_path / "net.pkl").write_bytes(pickled((None, None, network)))
    same(load_generator(tmp_path / "net.pkl"), generator)


def test_tensorflow_stylegan2_with_classes_normalises_z_and_class_together(tmp_path: Path) -> None:
    small = {**STYLEGAN2[1], "embed_features": 8, "joint": True}
    generator = built("stylegan2", small)
    variables = tensorflow_variables(generator)
    embed = generator.get_parameter("mapping.embed.weight").numpy()
    generator.get_parameter("mapping.embed.bias").zero_()
    del variables["mapping/LabelEmbed/weight"], variables["mapping/LabelEmbed/bias"]
    variables["mapping/LabelConcat/weight"] = embed.T / np.sqrt(np.float32(3))
    network = writing.tensorflow_network(variables)
    (tmp_path / "net.pkl").write_bytes(pickled((None, None, network)))
    found = load_generator(tmp_path / "net.pkl")
    same(found, generator)
    z, label = torch.randn(2, 8), torch.eye(3)[1:]
    joined = torch.cat([z, label @ torch.from_numpy(variables["mapping/LabelConcat/weight"])], 1)
    joined = joined / (joined.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()
    mapped = generator.mapping.layers(joined)  # type: ignore[union-attr,operator]
    assert torch.allclose(found.map(z, label)[:, 0], mapped, atol=1e-6)
