"""The checkpoints of other tools open as generators that draw the same pictures."""

from __future__ import annotations

import json
import os
import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_models.base import Generator, ModelLoadError
from gan_models.registry import build_generator, load_generator
from tests.gan_models.checkpoints import writing
from tests.gan_models.checkpoints.writing import Call, Name, pickled, state_of
from tests.gan_models.test_families import SMALL, draw, some_ws

STYLEGAN2 = SMALL["stylegan2"]
FILTER = torch.outer(torch.tensor([1.0, 3, 3, 1]), torch.tensor([1.0, 3, 3, 1])) / 64


def built(family: str, config: Mapping[str, Any]) -> Generator:
    """A generator in which every tensor matters."""
    torch.manual_seed(3)
    generator = build_generator(family, config).eval().requires_grad_(False)
    for name, tensor in generator.state_dict().items():
        if name.endswith(("bias", "noise_strength", "w_avg", "transform")):
            tensor.add_(torch.randn_like(tensor) * 0.1)
        elif name.endswith(("magnitude_ema", "running_var")):
            tensor.add_(0.5)
    return generator


def same(found: Generator, wanted: Generator, bound: float = 1e-6) -> None:
    """Both make the same pictures of the same latents."""
    spec = wanted.spec
    assert found.spec == spec
    ws = some_ws(wanted, psi=0.7)
    assert torch.allclose(some_ws(found, psi=0.7), ws, atol=bound)
    for mode in ("const", "none"):
        assert torch.allclose(found.synthesize(ws, mode), wanted.synthesize(ws, mode), atol=bound)


def nvidia_file(path: Path, generator: Generator, protocol: int = 4) -> None:
    """A snapshot of the generator as NVIDIA's code would pickle it."""
    tensors = state_of(generator)
    tensors["synthesis.b4.resample_filter"] = FILTER
    clamp = getattr(generator, "conv_clamp", None)
    attributes: dict[str, dict[str, Any]] = {
        "synthesis.b4.conv1": {"conv_clamp": clamp},
        "mapping.fc0": {"bias_gain": 0.01},
    }
    network = writing.nvidia_module(tensors, attributes)
    root = {"G": None, "G_ema": network, "training_set_kwargs": {"path": "x"}}
    path.write_bytes(pickled(root, protocol))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("config", STYLEGAN2, ids=str)
def test_nvidia_stylegan2(tmp_path: Path, config: dict[str, Any], protocol: int) -> None:
    generator = built("stylegan2", config)
    nvidia_file(tmp_path / "net.pkl", generator, protocol)
    found = load_generator(tmp_path / "net.pkl")
    same(found, generator)
    assert found.provenance["ignored"] == ["1 Python source file, 1 kB: not executed"]


def nvidia3_module(generator: Generator) -> Call:
    """A StyleGAN3 as NVIDIA's code pickles it: names tell index, size and width (L0_36_512)."""
    tensors = {
        re.sub(r"\.L(\d+)\.", r".L\1_16_6.", name.replace("mapping.layers.", "mapping.")): tensor
        for name, tensor in state_of(generator).items()
    }
    config = generator.config()
    side = config["input"]["size"]
    attributes: dict[str, Any] = {
        "synthesis.input": {name: config["input"][name] for name in ("sampling_rate", "bandwidth")}
    }
    attributes["synthesis.input"]["size"] = writing.numpy_array(np.array([side, side]))
    for name, layer in config["layers"].items():
        side = generator.get_submodule(f"synthesis.{name}").out_size(side)  # type: ignore[operator]
        attributes[f"synthesis.{name}_16_6"] = {
            "padding": layer["padding"],
            "up_factor": layer["up"],
            "down_factor": layer["down"],
            "is_torgb": layer["to_rgb"],
            "conv_clamp": 256,
            "out_size": writing.numpy_array(np.array([side, side])),
        }
    return writing.nvidia_module(tensors, attributes)


