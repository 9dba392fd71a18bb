"""Principal components as directions: GANSpace (Harkonen et al. 2020)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from gan_models.base import Direction, DirectionError, Generator
from gan_models.directions.sampling import random_latents
from gan_models.progress import Job, Step

SAMPLES = 20_000
"""Random w; 20 000 are enough for the 128 to 512 dimensions that W has."""
EARLY_SAMPLES = 4096
"""Random z where early activations have to be computed."""
BATCH = 512
EARLY_BATCH = 64
WIDEST = 1024
"""Early activations beyond this many are seen through a fixed random projection."""


def principal(samples: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The first components [count, D] of samples [N, D], and each one's share of the variance."""
    samples = samples.cpu().double()  # some devices have no float64
    samples = samples - samples.mean(dim=0)
    variances, vectors = torch.linalg.eigh(samples.t() @ samples / len(samples))
    order = variances.argsort(descending=True)[:count]
    return vectors[:, order].t(), variances[order] / variances.sum().clamp(min=1e-12)


def pca_directions(
    generator: Generator, count: int, *, samples: int | None = None, seed: int = 0
) -> Job[list[Direction]]:
    """Components of W, or of early activations taken back to z where there is no mapping.

    Vectors have length 1; all rows of `ws` take them.
    """
    spec = generator.spec
    if spec.has_mapping:
        w = yield from _sample_w(generator, samples or SAMPLES, seed)
        components, shares = principal(w, min(count, spec.w_dim))
    else:
        components, shares = yield from _early(generator, count, samples or EARLY_SAMPLES, seed)
    return [
        Direction(
            name=f"PCA {i}",
            vector=vector.astype(np.float32),
            layers=(0, spec.num_ws),
            source="pca",
            facts={"title": f"PCA {i}", "share": share, "space": "w"},
        )
        for i, (vector, share) in enumerate(
            zip(components.numpy(), shares.tolist(), strict=True), 1
        )
    ]


def _sample_w(generator: Generator, count: int, seed: int) -> Job[Tensor]:
    z, label = random_latents(generator, count, seed)
    parts = []
    for start in range(0, count, BATCH):
        here = slice(start, start + BATCH)
        with torch.inference_mode():
            parts.append(generator.map(z[here], None if label is None else label[here])[:, 0])
        yield Step(min(start + BATCH, count), count, "sampling W")
    return torch.cat(parts)


def _early(generator: Generator, count: int, samples: int, seed: int) -> Job[tuple[Tensor, Tensor]]:
    """Components of the first layer's activations as unit steps [count, w_dim] of z.

    Least squares of z on the standardised coordinates, as in section 3.2 of the paper. One class
    for all: components must not be those that tell classes apart.
    """
    spec = generator.spec
    z, label = random_latents(generator, samples, seed)
    if label is not None:
        label = torch.zeros_like(label)
        label[:, 0] = 1
    layer, parts = _first_layer(generator, z[:2], None if label is None else label[:2]), []
    for start in range(0, samples, EARLY_BATCH):
        here = slice(start, start + EARLY_BATCH)
        some = None if label is None else label[here]
        parts.append(_narrow(_activations(generator, layer, z[here], some), seed))
        yield Step(min(start + EARLY_BATCH, samples), samples, "sampling early activations")
    activations = torch.cat(parts).cpu().double()
    activations -= activations.mean(dim=0)
    components, shares = principal(activations, min(count, spec.z_dim))
    coordinates = activations @ components.t()
    coordinates /= coordinates.std(dim=0).clamp(min=1e-12)
    z = z.cpu().double()
    steps = torch.linalg.lstsq(coordinates, z - z.mean(dim=0)).solution
    steps = steps / steps.norm(dim=1, keepdim=True).clamp(min=1e-12)
    return nn.functional.pad(steps, (0, spec.w_dim - spec.z_dim)), shares


def _first_layer(generator: Generator, z: Tensor, label: Tensor | None) -> nn.Module:
    """The first module with weights that `synthesize` goes through."""
    called: list[nn.Module] = []
    hooks = [
        module.register_forward_hook(lambda module, _i, _o: called.append(module))
        for module in generator.modules()
        if next(module.children(), None) is None and any(p.ndim > 1 for p in module.parameters())
    ]
    try:
        with torch.inference_mode():
            generator.synthesize(generator.map(z, label))
    finally:
        for hook in hooks:
            hook.remove()
    if not called:
        raise DirectionError("this model has no layer whose activations could be analysed")
    return called[0]


class _FoundError(Exception):
    """The activations are there; the rest of the picture need not be drawn."""


def _activations(generator: Generator, layer: nn.Module, z: Tensor, label: Tensor | None) -> Tensor:
    found: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        found.append(output.flatten(1))
        raise _FoundError

    hook = layer.register_forward_hook(keep)
    try:
        with torch.inference_mode():
            generator.synthesize(generator.map(z, label))
    except _FoundError:
        pass
    finally:
        hook.remove()
    return found[0]


def _narrow(activations: Tensor, seed: int) -> Tensor:
    """At most `WIDEST` numbers a row: random projections keep angles (Johnson-Lindenstrauss)."""
    width = activations.shape[1]
    if width <= WIDEST:
        return activations
    source = torch.Generator().manual_seed(seed)
    matrix = torch.randn(width, WIDEST, generator=source) / (WIDEST) ** 0.5
    return activations @ matrix.to(activations)
