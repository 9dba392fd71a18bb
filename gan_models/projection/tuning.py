"""A copy of a generator adapted to one picture (pivotal tuning, Roich et al. 2021).

The latent stays; the synthesis learns to draw the picture from it. What W+ cannot say, such as the
pattern of a scarf, comes in that way, and sliders move the copy as they moved the original.
"""

from __future__ import annotations

import copy

import torch

from gan_models.projection.search import Search, Steps, learning_pace

LEARNING_RATE = 1e-3


def tune(search: Search) -> Steps:
    """Adapt `search.tuned`, a copy of its generator, to the picture at the latent found so far."""
    generator = copy.deepcopy(search.generator)
    ws = search.ws.clone()
    search.tuned = generator
    optimiser = torch.optim.Adam(generator.requires_grad_(True).parameters(), LEARNING_RATE)
    for share in search.shares(search.settings.tune_steps):
        optimiser.param_groups[0]["lr"] = LEARNING_RATE * learning_pace(share)
        with torch.enable_grad():
            picture = generator.synthesize(ws)
            residual = search.loss(picture).sum()
            optimiser.zero_grad(set_to_none=True)
            residual.backward()
        optimiser.step()
        search.residual, search.picture = residual.item(), picture.detach()
        yield search.step("tune")
    generator.requires_grad_(False)
    with torch.no_grad():
        search.picture = generator.synthesize(ws)
        search.residual = float(search.loss(search.picture))
    yield search.step("tune", show=True)
