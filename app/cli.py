"""The command line: every subcommand does without a window what the window does."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app.arguments import GridArgument, SeedsArgument, parse_grid, parse_number, parse_seeds
from app.core.batches import frames_with
from app.core.clip import EASINGS, ENDINGS, Ending
from app.core.models import open_model
from app.core.presets import PRESETS, ClipInputs
from app.core.recipe import Latent, carrying
from app.core.spread import spread
from app.dataset_command import dataset
from app.discover_command import discover
from app.look_options import (
    LookOptions,
    check_class,
    choice,
    imported_by,
    latent_of,
    look_of,
    seed_option,
    takes_look,
)
from app.paint_command import paint
from app.project_command import project
from app.startup import open_window
from app.terminal import follow, lines_of, tell
from app.train_command import train
from gan_models.errors import GanvasError

QUALITIES = ("small", "good", "best")
BENCHMARKS = ("speed", "sliders", "export", "opening", "exactness", "paint", "gpu")
FEATURES = ("learned", "none")

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Ganvas, a studio for the latent space of GANs. Without a command it opens the window, "
    "on FILE (a model or an exported picture) if one is given. "
    "--debug anywhere shows where an error comes from.",
    subcommand_metavar="[FILE | COMMAND [ARGS]...]",
)
app.command()(discover)


MODEL_HELP = "A bundled model's name, or a file."
ModelName = Annotated[str, typer.Option("--model", help=MODEL_HELP)]
Device = Annotated[str, typer.Option("--device", help="cpu, cuda, mps, or auto.")]
Psi = Annotated[
    float,
    typer.Option(parser=parse_number, metavar="FLOAT", help="Truncation: 0 the mean, 1 none."),
]
Seeds = Annotated[
    SeedsArgument | None,
    typer.Option("--seeds", parser=parse_seeds, metavar="SEEDS", help="As 0-63 or 3,9,27."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@app.command()
@takes_look
def render(
    *,
    out: Annotated[Path, typer.Option(help="The PNG to write.")],
    model: ModelName = "portraits",
    options: LookOptions,
    seeds: Seeds = None,
    grid: Annotated[
        GridArgument | None,
        typer.Option(parser=parse_grid, metavar="COLSxROWS", help="The sheet's grid, as 8x8."),
    ] = None,
    size: Annotated[int | None, typer.Option(help="Pixels of a side (of a sheet's tile).")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Draw one picture, or with --seeds a contact sheet."""
    from app.core.export import export_picture, sheet

    opened = open_model(model, device)
    look = look_of(opened, options, imported_by(opened, options))
    if options.to_class is not None and options.class_travel is None:
        raise typer.BadParameter("--to-class needs --class-travel, as --class-travel 0.5")
    if seeds is None:
        export_picture(out, opened.render(look), look, size)
    else:
        columns = _columns(len(seeds.seeds), grid)
        spec = opened.generator.spec
        looks = [replace(look, latent=latent_of(options, s, spec)) for s in seeds.seeds]
        with spread(opened.render, frames_with(opened, device)) as frames:
            if frames is None:
                return
            pictures = frames(looks)
            page = sheet(lambda *_: next(pictures), looks, columns, size)
        export_picture(out, page, looks[0])
    tell(as_json, {"file": str(out)}, str(out))


