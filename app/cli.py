"""The command line: every subcommand does without a window what the window does."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from app.arguments import (
    EditArgument,
    GridArgument,
    MixArgument,
    NamesArgument,
    SeedsArgument,
    one_of,
    parse_edit,
    parse_grid,
    parse_mix,
    parse_names,
    parse_number,
    parse_seeds,
)
from app.core.clip import EASINGS, ENDINGS, Ending
from app.core.models import OpenModel, open_model
from app.core.presets import PRESETS, ClipInputs
from app.core.recipe import SEED_LIMIT, Anchor, Latent, Recipe, StyleMix
from app.startup import open_window
from app.terminal import follow, lines_of, tell
from gan_models.errors import GanvasError
from gan_models.spec import NOISE_MODES, NoiseMode

QUALITIES = ("small", "good", "best")
BENCHMARKS = ("speed", "sliders", "export", "opening", "exactness")
METHODS = ("labels",)
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


def _choice(name: str, names: Any, text: str) -> Any:
    """An option that takes one of `names`."""
    return typer.Option(name, parser=one_of(names), metavar="|".join(names), help=text)


SeedOption = typer.Option(min=0, max=SEED_LIMIT - 1, help="The face: the latent z of this seed.")
MODEL_HELP = "A bundled model's name, or a file."
ModelName = Annotated[str, typer.Option("--model", help=MODEL_HELP)]
Device = Annotated[str, typer.Option("--device", help="cpu, cuda, mps, or auto.")]
Seed = Annotated[int, SeedOption]
OtherSeed = Annotated[
    int | None, typer.Option(min=0, max=SEED_LIMIT - 1, help="Whose styles --mix takes.")
]
Mixes = Annotated[
    list[MixArgument] | None,
    typer.Option("--mix", parser=parse_mix, metavar="ROWS:WEIGHT", help="As 0-6:1.0; repeatable."),
]
Edits = Annotated[
    list[EditArgument] | None,
    typer.Option("--edit", parser=parse_edit, metavar="NAME=X", help="As smile=2; repeatable."),
]
Keep = Annotated[
    NamesArgument | None,
    typer.Option(parser=parse_names, metavar="NAMES", help="What edits leave, as gender,age."),
]
Psi = Annotated[
    float,
    typer.Option(parser=parse_number, metavar="FLOAT", help="Truncation: 0 the mean, 1 none."),
]
Cutoff = Annotated[int | None, typer.Option(min=0, help="Truncate this many rows of W only.")]
Label = Annotated[int | None, typer.Option("--class", min=0, help="The class to draw.")]
Noise = Annotated[str, _choice("--noise", NOISE_MODES, "Where the fine noise comes from.")]
NoiseSeed = Annotated[int, typer.Option(min=0, help="The noise of --noise random.")]
Seeds = Annotated[
    SeedsArgument | None,
    typer.Option("--seeds", parser=parse_seeds, metavar="SEEDS", help="As 0-63 or 3,9,27."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@app.command()
def render(
    out: Annotated[Path, typer.Option(help="The PNG to write.")],
    model: ModelName = "portraits",
    seed: Seed = 0,
    seed2: OtherSeed = None,
    mix: Mixes = None,
    edit: Edits = None,
    keep: Keep = None,
    psi: Psi = 0.7,
    cutoff: Cutoff = None,
    label: Label = None,
    noise: Noise = "const",
    noise_seed: NoiseSeed = 0,
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
    look = _look(opened, seed, seed2, mix, edit, keep, psi, cutoff, label, noise, noise_seed)
    if seeds is None:
        export_picture(out, opened.render(look), look, size)
    else:
        columns = _columns(len(seeds.seeds), grid)
        looks = [replace(look, latent=Latent.of_seed(s, label)) for s in seeds.seeds]
        export_picture(out, sheet(opened.render, looks, columns, size), looks[0])
    tell(as_json, {"file": str(out)}, str(out))


@app.command()
def animate(
    out: Annotated[
        Path, typer.Option(help="x.mp4, x.gif, x.webp, x.png (APNG), or a new folder of frames.")
    ],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    session: Annotated[
        Path | None, typer.Option(help="A session's model, look and kept looks, for --seed and so.")
    ] = None,
    preset: Annotated[
        str | None,
        _choice("--preset", PRESETS, "What happens: smile, or looks if a session has them."),
    ] = None,
    seed: Seed = 0,
    seed2: OtherSeed = None,
    mix: Mixes = None,
    edit: Edits = None,
    keep: Keep = None,
    psi: Psi = 0.7,
    cutoff: Cutoff = None,
    label: Label = None,
    noise: Noise = "const",
    noise_seed: NoiseSeed = 0,
    to_seed: Annotated[
        int | None, typer.Option(min=0, max=SEED_LIMIT - 1, help="Where a morph goes.")
    ] = None,
    seeds: Seeds = None,
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
    easing: Annotated[str, _choice("--easing", EASINGS, "How it gathers and loses speed.")] = (
        "smooth"
    ),
    ending: Annotated[
        str | None, _choice("--ending", ENDINGS, "What follows the last look.")
    ] = None,
    quality: Annotated[str, _choice("--quality", QUALITIES, "Size against looks.")] = "good",
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
    else:
        opened = open_model(model or "portraits", device)
        start = _look(opened, seed, seed2, mix, edit, keep, psi, cutoff, label, noise, noise_seed)
    preset = preset or ("looks" if session and len(looks) > 1 else "smile")
    inputs = ClipInputs(
        recipe=start,
        seconds=seconds,
        fps=fps,
        easing=easing,
        ending=_ending(ending),
        slider=slider,
        strength=strength,
        second=None if to_seed is None else replace(start, latent=Latent.of_seed(to_seed, label)),
        looks=looks,
        seeds=seeds.seeds if seeds else (),
    )
    clip = PRESETS[preset].build(inputs)
    follow(export_clip(out, clip, opened.render, size=size, quality=quality))  # type: ignore[arg-type]  # checked by one_of
    frames = len(clip.times())
    tell(as_json, {"file": str(out), "frames": frames, "seconds": clip.duration}, str(out))


@app.command()
def inspect(
    file: Annotated[str, typer.Argument(help="A model, its bundled name, or an export.")],
    as_json: Json = False,
) -> None:
    """Say what a model, or an exported picture or clip, is."""
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


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="The run's folder.")],
    recipe: Annotated[str, typer.Option(help="A training recipe's name or file.")] = "stylegan2",
    data: Annotated[str, typer.Option(help="A folder, or a built-in set.")] = "portraits",
    kimg: Annotated[float | None, typer.Option(help="Thousands of pictures to show.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it stopped.")] = False,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Overrides the recipe.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda ...; None: the fastest.")] = None,
) -> None:
    """Train a model; Ctrl-C keeps what was learned."""
    from gan_models.training.run import train as steps

    pairs = [text.partition("=") for text in setting or ()]
    settings = {name: value for name, _, value in pairs}
    run = steps(recipe, data, out, kimg=kimg, resume=resume, settings=settings, device=device)
    shown = last = None
    for last in run:
        if shown is None or (last.message, last.figures) != (shown.message, shown.figures):
            shown = last
            typer.echo(_training_line(last))
    if last is not None and last is not shown:
        typer.echo(_training_line(last))


def _training_line(status: Any) -> str:
    figures = "  ".join(f"{name} {value:.4g}" for name, value in status.figures.items())
    return f"{status.message}: {status.done} of {status.total}  {figures}".rstrip()


@app.command()
def evaluate(
    model: ModelName = "portraits",
    data: Annotated[
        str, typer.Option(help="What to compare with: portraits, or a folder of pictures.")
    ] = "portraits",
    features: Annotated[
        str, _choice("--features", FEATURES, "Seen by a network, or sliced Wasserstein only.")
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
def discover(
    out: Annotated[Path, typer.Option(help="The model file to write, directions included.")],
    model: ModelName = "portraits",
    method: Annotated[str, _choice("--method", METHODS, "How directions are found.")] = "labels",
    attribute: Annotated[
        list[str] | None, typer.Option(help="Only this attribute, as smile; repeatable.")
    ] = None,
    network: Annotated[Path | None, typer.Option(help="What reads attributes off faces.")] = None,
    as_json: Json = False,
) -> None:
    """Find named directions for a model; without --network one is trained first, in minutes."""
    from app.core.models import model_path
    from gan_models.directions.labels import add_directions

    find = {"labels": add_directions}[method]
    found = follow(find(model_path(model), out, attribute, network=network))
    tell(as_json, {"file": str(out), "directions": list(found)}, f"{out}: {', '.join(found)}")


@app.command()
def benchmark(
    model: ModelName = "portraits",
    part: Annotated[
        list[str] | None, _choice("--part", BENCHMARKS, "Only this part; repeatable.")
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


def _look(
    model: OpenModel,
    seed: int,
    seed2: int | None,
    mixes: list[MixArgument] | None,
    edits: list[EditArgument] | None,
    keep: NamesArgument | None,
    psi: float,
    cutoff: int | None,
    label: int | None,
    noise: str,
    noise_seed: int,
) -> Recipe:
    """The recipe that the options describe, checked against the model."""
    from app.core.picture import direction_of

    spec = model.generator.spec
    if label is not None and label >= max(1, spec.label_dim):
        raise GanvasError(f"the model has no class {label}; it has {spec.label_dim} classes")
    look = Recipe(model.ref, Latent(((Anchor(seed, label), 1.0),)), psi, cutoff)
    look = replace(look, noise_mode=_noise(noise), noise_seed=noise_seed)
    for edit in edits or ():
        direction_of(model.generator, edit.direction)
        look = look.with_edit(edit.direction, edit.strength, edit.layers)
    for name in keep.names if keep else ():
        look = look.with_keep(direction_of(model.generator, name).name)
    if (seed2 is None) != (not mixes):
        raise typer.BadParameter("--seed2 and --mix belong together, as --seed2 5 --mix 0-6:1.0")
    if seed2 is None or not mixes:
        return look
    weights = [0.0] * spec.num_ws
    for (start, end), weight in mixes:
        if end > spec.num_ws:
            raise GanvasError(f"the model has rows 0-{spec.num_ws - 1}; row {end - 1} is not there")
        weights[start:end] = [weight] * (end - start)
    return replace(look, mixes=(StyleMix(Latent.of_seed(seed2, label), tuple(weights)),))


def _noise(name: str) -> NoiseMode:
    return next(mode for mode in NOISE_MODES if mode == name)


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
