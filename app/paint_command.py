"""The command paint: pictures from label maps, one or a folder of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.core.models import OpenModel, open_model
from app.core.recipe import Anchor, Latent, Recipe, Rows, StyleMix
from app.terminal import tell
from gan_models.errors import GanvasError

if TYPE_CHECKING:
    from app.core.map_files import MapReading
    from app.core.recipe import LabelMap

MAPS = (".png", ".bmp", ".tif", ".tiff")
LISTED = 8
"""Unknown colours that are named."""


def paint(
    map_: Annotated[
        Path, typer.Argument(metavar="MAP", help="Class numbers or the legend's colours; a folder.")
    ],
    out: Annotated[Path, typer.Option(help="The PNG to write; for a folder of maps a folder.")],
    model: Annotated[
        str, typer.Option("--model", help="A bundled model's name, or a file.")
    ] = "landscapes",
    seed: Annotated[int, typer.Option(min=0, help="The style of this seed.")] = 0,
    style: Annotated[
        Path | None, typer.Option(help="A photo whose style is taken instead.")
    ] = None,
    seed2: Annotated[int | None, typer.Option(min=0, help="A second style to mix in.")] = None,
    mix: Annotated[float, typer.Option(min=0, max=1, help="How much of --seed2.")] = 0.5,
    nearest: Annotated[
        bool, typer.Option("--nearest", help="Unknown colours become the nearest labels.")
    ] = False,
    size: Annotated[int | None, typer.Option(help="Pixels of the longer side.")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps, or auto.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Paint a picture from a label map, or one from each map of a folder."""
    from app.core.export import export_picture

    opened = open_model(model, device)
    if not opened.generator.spec.map_classes:
        raise GanvasError(f"{opened.ref.name} draws without a label map; try the command render")
    look = _look(opened, seed, style, seed2, mix)
    written = []
    for source, target in _pairs(map_, out):
        recipe = Recipe(
            look.model, look.latent, mixes=look.mixes, label_map=_read(source, opened, nearest)
        )
        written.append(str(export_picture(target, opened.render(recipe), recipe, size)))
    tell(as_json, {"files": written}, "\n".join(written))


def _look(
    opened: OpenModel, seed: int, photo: Path | None, seed2: int | None, mix: float
) -> Recipe:
    spec = opened.generator.spec
    if (photo or seed2 is not None) and not spec.z_dim:
        raise GanvasError(f"{opened.ref.name} has no styles; leave --style and --seed2 out")
    rows = None
    if photo:
        from app.core.styles import read_photo, style_of

        rows = Rows(style_of(opened.generator, read_photo(photo, spec.resolution)))
    latent = Latent(((Anchor(seed, rows=rows), 1.0),))
    mixes = () if seed2 is None else (StyleMix(Latent.of_seed(seed2), (mix,)),)
    return Recipe(opened.ref, latent, mixes=mixes)


def _pairs(source: Path, out: Path) -> Iterator[tuple[Path, Path]]:
    """Each map with the picture that it becomes."""
    if not source.is_dir():
        yield source, out
        return
    maps = sorted(path for path in source.iterdir() if path.suffix.lower() in MAPS)
    if not maps:
        raise GanvasError(f"{source} holds no label maps ({', '.join(MAPS)})")
    if out.exists() and not out.is_dir():
        raise GanvasError(f"{out} is a file: for a folder of maps give a folder")
    out.mkdir(parents=True, exist_ok=True)
    for path in maps:
        yield path, out / f"{path.stem}.png"


def _read(path: Path, opened: OpenModel, nearest: bool) -> LabelMap:
    """The map as the model draws it; says on stderr what was done to it."""
    from app.core.label_maps import fitted
    from app.core.map_files import ClassTable, read_map

    spec = opened.generator.spec
    table = ClassTable.of(spec)
    reading = read_map(path, table)
    if reading.unknown and not nearest:
        raise GanvasError(f"{path}: {_unknown(reading, table.names)}; --nearest takes them so")
    found = fitted(reading.ids, spec)
    (height, width), (drawn_height, drawn_width) = reading.ids.shape, found.array.shape
    facts = []
    if (height, width) != (drawn_height, drawn_width):
        facts.append(f"{width}x{height} resized to {drawn_width}x{drawn_height}, nearest pixels")
    if reading.unknown:
        facts.append(_unknown(reading, table.names))
    if len(reading.labels) == 1:
        facts.append(f"one label only ({table.names[reading.labels[0]]})")
    if reading.transparent:
        facts.append(f"transparent pixels became {table.names[0]}")
    kind = "class numbers" if reading.kind == "ids" else "the legend's colours"
    typer.echo(f"{path}: read as {'; '.join([kind, *facts])}", err=True)
    return found


def _unknown(reading: MapReading, names: tuple[str, ...]) -> str:
    """The unknown colours, each with the nearest label."""
    listed = [
        "#{:02x}{:02x}{:02x}".format(*entry.colour) + f" (nearest: {names[entry.label]})"
        for entry in reading.unknown[:LISTED]
    ]
    more = len(reading.unknown) - LISTED
    rest = f" and {more} more" if more > 0 else ""
    return f"{len(reading.unknown)} colours are not in the legend: {', '.join(listed)}{rest}"
