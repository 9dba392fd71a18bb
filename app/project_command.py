"""The command `project`: photos to looks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from app.arguments import parse_number
from app.core.models import open_model
from app.look_options import choice
from app.terminal import follow, tell
from gan_models.errors import GanvasError
from gan_models.projection.settings import ProjectionSettings

if TYPE_CHECKING:
    from app.core.project_files import Row

SPACES = ("encoder", "w", "w+", "z")


class CropArgument(NamedTuple):
    """`320,240,400,0`: centre, side and turn, in pixels of the photo and degrees."""

    x: float
    y: float
    side: float
    degrees: float = 0.0


def parse_crop(text: str) -> CropArgument:
    """Read `X,Y,SIDE[,DEGREES]`."""
    parts = [parse_number(part) for part in text.split(",")]
    if len(parts) not in (3, 4) or parts[2] < 1:
        raise typer.BadParameter(f"{text!r} is no crop; write it as 320,240,400 or 320,240,400,-5")
    return CropArgument(*parts)


def project(
    photos: Annotated[list[Path], typer.Argument(help="Photos, or folders of them.")],
    out: Annotated[Path, typer.Option(help="The folder for the looks, NAME.png each.")],
    model: Annotated[str, typer.Option(help="A bundled model's name, or a file.")] = "portraits",
    space: Annotated[
        str | None,
        choice("--space", SPACES, "Where to search: w is easy to edit, w+ nearer to the photo."),
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Of descent.")] = ProjectionSettings.steps,
    seconds: Annotated[
        float | None,
        typer.Option(parser=parse_number, metavar="FLOAT", help="At most so long for each photo."),
    ] = None,
    leash: Annotated[
        float, typer.Option(parser=parse_number, metavar="FLOAT", help="Holds layers together.")
    ] = ProjectionSettings.leash,
    tune: Annotated[
        bool, typer.Option("--tune", help="Adapt a copy of the model to each photo as well.")
    ] = False,
    crop: Annotated[
        CropArgument | None,
        typer.Option(
            parser=parse_crop,
            metavar="X,Y,SIDE[,DEGREES]",
            help="The square to use, by its centre, in pixels; else the largest in the middle.",
        ),
    ] = None,
    detector: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YuNet's .onnx: finds the largest face. Needs OpenCV."),
    ] = None,
    train: Annotated[
        bool,
        typer.Option("--train/--no-train", help="Train an encoder first where there is none yet."),
    ] = True,
    perceptual: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Weights of VGG16 to compare with, too.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Where random latents begin.")] = 0,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps, or auto.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Find photos in a model: each becomes a look, a PNG with its recipe, to edit further."""
    from app.core.alignment import Crop, centre_crop
    from app.core.photos import photo_files
    from app.core.project_files import Order, project_files

    if crop and detector:
        raise typer.BadParameter("--crop and --detector both decide the square; leave one out")
    files = photo_files(photos)
    settings = ProjectionSettings(
        space,  # type: ignore[arg-type]  # checked by one_of
        steps=steps,
        seconds=seconds,
        leash=leash,
        tune=tune,
        seed=seed,
    )
    cropping = (lambda _: Crop(*crop)) if crop else (lambda photo: centre_crop(*photo.size))
    order = Order(out, settings, cropping, train, perceptual, detector)
    rows = follow(project_files(open_model(model, device), files, order))
    tell(as_json, {"photos": [row.to_dict() for row in rows]}, "\n".join(map(_line, rows)))
    failed = [row for row in rows if row.problem]
    if failed:
        raise GanvasError(f"{len(failed)} of {len(rows)} photos could not be used")


def _line(row: Row) -> str:
    if row.problem:
        return row.problem
    same = "" if row.identity is None else f", same person {row.identity:.2f}"
    found = f"{row.file}: likeness {row.likeness:.0%}{same}, {row.seconds:.0f} s; {row.verdict}"
    return found + _faces(row.faces)


def _faces(count: int | None) -> str:
    if count is None or count == 1:
        return ""
    if count == 0:
        return "; no face was found: the middle was used"
    return f"; {count} faces were found: the largest was used"
