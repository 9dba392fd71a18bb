"""Importers of bare state dictionaries: R3GAN, lucidrains, SPADE, pix2pixHD, DCGAN and ACGAN.

Such files hold no architecture; each importer knows its own by the names and shapes that must be
there, and what shapes cannot tell it assumes and says so in the notes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from gan_models.checkpoints.imported import Imported
from gan_models.checkpoints.nvidia import networks
from gan_models.checkpoints.states import State, numbered, states
from gan_models.checkpoints.stored import StoredTensor, module_tensors, refuse_unless
from gan_models.families.pix2pixhd import LOCALS


def read_r3gan(root: Any) -> Imported | None:
    """R3GAN's pickle."""
    known = (module_tensors(node) for node in networks(root))
    state = next((s for s in known if "Model.MainLayers.0.Layers.0.Basis" in s), None)
    if state is None:
        return None
    names = {
        "Model.MainLayers.0.Layers.0.Basis": "basis",
        "Model.MainLayers.0.Layers.0.LinearLayer.weight": "linear.weight",
        "Model.AggregationLayer.Layer.weight": "to_rgb.weight",
        "Model.EmbeddingLayer.weight": "embed.weight",
        "EmbeddingLayer.weight": "embed.weight",
    }
    tensors = {ours: state[theirs] for theirs, ours in names.items() if theirs in state}
    stages = []
    for stage in numbered(state, r"Model\.MainLayers\.(\d+)\."):
        prefix = f"Model.MainLayers.{stage}.Layers."
        widen = state.get(f"{prefix}0.LinearLayer.Layer.weight")
        if stage and widen is not None:
            tensors[f"widen.{stage - 1}.weight"] = widen
        blocks = numbered(state, re.escape(prefix) + r"(\d+)\.LinearLayer1\.")
        refuse_unless(blocks, f"its stage {stage} is empty")
        for number, block in enumerate(blocks):
            tensors |= _r3gan_block(state, f"{prefix}{block}.", f"stages.{stage}.{number}.")
        hidden, narrow = state[f"{prefix}{blocks[0]}.LinearLayer2.Layer.weight"].shape[:2]
        channels = state[f"{prefix}{blocks[0]}.LinearLayer1.Layer.weight"].shape[1]
        groups = hidden // max(1, narrow)
        stages.append(
            {"channels": channels, "blocks": len(blocks), "hidden": hidden, "groups": groups}
        )
    embed = tensors["embed.weight"].shape if "embed.weight" in tensors else (0, 0)
    config = {
        "z_dim": tensors["linear.weight"].shape[1] - embed[0],
        "stages": stages,
        "channels": tensors["to_rgb.weight"].shape[0],
        "label_dim": embed[1],
        "embed_features": embed[0],
    }
    return Imported("r3gan", config, tensors, "R3GAN")


def _r3gan_block(state: State, there: str, here: str) -> dict[str, StoredTensor]:
    return {
        f"{here}expand.weight": state[f"{there}LinearLayer1.Layer.weight"],
        f"{here}expand.bias": state[f"{there}NonLinearity1.Bias"],
        f"{here}grouped.weight": state[f"{there}LinearLayer2.Layer.weight"],
        f"{here}grouped.bias": state[f"{there}NonLinearity2.Bias"],
        f"{here}shrink.weight": state[f"{there}LinearLayer3.Layer.weight"],
    }


_LUCIDRAINS = (
    (r"^SE\.net\.(\d+)\.", lambda m: f"mapping.layers.{int(m[1]) // 2}."),
    (r"^GE\.initial_block$", "const"),
    (r"^GE\.to_initial_block\.", "from_style."),
    (r"^GE\.initial_conv\.", "initial."),
    (r"^GE\.blocks\.(\d+)\.to_rgb\.to_style\.", r"blocks.\1.to_style_rgb."),
    (r"^GE\.blocks\.(\d+)\.to_rgb\.conv\.weight$", r"blocks.\1.weight_rgb"),
    (r"^GE\.blocks\.(\d+)\.conv(\d)\.weight$", r"blocks.\1.weight\2"),
    (r"^GE\.blocks\.", "blocks."),
    (r"^GE\.attns\.(\d+)\.(\d)\.fn\.norm\.", r"attention.\1.norm.\2."),
    (r"^GE\.attns\.(\d+)\.0\.fn\.fn\.to_kv\.net\.", r"attention.\1.attention.to_kv."),
    (r"^GE\.attns\.(\d+)\.0\.fn\.fn\.", r"attention.\1.attention."),
    (r"^GE\.attns\.(\d+)\.1\.fn\.fn\.0\.", r"attention.\1.expand."),
    (r"^GE\.attns\.(\d+)\.1\.fn\.fn\.2\.", r"attention.\1.shrink."),
)


