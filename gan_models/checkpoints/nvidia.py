"""NVIDIA's pickles: StyleGAN2-ADA-PyTorch, the StyleGAN3 repository and their forks.

Networks are recognised by their parts and rebuilt from the shapes of their tensors and the plain
attributes that their layers had; the Python source that they carry is never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from gan_models.checkpoints.imported import Imported, check_start
from gan_models.checkpoints.states import State, numbered, states
from gan_models.checkpoints.stored import (
    Node,
    StoredTensor,
    module_tensors,
    refuse_unless,
)

_GENERATORS = ("G_ema", "Gs", "generator_ema", "G", "generator")
_FIR_TAPS = (1, 3, 3, 1)


def networks(root: Any, depth: int = 2) -> Iterator[Node]:
    """The networks of a snapshot, those that were averaged over training before the others."""
    if isinstance(root, Node):
        if root.children():
            yield root
        return
    if type(root) is dict:
        named = [root[name] for name in _GENERATORS if name in root]
        values = [*named, *root.values()]
    else:  # (G, D, G_ema)
        values = list(reversed(root)) if type(root) in (list, tuple) else []
    yield from (node for node in values if isinstance(node, Node) and node.children())
    for value in values if depth else ():
        if type(value) in (dict, list, tuple):
            yield from networks(value, depth - 1)


def read(root: Any) -> Imported | None:
    """A StyleGAN2 or StyleGAN3 of a persistent pickle."""
    for node in networks(root):
        synthesis = node.child("synthesis").children()
        if "input" in synthesis:
            return _stylegan3(node)
        if "b4" in synthesis:
            return _stylegan2(module_tensors(node), node)
    for state in states(root):
        if "synthesis.b4.const" in state:
            found = _stylegan2(state, Node(""))
            found.notes.append("conv_clamp is not in the file; assumed to be none")
            return found
        bare = "synthesis.input.freqs" in state
        refuse_unless(
            not bare, "it has the weights of a StyleGAN3 without its settings: open the .pkl itself"
        )
    return None


def _stylegan2(tensors: State, node: Node) -> Imported:
    """Of its tensors, and of what its layers say of themselves, where the file has them."""
    _check_filters(tensors)
    check_start(tensors["synthesis.b4.const"])
    sizes = numbered(tensors, r"synthesis\.b(\d+)\.")
    blocks = [f"synthesis.b{size}" for size in sizes]
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    layers = numbered(tensors, r"mapping\.fc(\d+)\.weight")
    refuse_unless(layers, "its mapping network has no layers")
    _check_activations(node)
    embed = shapes.get("mapping.embed.weight", (0, 0))
    last = shapes[f"mapping.fc{len(layers) - 1}.weight"]
    first = node.child("mapping", "fc0")
    config = {
        "resolution": sizes[-1],
        "z_dim": shapes["mapping.fc0.weight"][1] - embed[0],
        "w_dim": last[0],
        "label_dim": embed[1],
        "channels": shapes[f"{blocks[-1]}.torgb.weight"][0],
        "widths": [shapes[f"{block}.conv1.weight"][0] for block in blocks],
        "mapping_layers": len(layers),
        "layer_features": last[1] if len(layers) > 1 else None,
        "embed_features": embed[0] or None,
        "lr_multiplier": first.get("bias_gain", float, 0.01),
        "architecture": _architecture(shapes, blocks),
        "use_noise": f"{blocks[0]}.conv1.noise_strength" in shapes,
        "conv_clamp": node.child("synthesis", "b4", "conv1").get("conv_clamp", float),
    }
    return Imported(
        "stylegan2",
        config,
        {"mapping.w_avg": torch.zeros(last[0]), **tensors},
        "StyleGAN2 (NVIDIA's PyTorch pickle)",
        mean_missing="mapping.w_avg" not in tensors,
    )


def _stylegan3(node: Node) -> Imported:
    tensors = module_tensors(node)
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    synthesis, mapping = node.child("synthesis"), node.child("mapping")
    entry = synthesis.child("input")
    names = [name for name in synthesis.children() if re.fullmatch(r"L\d{1,3}_\d+_\d+", name)]
    names.sort(key=lambda name: int(name[1:].split("_")[0]))
    refuse_unless(names, "its synthesis network has no layers")
    layers = {name: _alias_free_layer(name, synthesis.child(name), shapes) for name in names}
    count = sum(name.startswith("fc") for name in mapping.children())
    refuse_unless(count, "its mapping network has no layers")
    _check_activations(node)
    class_means = "mapping.embed_proj.weight" in shapes
    # StyleGAN-XL without classes carries the embeddings of ImageNet's all the same.
    conditional = class_means or "mapping.embed.bias" in shapes
    embed = shapes["mapping.embed.weight"] if conditional else (0, 0)
    label_dim, features = embed if class_means else embed[::-1]
    first = shapes["mapping.fc0.weight"][1]
    config = {
        "resolution": _side(synthesis.child(names[-1]), "out_size"),
        "z_dim": first // 2 if class_means else first - features,
        "w_dim": shapes[f"mapping.fc{count - 1}.weight"][0],
        "layers": layers,
        "input": {
            "channels": shapes["synthesis.input.freqs"][0],
            "size": _side(entry, "size"),
            "sampling_rate": entry.get("sampling_rate", float),
            "bandwidth": entry.get("bandwidth", float),
        },
        "label_dim": label_dim,
        "mapping_layers": count,
        "embed_features": features or None,
        "lr_multiplier": mapping.child("fc0").get("bias_gain", float, 0.01),
        "class_means": class_means,
        "output_scale": synthesis.get("output_scale", float, 0.25),
    }
    renamed: dict[str, StoredTensor | Tensor] = {"mapping.w_avg": torch.zeros(config["w_dim"])}
    renamed |= {
        re.sub(r"^mapping\.fc", "mapping.layers.fc", name) if class_means else name: tensor
        for name, tensor in tensors.items()
    }
    origin = "StyleGAN-XL" if class_means else "StyleGAN3"
    return Imported(
        "stylegan3",
        config,
        renamed,
        f"{origin} (NVIDIA's PyTorch pickle)",
        mean_missing="mapping.w_avg" not in tensors,
    )


def _alias_free_layer(name: str, layer: Node, shapes: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    weight = shapes[f"synthesis.{name}.weight"]
    padding = layer.get("padding", list)
    whole = type(padding) is list and [type(x) for x in padding] == [int] * 4
    refuse_unless(whole and max(map(abs, padding)) < 1000, f"its layer {name} is damaged")
    return {
        "in_channels": weight[1],
        "out_channels": weight[0],
        "kernel": weight[2],
        "up": _factor(layer, "up_factor"),
        "down": _factor(layer, "down_factor"),
        "padding": padding,
        "up_taps": (*shapes.get(f"synthesis.{name}.up_filter", ()), 0)[0],
        "down_taps": list(shapes.get(f"synthesis.{name}.down_filter", ())),
        "to_rgb": layer.get("is_torgb", bool, False),
        "clamp": layer.get("conv_clamp", float),
    }


def _factor(layer: Node, name: str) -> int:
    value = layer.get(name, int, 1)
    refuse_unless(1 <= value <= 8, f"its {name} is {value}")
    return int(value)


def _side(layer: Node, name: str) -> int:
    """The side of a square map, which the file holds as an array [width, height]."""
    value = layer.state.get(name)
    numbers = value.numpy().ravel().tolist() if isinstance(value, StoredTensor) else value
    numbers = [numbers, numbers] if type(numbers) is int else list(numbers or ())
    square = len(numbers) == 2 and numbers[0] == numbers[1] and 0 < numbers[0] < 10_000
    refuse_unless(square, f"its {name} {numbers} is not that of square pictures")
    return int(numbers[0])


def _architecture(shapes: dict[str, tuple[int, ...]], blocks: list[str]) -> str:
    if len(blocks) > 1 and f"{blocks[1]}.skip.weight" in shapes:
        return "resnet"
    return "skip" if f"{blocks[0]}.torgb.weight" in shapes else "orig"


def _check_activations(node: Node) -> None:
    waiting = [node]
    for _ in range(10_000):
        if not waiting:
            return
        current = waiting.pop()
        kind = current.state.get("activation", "lrelu")
        refuse_unless(kind in ("lrelu", "linear"), f"its layers use {str(kind)[:20]!r}, not lrelu")
        waiting += current.children().values()
    refuse_unless(False, "it has too many layers")


def _check_filters(tensors: State) -> None:
    for name, tensor in tensors.items():
        if name.endswith("resample_filter"):
            refuse_unless(
                is_binomial(tensor, 1.0),
                f"its filter {name} is not [1, 3, 3, 1], the only one supported",
            )


def is_binomial(kernel: StoredTensor, gain: float) -> bool:
    """Whether a filter is [1, 3, 3, 1] in both directions, with the sum `gain`."""
    total = sum(_FIR_TAPS) ** 2
    expected = [gain * a * b / total for a in _FIR_TAPS for b in _FIR_TAPS]
    taps = kernel.numpy().ravel().tolist()
    return len(taps) == 16 and all(
        abs(x - y) < 1e-5 * gain for x, y in zip(taps, expected, strict=True)
    )
