"""The command that trains: what the Train menu starts, and what torchrun runs on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from app.dataset_command import MapClasses, Maps, map_settings


def train(
    out: Annotated[Path, typer.Option(help="The run's folder.")],
    recipe: Annotated[str, typer.Option(help="A recipe's name, or a .toml file.")] = "stylegan2",
    data: Annotated[
        str, typer.Option(help="A folder, zip or npz of pictures, or a built-in set.")
    ] = "portraits",
    size: Annotated[str, typer.Option(help="One of the recipe's sizes, as quick-look.")] = "",
    loss: Annotated[str, typer.Option(help="Another loss than the recipe's, as wgan-gp.")] = "",
    labels: Annotated[
        str, typer.Option(help="Classes to learn: folders, or a column of labels.csv.")
    ] = "",
    maps: Maps = "",
    map_classes: MapClasses = None,
    kimg: Annotated[float | None, typer.Option(help="Thousands of pictures to show.")] = None,
    time: Annotated[str, typer.Option(help="How long to train instead, as 1h or 90m.")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it stopped.")] = False,
    rewind: Annotated[str, typer.Option(help="Go on from this snapshot instead, as 000100.")] = "",
    start_from: Annotated[
        Path | None,
        typer.Option(
            "--from", help="Begin with the weights and form of a run, snapshot or StyleGAN2."
        ),
    ] = None,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Write the figures for TensorBoard too.")
    ] = False,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Overrides the recipe.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda ...; None: the fastest.")] = None,
) -> None:
    """Train a model; Ctrl-C keeps what was learned. torchrun runs it in several processes."""
    from gan_models.training.budget import parse_time
    from gan_models.training.run import train as steps

    if kimg and time:
        raise typer.BadParameter("--kimg and --time both say how long; give one of them")
    if start_from and (size or loss):
        raise typer.BadParameter("--from brings the settings of its run; leave --size and --loss")
    settings = {name: value for name, _, value in (s.partition("=") for s in setting or ())}
    settings |= {"labels": labels} if labels else {}
    settings |= map_settings(maps, map_classes)
    settings |= {"tensorboard": "true"} if tensorboard else {}
    run = steps(
        recipe,
        data,
        out,
        kimg=kimg,
        seconds=parse_time(time) if time else None,
        resume=resume,
        rewind=rewind,
        start_from=start_from,
        size=size,
        loss=loss,
        settings=settings,
        device=device,
    )
    _tell(run)


def _tell(steps: Iterator[Any]) -> None:
    """Print a line whenever there are new figures."""
    shown = last = None
    for last in steps:
        if shown is None or (last.message, last.figures) != (shown.message, shown.figures):
            shown = last
            typer.echo(_line(last))
    if last is not None and last is not shown:
        typer.echo(_line(last))


def _line(status: Any) -> str:
    figures = "  ".join(f"{name} {value:.4g}" for name, value in status.figures.items())
    return f"{status.message}: {status.done} of {status.total}  {figures}".rstrip()
