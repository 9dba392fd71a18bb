"""rosinality's StyleGAN2 in PyTorch: training and converted files, and e4e or pSp decoders."""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import Tensor

from gan_models.checkpoints.imported import Imported, check_start
from gan_models.checkpoints.nvidia import is_binomial
from gan_models.checkpoints.states import State, states
from gan_models.checkpoints.stored import StoredTensor, refuse_unless

_SIGN = "convs.0.conv.modulation.weight"
_BASICSR = (
    (r"^style_(mlp\.|conv1\.|convs\.)", lambda m: {"mlp.": "style."}.get(m[1], m[1])),
    (r"^constant_input\.weight$", "input.input"),
    (r"^((?:style_)?conv(?:1|s\.\d+))\.weight$", r"\1.noise.weight"),
    (r"\.modulated_conv\.", ".conv."),
    (r"^noises\.noise(?=\d)", "noises.noise_"),
)
"""BasicSR's names of the same layers, and rosinality's."""


def read(root: Any) -> Imported | None:
    """A generator of any of these files."""
    for state in map(_rosinality_names, states(root)):
        if _SIGN in state:
            beside = (other["latent_avg"] for other in states(root) if "latent_avg" in other)
            return _generator(state, state.get("latent_avg") or next(beside, None))
    return None


def _rosinality_names(state: State) -> State:
    """What BasicSR wrote, under rosinality's names; others as they are."""
    if "style_convs.0.modulated_conv.weight" not in state:
        return state
    differs = "style_conv1.activate.bias" not in state
    refuse_unless(
        not differs,
        "it is a StyleGAN2 of GFPGAN's 'clean' kind, whose layers differ: use the StyleGAN2 that "
        "it was made from",
    )
    return {_renamed(name): tensor for name, tensor in state.items()}


def _renamed(name: str) -> str:
    for pattern, ours in reversed(_BASICSR):
        name = re.sub(pattern, ours, name)
    return name


def _generator(state: State, mean: StoredTensor | None) -> Imported:
    blocks = 0
    while f"to_rgbs.{blocks}.conv.weight" in state:
        blocks += 1
    swagan = "to_rgb1.iwt.ll" in state or any(".iwt." in name for name in state)
    refuse_unless(not swagan, "it is a SWAGAN, whose layers differ from StyleGAN2's")
    check_start(state["input.input"])
    layers = 0
    while f"style.{layers + 1}.weight" in state:
        layers += 1
    refuse_unless(layers, "its mapping network has no layers")
    for name in (f"to_rgbs.{blocks - 1}.upsample.kernel", "convs.0.conv.blur.kernel"):
        refuse_unless(
            name not in state or is_binomial(state[name], 4.0),
            f"its filter {name} is not [1, 3, 3, 1], the only one supported",
        )
    convolutions = ["conv1", *(f"convs.{i}" for i in range(2 * blocks))]
    last = state[f"style.{layers}.weight"].shape
    config = {
        "resolution": 4 * 2**blocks,
        "z_dim": state["style.1.weight"].shape[1],
        "w_dim": last[0],
        "channels": state["to_rgb1.conv.weight"].shape[1],
        "widths": [state[f"{name}.conv.weight"].shape[1] for name in convolutions[::2]],
        "mapping_layers": layers,
        "layer_features": last[1] if layers > 1 else None,
    }
    tensors: dict[str, Tensor] = {"synthesis.b4.const": state["input.input"].tensor()[0]}
    for number, name in enumerate(convolutions):
        here = f"synthesis.b{2 ** (2 + (number + 1) // 2)}.conv{(number + 1) % 2}"
        tensors |= _convolution(state, name, here)
        tensors[f"{here}.noise_const"] = _noise(state, number)
    for number, name in enumerate(["to_rgb1", *(f"to_rgbs.{i}" for i in range(blocks))]):
        tensors |= _to_rgb(state, name, f"synthesis.b{2 ** (2 + number)}.torgb")
    for i in range(layers):
        tensors[f"mapping.fc{i}.weight"] = state[f"style.{i + 1}.weight"].tensor()
        tensors[f"mapping.fc{i}.bias"] = state[f"style.{i + 1}.bias"].tensor()
    # e4e keeps the mean once for each row: the rows are equal.
    average = torch.zeros(last[0]) if mean is None else mean.tensor().reshape(-1, last[0])[0]
    return Imported(
        "stylegan2",
        config,
        tensors | {"mapping.w_avg": average},
        "StyleGAN2 (rosinality's PyTorch file)",
        mean_missing=mean is None,
    )


def _convolution(state: State, there: str, here: str) -> dict[str, Tensor]:
    return {
        f"{here}.weight": state[f"{there}.conv.weight"].tensor()[0],
        f"{here}.affine.weight": state[f"{there}.conv.modulation.weight"].tensor(),
        f"{here}.affine.bias": state[f"{there}.conv.modulation.bias"].tensor(),
        f"{here}.noise_strength": state[f"{there}.noise.weight"].tensor().reshape([]),
        f"{here}.bias": state[f"{there}.activate.bias"].tensor().reshape(-1),
    }


def _to_rgb(state: State, there: str, here: str) -> dict[str, Tensor]:
    return {
        f"{here}.weight": state[f"{there}.conv.weight"].tensor()[0],
        f"{here}.affine.weight": state[f"{there}.conv.modulation.weight"].tensor(),
        f"{here}.affine.bias": state[f"{there}.conv.modulation.bias"].tensor(),
        f"{here}.bias": state[f"{there}.bias"].tensor().reshape(-1),
    }


def _noise(state: State, number: int) -> Tensor:
    """The fixed noise of a layer; where old files have none, one that is always the same."""
    size = 2 ** (2 + (number + 1) // 2)
    given = state.get(f"noises.noise_{number}")
    if given is not None:
        return given.tensor()[0, 0]
    return torch.randn(size, size, generator=torch.Generator().manual_seed(number))