@app.command()
@takes_look
def animate(
    *,
    out: Annotated[
        Path, typer.Option(help="x.mp4, x.gif, x.webp, x.png (APNG), or a new folder of frames.")
    ],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    session: Annotated[
        Path | None, typer.Option(help="A session's model, look and kept looks, for --seed and so.")
    ] = None,
    preset: Annotated[
        str | None,
        choice("--preset", PRESETS, "What happens: smile, or looks if a session has them."),
    ] = None,
    options: LookOptions,
    to_seed: Annotated[int | None, seed_option("Where a morph goes.")] = None,
    seeds: Seeds = None,
    classes: Annotated[
        SeedsArgument | None,
        typer.Option(parser=parse_seeds, metavar="CLASSES", help="As 0-9 or 3,5, for classes."),
    ] = None,
    look: Annotated[
        list[Path] | None, typer.Option("--look", help="Exported pictures to move between.")
    ] = None,
    slider: Annotated[str, typer.Option(help="What moves in the preset slider.")] = "",
    strength: Annotated[
        float, typer.Option(parser=parse_number, metavar="FLOAT", help="How far sliders move.")
    ] = 3.0,
    seconds: Annotated[float, typer.Option(help="Length of the clip.")] = 4.0,
    fps: Annotated[float, typer.Option(help="Frames per second.")] = 30.0,
    size: Annotated[int, typer.Option(help="Pixels of the longer side.")] = 512,
    easing: Annotated[str, choice("--easing", EASINGS, "How it gathers and loses speed.")] = (
        "smooth"
    ),
    ending: Annotated[
        str | None, choice("--ending", ENDINGS, "What follows the last look.")
    ] = None,
    quality: Annotated[str, choice("--quality", QUALITIES, "Size against looks.")] = "good",
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Write a clip: a smile, a gender swap, a morph, a walk ..."""
    from app.core.export import export_clip, format_of, read_recipe
    from app.core.session_file import open_session

    format_of(out)
    looks = tuple(read_recipe(path) for path in look or ())
    if session:
        opened, start, kept = open_session(session, model, device)
        looks = looks or kept
        imported = imported_by(opened, options)
    else:
        opened = open_model(model or "portraits", device)
        imported = imported_by(opened, options)
        start = look_of(opened, options, imported)
    preset = preset or ("looks" if session and len(looks) > 1 else "smile")
    spec = opened.generator.spec
    for label in (*(classes.seeds if classes else ()), options.to_class):
        check_class(label, spec)
    second = None
    if to_seed is not None or options.to_class is not None:
        goal = options.seed if to_seed is None else to_seed
        label = options.label if options.to_class is None else options.to_class
        second = replace(start, latent=Latent.of_seed(goal, label))
    moving = PRESETS[preset].direction or slider
    inputs = ClipInputs(
        recipe=carrying(start, moving, imported.get(moving)),
        seconds=seconds,
        fps=fps,
        easing=easing,
        ending=_ending(ending),
        slider=slider,
        strength=strength,
        second=second,
        looks=looks,
        seeds=seeds.seeds if seeds else (),
        classes=classes.seeds if classes else (),
        label_dim=spec.label_dim,
    )
    clip = PRESETS[preset].build(inputs)
    with spread(opened.render, frames_with(opened, device)) as frames:
        if frames is None:
            return
        follow(export_clip(out, clip, opened.render, size=size, quality=quality, frames=frames))  # type: ignore[arg-type]  # checked by one_of
    facts = {"file": str(out), "frames": len(clip.times()), "seconds": clip.duration}
    tell(as_json, facts, str(out))


@app.command()
def inspect(
    file: Annotated[
        str, typer.Argument(help="A model, its bundled name, directions, or an export.")
    ],
    as_json: Json = False,
) -> None:
    """Say what a model, a file of directions, or an exported picture or clip, is."""
    from app.core.inspection import inspect as look_into

    facts = look_into(file)
    tell(as_json, facts, "\n".join(lines_of(facts)))


@app.command()
def convert(
    file: Annotated[Path, typer.Argument(help="A checkpoint of another tool.")],
    out: Annotated[Path, typer.Argument(help="The .safetensors to write.")],
    as_json: Json = False,
) -> None:
    """Write a checkpoint of another tool as a model file of ours; runs nothing from it."""
    from gan_models.registry import convert as write

    spec = write(file, out).spec
    text = f"{out}: {spec.family}, {spec.resolution} pixels"
    tell(as_json, {"file": str(out), "family": spec.family, "resolution": spec.resolution}, text)


app.command()(dataset)
app.command()(train)


@app.command()
def evaluate(
    model: ModelName = "portraits",
    data: Annotated[
        str, typer.Option(help="What to compare with: portraits, or a folder of pictures.")
    ] = "portraits",
    features: Annotated[
        str, choice("--features", FEATURES, "Seen by a network, or sliced Wasserstein only.")
    ] = "learned",
    samples: Annotated[int, typer.Option(min=100, help="How many samples are compared.")] = 1000,
    judge: Annotated[Path | None, typer.Option(help="The attribute network that judges.")] = None,
    seeds: Annotated[
        int, typer.Option(min=0, help="How many faces' edits are judged; 0: none.")
    ] = 1000,
    psi: Psi = 0.7,
    out: Annotated[Path | None, typer.Option(help="A folder for the report and sheets.")] = None,
    write: Annotated[
        Path | None, typer.Option(help="Write the model with its sliders' measurements in it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure a model's pictures and sliders; psi is that of the edited faces."""
    from app.core.models import model_path
    from gan_models.evaluation.model import Plan, evaluate_model
    from gan_models.evaluation.report import markdown

    plan = Plan(data, features, samples, seeds, psi, judge)
    report = follow(evaluate_model(model_path(model), plan, out=out, write=write))
    tell(as_json, report, markdown(report))


@app.command()
def benchmark(
    model: ModelName = "portraits",
    part: Annotated[
        list[str] | None, choice("--part", BENCHMARKS, "Only this part; repeatable.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="Only this network, as model or stylegan2-256; repeatable."),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Interleaved measurements.")] = 15,
    device: Device = "cpu",
    as_json: Json = False,
) -> None:
    """Measure the speed against textbook code, and what else a person waits for."""
    from benchmarks.report import COLUMNS, measure

    opened = open_model(model, device)
    report = follow(measure(opened, part or BENCHMARKS, column or COLUMNS, rounds))
    tell(as_json, report, "\n".join(lines_of(report)))


app.command()(paint)
app.command()(project)


def _ending(name: str | None) -> Ending | None:
    return next((ending for ending in ENDINGS if ending == name), None)


def _columns(count: int, grid: GridArgument | None) -> int:
    if grid is None:
        return math.ceil(math.sqrt(count))
    columns, rows = grid
    if columns * rows != count:
        raise typer.BadParameter(f"a grid of {columns}x{rows} does not hold {count} seeds")
    return columns


def main(arguments: list[str]) -> int:
    """Run the command line and return the exit code: 0 done, 1 failed, 2 bad usage."""
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        if not arguments or (len(arguments) == 1 and Path(arguments[0]).is_file()):
            return open_window(Path(arguments[0]) if arguments else None)
        if len(arguments) == 1 and Path(arguments[0]).suffix:
            raise GanvasError(f"{arguments[0]} cannot be opened: there is no such file")
        app(arguments, prog_name="ganvas")
    except SystemExit as end:
        return int(end.code or 0)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if debug:
            raise
        print(_one_line(error), file=sys.stderr)
        return 1
    return 0


def _one_line(error: Exception) -> str:
    if isinstance(error, GanvasError):
        return str(error)
    return f"unexpected {type(error).__name__}: {error} (--debug shows where it comes from)"
