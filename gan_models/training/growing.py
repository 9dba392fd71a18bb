"""Weights of a trained StyleGAN2 for one of twice the resolution that does the same at first.

Progressive growing (Karras et al. 2018) fades new layers in while training runs. Here they are set
so that nothing has to fade (Net2Net, Chen et al. 2016): the generator's new block adds zero to the
enlarged picture; the discriminator's hands on the picture at half its size, beside what its other
channels see at random. Without those it would be blind to the finest detail for long, and the
generator would fill it with a chequerboard; so it settles first, on its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from gan_models.base import TrainingError
from gan_models.families.discriminator import Discriminator, DiscriminatorBlock
from gan_models.families.stylegan2 import StyleGAN2

SLOPE = 0.2
"""Of the leaky ReLU: x = (leaky(x) - leaky(-x)) / (1 + SLOPE), so a pair of channels keeps x."""


@torch.no_grad()
def grow_generator(network: StyleGAN2, tensors: Mapping[str, Tensor]) -> None:
    """Copy a state dict of the same resolution or half of it into `network`."""
    for name in _copy_matching(network, tensors):
        if name.endswith("torgb.weight"):
            network.get_parameter(name).zero_()


@torch.no_grad()
def grow_discriminator(network: Discriminator, tensors: Mapping[str, Tensor]) -> bool:
    """Copy a state dict of the same resolution or half of it; whether there is a new block."""
    blocks = 1 + max(int(name.split(".")[1]) for name in tensors if name.startswith("blocks."))
    grown = len(network.blocks) - blocks
    if grown not in (0, 1):
        raise TrainingError("a run starts from one of its own resolution or of half of it")
    renamed = {_shifted(name, grown): value for name, value in tensors.items()}
    if grown:
        weight, bias = renamed.pop("fromrgb.weight"), renamed.pop("fromrgb.bias")
    _copy_matching(network, renamed)
    if grown:
        block = network.blocks[0]
        assert isinstance(block, DiscriminatorBlock)
        _hand_on(network.fromrgb.weight, block, weight, bias)
    return bool(grown)


@torch.no_grad()
def copy_whole(network: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Copy what fits of a state dict of the same resolution into `network`."""
    _copy_matching(network, tensors)


def with_prefix(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin with `prefix` and a dot, without it."""
    start = prefix + "."
    return {key.removeprefix(start): t for key, t in tensors.items() if key.startswith(start)}


def _shifted(name: str, by: int) -> str:
    """The name with its block's number moved: the discriminator counts from the finest block."""
    parts = name.split(".")
    if parts[0] == "blocks":
        parts[1] = str(int(parts[1]) + by)
    return ".".join(parts)


def _copy_matching(network: nn.Module, tensors: Mapping[str, Tensor]) -> list[str]:
    """Copy tensors of equal name and shape into a network; returns the names it went without."""
    own = network.state_dict()
    missing = [
        name for name in own if name not in tensors or tensors[name].shape != own[name].shape
    ]
    # Biases and noise fit by chance: most of the numbers must.
    if 2 * sum(own[name].numel() for name in missing) > sum(t.numel() for t in own.values()):
        raise TrainingError("the run to start from has networks of quite another shape")
    for name in own.keys() - missing:
        own[name].copy_(tensors[name])
    return missing


def _hand_on(fromrgb: Tensor, block: DiscriminatorBlock, weight: Tensor, bias: Tensor) -> None:
    """Let channels of `block` behind `fromrgb` add what the smaller network's first layer did.

    That layer is leaky(sqrt 2 (weight x + bias)) of the picture at half its size. Pairs of
    channels carry each colour and its opposite through the activations; the convolutions divide
    by the root of their number of inputs, which their weights here make up for.
    """
    width, channels = fromrgb.shape[:2]
    if width < 2 * channels:
        raise TrainingError(f"growing needs at least {2 * channels} channels, not {width}")
    signs = torch.stack([torch.eye(channels), -torch.eye(channels)], dim=1).flatten(0, 1)
    signs = signs.to(fromrgb)  # [2C, C]: +r, -r, +g, -g ...
    pair = signs.t() / (1 + SLOPE)  # [C, 2C]: back from a pair to the colour
    scale = math.sqrt(block.conv0.weight[0].numel())
    kept = slice(0, 2 * channels)
    fromrgb[kept, :, 0, 0] = signs * math.sqrt(channels)
    block.conv0.weight[kept] = 0
    block.conv0.weight[kept, kept, 1, 1] = signs @ pair * scale / math.sqrt(2)
    block.conv1.weight[:, kept] = 0
    first = weight[:, :, 0, 0] / math.sqrt(channels)
    block.conv1.weight[:, kept, 1, 1] = first @ pair * scale
    assert block.conv1.bias is not None
    block.conv1.bias.copy_(bias * math.sqrt(2))
