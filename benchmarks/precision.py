"""Whether training in bfloat16 goes as in float32.

``python -m benchmarks.precision DATA --kimg 20`` (DATA: the folder `data` of a run on pictures)
trains the StyleGAN2 recipe three times: in float32, in bfloat16 from the same seed, and in float32
from another one. The distance of the samples to the pictures is taken now and then; how far
bfloat16 is from float32 is to be compared with how far two seeds are from each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import torch
import typer

from gan_models.datasets.arrays import PictureArray
from gan_models.errors import GanvasError
from gan_models.evaluation.pyramids import sliced_wasserstein
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.loop import Trainer
from gan_models.training.quality import sample

SIDES = {"float32": ("float32", 0), "bfloat16": ("bf16", 0), "float32, other seed": ("float32", 1)}
SAMPLES = 500
Curve = list[dict[str, float]]


def curve(data: PictureArray, precision: str, seed: int, kimg: float, points: int) -> Curve:
    """Figures of so many moments of a run, evenly apart."""
    settings = {"precision": precision, "seed": seed, "resolution": data.resolution}
    trainer = Trainer(with_settings(load_recipe("stylegan2"), settings), data, torch.device("cpu"))
    real = data.batch(trainer.kept[:SAMPLES])
    figures: Curve = []
    losses: list[tuple[float, float]] = []
    while len(figures) < points:
        found = trainer.step()
        losses.append((float(found["generator_loss"]), float(found["discriminator_loss"])))
        if trainer.pictures >= 1000 * kimg * (len(figures) + 1) / points:
            distance = sliced_wasserstein(sample(trainer.averaged, len(real)), real)["mean"]
            generator, discriminator = map(fmean, zip(*losses, strict=True))
            losses.clear()
            figures.append(
                {
                    "kimg": trainer.pictures / 1000,
                    "sliced_wasserstein": distance,
                    "generator_loss": generator,
                    "discriminator_loss": discriminator,
                }
            )
    return figures


def compared(curves: dict[str, Curve]) -> dict[str, dict[str, float]]:
    """Mean differences over a run: of the precisions, and of the seeds."""
    plain, half, other = (curves[name] for name in SIDES)
    names = [name for name in plain[0] if name != "kimg"]
    return {
        name: {
            what: round(fmean(abs(a[name] - b[name]) for a, b in zip(plain, side, strict=True)), 4)
            for what, side in (("bfloat16", half), ("other seed", other))
        }
        for name in names
    }


def lines(data: PictureArray, kimg: float, points: int, kept: Path | None) -> Iterator[str]:
    """The curves, each when its run has ended, and how far they are apart."""
    curves: dict[str, Curve] = json.loads(kept.read_text()) if kept and kept.exists() else {}
    for name, (precision, seed) in SIDES.items():
        if name not in curves:
            curves[name] = curve(data, precision, seed, kimg, points)
            if kept:
                kept.write_text(json.dumps(curves))
        yield json.dumps({name: curves[name]})
    yield json.dumps(compared(curves))


def main(data: Path, kimg: float = 20.0, points: int = 10, out: Path | None = None) -> None:
    """Train in both precisions and print their curves; `out` keeps those that are done."""
    try:
        for line in lines(PictureArray.open(data), kimg, points, out):
            typer.echo(line)
    except GanvasError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
