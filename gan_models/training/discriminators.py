"""The discriminators of the GAN and the DCGAN; that of StyleGAN2 stands beside its generator.

Each takes pictures [N, C, H, W] in [-1, 1] to logits [N], and where there are classes adds how
well the picture fits its class by projection (Miyato & Koyama 2018).
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.families.dcgan import ACTIVATIONS


class Maxout(nn.Module):
    """The greatest of `pieces` linear functions, for each output (Goodfellow et al. 2013)."""

    def __init__(self, in_features: int, out_features: int, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces
        self.linear = nn.Linear(in_features, out_features * pieces)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).unflatten(1, (-1, self.pieces)).amax(dim=2)


class MaxoutDiscriminator(nn.Module):
    """Two maxout layers with dropout, as in the first GAN (Goodfellow et al. 2014)."""

    def __init__(
        self, pixels: int, width: int, *, pieces: int = 5, dropout: float = 0.5, label_dim: int = 0
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.first = Maxout(pixels, width, pieces)
        self.second = Maxout(width, width, pieces)
        self.out = nn.Linear(width, 1)
        self.embed = _embedding(label_dim, width)

    def forward(self, pictures: Tensor, label: Tensor | None = None) -> Tensor:
        x = F.dropout(self.first(pictures.flatten(1)), self.dropout, self.training)
        x = F.dropout(self.second(x), self.dropout, self.training)
        return _judged(x, self.out(x).squeeze(1), self.embed, label)


class ConvolutionalDiscriminator(nn.Module):
    """Strided convolutions down to about 4 pixels, then one linear layer.

    Batch norm, where wanted, comes after each but the first (Radford et al. 2015) and never keeps
    running statistics: the discriminator is used in training alone.
    """

    def __init__(
        self,
        resolution: int,
        channels: int,
        width: int,
        *,
        widest: int = 1024,
        batch_norm: bool = True,
        activation: str = "leaky_relu",
        dropout: float = 0.0,
        label_dim: int = 0,
    ) -> None:
        super().__init__()
        self.activate, self.dropout = ACTIVATIONS[activation], dropout
        convs: list[nn.Module] = []
        norms: list[nn.Module] = []
        side, maps = resolution, channels
        while side > 4:
            out = min(width * 2 ** len(convs), widest)
            plain = not batch_norm or not convs
            convs.append(nn.Conv2d(maps, out, 4, 2, 1, bias=plain))
            norms.append(nn.Identity() if plain else _batch_norm(out))
            side, maps = side // 2, out
        self.convs, self.norms = nn.ModuleList(convs), nn.ModuleList(norms)
        self.out = nn.Linear(maps * side * side, 1)
        self.embed = _embedding(label_dim, maps * side * side)

    def forward(self, pictures: Tensor, label: Tensor | None = None) -> Tensor:
        x = pictures
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = self.activate(norm(conv(x)))
            if self.dropout:
                x = F.dropout(x, self.dropout, self.training)
        x = x.flatten(1)
        return _judged(x, self.out(x).squeeze(1), self.embed, label)


def _embedding(classes: int, features: int) -> nn.Embedding | None:
    """What features are multiplied with where there are classes.

    Its products sum to about one feature's size; torch's own start would drown the other logit.
    """
    if not classes:
        return None
    embedding = nn.Embedding(classes, features)
    nn.init.normal_(embedding.weight, 0.0, features**-0.5)
    return embedding


def _batch_norm(width: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(width, track_running_stats=False)


def _judged(
    features: Tensor, logits: Tensor, embed: nn.Embedding | None, label: Tensor | None
) -> Tensor:
    if embed is None or label is None:
        return logits.float()
    return logits.float() + (features.float() * (label @ embed.weight)).sum(dim=1)


def init_dcgan(network: nn.Module) -> None:
    """Weights N(0, 0.02), scales of batch norms N(1, 0.02) (Radford et al. 2015)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)


def init_selu(network: nn.Module) -> None:
    """LeCun's normal weights, variance 1 / inputs, without which SELU does not normalise."""
    for module in network.modules():
        if isinstance(module, nn.ConvTranspose2d):
            # A pixel of a transposed convolution sums kernel / stride^2 taps of each input map.
            taps = module.weight[0, 0].numel() / (module.stride[0] * module.stride[1])
            inputs = module.in_channels * (1.0 if module.padding[0] == 0 else taps)
        elif isinstance(module, nn.Conv2d | nn.Linear):
            inputs = float(module.weight[0].numel())
        else:
            continue
        nn.init.normal_(module.weight, 0.0, inputs**-0.5)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
