"""The architectures: a generator and a discriminator, and what the loop must know of them.

The loop is the same for all. It gives a batch's condition (one-hot classes) to both networks, and
asks here for everything that is one architecture's own. Those that learn from label maps are in
`paired/`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from gan_models.base import Generator, TrainingError
from gan_models.families.dcgan import DCGAN
from gan_models.families.discriminator import Discriminator
from gan_models.families.gan import GAN
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.training import growing
from gan_models.training.config import TrainingConfig
from gan_models.training.discriminators import (
    ConvolutionalDiscriminator,
    MaxoutDiscriminator,
    init_dcgan,
    init_selu,
)
from gan_models.training.draws import Draws
from gan_models.training.losses.adversarial import find_loss

SETTLING_STEPS = 160
"""How long a discriminator with a new block learns alone."""
ANEW_STEPS = 640
"""How long one does that knows nothing yet, while the generator draws well."""
CLASS_STD = 0.05
"""Of what stands beside z for a class, at the start."""


class Networks:
    """A generator and a discriminator; this class serves those that map z straight to a picture."""

    has_path = False
    """Whether path lengths can be regularised: where there is a W."""

    def __init__(
        self, config: TrainingConfig, generator: Generator, discriminator: nn.Module
    ) -> None:
        self.config, self.generator, self.discriminator = config, generator, discriminator
        self.batch = config.batch
        """Pictures of a step, in all processes together."""

    def latents(self, label: Tensor | None, draws: Draws, batch: int) -> Tensor:
        """Fresh ws for pictures of these classes."""
        return self.generator.map(draws.normal(batch, self.generator.spec.z_dim), label)

    def pictures(self, ws: Tensor) -> Tensor:
        """What the generator makes of ws, at the size at which it is trained now."""
        return self.generator.synthesize(ws, noise_mode="random", noise_seed=None)

    def sized(self, real: Tensor) -> Tensor:
        """Real pictures at the size at which the networks are trained now."""
        return real

    def judge(self, pictures: Tensor, label: Tensor | None) -> Tensor:
        """Logits [N]."""
        if label is None:
            return self.discriminator(pictures)
        return self.discriminator(pictures, label)

    def rehearse(self, draws: Draws) -> None:
        """The way forward of a step of the generator: what its memory is judged by."""
        classes = self.generator.spec.label_dim
        label = torch.zeros(self.batch, classes, device=draws.device) if classes else None
        self.judge(self.pictures(self.latents(label, draws, self.batch)), label)

    def advance(self, pictures: int, averaged: Generator) -> bool:  # noqa: ARG002
        """Grow to where a run of so many pictures is; whether there are new layers to learn."""
        return False

    def averaged(self) -> Generator:
        """A copy of the generator to hold its averaged weights."""
        return copy.deepcopy(self.generator).eval().requires_grad_(False)

    def weights(self, names: Sequence[str]) -> list[Tensor]:
        """The generator's weights of the names that they have in its averaged copy."""
        own = {**dict(self.generator.named_parameters()), **dict(self.generator.named_buffers())}
        return [own[name] for name in names]

    def exported(self, averaged: Generator) -> Generator:
        """The averaged generator as a snapshot's file holds it."""
        return averaged

    def start_from(self, averaged: Generator, tensors: Mapping[str, Tensor]) -> int:
        """Take over weights of the checkpoint of another run, those of its averaged generator.

        Returns how many steps the discriminator needs alone.
        """
        for generator in (self.generator, averaged):
            growing.copy_whole(generator, growing.with_prefix(tensors, "averaged"))
        growing.copy_whole(self.discriminator, growing.with_prefix(tensors, "discriminator"))
        return 0


