"""The architectures that draw from label maps, and the PatchGANs that judge them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from gan_models.base import Generator, TrainingError
from gan_models.families.direct import LabelMapGenerator, one_hot_map
from gan_models.families.pix2pix import Pix2Pix
from gan_models.families.pix2pixhd import Pix2PixHD
from gan_models.families.spade import SPADE
from gan_models.families.style_encoder import StyleEncoder
from gan_models.training.config import TrainingConfig
from gan_models.training.discriminators import init_dcgan
from gan_models.training.draws import Draws
from gan_models.training.networks import Networks
from gan_models.training.paired.discriminators import MultiScaleDiscriminator, Normalisation
from gan_models.training.paired.losses import draw_style, style_divergence
from gan_models.training.paired.spectral import normalise_spectrum

ClassTable = Sequence[tuple[str, tuple[int, int, int]]]
"""Name and colour of each class of the maps."""


class PairedNetworks(Networks):
    """A generator of pictures from label maps; where it has a style encoder, that learns too."""

    generator: LabelMapGenerator
    discriminator: MultiScaleDiscriminator

    def layout(self, maps: Tensor) -> Tensor:
        """Class numbers [N, H, W] to float32 [N, map_classes, H, W]."""
        return one_hot_map(maps, self.generator.spec.map_classes, len(maps))

    def styles(self, real: Tensor, layout: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
        """Styles `ws` [N, 1, w_dim] of real pictures or around them, and their divergence."""
        encoder = getattr(self.generator, "encoder", None)
        if encoder is not None and isinstance(self.generator, Pix2PixHD):
            return self.generator.encode(real, layout), real.new_zeros(())
        noise = draws.normal(self.batch, self.generator.spec.z_dim)
        if encoder is None:
            return noise[:, None], noise.new_zeros(())
        mean, log_variance = encoder(real)
        mean, log_variance = mean.float(), log_variance.float()
        return draw_style(mean, log_variance, noise)[:, None], style_divergence(mean, log_variance)

    def rehearse(self, draws: Draws) -> None:
        spec = self.generator.spec
        shape = (spec.resolution, spec.resolution)
        real = torch.zeros(self.batch, spec.channels, *shape, device=draws.device)
        layout = torch.zeros(self.batch, spec.map_classes, *shape, device=draws.device)
        ws, _ = self.styles(real, layout, draws)
        self.discriminator(self.generator.draw(ws, layout), layout)

    def averaged(self) -> Generator:
        """One without spectral norm: its weights are those that the generator's come to."""
        averaged = self.generator.from_config(self.generator.config())
        state = averaged.state_dict()
        names = [name for name in state if state[name].is_floating_point()]
        averaged.load_state_dict(state | dict(zip(names, self.weights(names), strict=True)))
        return averaged.eval().requires_grad_(False)

    def weights(self, names: Sequence[str]) -> list[Tensor]:
        # Reading a normalised weight of a network in training would refine its norm by a step.
        self.generator.eval()
        found = []
        for name in names:
            module, _, weight = name.rpartition(".")
            found.append(getattr(self.generator.get_submodule(module), weight))
        self.generator.train()
        return found


def _spade(config: TrainingConfig, table: ClassTable) -> LabelMapGenerator:
    if config.channels != 3:
        raise TrainingError("a spade draws in colour; leave channels out")
    doublings = _halvings(config, 4)
    generator = SPADE(
        features=config.width,
        map_classes=len(table),
        class_table=table,
        z_dim=config.z_dim if config.encoder_width else 0,
        resolution=config.resolution,
        ups=min(4, doublings - 1),
        extra_up=doublings > 5,
        hidden=config.map_width,
        encoder_features=config.encoder_width,
    )
    init_spade(generator)
    if generator.encoder is not None:
        init_encoder(generator.encoder)
        nn.init.xavier_normal_(generator.fc.weight)  # type: ignore[arg-type]  # to hear the style
    normalise_spectrum(generator)
    return generator


def _pix2pix(config: TrainingConfig, table: ClassTable) -> LabelMapGenerator:
    generator = Pix2Pix(
        features=config.width,
        map_classes=len(table),
        class_table=table,
        downs=min(8, _halvings(config, 1)),
        channels=config.channels,
        resolution=config.resolution,
    )
    init_dcgan(generator)
    return generator


def _pix2pixhd(config: TrainingConfig, table: ClassTable) -> LabelMapGenerator:
    generator = Pix2PixHD(
        features=config.width,
        map_classes=len(table),
        class_table=table,
        downs=min(4, max(1, _halvings(config, 8))),
        blocks=config.blocks,
        local_blocks=config.local_blocks,
        feature_channels=config.feature_channels,
        channels=config.channels,
        resolution=config.resolution,
    )
    init_dcgan(generator)
    if generator.encoder is not None:
        keep_differences(generator.encoder.convs)
    return generator


def _halvings(config: TrainingConfig, smallest: int) -> int:
    """How often the resolution is halved until `smallest` pixels are left."""
    return (config.resolution // smallest).bit_length() - 1


def init_spade(network: nn.Module) -> None:
    """Weights as SPADE begins with: Xavier normal with a gain of 0.02 (Park et al. 2019, code)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.xavier_normal_(module.weight, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def init_encoder(encoder: StyleEncoder) -> None:
    """Weights with which styles begin with little noise.

    Otherwise the generator learns first that they say nothing.
    """
    keep_differences(encoder.convs)
    nn.init.xavier_normal_(encoder.mean.weight)
    nn.init.zeros_(encoder.mean.bias)
    nn.init.zeros_(encoder.log_variance.weight)
    nn.init.constant_(encoder.log_variance.bias, -2.0)


def keep_differences(convs: nn.ModuleList) -> None:
    """Weights that keep differences between pictures as large as they are (He et al. 2015)."""
    for conv in convs:
        assert isinstance(conv, nn.Conv2d)
        nn.init.kaiming_normal_(conv.weight, 0.2)
        nn.init.zeros_(conv.bias)  # type: ignore[arg-type]


BUILDERS: dict[
    str, tuple[Callable[[TrainingConfig, ClassTable], LabelMapGenerator], Normalisation]
] = {
    "spade": (_spade, "spectral"),
    "pix2pix": (_pix2pix, "batch"),
    "pix2pixhd": (_pix2pixhd, "instance"),
}
"""Of each architecture: its generator, and how its PatchGANs normalise."""


def build_paired(config: TrainingConfig, channels: int, table: ClassTable) -> PairedNetworks:
    """The networks of `config.architecture`, with fresh weights, for maps of these classes."""
    build, normalisation = BUILDERS[config.architecture]
    config = replace(config, channels=channels)
    smallest = config.resolution >> (config.discriminator_scales - 1)
    discriminator = MultiScaleDiscriminator(
        len(table),
        channels,
        features=config.discriminator_width,
        layers=max(1, min(3, smallest.bit_length() - 3)),  # so that logits are left
        scales=config.discriminator_scales,
        normalisation=normalisation,
    )
    (init_spade if normalisation == "spectral" else init_dcgan)(discriminator)
    return PairedNetworks(config, build(config, table), discriminator)