@pytest.mark.parametrize("config", SMALL["stylegan3"], ids=lambda config: str(len(config)))
def test_nvidia_stylegan3(tmp_path: Path, config: dict[str, Any]) -> None:
    generator = built("stylegan3", config)
    (tmp_path / "net.pkl").write_bytes(pickled({"G_ema": nvidia3_module(generator)}))
    found = load_generator(tmp_path / "net.pkl")
    ws = some_ws(generator, psi=0.7)
    assert torch.allclose(some_ws(found, psi=0.7), ws, atol=1e-6)
    turned = torch.tensor([[0.0, -1.0, 0.1], [1.0, 0.0, -0.2], [0.0, 0.0, 1.0]])
    for transform in (None, turned):
        wanted = generator.synthesize(ws, transform=transform)  # type: ignore[call-arg]
        assert torch.allclose(found.synthesize(ws, transform=transform), wanted, atol=1e-6)  # type: ignore[call-arg]


def rosinality_state(generator: Generator) -> dict[str, Tensor]:
    """The tensors under rosinality's names."""
    state: dict[str, Tensor] = {}
    for name, tensor in state_of(generator).items():
        part, *rest = name.split(".")
        if part == "mapping":
            if rest[0] != "w_avg":
                state[f"style.{int(rest[0][2:]) + 1}.{rest[1]}"] = tensor
            continue
        block = int(rest[0][1:]).bit_length() - 3
        number = max(0, 2 * block - 1 + int(rest[1][4:])) if rest[1][:4] == "conv" else block
        if rest[-1] == "const":
            state["input.input"] = tensor[None]
        elif rest[-1] == "noise_const":
            state[f"noises.noise_{number}"] = tensor[None, None]
        elif rest[1] == "torgb":
            state[_rosinality_name(f"to_rgbs.{block - 1}" if block else "to_rgb1", rest)] = (
                tensor.reshape(1, -1, 1, 1) if rest[2] == "bias" else _extra(rest, tensor)
            )
        else:
            layer = "conv1" if number == 0 else f"convs.{number - 1}"
            state[_rosinality_name(layer, rest)] = _extra(rest, tensor)
    return state


def _extra(rest: list[str], tensor: Tensor) -> Tensor:
    return tensor[None] if rest[2] in ("weight", "noise_strength") else tensor


def _rosinality_name(layer: str, rest: list[str]) -> str:
    if rest[2] == "affine":
        return f"{layer}.conv.modulation.{rest[3]}"
    bias = "bias" if rest[1] == "torgb" else "activate.bias"
    return f"{layer}." + {"weight": "conv.weight", "bias": bias}.get(rest[2], "noise.weight")


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("form", ["training", "converted", "e4e"])
def test_rosinality(tmp_path: Path, form: str, legacy: bool) -> None:
    generator = built("stylegan2", STYLEGAN2[0])
    state = rosinality_state(generator)
    # e4e and pSp keep the mean once for each row, beside the encoder and the decoder.
    mean = {"latent_avg": generator.w_avg[None].expand(6 if form == "e4e" else 1, -1)}

    def value(entry: Any) -> Any:
        if form == "e4e":
            encoder = {"encoder.input_layer.0.weight": torch.zeros(4, 3, 3, 3)}
            decoder = {f"decoder.{name}": tensor for name, tensor in state.items()}
            options = Call(Name("argparse", "Namespace"), new=True, state={"start_from": "x"})
            root = {"state_dict": entry(encoder | decoder), "opts": options}
            return root | {"latent_avg": entry(mean).items["latent_avg"]}
        if form == "converted":
            return {"g_ema": entry(state | mean)}
        arguments = Call(Name("argparse", "Namespace"), new=True, state={"size": 16})
        return {"g": entry(state), "g_ema": entry(state), "args": arguments, "ada_aug_p": 0.0}

    writing.save_torch(tmp_path / "x.pt", value, legacy=legacy)
    found = load_generator(tmp_path / "x.pt")
    if form == "training":  # such files have no mean
        assert found.w_avg.abs().max() > 0
        found.w_avg.copy_(generator.w_avg)
    same(found, generator)


