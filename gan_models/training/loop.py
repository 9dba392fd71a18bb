"""The training loop of StyleGAN2: one `step` at a time, its whole state in named tensors.

All randomness comes from torch's default generator, whose state is saved too, so that a resumed
run goes on exactly as if it had not been interrupted.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from gan_models.base import TrainingError
from gan_models.datasets.arrays import PictureArray
from gan_models.families.discriminator import Discriminator
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.training import growing, losses
from gan_models.training.augment import diff_augment
from gan_models.training.config import TrainingConfig

STATE_FORMAT = 1


def has_native_bf16(device: torch.device) -> bool:
    """Whether bf16 is computed by the device rather than emulated."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()


class Trainer:
    """Generator, discriminator, averaged generator and their optimisers on one set of pictures."""

    def __init__(self, config: TrainingConfig, data: PictureArray, device: torch.device) -> None:
        self.config, self.data, self.device = config, data, device
        torch.manual_seed(config.seed)
        sizes: dict[str, Any] = {
            "resolution": config.resolution,
            "channels": data.channels,
            "channel_base": config.channel_base,
            "channel_max": config.channel_max,
        }
        self.generator = StyleGAN2(
            z_dim=config.z_dim,
            w_dim=config.w_dim,
            mapping_layers=config.mapping_layers,
            **sizes,
        )
        self.discriminator = Discriminator(**sizes)
        networks: tuple[nn.Module, ...] = (self.generator, self.discriminator)
        for network in networks:
            network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self.generator_optimizer = self._optimizer(self.generator, config.path_interval)
        self.discriminator_optimizer = self._optimizer(self.discriminator, config.r1_interval)
        self.mean_path = torch.zeros([], device=device)
        self.steps = 0
        bf16 = config.precision == "bf16" or (
            config.precision == "auto" and has_native_bf16(device)
        )
        self.autocast = torch.autocast(device.type, torch.bfloat16, enabled=bf16)

    def _optimizer(self, network: nn.Module, interval: int) -> torch.optim.Adam:
        # Lazy regularisation: Adam's rates are corrected for the extra steps it takes
        # (Karras et al. 2020, appendix B).
        share = interval / (interval + 1)
        return torch.optim.Adam(
            network.parameters(),
            lr=self.config.learning_rate * share,
            betas=(0.0, 0.99**share),
            eps=1e-8,
            fused=True,
        )

    @property
    def pictures(self) -> int:
        """Real pictures shown so far."""
        return self.steps * self.config.batch

    def step(self) -> dict[str, float]:
        """One update of both networks; returns the figures of the step."""
        fake, figures = self._generator_step()
        figures |= self._discriminator_step(fake)
        if self.steps % self.config.path_interval == 0 and self.config.path_weight:
            figures |= self._path_step()
        if self.steps % self.config.r1_interval == 0:
            figures |= self._r1_step()
        self._average()
        self.steps += 1
        result = {name: value.item() for name, value in figures.items()}
        if not all(abs(value) < float("inf") for value in result.values()):
            raise TrainingError(
                f"the losses became infinite at {self.pictures / 1000:.1f} kimg; resume with a "
                "lower learning_rate or a higher gamma"
            )
        return result

    def _sample_ws(self, batch: int) -> Tensor:
        """ws [batch, num_ws, w_dim], some mixed of two latents at a random row."""
        spec, device = self.generator.spec, self.device
        w = self.generator.mapping(torch.randn(batch, spec.z_dim, device=device))
        with torch.no_grad():
            mean = w.detach().mean(dim=0)
            self.generator.w_avg.lerp_(mean, self.config.w_avg_decay)
        other = self.generator.mapping(torch.randn(batch, spec.z_dim, device=device))
        cut = torch.randint(1, spec.num_ws, (batch,), device=device)
        mixed = torch.rand(batch, device=device) < self.config.style_mixing
        rows = torch.arange(spec.num_ws, device=device)
        swap = mixed[:, None] & (rows >= cut[:, None])
        return torch.where(swap[:, :, None], other[:, None], w[:, None])

    def _fake(self, ws: Tensor) -> Tensor:
        return self.generator.synthesize(ws, noise_mode="random", noise_seed=None)

    def _judge(self, pictures: Tensor) -> Tensor:
        return self.discriminator(diff_augment(pictures, self.config.augment))

    def _real(self) -> Tensor:
        indices = torch.randint(0, len(self.data), (self.config.batch,))
        flip = torch.rand(self.config.batch) < 0.5 if self.config.mirror else None
        return self.data.batch(indices, flip).to(self.device, non_blocking=True)

    @contextmanager
    def _updating(self, network: nn.Module, optimizer: torch.optim.Optimizer) -> Iterator[None]:
        network.requires_grad_(True)
        optimizer.zero_grad(set_to_none=True)
        yield
        optimizer.step()
        network.requires_grad_(False)

    def _generator_step(self) -> tuple[Tensor, dict[str, Tensor]]:
        """Also returns its pictures [N, C, H, W], from which the discriminator learns next."""
        with self._updating(self.generator, self.generator_optimizer):
            ws = self._sample_ws(self.config.batch)
            with self.autocast:
                fake = self._fake(ws)
                logits = self._judge(fake)
            loss = losses.generator_loss(logits)
            loss.backward()
        return fake.detach(), {"generator_loss": loss.detach()}

    def _path_step(self) -> dict[str, Tensor]:
        config = self.config
        with self._updating(self.generator, self.generator_optimizer):
            ws = self._sample_ws(max(config.batch // 2, 1))
            with self.autocast:
                fake = self._fake(ws)
                lengths = losses.path_lengths(fake, ws)
            mean = self.mean_path.lerp(lengths.mean().detach(), config.path_decay)
            self.mean_path.copy_(mean)
            penalty = (lengths - mean).square().mean()
            (penalty * config.path_weight * config.path_interval).backward()
        return {"path_length": lengths.mean().detach()}

    def _discriminator_step(self, fake: Tensor) -> dict[str, Tensor]:
        with self._updating(self.discriminator, self.discriminator_optimizer):
            with self.autocast:
                fake_logits = self._judge(fake)
                real_logits = self._judge(self._real())
            loss = losses.discriminator_loss(real_logits, fake_logits)
            loss.backward()
        return {
            "discriminator_loss": loss.detach(),
            "real_logits": real_logits.detach().mean(),
            "fake_logits": fake_logits.detach().mean(),
        }

    def _r1_step(self) -> dict[str, Tensor]:
        config = self.config
        with self._updating(self.discriminator, self.discriminator_optimizer):
            with self.autocast:
                penalty = losses.r1_penalty(self._judge, self._real())
            (penalty * (config.gamma / 2) * config.r1_interval).backward()
        return {"r1": penalty.detach()}

    @torch.no_grad()
    def _average(self) -> None:
        """Exponential moving average of the weights, faster while training is young."""
        half_life = min(self.config.ema_kimg * 1000, self.pictures * self.config.ema_ramp)
        keep = 0.5 ** (self.config.batch / max(half_life, 1e-8))
        targets: list[Tensor] = list(self.averaged.parameters())
        sources: list[Tensor] = list(self.generator.parameters())
        torch._foreach_lerp_(targets, sources, 1 - keep)
        for target, value in zip(self.averaged.buffers(), self.generator.buffers(), strict=True):
            target.copy_(value)

    def _networks(self) -> dict[str, nn.Module]:
        return {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "averaged": self.averaged,
        }

    def _optimizers(self) -> dict[str, torch.optim.Optimizer]:
        return {
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
        }

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """(tensors, JSON values): all that an exact continuation needs."""
        tensors = {"mean_path": self.mean_path, "rng": torch.get_rng_state()}
        for name, network in self._networks().items():
            tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
        for name, optimizer in self._optimizers().items():
            for number, moments in optimizer.state_dict()["state"].items():
                tensors |= {f"{name}.{number}.{key}": value for key, value in moments.items()}
        return tensors, {"format": STATE_FORMAT, "steps": self.steps, "data": self.data.sha256}

    def start_from(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over the weights in another run's checkpoint, with fresh optimisers.

        The run has the same resolution, or half of it: then both networks grow by a block and
        at first do what they did before.
        """
        for network in (self.generator, self.averaged):
            growing.grow_generator(network, _with_prefix(tensors, "averaged"))
        growing.grow_discriminator(self.discriminator, _with_prefix(tensors, "discriminator"))

    def load_state(self, tensors: dict[str, Tensor], state: dict[str, Any]) -> None:
        """Continue from what `state` returned; raises TrainingError if the data are others."""
        if state["format"] > STATE_FORMAT:
            raise TrainingError("the checkpoint was written by a newer Ganvas; update Ganvas")
        if state["data"] != self.data.sha256:
            raise TrainingError(
                f"the pictures in {self.data.path} are not those that the run was started with; "
                "put those back, or start a new run"
            )
        for name, network in self._networks().items():
            network.load_state_dict(_with_prefix(tensors, name))
        for name, optimizer in self._optimizers().items():
            moments = _moments(_with_prefix(tensors, name), optimizer.param_groups[0]["params"])
            optimizer.load_state_dict(optimizer.state_dict() | {"state": moments})
        self.mean_path.copy_(tensors["mean_path"])
        self.steps = state["steps"]
        torch.set_rng_state(tensors["rng"])


def _with_prefix(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    start = prefix + "."
    return {key.removeprefix(start): t for key, t in tensors.items() if key.startswith(start)}


def _moments(
    tensors: dict[str, Tensor], parameters: list[nn.Parameter]
) -> dict[int, dict[str, Tensor]]:
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        number, name = key.split(".")
        parameter = parameters[int(number)]
        if tensor.shape == parameter.shape:
            # Laid out in memory as the parameter is: otherwise sums round differently.
            tensor = torch.empty_like(parameter, requires_grad=False).copy_(tensor)
        state.setdefault(int(number), {})[name] = tensor
    return state
