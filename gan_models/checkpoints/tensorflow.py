"""TensorFlow pickles of StyleGAN2 and StyleGAN2-ADA: a tuple (G, D, Gs) of `Network` objects.

Configurations E and F add up or end in one ToRGB; B to D grew, and have a ToRGB_lod for each size.

A Network's state holds its variables by name, those of its components by component, and Python
source that TensorFlow would run; here it is only counted.
"""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import torch
from torch import Tensor

from gan_models.checkpoints.imported import Imported, check_start
from gan_models.checkpoints.stored import Node, StoredTensor, refuse_unless

Variables = dict[str, Tensor]
MAX_TAPS = 64
"""Numbers of a filter between two channels; known networks have 1, 9 and 16."""


def network(root: Any) -> Node | None:
    """The averaged generator: the last network of the file."""
    values = root if type(root) in (tuple, list) else [root]
    nodes = [v for v in values if isinstance(v, Node) and "variables" in v.state]
    return nodes[-1] if nodes else None


def stored_variables(node: Node, prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """All variables of a network and its components by full name, still in the file."""
    found: dict[str, Any] = {}
    for item in node.get("variables", list, []):
        refuse_unless(type(item) is tuple and len(item) == 2, "one of its variables is damaged")
        name, value = item
        if isinstance(value, StoredTensor) or type(value) in (int, float):
            found[f"{prefix}{name}"] = value
    components = node.get("components", dict, {})
    for name, component in components.items() if depth < 3 else ():
        if isinstance(component, Node):
            found |= stored_variables(component, f"{prefix}{name}/", depth + 1)
    return found


def variables(stored: dict[str, Any]) -> Variables:
    """The numbers of what `stored_variables` found."""
    return {
        name: x.tensor() if isinstance(x, StoredTensor) else torch.tensor(float(x))
        for name, x in stored.items()
    }


def read(root: Any) -> Imported | None:
    """A StyleGAN2 of a TensorFlow pickle."""
    node = network(root)
    stored = {} if node is None else stored_variables(node)
    if node is None or "synthesis/4x4/Conv/mod_weight" not in stored:
        return None
    settings = node.get("static_kwargs", dict, {})
    _check(settings)
    found = variables(stored)
    sizes = sizes_of(found, "synthesis/{0}x{0}/Conv1/weight")
    grown, notes = grown_to(found, len(sizes), "synthesis/")
    sizes = sizes[:grown]
    layers = count(found, "mapping/Dense{}/weight")
    refuse_unless(layers, "its mapping network has no layers")
    tensors = mapping(found, layers) | _synthesis(found, sizes)
    return Imported(
        "stylegan2",
        _config(tensors, sizes, layers, settings, joint="mapping/LabelConcat/weight" in found),
        tensors,
        "StyleGAN2 (TensorFlow pickle)",
        notes,
        mean_missing="dlatent_avg" not in found,
    )


def count(found: Variables, pattern: str) -> int:
    """How many names there are without a gap, from 0 on."""
    number = 0
    while pattern.format(number) in found:
        number += 1
    return number


def sizes_of(found: Variables, pattern: str) -> list[int]:
    """4, 8, ... as far as there are blocks."""
    sizes = [4]
    while pattern.format(2 * sizes[-1]) in found:
        sizes.append(2 * sizes[-1])
    return sizes


def lod_of(found: Variables, blocks: int, prefix: str) -> float:
    """How many of the finest blocks were still missing when the file was written."""
    lod = float(found.get("lod", found.get(f"{prefix}lod", torch.zeros([]))))
    refuse_unless(0 <= lod <= blocks - 1, f"its level of detail is {lod}")
    return lod


def grown_to(found: Variables, blocks: int, prefix: str) -> tuple[int, list[str]]:
    """How many blocks a growing network had, and a note where those are not all."""
    if f"{prefix}ToRGB_lod0/weight" not in found:
        return blocks, []
    there = blocks - int(lod_of(found, blocks, prefix))
    if there == blocks:
        return blocks, []
    return there, [f"training had reached {2 << there} of {2 << blocks} pixels"]


def _check(settings: dict[str, Any]) -> None:
    kernel = settings.get("resample_kernel") or [1, 3, 3, 1]
    refuse_unless(list(kernel) == [1, 3, 3, 1], "its resampling filter is not [1, 3, 3, 1]")
    for name in ("nonlinearity", "mapping_nonlinearity"):
        kind = settings.get(name, "lrelu")
        refuse_unless(kind == "lrelu", f"its layers use {str(kind)[:20]!r}, not lrelu")
    normalised = settings.get("normalize_latents", True)
    refuse_unless(normalised is True, "its latents are not normalised, which is not supported")


def _config(
    tensors: Variables, sizes: list[int], layers: int, settings: dict[str, Any], *, joint: bool
) -> dict[str, Any]:
    blocks = [f"synthesis.b{size}" for size in sizes]
    last = tensors[f"mapping.fc{layers - 1}.weight"].shape
    embed = tensors.get("mapping.embed.weight", torch.zeros(0, 0)).shape
    clamp: Any = settings.get("conv_clamp")
    architecture = "skip" if f"{blocks[0]}.torgb.weight" in tensors else "orig"
    if f"{blocks[-1]}.skip.weight" in tensors:
        architecture = "resnet"
    return {
        "resolution": sizes[-1],
        "z_dim": tensors["mapping.fc0.weight"].shape[1] - embed[0],
        "w_dim": last[0],
        "label_dim": embed[1],
        "channels": tensors[f"{blocks[-1]}.torgb.weight"].shape[0],
        "widths": [tensors[f"{block}.conv1.weight"].shape[0] for block in blocks],
        "mapping_layers": layers,
        "layer_features": last[1] if layers > 1 else None,
        "embed_features": embed[0] or None,
        "lr_multiplier": float(settings.get("mapping_lrmul", 0.01)),
        "joint": joint,
        "architecture": architecture,
        "use_noise": "synthesis.b4.conv1.noise_strength" in tensors,
        "conv_clamp": float(clamp) if type(clamp) in (int, float) else None,
    }


def mapping(found: Variables, layers: int) -> Variables:
    tensors = {"mapping.w_avg": found.get("dlatent_avg")}
    for i in range(layers):
        tensors[f"mapping.fc{i}.weight"] = found[f"mapping/Dense{i}/weight"].t().contiguous()
        tensors[f"mapping.fc{i}.bias"] = found[f"mapping/Dense{i}/bias"]
    if tensors["mapping.w_avg"] is None:
        tensors["mapping.w_avg"] = torch.zeros(len(found[f"mapping/Dense{layers - 1}/bias"]))
    if "mapping/LabelEmbed/weight" in found:
        tensors["mapping.embed.weight"] = found["mapping/LabelEmbed/weight"].t()
        tensors["mapping.embed.bias"] = found["mapping/LabelEmbed/bias"]
    elif "mapping/LabelConcat/weight" in found:
        # A plain product there; ours divides by the root of the number of classes.
        weight = found["mapping/LabelConcat/weight"].t()
        tensors["mapping.embed.weight"] = weight * math.sqrt(weight.shape[1])
        tensors["mapping.embed.bias"] = torch.zeros(weight.shape[0])
    return {name: tensor for name, tensor in tensors.items() if tensor is not None}


def _synthesis(found: Variables, sizes: list[int]) -> Variables:
    """Takes the filters out of `found`, so that none is in memory twice for long."""
    lod = len(sizes_of(found, "synthesis/{0}x{0}/Conv1/weight")) - len(sizes)
    check_start(found["synthesis/4x4/Const/const"])
    tensors = {"synthesis.b4.const": found["synthesis/4x4/Const/const"][0]}
    for index, size in enumerate(sizes):
        there, here = f"synthesis/{size}x{size}", f"synthesis.b{size}"
        if size == 4:
            tensors |= _layer(found, f"{there}/Conv", f"{here}.conv1", noise=0)
        else:
            number = 2 * index - 1
            up = _layer(found, f"{there}/Conv0_up", f"{here}.conv0", noise=number, flip=True)
            tensors |= up | _layer(found, f"{there}/Conv1", f"{here}.conv1", noise=number + 1)
        if f"{there}/ToRGB/weight" in found:
            tensors |= _layer(found, f"{there}/ToRGB", f"{here}.torgb")
        if f"{there}/Skip/weight" in found:
            tensors[f"{here}.skip.weight"] = kernel(found.pop(f"{there}/Skip/weight"), flip=True)
    if f"synthesis/ToRGB_lod{lod}/weight" in found:
        tensors |= _layer(found, f"synthesis/ToRGB_lod{lod}", f"{here}.torgb")
    return tensors


def _layer(
    found: Variables, there: str, here: str, *, noise: int | None = None, flip: bool = False
) -> Variables:
    tensors = {
        f"{here}.weight": kernel(found.pop(f"{there}/weight"), flip=flip),
        f"{here}.bias": found[f"{there}/bias"],
        f"{here}.affine.weight": found[f"{there}/mod_weight"].t().contiguous(),
        f"{here}.affine.bias": found[f"{there}/mod_bias"] + 1,
    }
    if noise is not None and f"{there}/noise_strength" in found:
        tensors[f"{here}.noise_strength"] = found[f"{there}/noise_strength"].reshape([])
        tensors[f"{here}.noise_const"] = found[f"synthesis/noise{noise}"][0, 0]
    return tensors


def kernel(weight: Tensor, *, flip: bool) -> Tensor:
    """From height, width, in, out to PyTorch's out, in, height, width."""
    height, width, inputs, outputs = weight.shape
    refuse_unless(height * width <= MAX_TAPS, f"it has a filter of {height} x {width} pixels")
    result = weight.new_empty(outputs, inputs, height, width)
    for y, x in product(range(height), range(width)):
        there = weight[height - 1 - y, width - 1 - x] if flip else weight[y, x]
        result[:, :, y, x] = there.t().contiguous()  # by blocks, unlike a permutation of four axes
    return result
