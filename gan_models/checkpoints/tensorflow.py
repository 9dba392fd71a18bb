"""TensorFlow pickles of StyleGAN2 and StyleGAN2-ADA: a tuple (G, D, Gs) of `Network` objects.

A Network's state holds its variables by name, those of its components by component, and Python
source that TensorFlow would run; here it is only counted.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from gan_models.checkpoints.imported import Imported
from gan_models.checkpoints.stored import Node, StoredTensor, refuse_unless

Variables = dict[str, Tensor]


def network(root: Any) -> Node | None:
    """The averaged generator: the last network of the file."""
    values = root if type(root) in (tuple, list) else [root]
    nodes = [v for v in values if isinstance(v, Node) and "variables" in v.state]
    return nodes[-1] if nodes else None


def variables(node: Node, prefix: str = "", depth: int = 0) -> Variables:
    """All variables of a network and its components, by their full names."""
    found: Variables = {}
    for item in node.get("variables", list, []):
        refuse_unless(type(item) is tuple and len(item) == 2, "one of its variables is damaged")
        name, value = item
        if isinstance(value, StoredTensor):
            found[f"{prefix}{name}"] = value.tensor()
        elif type(value) in (int, float):
            found[f"{prefix}{name}"] = torch.tensor(float(value))
    components = node.get("components", dict, {})
    for name, component in components.items() if depth < 3 else ():
        if isinstance(component, Node):
            found |= variables(component, f"{prefix}{name}/", depth + 1)
    return found


def read(root: Any) -> Imported | None:
    """A StyleGAN2 of a TensorFlow pickle."""
    node = network(root)
    if node is None:
        return None
    found = variables(node)
    first = any("/StyleMod/" in name for name in found)
    refuse_unless(not first, "it is a StyleGAN1, which is not supported yet")
    progressive = "4x4/Dense/weight" in found
    refuse_unless(not progressive, "it is a Progressive GAN, which is not supported yet")
    if "synthesis/4x4/Conv/mod_weight" not in found:
        return None
    lod = any("ToRGB_lod" in name for name in found)
    refuse_unless(not lod, "it is a StyleGAN2 of configuration A to D, which is not supported")
    settings = node.get("static_kwargs", dict, {})
    _check(settings)
    sizes = [4]
    while f"synthesis/{2 * sizes[-1]}x{2 * sizes[-1]}/Conv1/weight" in found:
        sizes.append(2 * sizes[-1])
    layers = 0
    while f"mapping/Dense{layers}/weight" in found:
        layers += 1
    refuse_unless(layers, "its mapping network has no layers")
    tensors = _mapping(found, layers) | _synthesis(found, sizes)
    return Imported(
        "stylegan2",
        _config(tensors, sizes, layers, settings, joint="mapping/LabelConcat/weight" in found),
        tensors,
        "StyleGAN2 (TensorFlow pickle)",
        mean_missing="dlatent_avg" not in found,
    )


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


def _mapping(found: Variables, layers: int) -> Variables:
    tensors = {"mapping.w_avg": found.get("dlatent_avg")}
    for i in range(layers):
        tensors[f"mapping.fc{i}.weight"] = found[f"mapping/Dense{i}/weight"].t()
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
            tensors[f"{here}.skip.weight"] = _kernel(found[f"{there}/Skip/weight"], flip=True)
    return tensors


def _layer(
    found: Variables, there: str, here: str, *, noise: int | None = None, flip: bool = False
) -> Variables:
    tensors = {
        f"{here}.weight": _kernel(found[f"{there}/weight"], flip=flip),
        f"{here}.bias": found[f"{there}/bias"],
        f"{here}.affine.weight": found[f"{there}/mod_weight"].t(),
        f"{here}.affine.bias": found[f"{there}/mod_bias"] + 1,
    }
    if noise is not None and f"{there}/noise_strength" in found:
        tensors[f"{here}.noise_strength"] = found[f"{there}/noise_strength"].reshape([])
        tensors[f"{here}.noise_const"] = found[f"synthesis/noise{noise}"][0, 0]
    return tensors


def _kernel(weight: Tensor, *, flip: bool) -> Tensor:
    """From height, width, in, out to PyTorch's out, in, height, width."""
    return (weight.flip(0, 1) if flip else weight).permute(3, 2, 0, 1).contiguous()
