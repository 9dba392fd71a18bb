"""Coordinates of the style space in which the styles of real pictures are standard normal."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from gan_models.families.spade import SPADE


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
