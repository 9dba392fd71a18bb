"""The same networks in the wrappings of other years, tools and habits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from gan_models.base import Generator, ModelLoadError
from gan_models.checkpoints.reading import read_contents
from gan_models.registry import describe, load_generator
from tests.gan_models.checkpoints import writing
from tests.gan_models.checkpoints.test_imports import (
    FILTER,
    STYLEGAN2,
    built,
    renamed,
    rosinality_state,
    same,
)
from tests.gan_models.checkpoints.writing import Call, Name, Reference, pickled, state_of
from tests.gan_models.test_families import SMALL, draw, some_ws

Entry = Callable[[dict[str, Tensor]], Call]


def alike(path: Path, generator: Generator) -> Generator:
    """Open `path`, which must draw what `generator` draws."""
    found = load_generator(path)
    ws, side = some_ws(generator), generator.spec.resolution
    assert torch.allclose(some_ws(found), ws, atol=1e-6)
    if generator.spec.map_classes:
        classes = torch.arange(side) * generator.spec.map_classes // side
        picture = {"label_map": classes[None, :, None].expand(1, -1, side)}
    else:
        picture = {}
    wanted = generator.synthesize(ws, **picture)  # type: ignore[arg-type]
    assert torch.allclose(found.synthesize(ws, **picture), wanted, atol=1e-5)  # type: ignore[arg-type]
    return found


# NVIDIA's pickles


ROOTS: dict[str, Callable[[Call, Call], Any]] = {
    "averaged alone": lambda net, _: {"G_ema": net},
    "all of them": lambda net, other: {"G": other, "D": other, "G_ema": net, "augment_pipe": other},
    "no average": lambda net, _: {"G": net, "D": None, "G_ema": None},
    "names of TensorFlow": lambda net, other: {"G": other, "D": other, "Gs": net},
    "tuple": lambda net, other: (other, other, net),
    "list": lambda net, other: [other, other, net],
    "network alone": lambda net, _: net,
    "one dictionary more": lambda net, other: {"snapshot": {"G": other, "G_ema": net}},
}


@pytest.mark.parametrize("root", ROOTS)
def test_the_averaged_generator_is_found(tmp_path: Path, root: str) -> None:
    generator = built("stylegan2", STYLEGAN2[1])
    other = writing.nvidia_module({"b4.fromrgb.weight": torch.zeros(2, 3, 1, 1)})
    value = ROOTS[root](writing.nvidia_module(state_of(generator)), other)
    (tmp_path / "net.pkl").write_bytes(pickled(value))
    same(load_generator(tmp_path / "net.pkl"), generator)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_weights_of_another_precision(tmp_path: Path, dtype: torch.dtype) -> None:
    generator = built("stylegan2", STYLEGAN2[0])
    tensors = {name: tensor.to(dtype) for name, tensor in state_of(generator).items()}
    root = {"G_ema": writing.nvidia_module(tensors)}
    (tmp_path / "net.pkl").write_bytes(pickled(root))
    rounded = {name: tensor.float() for name, tensor in tensors.items()}
    generator.load_state_dict(rounded)
    same(load_generator(tmp_path / "net.pkl"), generator)


def test_what_training_left_in_a_snapshot_does_not_matter(tmp_path: Path) -> None:
    generator = built("stylegan2", STYLEGAN2[0])
    leftovers = {
        "kwargs": Call(Name("dnnlib.util", "EasyDict"), new=True, items={"path": "x"}),
        "easy": Call(Name("easydict", "EasyDict"), new=True, items={"a": 1}, state={"a": 1}),
        "run": Call(Name("pathlib", "PosixPath"), "/", "home", "runs"),
        "windows": Call(Name("pathlib", "WindowsPath"), "C:\\", "runs"),
        "counts": Call(Name("collections", "defaultdict"), Name("builtins", "int"), items={"k": 1}),
        "counter": Call(Name("collections", "Counter"), {"k": 1}),
        "space": Call(Name("types", "SimpleNamespace"), state={"a": 1}),
        "name": Call(Name("argparse", "Namespace"), new=True, state={"size": 16}),
        "when": Call(Name("datetime", "datetime"), b"\x07\xe5\x01\x01\x00\x00\x00\x00\x00\x00"),
        "size": Call(Name("torch", "Size"), (1, 2)),
        "kind": Name("torch", "float32"),
        "where": Call(Name("torch", "device"), "cuda", 0),
    }
    for protocol in (2, 3, 4, 5):
        root = {"G_ema": writing.nvidia_module(state_of(generator)), "args": leftovers}
        (tmp_path / "net.pkl").write_bytes(pickled(root, protocol))
        same(load_generator(tmp_path / "net.pkl"), generator)


# Dictionaries of tensors

WRAPPINGS: dict[str, Callable[[Entry, dict[str, Tensor]], Any]] = {
    "bare": lambda entry, state: entry(state),
    "state_dict": lambda entry, state: {"epoch": 3, "state_dict": entry(state)},
    "model": lambda entry, state: {"model": entry(state), "optimizer": {"state": {}}},
    "netG": lambda entry, state: {
        "netD": entry({"main.0.weight": torch.zeros(8, 3, 4, 4)}),
        "netG": entry(state),
    },
    "two deep": lambda entry, state: {"models": {"generator": entry(state)}, "step": 1},
    "in a list": lambda entry, state: [entry(state), 17],
    "DataParallel": lambda entry, state: entry(with_prefix("module.", state)),
    "DataParallel in state_dict": lambda entry, state: {
        "state_dict": entry(with_prefix("module.", state))
    },
    "part of a network": lambda entry, state: entry(
        with_prefix("generator.", state) | {"discriminator.main.0.weight": torch.zeros(8, 3, 4, 4)}
    ),
    "compiled": lambda entry, state: entry(with_prefix("_orig_mod.module.", state)),
    "average beside the network": lambda entry, state: entry(
        with_prefix("online_model.", {name: tensor * 0 for name, tensor in state.items()})
        | with_prefix("ema_model.module.", state)
    ),
    "Lightning": lambda entry, state: {
        "pytorch-lightning_version": "1.5.0",
        "state_dict": entry(
            with_prefix("gan.net_g.", state) | {"gan.net_d.0.weight": torch.zeros(8, 3)}
        ),
        "hyper_parameters": Call(
            Name("pytorch_lightning.utilities.parsing", "AttributeDict"), new=True, items={"lr": 1}
        ),
        "config": Call(
            Name("omegaconf.dictconfig", "DictConfig"),
            new=True,
            state={"_content": {}, "ref_type": Name("typing", "Any")},
        ),
        "version": Call(Name("torch.torch_version", "TorchVersion"), "2.1", new=True),
    },
    "part of a parallel network": lambda entry, state: {
        "state_dict": entry(
            with_prefix("module.netG.", state) | {"module.netD.0.weight": torch.zeros(8, 3)}
        )
    },
}


def with_prefix(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {prefix + name: tensor for name, tensor in state.items()}


def dcgan_state(generator: Generator) -> dict[str, Tensor]:
    """Under the names of PyTorch's example: main.0, main.1, main.3, main.4 ..."""

    def place(match: re.Match[str]) -> str:
        return f"main.{3 * int(match[2]) + (match[1] == 'norms')}."

    state = state_of(generator)
    names = sorted(state, key=lambda name: (int(name.split(".")[1]), name.startswith("norms")))
    return {re.sub(r"^(convs|norms)\.(\d)\.", place, name): state[name] for name in names}