class StyleGAN2Networks(Networks):
    """Styles of two latents mixed, the mean of W followed, paths of even length."""

    has_path = True
    generator: StyleGAN2
    discriminator: Discriminator

    def latents(self, label: Tensor | None, draws: Draws, batch: int) -> Tensor:
        """ws [batch, num_ws, w_dim], some mixed of two latents at a random row."""
        generator, config = self.generator, self.config
        spec = generator.spec
        w = generator.mapping(draws.normal(batch, spec.z_dim), label)
        with torch.no_grad():
            generator.w_avg.lerp_(w.detach().mean(dim=0), config.w_avg_decay)
        if not config.style_mixing:
            return w[:, None].expand(-1, spec.num_ws, -1)
        other = generator.mapping(draws.normal(batch, spec.z_dim), label)
        cut = draws.integers(1, spec.num_ws, batch).to(w.device)
        mixed = draws.uniform(batch) < config.style_mixing
        rows = torch.arange(spec.num_ws, device=w.device)
        swap = mixed[:, None] & (rows >= cut[:, None])
        return torch.where(swap[:, :, None], other[:, None], w[:, None])

    def start_from(self, averaged: Generator, tensors: Mapping[str, Tensor]) -> int:
        assert isinstance(averaged, StyleGAN2)
        for network in (self.generator, averaged):
            growing.grow_generator(network, growing.with_prefix(tensors, "averaged"))
        discriminator = growing.with_prefix(tensors, "discriminator")
        if not discriminator:
            return ANEW_STEPS
        grown = growing.grow_discriminator(self.discriminator, discriminator)
        return SETTLING_STEPS if grown else 0


def _gan(config: TrainingConfig, channels: int, classes: int) -> Networks:
    if classes:
        raise TrainingError(
            "the architecture gan cannot be conditional; choose dcgan or stylegan2, or set "
            "conditional=false"
        )
    pixels = channels * config.resolution**2
    generator = GAN(widths=[config.z_dim, config.width, config.width, pixels], channels=channels)
    discriminator = MaxoutDiscriminator(
        pixels, config.discriminator_width, dropout=config.dropout, label_dim=classes
    )
    return Networks(config, generator, discriminator)


def _dcgan(config: TrainingConfig, channels: int, classes: int) -> Networks:
    start = 7 if config.resolution == 28 else 4
    doublings = (config.resolution // start).bit_length() - 1
    hidden = [config.width * 2**i for i in reversed(range(doublings))]
    selu = config.activation == "selu"
    generator = DCGAN(
        widths=[config.z_dim, *hidden, channels],
        bias=selu,
        start=start,
        activation=config.activation,
        dropout=config.dropout,
        label_dim=classes,
    )
    discriminator = ConvolutionalDiscriminator(
        config.resolution,
        channels,
        config.discriminator_width,
        batch_norm=config.discriminator_norm and find_loss(config.loss).batch_norm and not selu,
        activation="selu" if selu else "leaky_relu",
        dropout=config.dropout,
        label_dim=classes,
    )
    for network in (generator, discriminator):
        (init_selu if selu else init_dcgan)(network)
    if classes:
        # With numbers as large as those of z the class explains nearly all of a picture from the
        # start, and the generator learns one picture for each.
        nn.init.normal_(generator.embed.weight, 0.0, CLASS_STD)
    return Networks(config, generator, discriminator)


def _stylegan2(config: TrainingConfig, channels: int, classes: int) -> Networks:
    generator = StyleGAN2(
        resolution=config.resolution,
        channels=channels,
        label_dim=classes,
        channel_base=config.channel_base,
        channel_max=config.channel_max,
        z_dim=config.z_dim,
        w_dim=config.w_dim,
        mapping_layers=config.mapping_layers,
        layer_features=config.layer_features or None,
        lr_multiplier=config.lr_multiplier,
    )
    discriminator = Discriminator(
        resolution=config.resolution,
        channels=channels,
        label_dim=classes,
        channel_base=config.channel_base,
        channel_max=config.channel_max,
        mapping_layers=config.mapping_layers,
    )
    return StyleGAN2Networks(config, generator, discriminator)


def _progan(config: TrainingConfig, channels: int, classes: int) -> Networks:
    from gan_models.training.progressive import build_progan

    return build_progan(config, channels, classes)


BUILDERS: dict[str, Callable[[TrainingConfig, int, int], Networks]] = {
    "gan": _gan,
    "dcgan": _dcgan,
    "progan": _progan,
    "stylegan2": _stylegan2,
}


def build_networks(config: TrainingConfig, channels: int, classes: int) -> Networks:
    """The networks of `config.architecture`, with fresh weights."""
    return BUILDERS[config.architecture](config, channels, classes)
