"""The command that tells what is in a set of pictures, and its options for label maps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.terminal import follow, lines_of, tell

Maps = Annotated[
    str,
    typer.Option(
        help="Where label maps are, if not found: a folder, a zip, or left or right for a half "
        "of each picture."
    ),
]
MapClasses = Annotated[
    Path | None,
    typer.Option(help="A .csv or .txt with id, name and colour of the maps' classes."),
]


def map_settings(maps: str, map_classes: Path | None) -> dict[str, str]:
    """The settings of a training that these options make."""
    given = {"maps": maps, "map_classes": str(map_classes or "")}
    return {name: value for name, value in given.items() if value}


def dataset(
    path: Annotated[Path, typer.Argument(help="A folder, zip or npz of pictures.")],
    maps: Maps = "",
    map_classes: MapClasses = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Say what a set of pictures holds, what will be left out, and how it would be trained on."""
    from gan_models.datasets.card import scan

    facts = follow(scan(path, maps=maps, classes=map_classes)).to_dict()
    tell(as_json, facts, "\n".join(lines_of({name: x for name, x in facts.items() if x})))