def other(family: str, config: dict[str, Any]) -> tuple[Generator, dict[str, Tensor]]:
    generator = built(family, config)
    if family == "dcgan":
        return generator, dcgan_state(generator)
    if family == "stylegan2":
        state = rosinality_state(generator)
        return generator, state | {"latent_avg": generator.w_avg}
    return generator, renamed(family, generator)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("family", ["dcgan", "spade", "acgan", "stylegan2"])
def test_a_dictionary_is_found_in_its_wrapping(tmp_path: Path, family: str, wrapping: str) -> None:
    config = SMALL[family][0]
    generator, state = other(family, config)
    path = tmp_path / "x.pth"
    writing.save_torch(path, lambda entry: WRAPPINGS[wrapping](entry, state))
    if "extra_up" in config:
        settings = {"extra_up": True, "resolution": config["resolution"]}
        path.with_suffix(".config.json").write_text(json.dumps(settings))
    alike(path, generator)


def test_a_dictionary_of_python_2(tmp_path: Path) -> None:
    generator = built("dcgan", SMALL["dcgan"][0])
    storages: dict[str, Tensor] = {}
    pairs = []
    for name, tensor in dcgan_state(generator).items():
        if name.endswith("num_batches_tracked"):
            continue
        storages[str(len(storages))] = tensor
        reference = writing.storage_reference(str(len(storages) - 1), tensor, None)
        rebuild = Name("torch._utils", "_rebuild_tensor")
        pairs.append([name, Call(rebuild, reference, 0, tuple(tensor.shape), tensor.stride())])
    value = Call(Name("collections", "OrderedDict"), pairs, state={"_metadata": {}})
    (tmp_path / "x.pth").write_bytes(writing.legacy_file(value, storages))
    alike(tmp_path / "x.pth", generator)