def read_lucidrains(root: Any, settings: Mapping[str, Any]) -> Imported | None:
    """lucidrains/stylegan2-pytorch; `settings` are those of its .config.json, if it is there."""
    signs = {"SE.net.0.weight", "GE.blocks.0.conv1.weight"}
    state = next((s for s in states(root) if signs <= s.keys()), None)
    if state is None:
        return None
    early = "GE.initial_conv.weight" not in state
    refuse_unless(not early, "it is of an early stylegan2-pytorch, whose layers differ")
    tensors: dict[str, StoredTensor | Tensor] = {}
    for name, tensor in state.items():
        for pattern, ours in _LUCIDRAINS:
            if re.match(pattern, name):
                tensors[re.sub(pattern, ours, name)] = tensor
                break
    blocks = numbered(state, r"GE\.blocks\.(\d+)\.")
    layers = numbered(state, r"SE\.net\.(\d+)\.")
    width = state["SE.net.0.weight"].shape[0]
    multiplier: Any = settings.get("lr_mlp")
    config = {
        "widths": [state[f"GE.blocks.{i}.conv2.weight"].shape[0] for i in blocks],
        "w_dim": width,
        "mapping_layers": len(layers),
        "lr_multiplier": float(multiplier) if type(multiplier) in (int, float) else 0.1,
        "channels": state["GE.blocks.0.to_rgb.conv.weight"].shape[0],
        "learned_input": "const" in tensors,
        "attention": numbered(state, r"GE\.attns\.(\d+)\."),
    }
    size = 4 * 2 ** (len(blocks) - 1)
    source = torch.Generator().manual_seed(0)
    tensors["noise_const"] = torch.rand(1, min(size, 4096), min(size, 4096), generator=source)
    tensors["mapping.w_avg"] = torch.zeros(width)
    notes = [] if multiplier else ["lr_mlp assumed to be 0.1: there is no .config.json"]
    return Imported(
        "lucidrains", config, tensors, "lucidrains/stylegan2-pytorch", notes, mean_missing=True
    )


