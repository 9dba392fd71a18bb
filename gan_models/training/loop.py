"""The training loop: one `step` at a time, its whole state in named tensors.

One loop serves all recipes; architectures (`networks.py`) and losses (`losses/`) are chosen apart.
A step is a function of the state and its number, so that a resumed run goes on exactly as if it had
not been interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gan_models.base import Generator, TrainingError
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.prepare import drawn_set
from gan_models.engine.probe import native_bf16
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.progress import Step
from gan_models.training import quality, state
from gan_models.training.augment import diff_augment
from gan_models.training.config import TrainingConfig, with_settings
from gan_models.training.draws import Draws
from gan_models.training.known import KnownFaces, check_known
from gan_models.training.losses import penalties
from gan_models.training.losses.adversarial import find_loss
from gan_models.training.memory import check_memory
from gan_models.training.networks import Networks, build_networks
from gan_models.training.sides import Side, check, make_side
from gan_models.training.workers import Workers

CHANGEABLE = (
    "learning_rate", "discriminator_rate", "gamma",
    "augment", "augment_p", "augment_target", "kimg",
)  # fmt: skip
"""The settings that may change while a run goes on."""
TOLD_INTERVAL = 4
"""Steps of a discriminator that learns alone between two words about it."""
SETTLING = 2**16
"""The attempt under which a discriminator learns alone, which no run comes to."""
NORM_INTERVAL = 8
"""Norms of gradients are taken at every so many steps: they are only looked at."""
ADA_INTERVAL, ADA_KIMG = 4, 500.0
"""`augment_p` is steered at every so many steps, from 0 to 1 in this time at the fastest."""


class Trainer:
    """Both networks, the averaged generator and the optimisers on one set of pictures."""

    def __init__(
        self,
        config: TrainingConfig,
        data: PictureArray,
        device: torch.device,
        workers: Workers | None = None,
    ) -> None:
        self.config, self.data, self.device = config, data, device
        self.workers = workers or Workers()
        self.draws = Draws(config.seed, self.workers, device)
        self.loss = find_loss(config.loss)
        self.kept, self.held_out = data.split(config.held_out)
        check(config, data, len(self.kept), self.workers.world)
        self.mirror = data.mirrors() if config.mirror == "auto" else config.mirror == "true"
        bf16 = config.precision == "bf16" or (config.precision == "auto" and native_bf16(device))
        check_memory(self._build, config, device, half=bf16)
        torch.manual_seed(config.seed)
        self.networks = self._build()
        for network in (self.networks.generator, self.networks.discriminator):
            network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged = self.networks.averaged()
        self._set_up_sides()
        self.known = self._know() if config.known_weight else None
        self.mean_path = torch.zeros([], device=device)
        self.real_sign = torch.zeros([], device=device)
        self.steps = self.pictures = self.attempt = 0
        self.begun = 0
        """`pictures` at the beginning of the last step, which a growing network goes by."""
        self.autocast = torch.autocast(device.type, torch.bfloat16, enabled=bf16)
        self.networks.advance(0, self.averaged)

    def _know(self) -> KnownFaces:
        check_known(self.config, drawn_set(self.data))
        assert isinstance(self.generator, StyleGAN2)
        return KnownFaces(self.data, self.generator)

    def _build(self) -> Networks:
        config, data = self.config, self.data
        classes = len(data.classes) if config.conditional else 0
        return build_networks(config, data.channels, classes)

    def _set_up_sides(self) -> None:
        config = self.config
        lazy_r1 = config.r1_interval if config.gamma and config.r1_interval > 1 else 0
        path = config.path_interval if config.path_weight and self.networks.has_path else 0
        self.generating = make_side("generator", self.generator, path, config)
        self.judging = make_side("discriminator", self.discriminator, lazy_r1, config)
        self._set_rates()

    def _set_rates(self) -> None:
        config = self.config
        self.generating.set_rate(config.learning_rate)
        self.judging.set_rate(config.discriminator_rate or config.learning_rate)

    @property
    def generator(self) -> Generator:
        return self.networks.generator

    @property
    def discriminator(self) -> nn.Module:
        return self.networks.discriminator

    def change(self, settings: Mapping[str, Any]) -> None:
        """Set what may change during a run; raises TrainingError for anything else."""
        for name in settings:
            if name not in CHANGEABLE:
                raise TrainingError(
                    f"{name} cannot change while a run goes on; these can: {', '.join(CHANGEABLE)}"
                )
        if settings.get("gamma") and not self.config.gamma:
            raise TrainingError("gamma cannot be switched on in a run that was started without it")
        self.config = with_settings(self.config, settings)
        self._set_rates()

    def step(self) -> dict[str, Tensor]:
        """One update of the generator and those of the discriminator; returns their figures."""
        config = self.config
        self.draws.begin(self.steps, self.attempt)
        self.begun = self.pictures
        if self.networks.advance(self.begun, self.averaged):
            self._forget_moments()
        for _ in range(self._critic_steps() - 1):
            self._discriminator_step(*self._fresh())
        fake, label, logits, figures = self._generator_step()
        figures |= self._discriminator_step(fake, label, logits)
        if self.generating.interval and self.steps % self.generating.interval == 0:
            figures |= self._path_step()
        if self.judging.interval and self.steps % self.judging.interval == 0:
            figures |= self._r1_step()
        if config.augment_target:
            self._steer_augmentation(figures["real_sign"])
        self._average()
        self.steps += 1
        return figures

    def _critic_steps(self) -> int:
        """The critic is brought near its best first, and now and then (Arjovsky et al. 2017)."""
        if self.config.critic_warmup and (self.steps < 25 or self.steps % 500 == 0):
            return self.config.critic_warmup
        return self.config.critic_steps

    def _forget_moments(self) -> None:
        for side in (self.generating, self.judging):
            side.optimizer.state.clear()

    def _fake(self, ws: Tensor) -> Tensor:
        return self.networks.pictures(ws)

    @torch.no_grad()
    def _fresh(self) -> tuple[Tensor, Tensor | None]:
        """Generated pictures for a step of the discriminator alone."""
        label = self._classes(self.networks.batch)
        ws = self.networks.latents(label, self.draws, self.networks.batch)
        with self.autocast:
            fake = self._fake(ws)
        return fake, label

    def judge(self, pictures: Tensor, label: Tensor | None) -> Tensor:
        """Logits [N] of augmented pictures."""
        config = self.config
        augmented = diff_augment(pictures, config.augment, config.augment_p)
        return self.networks.judge(augmented, label)

    def _pick(self, batch: int) -> Tensor:
        """Numbers of pictures, this process' share of the batch."""
        return self.kept[self.draws.integers(0, len(self.kept), batch)]

    def _classes(self, batch: int) -> Tensor | None:
        """The classes of random pictures, one-hot, to be drawn."""
        if not self.config.conditional:
            return None
        return self.data.one_hot(self._pick(batch)).to(self.device)

    def _real(self) -> tuple[Tensor, Tensor | None]:
        batch = self.networks.batch
        indices = self._pick(batch)
        flip = self.draws.integers(0, 2, batch).bool() if self.mirror else None
        pictures = self.data.batch(indices, flip).to(self.device, non_blocking=True)
        label = self.data.one_hot(indices).to(self.device) if self.config.conditional else None
        return self.networks.sized(pictures), label

    @contextmanager
    def _updating(self, side: Side, figures: dict[str, Tensor]) -> Iterator[None]:
        side.network.requires_grad_(True)
        side.optimizer.zero_grad(set_to_none=True)
        yield
        gradients = [p.grad for p in side.network.parameters() if p.grad is not None]
        self.workers.average(gradients)
        if self.steps % NORM_INTERVAL == 0:
            norm = torch.nn.utils.get_total_norm(gradients)
            figures.setdefault(f"{side.name}_gradient", norm)
        side.optimizer.step()
        side.network.requires_grad_(False)

    def _generator_step(self) -> tuple[Tensor, Tensor | None, Tensor, dict[str, Tensor]]:
        """Also returns its pictures [N, C, H, W] and what the discriminator says of them [N].

        The discriminator learns next, from the same pictures and still with the same weights: it
        looks at them once, and its graph is walked back twice, to the pictures and to its weights.
        """
        figures: dict[str, Tensor] = {}
        self.discriminator.requires_grad_(True)
        with self._updating(self.generating, figures):
            label = self._classes(self.networks.batch)
            shown = self._pick(self.networks.batch) if self.known else None
            if self.known and shown is not None:
                ws = self.known.ws(shown, self.generator.spec.num_ws)
            else:
                ws = self.networks.latents(label, self.draws, self.networks.batch)
            with self.autocast:
                fake = self._fake(ws)
                seen = fake.detach().requires_grad_(True)
                logits = self.judge(seen, label)
            real_logits = self._real_logits() if self.loss.relativistic else logits
            loss = self.loss.generator(real_logits, logits)
            (gradient,) = torch.autograd.grad(loss, seen, retain_graph=True)
            if self.known and shown is not None:
                learned = self._learn_known(fake, shown, figures)
                torch.autograd.backward([fake, learned], [gradient, None])
            else:
                fake.backward(gradient)
        return fake.detach(), label, logits, {"generator_loss": loss.detach()} | figures

    def _learn_known(self, fake: Tensor, shown: Tensor, figures: dict[str, Tensor]) -> Tensor:
        """What the generator minimises besides its loss where it is known what it shall draw."""
        assert self.known
        assert isinstance(self.generator, StyleGAN2)
        truth = self.data.batch(shown).to(self.device, non_blocking=True)
        with self.autocast:
            error = self.known.error(fake, truth)
        decay = self.config.w_avg_decay
        mapping = self.known.mapping_error(self.generator.mapping, self.draws, decay)
        figures |= {"known_error": error.detach(), "mapping_error": mapping.detach()}
        return self.config.known_weight * error + mapping

    @torch.no_grad()
    def _real_logits(self) -> Tensor:
        with self.autocast:
            return self.judge(*self._real())

    def _path_step(self) -> dict[str, Tensor]:
        config = self.config
        with self._updating(self.generating, {}):
            half = max(self.networks.batch // 2, self.workers.world)
            label = self._classes(half)
            ws = self.networks.latents(label, self.draws, half)
            with self.autocast:
                lengths = penalties.path_lengths(self._fake(ws), ws)
            mean = lengths.mean().detach()
            self.workers.average([mean])
            mean = self.mean_path.lerp(mean, config.path_decay)
            self.mean_path.copy_(mean)
            penalty = (lengths - mean).square().mean()
            (penalty * config.path_weight * config.path_interval).backward()
        return {"path_length": lengths.mean().detach()}

    def _discriminator_step(
        self, fake: Tensor, label: Tensor | None, fake_logits: Tensor | None = None
    ) -> dict[str, Tensor]:
        """`fake_logits`: what it says of `fake`, with its graph, where that is known already."""
        figures: dict[str, Tensor] = {}
        with self._updating(self.judging, figures):
            real, real_label = self._real()
            with self.autocast:
                fake_logits = self.judge(fake, label) if fake_logits is None else fake_logits
                real_logits = self.judge(real, real_label)
            loss = self.loss.discriminator(real_logits, fake_logits)
            total = loss + self._extras(real, fake, label, real_logits, figures)
            total.backward(inputs=list(self.discriminator.parameters()))
        self._clip()
        self.pictures += self.networks.batch
        return figures | self._logit_figures(loss, real_logits, fake_logits)

    @torch.no_grad()
    def _logit_figures(self, loss: Tensor, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        figures = {
            "discriminator_loss": loss.detach(),
            "real_logits": real.mean(),
            "fake_logits": fake.mean(),
        }
        if self.loss.boundary is not None:
            right = (real > self.loss.boundary).sum() + (fake < self.loss.boundary).sum()
            figures["discriminator_accuracy"] = right / (len(real) + len(fake))
            figures["real_sign"] = (real - self.loss.boundary).sign().mean()
        return figures

    @torch.no_grad()
    def _clip(self) -> None:
        limit = self.config.weight_clip
        if limit:
            for parameter in self.discriminator.parameters():
                parameter.clamp_(-limit, limit)

    def _extras(
        self,
        real: Tensor,
        fake: Tensor,
        label: Tensor | None,
        real_logits: Tensor,
        figures: dict[str, Tensor],
    ) -> Tensor:
        """What the discriminator minimises besides its loss, in the same update."""
        config, extra = self.config, torch.zeros([], device=self.device)
        if config.label_smoothing:
            # The cross entropy to 1 - s is that to 1, and s times the logit.
            extra = extra + config.label_smoothing * real_logits.mean()
        if config.drift:
            extra = extra + config.drift * real_logits.square().mean()
        if config.gradient_penalty:
            mix = self.draws.uniform(self.networks.batch)
            with self.autocast:
                penalty = penalties.gradient_penalty(
                    lambda x: self.judge(x, label), real, fake, mix
                )
            figures["gradient_penalty"] = penalty.detach()
            extra = extra + config.gradient_penalty * penalty
        if config.gamma and config.r1_interval == 1:
            extra = extra + self._gradient_squares(real, fake, label, figures)
        return extra

    def _gradient_squares(
        self, real: Tensor, fake: Tensor, label: Tensor | None, figures: dict[str, Tensor]
    ) -> Tensor:
        """(gamma / 2) R1, and R2 where wanted."""
        both = [("r1", real)] + ([("r2", fake)] if self.config.r2 else [])
        total = torch.zeros([], device=self.device)
        for name, pictures in both:
            with self.autocast:
                penalty = penalties.gradient_square(lambda x: self.judge(x, label), pictures)
            figures[name] = penalty.detach()
            total = total + penalty
        return total * (self.config.gamma / 2)

    def _r1_step(self) -> dict[str, Tensor]:
        config = self.config
        with self._updating(self.judging, {}):
            real, label = self._real()
            with self.autocast:
                penalty = penalties.gradient_square(lambda x: self.judge(x, label), real)
            (penalty * (config.gamma / 2) * config.r1_interval).backward()
        return {"r1": penalty.detach()}

    def _steer_augmentation(self, sign: Tensor) -> None:
        """Adaptive augmentation: more of it while real pictures are known too well.

        Karras et al. 2020, "Training Generative Adversarial Networks with Limited Data".
        """
        self.real_sign += sign
        if (self.steps + 1) % ADA_INTERVAL:
            return
        self.workers.average([self.real_sign])
        over = self.real_sign.item() / ADA_INTERVAL - self.config.augment_target
        pace = self.networks.batch * ADA_INTERVAL / (ADA_KIMG * 1000)
        p = self.config.augment_p + (pace if over > 0 else -pace)
        self.config = with_settings(self.config, {"augment_p": min(max(p, 0.0), 1.0)})
        self.real_sign.zero_()

    @torch.no_grad()
    def _average(self) -> None:
        """Exponential moving average of the weights, faster while training is young."""
        config, generator = self.config, self.generator
        half_life = min(config.ema_kimg * 1000, self.pictures * config.ema_ramp)
        keep = 0.5 ** (self.networks.batch / max(half_life, 1e-8))
        self.workers.average([b for b in generator.buffers() if b.is_floating_point()])
        targets = {**dict(self.averaged.named_parameters()), **dict(self.averaged.named_buffers())}
        targets = {name: x for name, x in targets.items() if x.is_floating_point()}
        sources = self.networks.weights(list(targets))
        torch._foreach_lerp_(list(targets.values()), sources, 1 - keep)
        if self.known:
            for network in (generator, self.averaged):
                assert isinstance(network, StyleGAN2)
                self.known.restrict(network)

    def is_finite(self) -> bool:
        """Whether all weights are numbers."""
        parameters = [*self.generator.parameters(), *self.discriminator.parameters()]
        return bool(torch.stack([p.detach().sum() for p in parameters]).isfinite().all())

    def recover(self) -> None:
        """After a failure: half the learning rates, and random numbers other than before."""
        config = self.config
        halved = {"learning_rate": config.learning_rate / 2}
        if config.discriminator_rate:
            halved["discriminator_rate"] = config.discriminator_rate / 2
        self.change(halved)
        self.attempt += 1

    @torch.no_grad()
    def held_out_logits(self, count: int = 64) -> float | None:
        """The mean logit of pictures that were never trained on; None where there are none."""
        indices = self.held_out[:count]
        if len(indices) < 4:
            return None
        label = self.data.one_hot(indices).to(self.device) if self.config.conditional else None
        pictures = self.networks.sized(self.data.batch(indices).to(self.device))
        with self.autocast:
            return self.judge(pictures, label).mean().item()

    def exported(self) -> Generator:
        """The averaged generator as a snapshot's file holds it."""
        generator = self.networks.exported(self.averaged)
        if self.known:
            generator.directions = self.known.directions()
            generator.bounds = self.known.bounds()
        return generator

    def sheet(self, generator: Generator) -> np.ndarray:
        """What a generator draws, as one picture uint8 [H, W, 3]."""
        return quality.sample_sheet(generator)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """(tensors, JSON values): all that an exact continuation needs."""
        return state.capture(self)

    def load_state(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        """Continue from what `state` returned; raises TrainingError if the data are others."""
        state.restore(self, tensors, values)

    def start_from(self, tensors: Mapping[str, Tensor]) -> Iterator[Step]:
        """Take over the weights in another run's checkpoint, with fresh optimisers.

        Where the architecture can, that run may have half the resolution, and both networks grow
        by a block; or there is a generator alone. Then the discriminator first learns by itself,
        and the pictures that it sees count as shown.
        """
        total = self.networks.start_from(self.averaged, tensors)
        for step in range(total):
            self.draws.begin(step, SETTLING)
            self._discriminator_step(*self._fresh())
            if (step + 1) % TOLD_INTERVAL == 0:
                yield Step(step + 1, total, "the discriminator learns alone")
