"""Makes the aids of a bundled model: `python -m gan_models.projection MODEL OUT --run RUN`.

RUN is the training run's folder, for its discriminator. With --measure instead, the residuals of
held-out portraits are measured with the aids in OUT, and written into them.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from gan_models.datasets.portraits import render, sample
from gan_models.evaluation.networks import as_floats
from gan_models.files import file_sha256
from gan_models.progress import finish
from gan_models.projection.aids import ProjectionAids, read_aids, save_aids, unlike_scale
from gan_models.projection.encoder import PICTURES, train_encoder
from gan_models.projection.features import DiscriminatorFeatures
from gan_models.projection.likeness import FOREIGN, TYPICAL, LikenessScale
from gan_models.projection.project import project
from gan_models.projection.settings import ProjectionSettings, spaces_of
from gan_models.projection.space import WhitenedSpace
from gan_models.registry import load_generator

HELD_OUT = 2_400_000_000
"""The first seed of portraits that nothing else is trained, chosen or judged with."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--measure", type=int, default=0, metavar="PORTRAITS")
    given = parser.parse_args()
    if given.measure:
        measure(given.model, given.out, given.measure)
    else:
        make(given.model, given.out, given.run, given.pictures)


def make(model: Path, out: Path, run: Path, pictures: int) -> None:
    """Write the aids with an encoder of so many pictures."""
    generator = load_generator(model).requires_grad_(False)
    discriminator = DiscriminatorFeatures.of_checkpoint(run / "checkpoint.safetensors")
    encoder = finish(train_encoder(generator, WhitenedSpace.of(generator), pictures))
    scale = unlike_scale(generator, (discriminator,))
    save_aids(out, ProjectionAids(scale, encoder, discriminator), file_sha256(model))


def measure(model: Path, path: Path, portraits: int) -> None:
    """Put into the aids at `path` what residuals held-out portraits reach in each space."""
    generator = load_generator(model).requires_grad_(False)
    aids = read_aids(path, generator.w_avg.device)
    targets = as_floats(
        render(sample(range(HELD_OUT, HELD_OUT + portraits)), generator.spec.resolution)
    )
    real: dict[str, list[float]] = {}
    for space in spaces_of(generator.spec):
        settings = ProjectionSettings(space=space)
        residuals = []
        for number, target in enumerate(targets):
            residuals.append(finish(project(generator, target, settings, aids)).residual)
            print(f"{space} {number + 1}/{portraits} {residuals[-1]:.4f}", flush=True)
        marks = torch.tensor(residuals).quantile(torch.tensor([TYPICAL, FOREIGN]))
        real[space] = [round(float(mark), 4) for mark in marks]
    scale = LikenessScale(unlike_scale(generator, aids.features).unlike, real)
    save_aids(path, replace(aids, scale=scale), file_sha256(model))


if __name__ == "__main__":
    main()
