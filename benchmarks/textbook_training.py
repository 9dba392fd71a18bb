"""StyleGAN2's training step, plainly from the paper, in float32: the trainer's yardstick.

Pictures by `textbook.synthesize`; the discriminator, both losses, R1 and path lengths are written
down here once more, one step an operation. The discriminator learns from pictures of its own and
not from those that the generator has just learned from, as in the paper's code.
"""

from __future__ import annotations

import copy
import math

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks import textbook
from gan_models.families.discriminator import Discriminator, DiscriminatorBlock
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.training.loop import Trainer


def judge(network: Discriminator, pictures: Tensor) -> Tensor:
    """Logits [N] of pictures [N, C, H, W]: residual blocks, minibatch deviation, two layers."""
    x = _activated(_convolution(network.fromrgb.weight, network.fromrgb.bias, pictures))
    for block in network.blocks:
        assert isinstance(block, DiscriminatorBlock)
        past = _convolution(block.skip.weight, None, F.avg_pool2d(x, 2))
        x = _activated(_convolution(block.conv0.weight, block.conv0.bias, x))
        x = _convolution(block.conv1.weight, block.conv1.bias, F.avg_pool2d(x, 2))
        x = (past + _activated(x)) * math.sqrt(0.5)
    x = torch.cat([x, _deviation(x) / math.sqrt(2)], dim=1)
    kernels = torch.cat([_scaled(network.conv.weight), _scaled(network.conv_stddev.weight)], dim=1)
    x = _activated(F.conv2d(x, kernels, network.conv.bias, padding=1)).flatten(1)
    x = _activated(x @ _scaled(network.fc.weight).t() + network.fc.bias)
    return (x @ _scaled(network.out.weight).t() + network.out.bias).squeeze(1)


def _scaled(weight: Tensor) -> Tensor:
    """Equalised learning rate: divided by the root of the number of inputs."""
    return weight / math.sqrt(weight[0].numel())


def _convolution(weight: Tensor, bias: Tensor | None, x: Tensor) -> Tensor:
    return F.conv2d(x, _scaled(weight), bias, padding=weight.shape[2] // 2)


def _activated(x: Tensor) -> Tensor:
    return torch.where(x >= 0, x, 0.2 * x) * math.sqrt(2)


def _deviation(x: Tensor, group: int = 4) -> Tensor:
    """The mean standard deviation of groups of pictures, as one more map."""
    samples, _, height, width = x.shape
    size = math.gcd(group, samples)
    deviation = x.reshape(size, -1, *x.shape[1:]).var(dim=0, unbiased=False)
    mean = torch.sqrt(deviation + 1e-8).mean(dim=(1, 2, 3))
    return mean.reshape(-1, 1, 1, 1).repeat(size, 1, height, width)


class TextbookLoop:
    """The steps of a trainer of StyleGAN2 on copies of its networks and its pictures."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.config = trainer, trainer.config
        generator, discriminator = trainer.generator, trainer.discriminator
        assert isinstance(generator, StyleGAN2)
        assert isinstance(discriminator, Discriminator)
        plain = torch.contiguous_format
        self.generator = copy.deepcopy(generator).to(memory_format=plain)  # type: ignore[call-overload]
        self.judging = copy.deepcopy(discriminator).to(memory_format=plain)  # type: ignore[call-overload]
        self.averaged = copy.deepcopy(self.generator).requires_grad_(False)
        self.generator.requires_grad_(True)
        self.first, self.second = (
            torch.optim.Adam(network.parameters(), self.config.learning_rate, (0.0, 0.99))
            for network in (self.generator, self.judging)
        )
        self.mean_path, self.steps = torch.zeros([]), 0

    def step(self) -> None:
        """One update of each network, with the regularisers that are due."""
        config = self.config
        self._update(self.first, self.generator_loss())
        self._update(self.second, self.discriminator_loss())
        if config.path_weight and self.steps % config.path_interval == 0:
            penalty = self.path_penalty() * config.path_weight * config.path_interval
            self._update(self.first, penalty)
        if config.gamma and self.steps % config.r1_interval == 0:
            self._update(self.second, self.r1() * config.gamma / 2 * config.r1_interval)
        self._average()
        self.steps += 1

    def generator_loss(self) -> Tensor:
        """-log sigmoid(D(G(z))), its mean."""
        self.judging.requires_grad_(False)
        logits = judge(self.judging, self._pictures(self.config.batch)[0])
        return F.softplus(-logits).mean()

    def discriminator_loss(self) -> Tensor:
        """-log sigmoid(D(x)) - log(1 - sigmoid(D(G(z)))), its mean."""
        self.judging.requires_grad_(True)
        with torch.no_grad():
            fake, _ = self._pictures(self.config.batch)
        fake_logits, real_logits = judge(self.judging, fake), judge(self.judging, self._real())
        return F.softplus(fake_logits).mean() + F.softplus(-real_logits).mean()

    def path_penalty(self) -> Tensor:
        """(|J^T y| - a)^2 with the running mean a (equation 4)."""
        pictures, ws = self._pictures(self.config.batch // 2)
        noise = torch.randn_like(pictures) / math.sqrt(pictures[0, 0].numel())
        (gradient,) = torch.autograd.grad((pictures * noise).sum(), ws, create_graph=True)
        lengths = gradient.square().sum(dim=2).mean(dim=1).sqrt()
        self.mean_path = self.mean_path.lerp(lengths.mean().detach(), self.config.path_decay)
        return (lengths - self.mean_path).square().mean()

    def r1(self) -> Tensor:
        """|grad D(x)|^2 on real pictures."""
        real = self._real().requires_grad_()
        (gradient,) = torch.autograd.grad(judge(self.judging, real).sum(), real, create_graph=True)
        return gradient.square().sum(dim=(1, 2, 3)).mean()

    def _pictures(self, count: int) -> tuple[Tensor, Tensor]:
        """Pictures and their ws, of new latents."""
        networks = self.trainer.networks
        own, networks.generator = networks.generator, self.generator
        try:
            ws = networks.latents(None, self.trainer.draws, count)
        finally:
            networks.generator = own
        return textbook.synthesize(self.generator, ws, "random", self.steps), ws

    def _real(self) -> Tensor:
        return self.trainer._real()[0].contiguous()

    def _update(self, optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    @torch.no_grad()
    def _average(self) -> None:
        keep = 0.5 ** (self.config.batch / (self.config.ema_kimg * 1000))
        pairs = zip(self.averaged.parameters(), self.generator.parameters(), strict=True)
        for kept, new in pairs:
            kept.lerp_(new, 1 - keep)
