"""The command `discover`: directions of a model, from labels or without any."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.core.models import open_model
from app.look_options import choice
from app.terminal import follow, tell

METHODS = ("labels", "pca", "sefa", "style")


def discover(
    out: Annotated[
        Path,
        typer.Option(help="A file of directions; --method labels: the model with its directions."),
    ],
    model: Annotated[str, typer.Option(help="A bundled model's name, or a file.")] = "portraits",
    method: Annotated[str, choice("--method", METHODS, "How directions are found.")] = "labels",
    attribute: Annotated[
        list[str] | None, typer.Option(help="Only this attribute, as smile; repeatable.")
    ] = None,
    network: Annotated[Path | None, typer.Option(help="What reads attributes off faces.")] = None,
    count: Annotated[
        int, typer.Option(min=1, max=512, help="At most so many directions (pca, sefa, style).")
    ] = 20,
    labels: Annotated[
        Path | None, typer.Option(help="A CSV: file names, then columns of numbers or two words.")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="The folder or zip of pictures that --labels names.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Find directions: labels fits named ones for rendered portraits, the others any model's.

    With --labels and --pictures each column of a table of yours makes one, for any model. Method
    labels without --network trains one first, in minutes.
    """
    if (labels is None) != (pictures is None):
        raise typer.BadParameter("--labels and --pictures belong together; give both")
    if (labels or method != "labels") and (attribute or network):
        raise typer.BadParameter("--attribute and --network are for labels of portraits alone")
    if labels and pictures:
        found = _from_table(model, out, labels, pictures)
    elif method == "labels":
        found = _fit_labels(model, out, attribute, network)
    else:
        found = _discover(model, out, method, count)
    tell(as_json, {"file": str(out), "directions": found}, f"{out}: {', '.join(found)}")


def _fit_labels(
    model: str, out: Path, attribute: list[str] | None, network: Path | None
) -> list[str]:
    from app.core.models import model_path
    from gan_models.directions.labels import add_directions

    return list(follow(add_directions(model_path(model), out, attribute, network=network)))


def _discover(model: str, out: Path, method: str, count: int) -> list[str]:
    from app.core.directions import save_directions
    from gan_models.directions.finding import find_directions

    opened = open_model(model)
    found = follow(find_directions(opened.generator, method, count))
    save_directions(out, opened.ref, found)
    return [direction.name for direction in found]


def _from_table(model: str, out: Path, labels: Path, pictures: Path) -> list[str]:
    from app.core.directions import from_table, save_directions

    opened = open_model(model)
    found = follow(from_table(opened, labels, pictures))
    save_directions(out, opened.ref, found)
    return [direction.name for direction in found]