def test_a_network_that_was_saved_whole_with_its_source(tmp_path: Path) -> None:
    generator = built("dcgan", SMALL["dcgan"][0])
    storages: dict[str, Tensor] = {}

    def kind(module: str, name: str) -> Reference:
        return Reference(("module", Name(module, name), "/home/x/dcgan.py", writing.SOURCE))

    def leaf(tensors: dict[str, Tensor]) -> Call:
        own = {}
        for name, tensor in tensors.items():
            storages[str(len(storages))] = tensor
            reference = writing.storage_reference(str(len(storages) - 1), tensor, None)
            own[name] = writing.rebuilt(reference, tensor, parameter=True)
        return Call(
            kind("torch.nn.modules.conv", "ConvTranspose2d"),
            new=True,
            state={"_parameters": own, "_buffers": {}, "_modules": {}},
        )

    layers: dict[str, dict[str, Tensor]] = {}
    for name, tensor in dcgan_state(generator).items():
        _, number, last = name.split(".")
        layers.setdefault(number, {})[last] = tensor
    inner = Call(
        kind("torch.nn.modules.container", "Sequential"),
        new=True,
        state={"_modules": {number: leaf(tensors) for number, tensors in layers.items()}},
    )
    outer = Call(kind("dcgan.model", "Generator"), new=True, state={"_modules": {"main": inner}})
    wrapped = Call(
        kind("torch.nn.parallel.data_parallel", "DataParallel"),
        new=True,
        state={"_modules": {"module": outer}},
    )
    (tmp_path / "netG.pt").write_bytes(writing.legacy_file(wrapped, storages))
    found = alike(tmp_path / "netG.pt", generator)
    assert found.provenance["ignored"] == ["1 Python source file, 1 kB: not executed"]


@pytest.mark.parametrize("config", STYLEGAN2[:4], ids=str)
@pytest.mark.parametrize("key", ["", "G_ema"])
def test_the_state_of_nvidias_network_alone(
    tmp_path: Path, config: dict[str, Any], key: str
) -> None:
    generator = built("stylegan2", config)
    state = state_of(generator)
    writing.save_torch(
        tmp_path / "x.pt", lambda entry: {key: entry(state)} if key else entry(state)
    )
    found = load_generator(tmp_path / "x.pt")
    same(found, generator)
    assert "conv_clamp" in found.provenance["notes"][0]


# rosinality and its heirs


@pytest.mark.parametrize("key", ["g", "g_ema", "generator", "params_ema", "G_ema", "netG"])
@pytest.mark.parametrize("prefix", ["", "module.", "decoder.", "G.", "module.decoder.", "net."])
def test_a_decoder_is_found_by_its_layers(tmp_path: Path, key: str, prefix: str) -> None:
    generator = built("stylegan2", STYLEGAN2[0])
    state = with_prefix(prefix, rosinality_state(generator))

    def value(entry: Entry) -> Any:
        mean = entry({"latent_avg": generator.w_avg}).items["latent_avg"]
        return {key: entry(state), "latent_avg": mean}

    writing.save_torch(tmp_path / "x.pt", value)
    same(load_generator(tmp_path / "x.pt"), generator)


def test_the_average_wins_over_the_network_in_training(tmp_path: Path) -> None:
    generator = built("stylegan2", STYLEGAN2[0])
    state = rosinality_state(generator)
    worse = {name: torch.zeros_like(tensor) for name, tensor in state.items()}
    mean = {"latent_avg": generator.w_avg}
    for first in ("g", "generator", "netG", "state_dict"):
        writing.save_torch(
            tmp_path / "x.pt",
            lambda entry, first=first: {first: entry(worse), "g_ema": entry(state | mean)},
        )
        same(load_generator(tmp_path / "x.pt"), generator)


