"""Whether recipes really learn: the table of digits that a small classifier finds on their samples.

``python -m benchmarks.recipes mnist_28.zip runs --minutes 5 [--recipe dcgan-28 ...]`` trains each
recipe on MNIST (a zip of pictures in class folders) for so many minutes of processor time, and
prints a line for each; its sheet is in `runs/RECIPE/samples`. A run that is there already goes on.
``--kimg 200`` gives each as many pictures instead. A run ends early with the first snapshot that
passes: all ten digits found, none above 30 %, and the classifier sure of 80 %.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import torch
import torch.nn.functional as F
import typer
from filelock import FileLock
from torch import Tensor, nn

from gan_models.base import Generator
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.folder import Preparation, prepare_pictures
from gan_models.errors import GanvasError
from gan_models.progress import finish
from gan_models.registry import load_generator
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.loop import Trainer
from gan_models.training.quality import sample
from gan_models.training.run import train
from gan_models.training.run_folder import RunFolder

RECIPES = (
    "gan", "dcgan-28", "dcgan", "dcgan-selu", "wgan", "wgan-gp", "lsgan", "progan", "stylegan2",
    "r3gan-loss",
)  # fmt: skip
Changes = dict[str, Any]
SMALL: Changes = {"resolution": 32, "width": 32, "discriminator_width": 32, "channel_base": 1024}
"""Digits need no 64 pixels: those recipes run at 32, with narrower networks."""
QUICK: Changes = {
    "z_dim": 32,
    "learning_rate": 5e-4,
    "discriminator_rate": 1e-3,
    "gamma": 1.0,
    "ema_kimg": 50,
}
"""Narrow networks on simple shapes learn at higher rates, where R1 keeps them from circling; from
fewer numbers there are fewer shapes between two digits."""
TOLD: Changes = {"conditional": True}
"""The labels are given too, where half an hour is too short without."""
OF_RECIPE: dict[str, Changes] = {
    "gan": {},
    "dcgan-28": QUICK | TOLD,
    "dcgan": SMALL | QUICK,
    "dcgan-selu": QUICK | TOLD | {"resolution": 28, "width": 32, "discriminator_width": 32},
    "lsgan": SMALL | QUICK,
    "wgan": TOLD
    | {
        "resolution": 28,
        "width": 64,
        "discriminator_width": 64,
        "z_dim": 32,
        "batch": 32,
        "learning_rate": 5e-4,
        "discriminator_rate": 1e-4,
        "weight_clip": 0.4,
        "critic_steps": 2,
        "critic_warmup": 0,
        "discriminator_norm": False,
        "precision": "float32",
        "ema_kimg": 20,
    },
    "wgan-gp": SMALL | TOLD | {"z_dim": 32, "learning_rate": 5e-4, "ema_kimg": 250},
    "progan": SMALL
    | {
        "loss": "lsgan",
        "gamma": 1.0,
        "gradient_penalty": 0.0,
        "drift": 0.0,
        "z_dim": 32,
        "phase_kimg": 10.0,
        "learning_rate": 2e-3,
        "ema_kimg": 20,
    },
    "r3gan-loss": SMALL | TOLD,
}
SURE = 0.9
SNAPSHOTS = 10
"""Of a run: each is judged."""


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


def _newest(run: Path) -> Path | None:
    return max((run / "snapshots").glob("*.safetensors"), default=None)


def passes(figures: dict[str, float]) -> bool:
    """Whether a recipe has learned the digits."""
    return figures["digits"] == 10 and figures["commonest"] <= 0.3 and figures["sure"] >= 0.8


def kimg_within(minutes: float, name: str, data: PictureArray, settings: Changes) -> float:
    """How many thousand pictures so much processor time trains, by twenty steps.

    Not by the clock, as the program itself counts: machines that measure are often busy.
    """
    config = with_settings(load_recipe(name), settings)
    trainer = Trainer(replace(config, critic_warmup=0), data, torch.device("cpu"))
    trainer.pictures = round(config.kimg * 1000)  # fully grown, where it is slowest
    trainer.step()
    before, started = trainer.pictures, time.process_time()
    for _ in range(20):
        trainer.step()
    each = (time.process_time() - started) / (trainer.pictures - before)
    return round(minutes * 60 / each / 1000, 1)


def prepared(archive: Path, runs: Path, resolution: int) -> Path:
    """The pictures of the archive in one array, made once for all runs of that size.

    A second process waits for the one that makes them; it would write the same partial folder.
    """
    folder = runs / f"mnist{resolution}"
    runs.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            finish(prepare_pictures(archive, folder, Preparation(resolution, labels="folders")))
    return folder


def rows(
    archive: Path, runs: Path, recipes: tuple[str, ...], length: dict[str, float], changes: Changes
) -> Iterator[str]:
    """The lines of the table, each when its run has ended."""
    network, accuracy = fit_classifier(PictureArray.open(prepared(archive, runs, 28)))
    yield f"classifier: {accuracy:.2%} on held-out digits\n"
    yield "| recipe | px | labels | kimg | minutes | digits of 10 | commonest | sure of |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in recipes:
        own = OF_RECIPE.get(name, SMALL)
        yield _row(
            name,
            prepared(archive, runs, own.get("resolution", 28)),
            runs / name,
            network,
            length,
            own | changes,
        )


def _row(
    name: str,
    data: Path,
    out: Path,
    network: DigitClassifier,
    length: dict[str, float],
    settings: Changes,
) -> str:
    """Train a recipe, and what the classifier finds on its samples."""
    resume, started = RunFolder(out).exists, time.process_time()
    pictures = PictureArray.open(data)
    kimg = length.get("kimg") or kimg_within(length["minutes"], name, pictures, settings)
    if resume and not length.get("kimg"):
        kimg = float(RunFolder(out).read_config()["kimg"])
    settings = settings | {"snapshot_kimg": round(kimg / SNAPSHOTS, 3)}
    judged, figures = _newest(out), dict[str, float]()
    with closing(train(name, str(data), out, kimg=kimg, resume=resume, settings=settings)) as run:
        for _ in run:
            if (newest := _newest(out)) and newest != judged:
                judged, figures = newest, judge(load_generator(newest), network)
                if passes(figures):
                    break
    minutes = (time.process_time() - started) / 60
    assert judged is not None
    figures = figures or judge(load_generator(judged), network)  # of a run that had ended
    return (
        f"| {name} | {pictures.resolution} | {'given' if settings.get('conditional') else '-'} "
        f"| {int(judged.stem)} | {minutes:.1f} "
        f"| {figures['digits']} | {figures['commonest']:.0%} | {figures['sure']:.0%} |"
    )


def main(
    archive: Path,
    runs: Path,
    minutes: float = 5.0,
    kimg: float = 0.0,
    recipe: Annotated[list[str] | None, typer.Option()] = None,
    setting: Annotated[list[str] | None, typer.Option("--set")] = None,
) -> None:
    """Train recipes on MNIST and print what a classifier finds on their samples."""
    changes = {name: value for name, _, value in (text.partition("=") for text in setting or ())}
    length = {"kimg": kimg, "minutes": minutes}
    try:
        for line in rows(archive, runs, tuple(recipe or RECIPES), length, changes):
            typer.echo(line)
    except GanvasError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
