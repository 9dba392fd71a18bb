"""What is measured of each snapshot, against pictures of the data set, and its sample sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import Generator, seed_to_z
from gan_models.datasets.arrays import PictureArray
from gan_models.evaluation.networks import PictureNetwork
from gan_models.evaluation.pyramids import diversity, sliced_wasserstein
from gan_models.evaluation.quality import compared
from gan_models.evaluation.reference import rgb
from gan_models.evaluation.sheets import as_bytes, tile
from gan_models.families.direct import LabelMapGenerator

SAMPLES = 300
NEAREST = 100
"""Samples whose nearest training picture is looked for, among this many at most:"""
SEARCHED = 20_000
SIDE = 16
"""Pictures are compared at this size."""
ROWS = 8
PAIRS = (2, 8)
"""Rows and columns of samples that are shown with the training pictures nearest to them."""
GAP, GREY = 6, 128
BATCH = 16


@torch.no_grad()
def sample(
    generator: Generator,
    count: int,
    psi: float = 1.0,
    maps: Tensor | None = None,
    seeds: Sequence[int] = (),
) -> Tensor:
    """Pictures of seeds, 0 and on if none are named, float32 [count, C, H, W].

    Seeds and classes take turns. `maps` are the label maps [count, H, W] of generators that draw
    from such.
    """
    spec, device = generator.spec, generator.w_avg.device
    numbers = [seeds[i % len(seeds)] for i in range(count)] if seeds else list(range(count))
    drawn = []
    for start in range(0, count, BATCH):
        part = slice(start, min(start + BATCH, count))
        z = torch.cat([seed_to_z(seed, spec.z_dim) for seed in numbers[part]]).to(device)
        label = None
        if spec.label_dim:
            turns = [seed % spec.label_dim for seed in numbers[part]]
            label = torch.eye(spec.label_dim, device=device)[turns]
        ws = generator.map(z, label, psi)
        if maps is None:
            pictures = generator.synthesize(ws)
        else:
            assert isinstance(generator, LabelMapGenerator)  # no other draws from maps
            pictures = generator.synthesize(ws, label_map=maps[part].to(device))
        drawn.append(pictures.clamp(-1, 1).cpu())
    return torch.cat(drawn)


def sample_sheet(generator: Generator, rows: int = ROWS, psi: float = 0.7) -> np.ndarray:
    """The pictures of seeds 0 .. rows^2 - 1 as one, uint8 [rows H, rows W, 3]."""
    return tiled(sample(generator, rows * rows, psi), rows)


def tiled(pictures: Tensor, columns: int) -> np.ndarray:
    """Pictures [rows * columns, C, H, W] in [-1, 1] as one, uint8 [rows H, columns W, 3]."""
    return tile(rgb(as_bytes(pictures)), columns)


class Measured(NamedTuple):
    """What is known of a snapshot."""

    figures: dict[str, float]
    nearest: np.ndarray
    """A sheet, uint8 [H, W, 3]: the samples that are most like training pictures, each above its
    own."""


def measure(
    generator: Generator,
    data: PictureArray,
    kept: Tensor,
    held_out: Tensor,
    *,
    mirror: bool = False,
    network: PictureNetwork | None = None,
) -> Measured:
    """Figures of a snapshot; the names say what they compare. `mirror`: whether it was trained on
    mirrored pictures too.

    sliced_wasserstein x 1000 of samples at psi 1 to as many pictures of the data set; diversity,
    and that of the data; and the distance of samples to their nearest training picture, beside
    that of held-out pictures, in root mean squares at 16 pixels. Where there is a `network`, also
    Frechet and kernel distance, precision and recall in its features.
    """
    # Held-out pictures where there are enough: a distance to those learned by heart says little.
    pool = held_out if len(held_out) >= SAMPLES // 2 else kept
    count = min(SAMPLES, len(pool))
    chosen = _spread(pool, count)
    maps = data.label_maps(chosen) if generator.spec.map_classes else None
    real, samples = data.batch(chosen), sample(generator, count, maps=maps)
    figures = {"samples": float(count)}
    if count >= 2 and data.resolution >= 8:
        figures["sliced_wasserstein"] = sliced_wasserstein(samples, real)["mean"]
        figures["diversity"] = diversity(samples)
        figures["diversity_of_data"] = diversity(real)
    if network is not None:
        figures |= _in_features(network, samples, real)
    among = _spread(kept, SEARCHED)
    searched = torch.cat([_small(data.batch(part)) for part in among.split(500)])
    near = _nearest(samples[:NEAREST], searched, mirror)
    figures["nearest"] = near.typical
    if len(held_out) >= 10:
        others = data.batch(held_out[:NEAREST])
        figures["nearest_of_held_out"] = _nearest(others, searched, mirror).typical
    return Measured(figures, _pairs(samples, data, among, near))


def _in_features(network: PictureNetwork, samples: Tensor, real: Tensor) -> dict[str, float]:
    """Compared in standard deviations of the real pictures' features."""
    drawn, truth = (network.features(rgb(as_bytes(pictures))) for pictures in (samples, real))
    middle, spread = truth.mean(dim=0), truth.std(dim=0).clamp(min=1e-6)
    return compared((drawn - middle) / spread, (truth - middle) / spread)


def _spread(indices: Tensor, count: int) -> Tensor:
    """At most `count` of them, from all over."""
    if len(indices) <= count:
        return indices
    return indices[torch.linspace(0, len(indices) - 1, count).long()]


def _small(pictures: Tensor) -> Tensor:
    """[N, C * SIDE^2]"""
    return F.adaptive_avg_pool2d(pictures, SIDE).flatten(1)


class _Near(NamedTuple):
    """How near pictures come to training pictures."""

    distances: Tensor
    """[N], root mean squares."""
    which: Tensor
    """[N], the row of the nearest one."""
    mirrored: Tensor
    """[N], whether it is nearest when mirrored."""

    @property
    def typical(self) -> float:
        return round(float(self.distances.median()), 4)


def _nearest(pictures: Tensor, searched: Tensor, mirror: bool) -> _Near:
    small = _small(pictures)
    distances, which = torch.cdist(small, searched).min(dim=1)
    mirrored = torch.zeros(len(small), dtype=torch.bool)
    if mirror:
        turned, others = torch.cdist(_small(pictures.flip(3)), searched).min(dim=1)
        mirrored = turned < distances
        distances, which = distances.minimum(turned), torch.where(mirrored, others, which)
    return _Near(distances / small.shape[1] ** 0.5, which, mirrored)


def _pairs(samples: Tensor, data: PictureArray, among: Tensor, near: _Near) -> np.ndarray:
    """Rows of samples above rows of the pictures that they are nearest to, the most alike first."""
    rows, columns = PAIRS
    order = near.distances.argsort()[: rows * columns]
    columns = min(columns, len(order))
    order = order[: len(order) // columns * columns]
    theirs = data.batch(among[near.which[order]], near.mirrored[order])
    size = theirs.shape[-1]
    shown = (
        F.interpolate(samples[order], size=size) if samples.shape[-1] != size else samples[order]
    )
    strips = []
    for row in torch.stack([shown, theirs]).split(columns, dim=1):
        strips.append(tiled(row.flatten(0, 1), columns))
        strips.append(np.full((GAP, columns * size, 3), GREY, np.uint8))
    return np.concatenate(strips[:-1])