def basicsr_state(generator: Generator) -> dict[str, Tensor]:
    """The tensors under BasicSR's names."""
    names = (
        (r"\.conv\.", ".modulated_conv."),
        (r"^style\.", "style_mlp."),
        (r"^input\.input$", "constant_input.weight"),
        (r"^conv(1|s\.\d+)\.", r"style_conv\1."),
        (r"\.noise\.weight$", ".weight"),
        (r"^noises\.noise_", "noises.noise"),
    )
    state = {}
    for name, tensor in rosinality_state(generator).items():
        for pattern, theirs in names:
            name = re.sub(pattern, theirs, name)
        state[name] = tensor
    return state


def test_basicsr_names_the_same_layers_otherwise(tmp_path: Path) -> None:
    generator = built("stylegan2", STYLEGAN2[0])
    state = basicsr_state(generator)
    worse = {name: tensor * 0 for name, tensor in state.items()}
    writing.save_torch(
        tmp_path / "x.pth", lambda entry: {"params": entry(worse), "params_ema": entry(state)}
    )
    found = load_generator(tmp_path / "x.pth")
    found.w_avg.copy_(generator.w_avg)  # the file has no mean
    same(found, generator)


def clean(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.replace("activate.bias", "bias"): tensor for name, tensor in state.items()}


