"""Whether recipes really learn: the table of digits that a small classifier finds on their samples.

``python -m benchmarks.recipes mnist_28.zip runs --kimg 200 [--recipe dcgan-28 ...]`` trains each
recipe on MNIST (a zip of pictures in class folders) and prints a line for each; its sheet is in
`runs/RECIPE/samples`. A run that is there already goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import torch
import torch.nn.functional as F
import typer
from torch import Tensor, nn

from gan_models.base import Generator
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.folder import Preparation, prepare_pictures
from gan_models.progress import finish
from gan_models.registry import load_generator
from gan_models.training.quality import sample
from gan_models.training.run import train

RECIPES = (
    "gan", "dcgan-28", "dcgan", "wgan", "wgan-gp", "lsgan", "progan", "stylegan2", "r3gan-loss",
)  # fmt: skip
SMALL = {"resolution": 32, "width": 32, "discriminator_width": 32, "channel_base": 1024}
"""Digits need no 64 pixels: those recipes run at 32, with narrower networks."""
SURE = 0.9


class DigitClassifier(nn.Module):
    """Pictures [N, 1, 28, 28] in [-1, 1] to logits of the ten digits."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(64 * 49, 128),
            nn.ReLU(),
            nn.Linear(128, 10),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        return self.layers(pictures)


def fit_classifier(data: PictureArray, epochs: int = 2) -> tuple[DigitClassifier, float]:
    """A classifier and its accuracy on pictures that it was not trained on."""
    torch.manual_seed(0)
    kept, held_out = data.split(0.1)
    network = DigitClassifier()
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    for _ in range(epochs):
        for indices in kept[torch.randperm(len(kept))].split(128):
            loss = F.cross_entropy(network(data.batch(indices)), _digits(data, indices))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    network.eval()
    with torch.no_grad():
        right = network(data.batch(held_out)).argmax(dim=1) == _digits(data, held_out)
    return network, float(right.float().mean())


def _digits(data: PictureArray, indices: Tensor) -> Tensor:
    assert data.class_numbers is not None
    return torch.from_numpy(data.class_numbers[indices.numpy()])


@torch.no_grad()
def judge(generator: Generator, network: DigitClassifier, count: int = 1000) -> dict[str, float]:
    """How many digits are found, the share of the commonest, and of those it is sure of."""
    pictures = sample(generator, count).mean(dim=1, keepdim=True)
    if pictures.shape[-1] != 28:
        pictures = F.interpolate(pictures, size=28, mode="bilinear", antialias=True)
    chances = network(pictures).softmax(dim=1)
    found = chances.argmax(dim=1).bincount(minlength=10)
    return {
        "digits": int((found >= count // 100).sum()),
        "commonest": float(found.max()) / count,
        "sure": float((chances.amax(dim=1) > SURE).float().mean()),
    }


def rows(
    archive: Path, runs: Path, recipes: tuple[str, ...], kimg: float, settings: dict[str, Any]
) -> Iterator[str]:
    """The lines of the table, each when its run has ended."""
    prepared = runs / "mnist28"
    if not prepared.exists():
        runs.mkdir(parents=True, exist_ok=True)
        finish(prepare_pictures(archive, prepared, Preparation(28, labels="folders")))
    network, accuracy = fit_classifier(PictureArray.open(prepared))
    yield f"classifier: {accuracy:.2%} on held-out digits\n"
    yield "| recipe | kimg | digits of 10 | commonest | sure of |"
    yield "|---|---|---|---|---|"
    for name in recipes:
        out = runs / name
        resume = (out / "config.toml").exists()
        own = {} if name in ("gan", "dcgan-28") else SMALL
        for _ in train(name, str(archive), out, kimg=kimg, resume=resume, settings=own | settings):
            pass
        figures = judge(load_generator(max((out / "snapshots").glob("*.safetensors"))), network)
        yield (
            f"| {name} | {kimg:g} | {figures['digits']} | {figures['commonest']:.0%} "
            f"| {figures['sure']:.0%} |"
        )


def main(
    archive: Path,
    runs: Path,
    kimg: float = 200.0,
    recipe: Annotated[list[str] | None, typer.Option()] = None,
    setting: Annotated[list[str] | None, typer.Option("--set")] = None,
) -> None:
    """Train recipes on MNIST and print what a classifier finds on their samples."""
    pairs = [text.partition("=") for text in setting or ()]
    settings = {name: value for name, _, value in pairs}
    for line in rows(archive, runs, tuple(recipe or RECIPES), kimg, settings):
        typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
