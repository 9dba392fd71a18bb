"""What a random seed means: styles are to be as varied as those of real pictures."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from gan_models.families.class_styles import expected
from gan_models.families.pix2pixhd import Pix2PixHD
from gan_models.families.spade import SPADE

ROUNDS = 20
RIDGE = 1e-4
"""Variance that any feature has at least, of features in [-1, 1]."""


@torch.no_grad()
def standardise_styles(generator: SPADE, pictures: Iterable[Tensor]) -> None:
    """Change the coordinates of styles so that a random seed is as varied as `pictures` are.

    The divergence that training minimises brings the styles of pictures near the standard normal
    distribution, not onto it. With mean m and covariance L L^T of the styles of `pictures`
    ([n, C, H, W] each), z becomes m + L z. A picture's own style draws what it drew before. The
    variances that the encoder tells stay in the old coordinates: only training reads them.
    """
    encoder, entry = generator.encoder, generator.fc
    assert encoder is not None  # asked for only where there are styles
    assert isinstance(entry, nn.Linear)
    told = [encoder(batch) for batch in pictures]
    means = torch.cat([mean for mean, _ in told]).double()
    noise = torch.cat([log_variance for _, log_variance in told]).double().exp()
    centre = means.mean(dim=0)
    factor = torch.linalg.cholesky(torch.cov(means.T) + torch.diag(noise.mean(dim=0)))
    weight = entry.weight.double()
    entry.bias.add_((weight @ centre).to(entry.bias.dtype))
    entry.weight.copy_(weight @ factor)
    head = encoder.mean
    head.weight.copy_(torch.linalg.solve_triangular(factor, head.weight.double(), upper=False))
    moved = (head.bias.double() - centre)[:, None]
    head.bias.copy_(torch.linalg.solve_triangular(factor, moved, upper=False)[:, 0])


@torch.no_grad()
def fit_styles(generator: Pix2PixHD, pairs: Iterable[tuple[Tensor, Tensor]]) -> None:
    """Set the distribution of the features of classes to that in pictures with one-hot maps.

    No picture has all classes, so that those that are missing are expected from the others, in
    turns with the distribution from which they are (Dempster et al. 1977).
    """
    styles = generator.styles
    assert styles is not None  # asked for only where there are styles
    parts = [generator.tell(pictures, layout) for pictures, layout in pairs]
    values = torch.cat([features for features, _ in parts]).flatten(1).double().cpu()
    known = torch.cat([known for _, known in parts]).cpu()
    known = known.repeat_interleave(styles.shape[1], dim=1)
    mean, covariance = _apart(values, known)
    for _ in range(ROUNDS):
        full, left = expected(values, known, mean, covariance)
        mean = full.mean(dim=0)
        covariance = torch.cov(full.T, correction=0) + left.mean(dim=0) + _ridge(mean)
    styles.mean.copy_(mean)
    styles.factor.copy_(torch.linalg.cholesky(covariance))


def _apart(values: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and covariance of each feature alone, where it is known."""
    count = known.sum(dim=0).clamp(min=1)
    mean = (values * known).sum(dim=0) / count
    variance = ((values - mean).square() * known).sum(dim=0) / count
    return mean, torch.diag(variance) + _ridge(mean)


def _ridge(mean: Tensor) -> Tensor:
    return RIDGE * torch.eye(len(mean), dtype=mean.dtype)