REFUSED: dict[str, tuple[Callable[[Entry, Generator], Any], str]] = {
    "GFPGAN": (
        lambda entry, g: entry(with_prefix("stylegan_decoder.", clean(basicsr_state(g)))),
        "GFPGAN's 'clean' kind.*use the StyleGAN2",
    ),
    "another filter": (
        lambda entry, g: entry(
            rosinality_state(g) | {"convs.0.conv.blur.kernel": torch.arange(16.0).view(4, 4)}
        ),
        r"convs.0.conv.blur.kernel is not \[1, 3, 3, 1\]",
    ),
    "a filter without its gain": (
        lambda entry, g: entry(rosinality_state(g) | {"convs.0.conv.blur.kernel": FILTER}),
        r"convs.0.conv.blur.kernel is not \[1, 3, 3, 1\]",
    ),
    "NVIDIA's filter with another gain": (
        lambda entry, g: entry(state_of(g) | {"synthesis.b4.resample_filter": 2 * FILTER}),
        r"synthesis.b4.resample_filter is not \[1, 3, 3, 1\]",
    ),
    "not square": (
        lambda entry, g: entry(rosinality_state(g) | {"input.input": torch.ones(1, 8, 4, 2)}),
        "grow from 4 x 2 pixels",
    ),
    "averages without names": (
        lambda entry, g: {"shadow_params": [*entry(rosinality_state(g)).items.values()]},
        "without names.*save the network's state_dict",
    ),
    "StyleGAN3 without its settings": (
        lambda entry, g: entry(
            {"synthesis.input.freqs": torch.ones(2, 2), "mapping.w_avg": g.w_avg}
        ),
        "without its settings: open the .pkl",
    ),
    "early lucidrains": (
        lambda entry, g: entry(
            {"SE.net.0.weight": g.w_avg, "GE.blocks.0.conv1.weight": torch.ones(1, 1, 3, 3)}
        ),
        "early stylegan2-pytorch",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_differs_from_what_is_known_is_refused_in_words(tmp_path: Path, case: str) -> None:
    generator = built("stylegan2", STYLEGAN2[0])
    make, words = REFUSED[case]
    writing.save_torch(tmp_path / "x.pt", lambda entry: make(entry, generator))
    with pytest.raises(ModelLoadError, match=words):
        load_generator(tmp_path / "x.pt")


# lucidrains


def lucidrains_state(generator: Generator) -> dict[str, Tensor]:
    names = (
        (r"^mapping\.layers\.(\d+)\.", lambda m: f"SE.net.{2 * int(m[1])}."),
        (r"^const$", "GE.initial_block"),
        (r"^from_style\.", "GE.to_initial_block."),
        (r"^initial\.", "GE.initial_conv."),
        (r"^blocks\.(\d+)\.to_style_rgb\.", r"GE.blocks.\1.to_rgb.to_style."),
        (r"^blocks\.(\d+)\.weight_rgb$", r"GE.blocks.\1.to_rgb.conv.weight"),
        (r"^blocks\.(\d+)\.weight(\d)$", r"GE.blocks.\1.conv\2.weight"),
        (r"^blocks\.", "GE.blocks."),
        (r"^attention\.(\d+)\.norm\.(\d)\.", r"GE.attns.\1.\2.fn.norm."),
        (
            r"^attention\.(\d+)\.attention\.to_kv\.(?!net)",
            r"GE.attns.\1.0.fn.fn.to_kv.net.",
        ),
        (r"^attention\.(\d+)\.attention\.", r"GE.attns.\1.0.fn.fn."),
        (r"^attention\.(\d+)\.expand\.", r"GE.attns.\1.1.fn.fn.0."),
        (r"^attention\.(\d+)\.shrink\.", r"GE.attns.\1.1.fn.fn.2."),
    )
    state = {}
    for name, tensor in state_of(generator).items():
        if name in ("noise_const", "mapping.w_avg"):
            continue
        for pattern, theirs in names:
            if re.match(pattern, name):
                name = re.sub(pattern, theirs, name)
                break
        state[name] = tensor
    worse = {re.sub(r"^(S|G)E\.", r"\1.", name): t * 0 for name, t in state.items()}
    return worse | state


@pytest.mark.parametrize("form", ["GAN", "bare", "DataParallel"])
@pytest.mark.parametrize("config", SMALL["lucidrains"], ids=lambda config: str(len(config)))
def test_lucidrains(tmp_path: Path, config: dict[str, Any], form: str) -> None:
    generator = built("lucidrains", config)
    state = lucidrains_state(generator)

    def value(entry: Entry) -> Any:
        if form == "bare":
            return entry(state)
        prefix = "module." if form == "DataParallel" else ""
        return {"GAN": entry(with_prefix(prefix, state)), "version": "1.8.9", "amp": None}

    writing.save_torch(tmp_path / "model_9.pt", value)
    found = load_generator(tmp_path / "model_9.pt")
    assert "no .config.json" in found.provenance["notes"][0]
    found.get_buffer("noise_const").copy_(generator.get_buffer("noise_const"))
    z = torch.randn(2, generator.spec.z_dim)
    ws = generator.map(z)
    assert torch.allclose(found.map(z), ws, atol=1e-6)
    assert torch.allclose(draw(found, ws), draw(generator, ws), atol=1e-5)
    settings = {"image_size": 16, "lr_mlp": 0.5}
    (tmp_path / ".config.json").write_text(json.dumps(settings))
    assert not load_generator(tmp_path / "model_9.pt").provenance["notes"]


# Generators from label maps


def pix2pixhd_state(generator: Generator) -> dict[str, Tensor]:
    config = generator.config()
    downs, blocks = config["downs"], config["blocks"]
    names = {"trunk.entry": "model.1"}
    names |= {f"trunk.downs.{i}": f"model.{4 + 3 * i}" for i in range(downs)}
    first = 4 + 3 * downs
    for i in range(blocks):
        names |= {
            f"trunk.blocks.{i}.0": f"model.{first + i}.conv_block.1",
            f"trunk.blocks.{i}.3": f"model.{first + i}.conv_block.5",
        }
    names |= {f"trunk.ups.{i}": f"model.{first + blocks + 3 * i}" for i in range(downs)}
    last = f"model.{first + blocks + 3 * downs + 1}"
    local = config.get("local_blocks", 0)
    if local:
        names |= {"local.entry": "model1_1.1", "local.downs.0": "model1_1.4"}
        for i in range(local):
            names |= {
                f"local.blocks.{i}.0": f"model1_2.{i}.conv_block.1",
                f"local.blocks.{i}.3": f"model1_2.{i}.conv_block.5",
            }
        names |= {"local.ups.0": f"model1_2.{local}"}
        last = f"model1_2.{local + 4}"
    names["to_rgb"] = last
    state = {}
    for name, tensor in state_of(generator).items():
        layer, _, part = name.rpartition(".")
        state[f"{names[layer]}.{part}"] = tensor
    order = sorted(state, key=lambda name: [int(n) for n in re.findall(r"\.(\d+)", name)])
    return {name: state[name] for name in order}


@pytest.mark.parametrize("prefix", ["", "module."])
@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("config", SMALL["pix2pixhd"][:2], ids=lambda config: str(len(config)))
def test_pix2pixhd(tmp_path: Path, config: dict[str, Any], old: bool, prefix: str) -> None:
    generator = built("pix2pixhd", config)
    state = pix2pixhd_state(generator)
    if old:  # files of before PyTorch 0.4 hold running means that nobody uses
        state |= {"model.2.running_mean": torch.zeros(4), "model.2.running_var": torch.ones(4)}
    writing.save_state(tmp_path / "net_G.pth", with_prefix(prefix, state), legacy=old)
    alike(tmp_path / "net_G.pth", generator)


def test_pix2pixhd_with_batch_norm_is_refused_in_words(tmp_path: Path) -> None:
    state = pix2pixhd_state(built("pix2pixhd", SMALL["pix2pixhd"][0]))
    state |= {f"model.2.{part}": torch.ones(4) for part in ("weight", "bias", "running_mean")}
    writing.save_state(tmp_path / "net_G.pth", state)
    with pytest.raises(ModelLoadError, match="batch normalisation"):
        load_generator(tmp_path / "net_G.pth")


@pytest.mark.parametrize("form", ["with v", "without v"])
def test_spectral_norm_of_spade_is_folded_in(tmp_path: Path, form: str) -> None:
    config = SMALL["spade"][1]
    generator = built("spade", config)
    state: dict[str, Tensor] = {}
    for name, tensor in renamed("spade", generator).items():
        layer, _, part = name.rpartition(".")
        if part == "weight" and re.search(r"conv_[01s]$", layer):
            u, s, v = torch.linalg.svd(tensor.flatten(1), full_matrices=False)
            state[f"{layer}.weight_orig"] = tensor * 3
            state[f"{layer}.weight_u"] = u[:, 0]
            if form == "with v":
                state[f"{layer}.weight_v"] = v[0]
            generator_weight = tensor / s[0]
            generator.get_parameter(ours(layer)).copy_(generator_weight)
        else:
            state[name] = tensor
    writing.save_state(tmp_path / "latest_net_G.pth", state)
    alike(tmp_path / "latest_net_G.pth", generator)


def ours(layer: str) -> str:
    order = ["head_0", "G_middle_0", "G_middle_1", "up_0", "up_1", "up_2"]
    block, rest = layer.split(".")
    return f"blocks.{order.index(block)}.{rest}.weight"


# What is no checkpoint that can be read


def test_what_it_is_not_is_said(tmp_path: Path) -> None:
    tar = b"\0" * 257 + b"ustar\x0000" + b"\0" * 300
    for content, words in (
        (tar, "tar archive"),
        (b"\x08\x07\x12\x07pytorch" + b"\0" * 60, "ONNX"),
        (b"PK\x05\x06" + b"\0" * 18, "empty zip"),
        (b"(lp0\n.", "no file of a known kind"),
    ):
        (tmp_path / "x.pkl").write_bytes(content)
        with pytest.raises(ModelLoadError, match=words):
            load_generator(tmp_path / "x.pkl")


def test_a_torchscript_program_is_called_one(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.pt", "w") as archive:
        archive.writestr("x/data.pkl", pickled(Call(Name("__torch__", "G"), new=True), 2))
        archive.writestr("x/constants.pkl", b"")
        archive.writestr("x/code/__torch__.py", "class G: pass")
    with pytest.raises(ModelLoadError, match="TorchScript"):
        read_contents(tmp_path / "x.pt")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("names", ["rosinality", "NVIDIA"])
def test_safetensors_of_others(tmp_path: Path, names: str, dtype: torch.dtype) -> None:
    generator = built("stylegan2", STYLEGAN2[0])
    generator.load_state_dict({n: t.to(dtype).float() for n, t in state_of(generator).items()})
    state = state_of(generator) if names == "NVIDIA" else rosinality_state(generator)
    if names == "rosinality":
        state["latent_avg"] = generator.w_avg
    stored = {name: tensor.to(dtype).contiguous() for name, tensor in state.items()}
    save_file(stored, tmp_path / "x.safetensors", metadata={"format": "pt"})
    found = load_generator(tmp_path / "x.safetensors")
    same(found, generator)
    assert describe(tmp_path / "x.safetensors")["container"] == "safetensors"


@pytest.mark.parametrize(
    "facts",
    [
        {"dtype": "F32", "shape": [2], "data_offsets": [0, 80]},
        {"dtype": "F32", "shape": [1 << 39], "data_offsets": [0, 8]},
        {"dtype": "V9", "shape": [2], "data_offsets": [0, 8]},
        {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]},
        {"dtype": "F32", "shape": 2},
        [],
    ],
    ids=str,
)
def test_safetensors_that_lie_are_refused(tmp_path: Path, facts: Any) -> None:
    header = json.dumps({"input.input": facts}).encode()
    path = tmp_path / "x.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 8)
    for read in (load_generator, read_contents):
        with pytest.raises(ModelLoadError, match=r"x\.safetensors"):
            read(path)