def others_names(family: str) -> tuple[tuple[str, str], ...]:
    """Our names of tensors and those that the other tool gives them, as patterns."""
    return {
        "r3gan": (
            (r"^basis$", "Model.MainLayers.0.Layers.0.Basis"),
            (r"^linear\.", "Model.MainLayers.0.Layers.0.LinearLayer."),
            (r"^embed\.", "Model.EmbeddingLayer."),
            (r"^to_rgb\.", "Model.AggregationLayer.Layer."),
            (r"^widen\.0\.", "Model.MainLayers.1.Layers.0.LinearLayer.Layer."),
            (r"^stages\.(\d)\.0\.", r"Model.MainLayers.\1.Layers.1."),
            (r"^stages\.(\d)\.1\.", r"Model.MainLayers.\1.Layers.2."),
            (r"expand\.weight$", "LinearLayer1.Layer.weight"),
            (r"expand\.bias$", "NonLinearity1.Bias"),
            (r"grouped\.weight$", "LinearLayer2.Layer.weight"),
            (r"grouped\.bias$", "NonLinearity2.Bias"),
            (r"shrink\.weight$", "LinearLayer3.Layer.weight"),
        ),
        "spade": (
            (r"^blocks\.0\.", "head_0."),
            (r"^blocks\.1\.", "G_middle_0."),
            (r"^blocks\.2\.", "G_middle_1."),
            (r"^blocks\.3\.", "up_0."),
            (r"^blocks\.4\.", "up_1."),
            (r"^blocks\.5\.", "up_2."),
            (r"^to_rgb", "conv_img"),
            (r"\.shared\.", ".mlp_shared.0."),
            (r"\.(gamma|beta)\.", r".mlp_\1."),
            (r"\.norm\.", ".param_free_norm."),
        ),
        "dcgan": ((r"^convs\.(\d)", r"net.\1_a"), (r"^norms\.(\d)", r"net.\1_b")),
        "gan": ((r"^layers\.", "G."),),
        "acgan": (
            (r"^embed\.", "label_emb."),
            (r"^entry\.", "l1.0."),
            (r"^norm0\.", "conv_blocks.0."),
            (r"^conv1\.", "conv_blocks.2."),
            (r"^norm1\.", "conv_blocks.3."),
            (r"^conv2\.", "conv_blocks.6."),
            (r"^norm2\.", "conv_blocks.7."),
            (r"^to_rgb\.", "conv_blocks.9."),
        ),
    }[family]


def renamed(family: str, generator: Generator) -> dict[str, Tensor]:
    state = {}
    for name, tensor in state_of(generator).items():
        for pattern, theirs in others_names(family):
            name = re.sub(pattern, theirs, name)
        state[name] = tensor
    return state


CASES = [
    (family, config)
    for family in ("r3gan", "spade", "dcgan", "gan", "acgan")
    for config in SMALL[family]
]


@pytest.mark.parametrize(("family", "config"), CASES, ids=lambda value: str(value)[:40])
def test_other_families(tmp_path: Path, family: str, config: dict[str, Any]) -> None:
    generator = built(family, config)
    state = renamed(family, generator)
    path = tmp_path / "net_G.pth"
    if family == "r3gan":
        path.write_bytes(pickled({"G_ema": writing.nvidia_module(state)}))
    else:
        writing.save_state(path, state, legacy=len(config) % 2 == 0)
    if "extra_up" in config:
        settings = {"extra_up": True, "resolution": config["resolution"]}
        path.with_suffix(".config.json").write_text(json.dumps(settings))
    found = load_generator(path)
    ws = some_ws(generator)
    assert torch.allclose(some_ws(found), ws, atol=1e-6)
    assert torch.allclose(draw(found, ws), draw(generator, ws), atol=1e-5)


def test_files_without_a_network_say_what_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "x.pkl"
    for content, kind in (
        (pickle.dumps([1, 2]), "no network at all"),
        (pickled({"w": writing.nvidia_tensor(torch.zeros(2))}), "of a kind that is not known"),
    ):
        path.write_bytes(content)
        with pytest.raises(ModelLoadError, match=kind):
            load_generator(path)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("synthesis.b8.conv1.bias", torch.full((8,), torch.nan), "conv1.bias holds NaN"),
        ("synthesis.b8.conv1.bias", torch.zeros(3), r"shape \[3\]; \[8\] was expected"),
        ("synthesis.b8.conv1.affine.bias", None, "conv1.affine.bias is missing"),
        ("synthesis.b16.conv1.weight", torch.full((8, 8, 3, 3), 1e30), "values up to 1e"),
    ],
)
def test_a_bad_tensor_is_named(
    tmp_path: Path, name: str, value: Tensor | None, message: str
) -> None:
    tensors = state_of(built("stylegan2", STYLEGAN2[0]))
    if value is None:
        del tensors[name]
    else:
        tensors[name] = value
    root = {"G_ema": writing.nvidia_module(tensors)}
    (tmp_path / "net.pkl").write_bytes(pickled(root))
    with pytest.raises(ModelLoadError, match=message):
        load_generator(tmp_path / "net.pkl")


