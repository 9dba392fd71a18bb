"""Measures what changes who is in a model's portraits, for sliders to leave it alone.

`python -m gan_models.evaluation.identity_space MODEL OUT` writes the file that goes with a model.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan_models.base import Generator
from gan_models.directions.identity import save_identity
from gan_models.evaluation.embedding import EmbeddingNetwork
from gan_models.evaluation.identity import identity_network
from gan_models.evaluation.samples import seed_ws
from gan_models.progress import Job, Step, finish
from gan_models.registry import load_generator

FIRST_SEED = 3_000_000
"""Seeds that edits are neither fitted nor judged on."""
LOOKS, PROBES, BATCH = 400, 3, 16
PSI = 0.7
WAYS = 6
"""So many of the leading ways are people: in the bundled portraits they hold 0.87 of all that
moves the embedding. With the seventh and eighth glasses go and heads no longer turn, which makes
no other person."""


def identity_space(
    generator: Generator, network: EmbeddingNetwork, looks: int = LOOKS, ways: int = WAYS
) -> Job[np.ndarray]:
    """The ways [ways, num_ws, w_dim] in which the embedding of pictures changes most, float32.

    They are the leading eigenvectors of E[J^T J], with J the Jacobian of the embedding by `ws`,
    each as long as the embedding changes along it. J^T v for normal v has just that covariance,
    so that some `PROBES` of it for each look suffice.
    """
    ws = seed_ws(generator, range(FIRST_SEED, FIRST_SEED + looks), PSI).float()
    random = torch.Generator().manual_seed(0)
    rows: list[Tensor] = []
    for start in range(0, looks, BATCH):
        part = ws[start : start + BATCH]
        rows += _slopes(generator, network, part, random)
        yield Step(start + len(part), looks, "measuring what changes the person")
    slopes = torch.cat(rows)
    values, vectors = torch.linalg.eigh(slopes.t() @ slopes / len(slopes))
    leading = vectors.flip(1)[:, :ways] * values.flip(0)[:ways].clamp(min=0).sqrt()
    return leading.t().reshape(-1, *ws.shape[1:]).cpu().numpy()


def _slopes(
    generator: Generator, network: EmbeddingNetwork, ws: Tensor, random: torch.Generator
) -> list[Tensor]:
    """Slopes [n, num_ws * w_dim] of random mixes of the embedding's numbers, `PROBES` times."""
    with torch.enable_grad():
        at = ws.detach().requires_grad_(True)
        embedded = network(generator.synthesize(at).clamp(-1, 1))
        mixes = [torch.randn(embedded.shape, generator=random) for _ in range(PROBES)]
        sums = [(embedded * mix.to(embedded)).sum() for mix in mixes]
        slopes = [torch.autograd.grad(each, at, retain_graph=True)[0] for each in sums]
    return [slope.flatten(1) for slope in slopes]


def main() -> None:
    """Measure a model of portraits and write what changes the person."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    generator = load_generator(given.model).requires_grad_(False)
    network = finish(identity_network())
    measuring = identity_space(generator, network)
    space = finish(measuring, lambda step: print(*step, file=sys.stderr))
    save_identity(given.out, space, generator)


if __name__ == "__main__":
    main()
