"""TensorFlow pickles of networks that grew: Progressive GAN and StyleGAN1.

Their kernels are stored as height, width, in, out. A layer that doubles the size is computed in
one of two ways, "fused" as a transposed convolution or apart, whose kernels are turned against
each other; ours are those of the second.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from gan_models.checkpoints.imported import Imported
from gan_models.checkpoints.stored import refuse_unless
from gan_models.checkpoints.tensorflow import (
    Variables,
    count,
    grown_to,
    kernel,
    lod_of,
    mapping,
    network,
    sizes_of,
    stored_variables,
    variables,
)

_STYLEGAN1 = "synthesis/4x4/Const/StyleMod/weight"
_PROGAN = "4x4/Dense/weight"
_ONLY = {
    "use_wscale": (True, "weights without equalised learning rate"),
    "use_pixelnorm": (True, "layers without normalisation"),
    "use_leakyrelu": (True, "plain ReLU"),
    "use_pixel_norm": (False, "normalisation by pixel"),
    "use_instance_norm": (True, "layers without normalisation"),
    "use_styles": (True, "layers without styles"),
    "const_input_layer": (True, "no learned constant"),
    "normalize_latents": (True, "latents that are not normalised"),
    "nonlinearity": ("lrelu", "another activation than leaky ReLU"),
    "mapping_nonlinearity": ("lrelu", "another activation than leaky ReLU"),
}
"""Settings with the one value that is supported, and what any other means."""


def read(root: Any) -> Imported | None:
    """A StyleGAN1 or Progressive GAN of a TensorFlow pickle."""
    node = network(root)
    stored = {} if node is None else stored_variables(node)
    if node is None or not (_STYLEGAN1 in stored or _PROGAN in stored):
        return None
    settings = node.get("static_kwargs", dict, {})
    for name, (wanted, meaning) in _ONLY.items():
        refuse_unless(settings.get(name, wanted) == wanted, f"it has {meaning}, not supported yet")
    found = variables(stored)
    return _stylegan1(found, settings) if _STYLEGAN1 in found else _progan(found, settings)


def _stylegan1(found: Variables, settings: dict[str, Any]) -> Imported:
    blur = settings.get("blur_filter", [1, 2, 1])
    refuse_unless(blur == [1, 2, 1], "its blur is not [1, 2, 1], the only one supported")
    sizes = sizes_of(found, "synthesis/{0}x{0}/Conv1/weight")
    blocks, notes = grown_to(found, len(sizes), "synthesis/")
    layers = count(found, "mapping/Dense{}/weight")
    refuse_unless(layers, "its mapping network has no layers")
    tensors = mapping(found, layers)
    for i in range(layers):  # the gain after the activation is before it there
        tensors[f"mapping.fc{i}.bias"] = tensors[f"mapping.fc{i}.bias"] / math.sqrt(2.0)
    names = [f"{size}x{size}/{name}" for size in sizes[:blocks] for name in _names(size)]
    for row, name in enumerate(names):
        fused = _fused(settings, default="auto", size=int(name.split("x")[0]))
        tensors |= _layer(found, row, f"synthesis/{name}", fused=fused)
    colours, fade = _colours(found, len(sizes), "synthesis/")
    embed = tensors.get("mapping.embed.weight", torch.zeros(0, 0)).shape
    last = tensors[f"mapping.fc{layers - 1}.weight"].shape
    config = {
        "widths": [len(tensors[f"layers.{row}.bias"]) for row in range(0, len(names), 2)],
        "z_dim": tensors["mapping.fc0.weight"].shape[1] - embed[0],
        "w_dim": last[0],
        "label_dim": embed[1],
        "embed_features": embed[0] or None,
        "channels": len(colours["to_rgb.fine.bias"]),
        "mapping_layers": layers,
        "layer_features": last[1] if layers > 1 else None,
        "lr_multiplier": float(settings.get("mapping_lrmul", 0.01)),
        "use_noise": "layers.0.noise_strength" in tensors,
        "fade": fade,
    }
    mean_missing = "dlatent_avg" not in found
    origin = "StyleGAN (TensorFlow pickle)"
    tensors |= colours
    return Imported("stylegan1", config, tensors, origin, notes, mean_missing=mean_missing)


def _names(size: int) -> tuple[str, str]:
    return ("Const", "Conv") if size == 4 else ("Conv0_up", "Conv1")


def _fused(settings: dict[str, Any], *, default: Any, size: int) -> bool:
    """Whether the layer that grows to `size` was computed as a transposed convolution."""
    given = settings.get("fused_scale", default)
    refuse_unless(given in (True, False, "auto"), "its setting fused_scale is damaged")
    return size >= 128 if given == "auto" else bool(given)


def _layer(found: Variables, row: int, there: str, *, fused: bool) -> Variables:
    here = f"layers.{row}"
    tensors = {
        f"{here}.bias": found[f"{there}/bias"],
        f"{here}.style.weight": found[f"{there}/StyleMod/weight"].t(),
        f"{here}.style.bias": found[f"{there}/StyleMod/bias"],
    }
    if row == 0:
        tensors[f"{here}.const"] = found[f"{there}/const"][0]
    else:
        turned = fused and there.endswith("_up")
        tensors[f"{here}.weight"] = kernel(found[f"{there}/weight"], flip=turned)
    if f"{there}/Noise/weight" in found:
        tensors[f"{here}.noise_strength"] = found[f"{there}/Noise/weight"]
        tensors[f"{here}.noise_const"] = found[f"synthesis/noise{row}"][0, 0]
    return tensors


def _progan(found: Variables, settings: dict[str, Any]) -> Imported:
    sizes = sizes_of(found, "{0}x{0}/Conv1/weight")
    blocks, notes = grown_to(found, len(sizes), "")
    dense = found["4x4/Dense/weight"]
    tensors: Variables = {"blocks.0.weight0": dense.t(), "blocks.0.bias0": found["4x4/Dense/bias"]}
    for number, size in enumerate(sizes[:blocks]):
        there, here = f"{size}x{size}", f"blocks.{number}"
        second = f"{there}/Conv1" if number else f"{there}/Conv"
        tensors[f"{here}.weight1"] = kernel(found[f"{second}/weight"], flip=False)
        tensors[f"{here}.bias1"] = found[f"{second}/bias"]
        if number:
            fused = f"{there}/Conv0_up/weight" in found
            first = f"{there}/Conv0_up" if fused else f"{there}/Conv0"
            tensors[f"{here}.weight0"] = _growing_kernel(found[f"{first}/weight"], fused=fused)
            tensors[f"{here}.bias0"] = found[f"{first}/bias"]
    colours, fade = _colours(found, len(sizes), "")
    labels: Any = settings.get("label_size", 0)
    refuse_unless(type(labels) is int and 0 <= labels < dense.shape[0], "its classes are damaged")
    config = {
        "widths": [len(tensors[f"blocks.{number}.bias1"]) for number in range(blocks)],
        "z_dim": dense.shape[0] - labels,
        "label_dim": labels,
        "channels": len(colours["to_rgb.fine.bias"]),
        "fade": fade,
    }
    origin = "Progressive GAN (TensorFlow pickle)"
    return Imported("progan", config, tensors | colours, origin, notes)


def _growing_kernel(weight: Tensor, *, fused: bool) -> Tensor:
    """Progressive GAN stores its fused kernels as height, width, out, in."""
    if fused:
        return weight.flip(0, 1).permute(2, 3, 0, 1).contiguous()
    return kernel(weight, flip=False)


def _colours(found: Variables, blocks: int, prefix: str) -> tuple[Variables, float]:
    """The layers to colours at the level that training had reached, and how far it was between."""
    lod = lod_of(found, blocks, prefix)
    fade, tensors = lod - int(lod), {}
    for name, level in (("fine", int(lod)), ("coarse", int(lod) + 1)):
        if name == "fine" or fade:
            there = f"{prefix}ToRGB_lod{level}"
            tensors[f"to_rgb.{name}.weight"] = kernel(found[f"{there}/weight"], flip=False)
            tensors[f"to_rgb.{name}.bias"] = found[f"{there}/bias"]
    return tensors, fade