def test_a_foreign_file_is_converted_once(tmp_path: Path) -> None:
    nvidia_file(tmp_path / "net.pkl", built("stylegan2", STYLEGAN2[0]))
    cache = tmp_path / "cache"
    first = load_generator(tmp_path / "net.pkl", cache=cache)
    (kept,) = cache.glob("*.safetensors")
    again = load_generator(tmp_path / "net.pkl", cache=cache)
    same(again, first)
    assert again.provenance == first.provenance
    kept.write_bytes(b"12345678{")
    same(load_generator(tmp_path / "net.pkl", cache=cache), first)
    assert kept.stat().st_size > 1000
    (tmp_path / "file").write_text("no folder")
    same(load_generator(tmp_path / "net.pkl", cache=tmp_path / "file"), first)


SAMPLES = Path(os.environ.get("GANVAS_SAMPLES", "."))
needs_samples = pytest.mark.skipif("GANVAS_SAMPLES" not in os.environ, reason="no GANVAS_SAMPLES")


def reference(name: str) -> dict[str, Tensor]:
    with np.load(SAMPLES / "checkpoints" / f"{name}.ref.npz") as arrays:
        return {key: torch.from_numpy(arrays[key]) for key in arrays if key != "meta"}


@needs_samples
@pytest.mark.parametrize(
    "name", ["sg2_64", "sg2_cond3_64", "ada_64", "ada_64.torch171", "sg3t_64", "tf_sg2_v4_64"]
)
def test_pictures_agree_with_the_tools_own(name: str) -> None:
    given = reference(name)
    generator = load_generator(SAMPLES / "checkpoints" / f"{name}.pkl")
    label = given["c"] if given["c"].numel() else None
    for kind, psi, cutoff in (("psi1", 1.0, None), ("psi0.5_cutoff4", 0.5, 4)):
        ws = generator.map(given["z"], label, psi, cutoff)
        assert torch.allclose(ws, given[f"ws_{kind}"], atol=1e-5)
        assert torch.allclose(generator.synthesize(ws), given[f"img_{kind}"], atol=1e-4)
    ws = given["ws_psi0.7"]
    plain = generator.synthesize(ws, "none")
    assert torch.allclose(plain, given["img_psi0.7_noise_none"], atol=1e-4)
    alone = generator.synthesize(ws[:1])
    assert torch.allclose(alone, given["img_psi0.7_single0"], atol=1e-4)
    if "transform" in given:
        moved = generator.synthesize(ws, transform=given["transform"])  # type: ignore[call-arg]
        assert torch.allclose(moved, given["img_psi0.7_transformed"], atol=1e-4)


@needs_samples
def test_pictures_of_the_other_families_agree_too() -> None:
    folder = SAMPLES / "checkpoints"
    given = reference("ros_32")
    found = load_generator(folder / "ros_train_32.pt")
    assert torch.allclose(found.synthesize(given["wplus"]), given["img_wplus"], atol=1e-4)
    given = reference("r3_16")
    found = load_generator(folder / "r3_16.pkl")
    assert torch.allclose(draw(found, found.map(given["z"])), given["img_allfp32"], atol=1e-4)
    given = reference("luc_32")
    found = load_generator(folder / "luc_32.pt")
    found.get_buffer("noise_const").copy_(given["noise"][:1, :, :, 0])
    picture = found.synthesize(found.map(given["z"][:1]))
    assert torch.allclose(picture, given["img_psi1"][:1] * 2 - 1, atol=1e-4)
    for name, layout in (("spade_64", "seg"), ("p2phd_global_64", "label")):
        given = reference(name)
        found = load_generator(folder / f"{name}_latest_net_G.pth")
        empty = torch.zeros(len(given["img"]), 1, 0)
        picture = found.synthesize(empty, label_map=given[layout])  # type: ignore[call-arg]
        assert torch.allclose(picture, given["img"], atol=1e-4)
    given = reference("conditional-mnist/generator")
    found = load_generator(folder / "conditional-mnist/generator.pth")
    ws = found.map(given["z"], torch.eye(10)[given["label"]])
    assert torch.allclose(found.synthesize(ws), given["img"], atol=1e-4)
