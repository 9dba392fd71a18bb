"""Networks of unusual shapes, as strangers have them, against formulas written down once more."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.engine import Engine
from gan_models.registry import convert, load_generator
from tests.gan_models.checkpoints import writing
from tests.gan_models.checkpoints.writing import pickled

WIDTH = 6

# StyleGAN3: "Alias-Free Generative Adversarial Networks", section 3 and appendix C


def alias_free(
    *,
    filter_size: int = 6,
    kernel: int = 3,
    radial: bool = False,
    critical: int = 2,
    margin: int = 10,
    first_cutoff: float = 2.0,
    oversampling: int = 2,
    layers: int = 4,
    side: int = 32,
) -> tuple[list[dict[str, Any]], list[int], list[float], list[float]]:
    """The layers of a network by its rules of cutoffs and stopbands, with random filters."""
    steps = np.minimum(np.arange(layers + 1) / (layers - critical), 1)
    first_stop, last_stop = first_cutoff * 2**1.1, side / 2 * 2**0.3
    cutoffs = first_cutoff * (side / 2 / first_cutoff) ** steps
    stops = first_stop * (last_stop / first_stop) ** steps
    rates = np.exp2(np.ceil(np.log2(np.minimum(2 * stops, side))))
    sizes = rates + 2 * margin
    sizes[-2:] = side
    made = []
    for number in range(layers + 1):
        before, last = max(0, number - 1), number == layers
        inner = max(rates[before], rates[number]) * (1 if last else oversampling)
        up, down = int(inner / rates[before]), int(inner / rates[number])
        taps = [1 if last or factor == 1 else filter_size * factor for factor in (up, down)]
        size = 1 if last else kernel
        total = (int(sizes[number]) - 1) * down + 1 - (int(sizes[before]) + size - 1) * up
        total += sum(taps) - 2
        low = (total + up) // 2
        both = radial and number < layers - critical
        shapes = [(taps[0],), (taps[1], taps[1]) if both else (taps[1],)]
        filters = [torch.rand(s) * 2 / math.prod(s) if s[0] > 1 else None for s in shapes]
        made.append(
            {
                "weight": torch.randn(3 if last else WIDTH, WIDTH, size, size),
                "bias": torch.randn(3 if last else WIDTH) / 10,
                "affine.weight": torch.randn(WIDTH, WIDTH),
                "affine.bias": torch.ones(WIDTH),
                "magnitude_ema": torch.tensor(1.3),
                "up_filter": filters[0],
                "down_filter": filters[1],
                "factors": (up, down),
                "padding": [low, total - low] * 2,
                "to_rgb": last,
            }
        )
    return made, [int(size) for size in sizes], rates.tolist(), cutoffs.tolist()


def resampled(x: Tensor, taps: Tensor | None, up: int, down: int, padding: list[int]) -> Tensor:
    """Zeros between, padding, filter, every `down`-th pixel."""
    spread = x.new_zeros(*x.shape[:2], x.shape[2] * up, x.shape[3] * up)
    spread[:, :, ::up, ::up] = x
    spread = F.pad(spread, padding)
    if taps is not None:
        kernel = torch.outer(taps, taps) if taps.ndim == 1 else taps
        kernel = kernel.flip(0, 1).expand(x.shape[1], 1, -1, -1)
        spread = F.conv2d(spread, kernel * up**2, groups=x.shape[1])
    return spread[:, :, ::down, ::down]


def alias_free_picture(x: Tensor, layers: list[dict[str, Any]], ws: Tensor) -> Tensor:
    """One picture of the map that went in, `ws` [layers, WIDTH]."""
    for layer, w in zip(layers, ws, strict=True):
        weight, last = layer["weight"], layer["to_rgb"]
        styles = layer["affine.weight"] @ w / math.sqrt(WIDTH) + layer["affine.bias"]
        weight = weight * styles[:, None, None]
        if last:
            weight = weight / math.sqrt(WIDTH)
        else:
            weight = weight / weight.square().sum(dim=(1, 2, 3), keepdim=True).sqrt()
        x = F.conv2d(x, weight / layer["magnitude_ema"].sqrt(), padding=weight.shape[2] - 1)
        up, down = layer["factors"]
        x = x + layer["bias"][:, None, None]
        x = resampled(x, layer["up_filter"], up, 1, layer["padding"])
        x = x if last else F.leaky_relu(x, 0.2) * math.sqrt(2)
        x = resampled(x, layer["down_filter"], 1, down, [0] * 4)
    return x / 4


UNUSUAL: list[dict[str, Any]] = [
    {},
    {"filter_size": 4, "margin": 6},
    {"filter_size": 5},
    {"filter_size": 8, "kernel": 1, "radial": True},
    {"oversampling": 1},
    {"oversampling": 4, "first_cutoff": 4.0},
    {"critical": 0, "layers": 3},
]


@pytest.mark.parametrize("rules", UNUSUAL, ids=str)
def test_stylegan3_by_other_rules(tmp_path: Path, rules: dict[str, Any]) -> None:
    torch.manual_seed(0)
    layers, sizes, rates, cutoffs = alias_free(**rules)
    tensors = {
        "mapping.w_avg": torch.zeros(WIDTH),
        "mapping.embed.weight": torch.randn(10, 3),  # StyleGAN-XL's, without classes
        "mapping.fc0.weight": torch.randn(WIDTH, WIDTH),
        "mapping.fc0.bias": torch.zeros(WIDTH),
        "synthesis.input.weight": torch.randn(WIDTH, WIDTH),
        "synthesis.input.affine.weight": torch.zeros(4, WIDTH),
        "synthesis.input.affine.bias": torch.tensor([1.0, 0.0, 0.0, 0.0]),
        "synthesis.input.transform": torch.eye(3),
        "synthesis.input.freqs": torch.randn(WIDTH, 2) * cutoffs[0] / 2,
        "synthesis.input.phases": torch.rand(WIDTH) - 0.5,
    }
    size = writing.numpy_array(np.array([sizes[0]] * 2))
    attributes: dict[str, Any] = {
        "synthesis.input": {"size": size, "sampling_rate": rates[0], "bandwidth": cutoffs[0]}
    }
    for number, layer in enumerate(layers):
        name = f"synthesis.L{number}_{sizes[number]}_{len(layer['bias'])}"
        tensors |= {f"{name}.{k}": v for k, v in layer.items() if isinstance(v, Tensor)}
        up, down = layer["factors"]
        attributes[name] = {
            "padding": layer["padding"],
            "up_factor": up,
            "down_factor": down,
            "is_torgb": layer["to_rgb"],
            "conv_clamp": 256,
            "out_size": writing.numpy_array(np.array([sizes[number]] * 2)),
        }
    root = {"G_ema": writing.nvidia_module(tensors, attributes)}
    (tmp_path / "net.pkl").write_bytes(pickled(root))
    found = load_generator(tmp_path / "net.pkl")
    assert found.spec.label_dim == 0
    ws = torch.randn(1, len(layers) + 1, WIDTH)
    with torch.inference_mode():
        entry = found.get_submodule("synthesis.input")(ws[:, 0], None)
        wanted = alias_free_picture(entry, layers, ws[0, 1:])
        assert torch.allclose(found.synthesize(ws), wanted, atol=1e-5)
    assert torch.allclose(Engine(found).synthesize(ws), wanted, atol=1e-4)


# pix2pixHD: "High-Resolution Image Synthesis ...", figure 3


def residual(channels: int) -> nn.Module:
    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            half = [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3)]
            rest = [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3)]
            norms = nn.InstanceNorm2d(channels), nn.InstanceNorm2d(channels)
            self.conv_block = nn.Sequential(*half, norms[0], nn.ReLU(), *rest, norms[1])

        def forward(self, x: Tensor) -> Tensor:
            return x + self.conv_block(x)

    return Block()


def normalised(layer: nn.Module, channels: int) -> list[nn.Module]:
    return [layer, nn.InstanceNorm2d(channels), nn.ReLU()]


class Enhanced(nn.Module):
    """A global generator and `enhancers` local ones around it."""

    def __init__(self, classes: int, features: int, enhancers: int) -> None:
        super().__init__()
        self.enhancers = enhancers
        wide = features << enhancers
        trunk = [nn.ReflectionPad2d(3), *normalised(nn.Conv2d(classes, wide, 7), wide)]
        trunk += normalised(nn.Conv2d(wide, 2 * wide, 3, 2, 1), 2 * wide)
        trunk += [residual(2 * wide)]
        trunk += normalised(nn.ConvTranspose2d(2 * wide, wide, 3, 2, 1, 1), wide)
        self.model = nn.Sequential(*trunk)
        for number in range(1, enhancers + 1):
            width = features << (enhancers - number)
            down = [nn.ReflectionPad2d(3), *normalised(nn.Conv2d(classes, width, 7), width)]
            down += normalised(nn.Conv2d(width, 2 * width, 3, 2, 1), 2 * width)
            up = [residual(2 * width), residual(2 * width)]
            up += normalised(nn.ConvTranspose2d(2 * width, width, 3, 2, 1, 1), width)
            if number == enhancers:
                up += [nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh()]
            self.add_module(f"model{number}_1", nn.Sequential(*down))
            self.add_module(f"model{number}_2", nn.Sequential(*up))

    def forward(self, x: Tensor) -> Tensor:
        sizes = [x]
        for _ in range(self.enhancers):
            pooled = F.avg_pool2d(sizes[-1], 3, stride=2, padding=1, count_include_pad=False)
            sizes.append(pooled)
        y: Tensor = self.model(sizes.pop())
        for number in range(1, self.enhancers + 1):
            down = self.get_submodule(f"model{number}_1")(sizes.pop())
            y = self.get_submodule(f"model{number}_2")(down + y)
        return y


@pytest.mark.parametrize("enhancers", [1, 2, 3])
def test_pix2pixhd_with_several_enhancers(tmp_path: Path, enhancers: int) -> None:
    torch.manual_seed(0)
    network = Enhanced(5, 2, enhancers).requires_grad_(False)
    writing.save_state(tmp_path / "net_G.pth", network.state_dict())
    found = convert(tmp_path / "net_G.pth", tmp_path / "own.safetensors")
    classes = torch.randint(5, (1, 32, 32))
    wanted = network(F.one_hot(classes, 5).permute(0, 3, 1, 2).float())
    ws = found.map(torch.zeros(1, 0))
    drawn = found.synthesize(ws, label_map=classes)  # type: ignore[call-arg]
    assert torch.allclose(drawn, wanted, atol=1e-5)
    own = load_generator(tmp_path / "own.safetensors")
    assert torch.equal(own.synthesize(ws, label_map=classes), drawn)  # type: ignore[call-arg]


# DCGAN, as PyTorch's example, its many copies and GAN Zoo write it


def dcgan(start: int, widths: list[int], bias: str) -> nn.Sequential:
    layers: list[nn.Module] = []
    for number, (inside, out) in enumerate(pairwise(widths)):
        last = number == len(widths) - 2
        step = (4, 2, 1) if number else (start, 1, 0)
        biased = bias == "all" or (bias == "last" and last)
        layers.append(nn.ConvTranspose2d(inside, out, *step, bias=biased))
        layers += [nn.Tanh()] if last else [nn.BatchNorm2d(out), nn.ReLU()]
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1, 0.2)
            layer.running_mean = torch.randn(layer.num_features) / 5
            layer.running_var = torch.rand(layer.num_features) + 0.5
    return nn.Sequential(*layers).eval().requires_grad_(False)


def zoo_names(state: dict[str, Tensor], last: int) -> dict[str, Tensor]:
    """GAN Zoo's: the first layer by itself, then main.convTranspose1 ... main.outlayer."""

    def place(match: re.Match[str]) -> str:
        number, kind = divmod(int(match[1]), 3)
        if not number and not kind:
            return "formatLayer."
        conv = "outlayer" if number == last else f"convTranspose{number}"
        return f"main.{f'batchNorm{number}' if kind else conv}."

    return {re.sub(r"^(\d+)\.", place, name): tensor for name, tensor in state.items()}


@pytest.mark.parametrize("names", ["example", "zoo"])
@pytest.mark.parametrize("bias", ["none", "last", "all"])
@pytest.mark.parametrize(
    ("start", "widths"), [(4, [9, 16, 8, 4, 3]), (7, [9, 8, 4, 1]), (2, [9, 8, 8, 4, 1])]
)
def test_dcgan(tmp_path: Path, start: int, widths: list[int], bias: str, names: str) -> None:
    torch.manual_seed(0)
    network = dcgan(start, widths, bias)
    state = network.state_dict()
    if names == "zoo":
        state = zoo_names(state, last=len(widths) - 2)
    writing.save_state(tmp_path / "netG.pth", state)
    found = load_generator(tmp_path / "netG.pth")
    z = torch.randn(3, 9)
    assert torch.allclose(found.synthesize(found.map(z)), network(z[:, :, None, None]), atol=1e-6)
