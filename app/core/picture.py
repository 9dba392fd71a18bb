"""recipe -> ws -> picture: the few functions that window, command line and export go through."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from app.core.recipe import Latent, Recipe, RecipeError
from gan_models.base import Direction, DirectionError, Generator, seed_to_z


def latent_ws(generator: Generator, latent: Latent) -> Tensor:
    """The rows of W [1, num_ws, w_dim] of a latent, without truncation."""
    total = None
    energy = 0.0
    for anchor, weight in latent.anchors:
        if anchor.rows is None:
            ws = _seed_ws(generator, anchor.seed, anchor.label)
        else:
            ws = torch.from_numpy(anchor.rows.array.copy())[None].to(generator.w_avg.device)
        if ws.shape[1:] != (generator.spec.num_ws, generator.spec.w_dim):
            raise RecipeError(
                f"the recipe's latent is {tuple(ws.shape[1:])}, the model needs "
                f"({generator.spec.num_ws}, {generator.spec.w_dim})"
            )
        total = weight * ws if total is None else total + weight * ws
        energy += weight * weight
    assert total is not None
    # Where w is z, a mean of normal variables must be stretched back to unit variance.
    return total if generator.spec.has_mapping else total / energy**0.5


def _seed_ws(generator: Generator, seed: int, label: int | None) -> Tensor:
    spec, device = generator.spec, generator.w_avg.device
    one_hot = None
    if spec.label_dim:
        one_hot = torch.zeros(1, spec.label_dim, device=device)
        one_hot[0, (label or 0) % spec.label_dim] = 1
    return generator.map(seed_to_z(seed, spec.z_dim).to(device), one_hot)


def direction_of(generator: Generator, name: str) -> Direction:
    """The named direction; raises DirectionError that lists those there are."""
    if name not in generator.directions:
        known = ", ".join(generator.directions) or "none"
        raise DirectionError(f"the model has no direction {name!r}; it has: {known}")
    return generator.directions[name]


def recipe_ws(generator: Generator, recipe: Recipe) -> Tensor:
    """The rows of W [1, num_ws, w_dim] of a recipe: latent, mixes, truncation, then edits."""
    ws = latent_ws(generator, recipe.latent)
    for mix in recipe.mixes:
        weights = ws.new_zeros(ws.shape[1])
        given = torch.tensor(mix.weights[: ws.shape[1]], dtype=ws.dtype)
        weights[: len(given)] = given
        ws = torch.lerp(ws, latent_ws(generator, mix.source), weights[:, None])
    ws = generator.truncate(ws, recipe.psi, recipe.cutoff)
    for edit in recipe.edits:
        direction = direction_of(generator, edit.direction)
        start, end = edit.layers or direction.layers
        step = torch.from_numpy(direction.step((start, end))).to(ws) * edit.strength
        ws = torch.cat([ws[:, :start], ws[:, start:end] + step, ws[:, end:]], dim=1)
    return ws


def to_uint8(pictures: Tensor) -> np.ndarray:
    """[N, 1 or 3, H, W] in [-1, 1] to uint8 RGB [N, H, W, 3], rounded as other GAN tools do."""
    pixels = pictures.expand(-1, 3, -1, -1).permute(0, 2, 3, 1) * 127.5 + 128
    return pixels.clamp(0, 255).to(torch.uint8).cpu().numpy()


def render(generator: Generator, recipe: Recipe, resolution: int | None = None) -> np.ndarray:
    """The picture of a recipe, uint8 [H, W, 3]; `resolution` stops early for a draft."""
    with torch.inference_mode():
        ws = recipe_ws(generator, recipe)
        pictures = generator.synthesize(ws, recipe.noise_mode, recipe.noise_seed, resolution)
        return to_uint8(pictures)[0]