def read_spade(root: Any, settings: Mapping[str, Any]) -> Imported | None:
    """SPADE's net_G; `settings` may give `extra_up` and `resolution`, which no shape tells."""
    state = next((s for s in states(root) if "head_0.norm_0.mlp_shared.0.weight" in s), None)
    if state is None or "conv_img.weight" not in state:
        return None
    shared, fc = state["head_0.norm_0.mlp_shared.0.weight"], state["fc.weight"]
    ups = len(numbered(state, r"up_(\d+)\."))
    wide = state["head_0.norm_0.mlp_gamma.weight"].shape[0]
    extra_up = bool(settings.get("extra_up", ups > 4))
    z_dim = 0 if len(fc.shape) == 4 else fc.shape[1]
    kind = ("most" if ups > 4 else "more") if extra_up else "normal"
    notes = [f"num_upsampling_layers is not in the file; assumed to be {kind!r}"]
    resolution = settings.get("resolution", 256)
    if z_dim:
        side = math.isqrt(fc.shape[0] // wide)
        refuse_unless(side**2 * wide == fc.shape[0], "its pictures are not square")
        resolution = side << (1 + ups + extra_up)
    config = {
        "features": wide // 16,
        "map_classes": shared.shape[1],
        "z_dim": z_dim,
        "resolution": resolution,
        "ups": ups,
        "extra_up": extra_up,
        "kernel": shared.shape[2],
        "hidden": shared.shape[0],
        "batch_norm": "head_0.norm_0.param_free_norm.running_mean" in state,
    }
    order = ["head_0", "G_middle_0", "G_middle_1", *(f"up_{i}" for i in range(ups))]
    tensors: dict[str, StoredTensor | Tensor] = {}
    for name, tensor in state.items():
        ours = name.replace("conv_img.", "to_rgb.").replace(".param_free_norm.", ".norm.")
        ours = re.sub(r"\.mlp_(shared)\.0\.|\.mlp_(gamma|beta)\.", r".\1\2.", ours)
        block, _, rest = ours.partition(".")
        ours = f"blocks.{order.index(block)}.{rest}" if block in order else ours
        if ours.endswith("weight_orig"):
            tensors[ours.removesuffix("_orig")] = _without_spectral_norm(state, name)
        else:
            tensors[ours] = tensor
    return Imported("spade", config, tensors, "SPADE net_G", notes)


def _without_spectral_norm(state: State, name: str) -> Tensor:
    """W / (u . W v): what the layer computes with once training is over."""
    weight = state[name].tensor()
    flat, stem = weight.flatten(1), name.removesuffix("orig")
    u, given = state[f"{stem}u"].tensor(), state.get(f"{stem}v")
    # PyTorch 0.4 kept only u.
    v = given.tensor() if given else torch.nn.functional.normalize(flat.t() @ u, dim=0)
    return weight / torch.dot(u, flat @ v)


def read_pix2pixhd(root: Any) -> Imported | None:
    """pix2pixHD's net_G, global, or local with its enhancers."""
    for state in states(root):
        blocks = numbered(state, r"model\.(\d+)\.conv_block\.")
        first = state.get("model.1.weight")
        if blocks and first is not None and first.shape[2:] == (7, 7):
            return _pix2pixhd(state, blocks)
    return None


def _pix2pixhd(state: State, blocks: list[int]) -> Imported:
    scaled = any(len(t.shape) == 1 and name.endswith(".weight") for name, t in state.items())
    refuse_unless(not scaled, "it uses batch normalisation; only instance normalisation is known")
    plain = numbered(state, r"model\.(\d+)\.weight$")
    downs = [i for i in plain[1:] if i < blocks[0]]
    ups = [i for i in plain if i > blocks[-1]][: len(downs)]
    names = {"model.1": "trunk.entry"}
    names |= {f"model.{n}": f"trunk.downs.{i}" for i, n in enumerate(downs)}
    names |= {f"model.{n}": f"trunk.ups.{i}" for i, n in enumerate(ups)}
    names |= _block_names("model", "trunk", blocks)
    last, local_blocks = f"model.{plain[-1]}", numbered(state, r"model1_2\.(\d+)\.conv_block\.")
    enhancers = numbered(state, r"model(\d)_1\.")
    refuse_unless(len(enhancers) <= len(LOCALS), f"it has {len(enhancers)} local enhancers")
    for number, here in zip(enhancers, LOCALS, strict=False):
        there = f"model{number}_2"
        entry = numbered(state, rf"model{number}_1\.(\d+)\.weight$")
        after = numbered(state, rf"{there}\.(\d+)\.weight$")
        names |= {
            f"model{number}_1.{entry[0]}": f"{here}.entry",
            f"model{number}_1.{entry[1]}": f"{here}.downs.0",
            f"{there}.{after[0]}": f"{here}.ups.0",
        }
        names |= _block_names(there, here, local_blocks)
        last = f"{there}.{after[-1]}"
    names[last] = "to_rgb"
    tensors = {
        f"{ours}.{kind}": state[f"{theirs}.{kind}"]
        for theirs, ours in names.items()
        for kind in ("weight", "bias")
        if f"{theirs}.{kind}" in state
    }
    features, map_classes = state["model.1.weight"].shape[:2]
    config = {
        "map_classes": map_classes,
        "features": features,
        "downs": len(downs),
        "blocks": len(blocks),
        "local_blocks": len(local_blocks),
        "enhancers": max(1, len(enhancers)),
        "channels": tensors["to_rgb.weight"].shape[0],
    }
    notes = (
        ["3 channels go in: it may draw from pictures, not label maps"] if map_classes == 3 else []
    )
    return Imported("pix2pixhd", config, tensors, "pix2pixHD net_G", notes)


def _block_names(there: str, here: str, blocks: list[int]) -> dict[str, str]:
    return {
        f"{there}.{block}.conv_block.{theirs}": f"{here}.blocks.{number}.{ours}"
        for number, block in enumerate(blocks)
        for theirs, ours in ((1, 0), (5, 3))
    }


def read_dcgan(root: Any) -> Imported | None:
    """A DCGAN of any names: transposed convolutions, 4x4 after the first, normalised between."""
    for state in states(root):
        convs = [n for n, t in state.items() if len(t.shape) == 4 and n.endswith(".weight")]
        layers = [name.removesuffix(".weight") for name in convs]
        widths = [state[name].shape[0] for name in convs]
        sides = [state[name].shape[2:] for name in convs]
        square = all(high == wide for high, wide in sides[:1])
        doubling = square and all(side == (4, 4) for side in sides[1:])
        narrowing = all(a >= b for a, b in pairwise(widths[1:]))
        if 3 <= len(layers) <= 9 and doubling and narrowing:
            return _dcgan(state, layers, widths)
    return None


def _dcgan(state: State, layers: list[str], widths: list[int]) -> Imported:
    norms = [name.removesuffix(".running_var") for name in state if name.endswith(".running_var")]
    widths = [*widths, state[f"{layers[-1]}.weight"].shape[1]]
    scaled = [n for n, t in state.items() if n.endswith(".weight") and len(t.shape) == 1]
    refuse_unless(
        norms or not scaled,
        "its batch normalisation keeps no running statistics, so that a picture would depend on "
        "the others of its batch: save it with track_running_stats",
    )
    counted = len(norms) == len(layers) - 1
    refuse_unless(counted, "it has transposed convolutions, but not those of a DCGAN")
    tensors: dict[str, StoredTensor | Tensor] = {
        f"{kind}.{number}.{part}": state[f"{name}.{part}"]
        for kind, names in (("convs", layers), ("norms", norms))
        for number, name in enumerate(names)
        for part in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
        if f"{name}.{part}" in state
    }
    for number, width in enumerate(widths[1:]):
        # Files of before PyTorch 0.4 do not count batches; some layers may do without a bias.
        tensors.setdefault(f"convs.{number}.bias", torch.zeros(width))
        tensors.setdefault(f"norms.{number}.num_batches_tracked", torch.zeros([]))
        tensors.setdefault(f"norms.{number}.weight", torch.ones(width))
        tensors.setdefault(f"norms.{number}.bias", torch.zeros(width))
    config = {
        "widths": widths,
        "bias": any(f"{name}.bias" in state for name in layers),
        "start": state[f"{layers[0]}.weight"].shape[2],
    }
    return Imported("dcgan", config, tensors, "DCGAN state_dict")


_ACGAN = {
    "label_emb.weight": "embed.weight",
    "l1.0": "entry",
    "conv_blocks.0": "norm0",
    "conv_blocks.2": "conv1",
    "conv_blocks.3": "norm1",
    "conv_blocks.6": "conv2",
    "conv_blocks.7": "norm2",
    "conv_blocks.9": "to_rgb",
}


def read_acgan(root: Any) -> Imported | None:
    """The convolutional generators of the PyTorch-GAN collection, with classes or without."""
    needed = [f"{name}.weight" for name in _ACGAN if name != "label_emb.weight"]
    state = next((s for s in states(root) if all(name in s for name in needed)), None)
    if state is None:
        return None
    tensors: dict[str, StoredTensor] = {}
    for theirs, ours in _ACGAN.items():
        for name, tensor in state.items():
            if name == theirs or name.startswith(f"{theirs}."):
                tensors[ours + name.removeprefix(theirs)] = tensor
    classes = state.get("label_emb.weight")
    label_dim, features = classes.shape if classes is not None else (0, 0)
    (out, entry), width = state["l1.0.weight"].shape, state["conv_blocks.2.weight"].shape[1]
    # The collection multiplies z and class and uses leaky ReLU; those who join the two use ReLU.
    product = entry == features
    leaky = product or not label_dim
    config = {
        "z_dim": entry - (0 if product else features),
        "product": product,
        "slope": 0.2 if leaky else 0.0,
        "label_dim": label_dim,
        "embed_features": features,
        "side": math.isqrt(out // max(1, width)),
        "width": width,
        "narrow": state["conv_blocks.6.weight"].shape[0],
        "channels": state["conv_blocks.9.weight"].shape[0],
    }
    notes = [f"the activation is not in the file; assumed {'leaky ' if leaky else ''}ReLU"]
    return Imported("acgan", config, tensors, f"{'AC' if label_dim else 'DC'}GAN state_dict", notes)


def read_gan(root: Any) -> Imported | None:
    """Linear layers alone, each of which fits the one before, to a grey or colour picture."""
    for state in states(root):
        layers = [name.removesuffix(".weight") for name in state if name.endswith(".weight")]
        shapes = [state[f"{name}.weight"].shape for name in layers]
        linear = all(len(shape) == 2 for shape in shapes) and len(state) == 2 * len(layers)
        chained = linear and all(a[0] == b[1] for a, b in pairwise(shapes))
        if not (chained and 2 <= len(layers) <= 8):
            continue
        pixels = shapes[-1][0]
        channels = next((n for n in (1, 3) if math.isqrt(pixels // n) ** 2 * n == pixels), 0)
        refuse_unless(channels, f"it ends in {pixels} numbers, which are no square picture")
        tensors = {
            f"layers.{number}.{part}": state[f"{name}.{part}"]
            for number, name in enumerate(layers)
            for part in ("weight", "bias")
        }
        config = {"widths": [shapes[0][1], *(s[0] for s in shapes)], "channels": channels}
        notes = ["the activation is not in the file; assumed ReLU"]
        return Imported("gan", config, tensors, "GAN state_dict of linear layers", notes)
    return None
