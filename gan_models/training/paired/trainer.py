"""Training on pairs of a label map and its picture: a step of its own in the common loop."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan_models.base import Generator, TrainingError
from gan_models.datasets.arrays import PictureArray
from gan_models.families.direct import LabelMapGenerator
from gan_models.families.pix2pixhd import Pix2PixHD
from gan_models.families.spade import SPADE
from gan_models.training import quality
from gan_models.training.config import PAIRED, TrainingConfig
from gan_models.training.loop import Trainer
from gan_models.training.paired.losses import (
    Outputs,
    feature_matching,
    judged,
    perceptual_distance,
)
from gan_models.training.paired.networks import PairedNetworks, build_paired
from gan_models.training.paired.styles import fit_styles, standardise_styles
from gan_models.training.workers import Workers
from gan_models.vgg import VGG19, Vgg, load_vgg

READ, BATCH = 1000, 50
"""Pictures whose styles are taken to find their distribution, and how many at a time."""
SHOWN = 8
"""Rows of a sample sheet,"""
STYLES = 3
"""and styles of random seeds in each, after the map, the truth and its own style."""

UNKNOWN = (
    "conditional", "gamma", "gradient_penalty", "weight_clip", "critic_steps", "drift",
    "label_smoothing", "path_weight", "style_mixing", "augment",
)  # fmt: skip
"""Settings of the common loop that mean nothing here."""


class PairedTrainer(Trainer):
    """A generator from label maps and PatchGANs that see maps and pictures together."""

    networks: PairedNetworks
    _eyes: Vgg | None = None
    """They see result and truth beside the PatchGANs, and never learn."""

    def _set_up_sides(self) -> None:
        super()._set_up_sides()
        if self.config.perceptual:
            self._eyes = load_vgg(Path(self.config.perceptual), VGG19).to(self.device)

    def _build(self) -> PairedNetworks:
        for name in UNKNOWN:
            if getattr(self.config, name) != getattr(TrainingConfig, name, ()):
                raise TrainingError(
                    f"the architecture {self.config.architecture} has no {name}; leave it out"
                )
        if self.data.maps is None:
            raise TrainingError(
                f"{self.data.path} holds pictures without label maps, from which the architecture "
                f"{self.config.architecture} learns; give a set of pairs, such as landscapes"
            )
        return build_paired(self.config, self.data.channels, self.data.map_classes)

    def step(self) -> dict[str, Tensor]:
        self.draws.begin(self.steps, self.attempt)
        self.begun = self.pictures
        real, layout = self._pairs()
        fake, figures = self._learn_to_draw(real, layout)
        figures |= self._learn_to_judge(real, fake, layout)
        self._average()
        self.steps += 1
        return figures

    def _pairs(self) -> tuple[Tensor, Tensor]:
        """Pictures and their maps, one-hot."""
        batch = self.networks.batch
        indices = self._pick(batch)
        flip = self.draws.integers(0, 2, batch).bool() if self.mirror else None
        pictures = self.data.batch(indices, flip).to(self.device, non_blocking=True)
        return pictures, self._layout(indices, flip)

    def _layout(self, indices: Tensor, flip: Tensor | None = None) -> Tensor:
        layout = self.networks.layout(self.data.label_maps(indices, flip).to(self.device))
        return layout.contiguous(memory_format=torch.channels_last)

    def _learn_to_draw(self, real: Tensor, layout: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        figures: dict[str, Tensor] = {}
        with self._updating(self.generating, figures):
            with self.autocast:
                ws, divergence = self.networks.styles(real, layout, self.draws)
                fake = self.networks.generator.draw(ws, layout)
                of_fake = self.networks.discriminator(fake, layout)
                with torch.no_grad():
                    of_real = self.networks.discriminator(real, layout)
            terms = self._terms(of_real, of_fake, real, fake, divergence)
            torch.stack(list(terms.values())).sum().backward()
        return fake.detach(), {name: x.detach() for name, x in terms.items()} | figures

    def _terms(
        self, of_real: Outputs, of_fake: Outputs, real: Tensor, fake: Tensor, divergence: Tensor
    ) -> dict[str, Tensor]:
        """All that the generator minimises, with its weights."""
        config = self.config
        terms = {"generator_loss": judged(self.loss.generator, of_real, of_fake)}
        if config.feature_matching:
            matched = feature_matching(of_real, of_fake)
            terms["feature_matching"] = config.feature_matching * matched
        if config.reconstruction:
            terms["reconstruction"] = config.reconstruction * (fake - real).abs().mean()
        if self._eyes is not None:
            with self.autocast:
                distance = perceptual_distance(self._eyes, real, fake)
            terms["perceptual"] = config.perceptual_weight * distance
        if config.style_divergence:
            terms["style_divergence"] = config.style_divergence * divergence
        return terms

    def _learn_to_judge(self, real: Tensor, fake: Tensor, layout: Tensor) -> dict[str, Tensor]:
        figures: dict[str, Tensor] = {}
        with self._updating(self.judging, figures):
            with self.autocast:
                of_real, of_fake = self._both(real, fake, layout)
            loss = judged(self.loss.discriminator, of_real, of_fake)
            loss.backward()
        self.pictures += self.networks.batch
        real_logits, fake_logits = (_logits(outputs) for outputs in (of_real, of_fake))
        return figures | self._logit_figures(loss, real_logits, fake_logits)

    def _both(self, real: Tensor, fake: Tensor, layout: Tensor) -> tuple[Outputs, Outputs]:
        """In one batch, except where the PatchGANs normalise over it and would tell by that."""
        discriminator = self.networks.discriminator
        if self.config.architecture == "pix2pix":
            return discriminator(real, layout), discriminator(fake, layout)
        return discriminator.both(real, fake, layout)

    @torch.no_grad()
    def held_out_logits(self, count: int = 64) -> float | None:
        indices = self.held_out[: min(count, self.config.batch)]
        if len(indices) < 4:
            return None
        pictures = self.data.batch(indices).to(self.device)
        with self.autocast:
            outputs = self.networks.discriminator(pictures, self._layout(indices))
        return _logits(outputs).mean().item()

    def exported(self) -> Generator:
        exported = copy.deepcopy(super().exported())
        some = self.kept[:: max(1, len(self.kept) // READ)].split(BATCH)
        pictures = (self.data.batch(part).to(self.device) for part in some)
        if isinstance(exported, SPADE) and exported.encoder is not None:
            standardise_styles(exported, pictures)
        elif isinstance(exported, Pix2PixHD) and exported.styles is not None:
            fit_styles(exported, zip(pictures, map(self._layout, some), strict=True))
        return exported

    @torch.no_grad()
    def sheet(self, generator: Generator) -> np.ndarray:
        """Rows of a map in its colours, its true picture, that in its own style, and others."""
        shown = self.held_out if len(self.held_out) >= SHOWN else self.kept
        shown = shown[:SHOWN]
        maps, real = self.data.label_maps(shown), self.data.batch(shown)
        colours = torch.tensor([colour for _, colour in self.data.map_classes])
        columns = [colours[maps.long()].permute(0, 3, 1, 2) / 127.5 - 1, real]
        assert isinstance(generator, LabelMapGenerator)  # of these networks
        if "style_picture" in generator.spec.controls:
            ws = generator.encode_style(real.to(self.device), maps.to(self.device))
            columns.append(generator.synthesize(ws, label_map=maps.to(self.device)).cpu())
        styles = range(STYLES if generator.spec.z_dim else 1)
        columns += [
            quality.sample(generator, len(maps), maps=maps, seeds=[seed]) for seed in styles
        ]
        columns = [x.clamp(-1, 1).expand(-1, 3, -1, -1) for x in columns]
        return quality.tiled(torch.stack(columns, dim=1).flatten(0, 1), len(columns))


def _logits(outputs: Outputs) -> Tensor:
    """[all patches of all scales]"""
    return torch.cat([scale[-1].detach().float().flatten() for scale in outputs])


def build_trainer(
    config: TrainingConfig,
    data: PictureArray,
    device: torch.device,
    workers: Workers | None = None,
) -> Trainer:
    """The trainer that the architecture of the settings needs."""
    kind = PairedTrainer if config.architecture in PAIRED else Trainer
    return kind(config, data, device, workers)
