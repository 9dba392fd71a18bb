"""Progressive GAN's training: the discriminator that grows, and when both grow.

A run is divided into equal phases: 4 pixels alone, then for each doubling a phase in which the new
layers fade in and one in which they settle (Karras et al. 2018, section 2). `lod` is as in
`GrowingProGAN`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import Generator, NoiseMode, TrainingError
from gan_models.families.discriminator import minibatch_stddev
from gan_models.families.progan import ProGAN
from gan_models.families.stylegan2 import channels_at, resolutions_up_to
from gan_models.layers import SQRT2, EqualisedConv, FullyConnected, normalize_second_moment
from gan_models.training.config import TrainingConfig
from gan_models.training.networks import Networks


def enlarged(pictures: Tensor, factor: int = 2) -> Tensor:
    """Each pixel repeated."""
    return F.interpolate(pictures, scale_factor=float(factor), mode="nearest")


class GrowingProGAN(ProGAN):
    """The generator with the layers of all resolutions, and colours at each.

    `lod` tells how far it has grown: 0 is the full resolution, 1 half of it, and 1.4 is on the way
    from a quarter to half, the finer picture weighing 0.6.
    """

    def __init__(self, widths: Sequence[int], z_dim: int, channels: int) -> None:
        super().__init__(widths=widths, z_dim=z_dim, channels=channels)
        self.lod = 0.0
        del self.to_rgb
        self.colours = nn.ModuleList(EqualisedConv(width, channels, 1) for width in widths)

    @property
    def level(self) -> int:
        """The number of the finest block in use."""
        return len(self.blocks) - 1 - math.floor(self.lod)

    @property
    def fade(self) -> float:
        """The share of the coarser picture."""
        return self.lod - math.floor(self.lod) if self.level else 0.0

    def small(self, ws: Tensor) -> Tensor:
        """Pictures at the resolution that has been grown to."""
        before = x = normalize_second_moment(ws[:, 0])
        for block in self.blocks[: self.level + 1]:
            before, x = x, block(x)
        picture: Tensor = self.colours[self.level](x)
        if self.fade:
            coarse = self.colours[self.level - 1](before)
            picture = torch.lerp(picture, enlarged(coarse), self.fade)
        return picture.float()

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",  # noqa: ARG002  # the family has no noise
        noise_seed: int | None = 0,  # noqa: ARG002
        resolution: int | None = None,  # noqa: ARG002
    ) -> Tensor:
        picture = self.small(ws)
        return enlarged(picture, self.spec.resolution // picture.shape[-1])

    def as_grown(self) -> ProGAN:
        """A generator of the resolution that has been grown to, as files hold it."""
        config, level = self.config(), self.level
        widths = config["widths"][: level + 1]
        grown = ProGAN(**config | {"widths": widths, "fade": self.fade})
        weights = {
            name: tensor
            for name, tensor in self.state_dict().items()
            if name.startswith("blocks.") and int(name.split(".")[1]) <= level
        }
        kept = [("fine", level), ("coarse", level - 1)] if self.fade else [("fine", level)]
        for name, number in kept:
            colours = self.colours[number].state_dict()
            weights |= {f"to_rgb.{name}.{key}": value for key, value in colours.items()}
        grown.load_state_dict(weights)
        return grown.eval().requires_grad_(False)


class HalvingBlock(nn.Module):
    """Two convolutions, then the mean of each 2 x 2 pixels."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv0 = EqualisedConv(in_channels, in_channels, 3)
        self.conv1 = EqualisedConv(in_channels, out_channels, 3)

    def forward(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(_activated(self.conv1, _activated(self.conv0, x)), 2)


class ProGANDiscriminator(nn.Module):
    """The generator's mirror image; averages 2 x 2 pixels at each step down."""

    def __init__(self, widths: list[int], channels: int) -> None:
        super().__init__()
        self.lod = 0.0
        self.fromrgb = nn.ModuleList(EqualisedConv(channels, width, 1) for width in widths)
        self.blocks = nn.ModuleList(
            HalvingBlock(width, coarser) for coarser, width in pairwise(widths)
        )
        self.conv = EqualisedConv(widths[0] + 1, widths[0], 3)
        self.fc = FullyConnected(widths[0] * 16, widths[0], activate=True)
        self.out = FullyConnected(widths[0], 1)

    def forward(self, pictures: Tensor) -> Tensor:
        whole = math.floor(self.lod)
        level = len(self.fromrgb) - 1 - whole
        x = _activated(self.fromrgb[level], pictures)
        for number in reversed(range(level)):
            x = self.blocks[number](x)
            if number == level - 1 and self.lod != whole:
                coarse = _activated(self.fromrgb[number], F.avg_pool2d(pictures, 2))
                x = torch.lerp(x, coarse, self.lod - whole)
        x = torch.cat([x, minibatch_stddev(x)], dim=1)
        x = _activated(self.conv, x)
        return self.out(self.fc(x.flatten(1))).squeeze(1).float()


def _activated(conv: nn.Module, x: Tensor) -> Tensor:
    return F.leaky_relu(conv(x, gain=SQRT2), 0.2)


class ProGANNetworks(Networks):
    """Networks that grow with the number of pictures seen."""

    generator: GrowingProGAN
    discriminator: ProGANDiscriminator

    def __init__(
        self, config: TrainingConfig, generator: GrowingProGAN, discriminator: ProGANDiscriminator
    ) -> None:
        super().__init__(config, generator, discriminator)
        self.levels = len(generator.blocks)
        self.phase_kimg = config.phase_kimg or config.kimg / phases(config.resolution)

    def advance(self, pictures: int, averaged: Generator) -> bool:
        assert isinstance(averaged, GrowingProGAN)
        before = math.floor(self.discriminator.lod)
        lod = lod_at(pictures / 1000 / self.phase_kimg, self.levels)
        for network in (self.generator, averaged, self.discriminator):
            network.lod = lod
        level = self.levels - 1 - math.floor(lod)
        batches = self.config.batches
        self.batch = batches[min(level, len(batches) - 1)] if batches else self.config.batch
        return math.floor(lod) != before

    def pictures(self, ws: Tensor) -> Tensor:
        return self.generator.small(ws)

    def exported(self, averaged: Generator) -> Generator:
        assert isinstance(averaged, GrowingProGAN)
        return averaged.as_grown()

    def sized(self, real: Tensor) -> Tensor:
        """At the present resolution, as little detailed as what is generated."""
        lod = self.generator.lod
        whole = math.floor(lod)
        real = F.avg_pool2d(real, 2**whole) if whole else real
        if lod == whole:
            return real
        return torch.lerp(real, enlarged(F.avg_pool2d(real, 2)), lod - whole)


def lod_at(phase: float, levels: int) -> float:
    """How far networks of so many levels have still to grow after so many phases.

    Phase 0 is the coarsest level alone; then each fades in and settles.
    """
    number, within = divmod(phase, 1.0)
    if number % 2 == 0:
        return max(0.0, float(levels - 1 - number // 2))
    # The very first of a fade still shows all of the old picture: 1 - 0, one level finer.
    return max(0.0, levels - 1 - (number + 1) // 2 + min(1 - within, 1 - 1e-6))


def phases(resolution: int) -> int:
    """How many phases a run of that resolution has."""
    return 2 * (int(math.log2(resolution)) - 1) - 1


def build_progan(config: TrainingConfig, channels: int, classes: int) -> Networks:
    """Both networks at full size; what has not been reached yet is left alone."""
    if classes:
        raise TrainingError(
            "the architecture progan cannot be conditional; choose dcgan or stylegan2, or set "
            "conditional=false"
        )
    sizes = resolutions_up_to(config.resolution)
    widths = [channels_at(size, config.channel_base, config.channel_max) for size in sizes]
    generator = GrowingProGAN(widths, config.z_dim, channels)
    return ProGANNetworks(config, generator, ProGANDiscriminator(widths, channels))
