"""The options that describe a look, the same for every command that draws one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from app.arguments import (
    EditArgument,
    MixArgument,
    NamesArgument,
    PointArgument,
    RowsArgument,
    one_of,
    parse_edit,
    parse_mix,
    parse_names,
    parse_number,
    parse_point,
    parse_range,
)
from app.core.models import OpenModel
from app.core.recipe import (
    SEED_LIMIT,
    Carried,
    LabelMap,
    Latent,
    Motion,
    Recipe,
    StyleMix,
    lerp_latent,
)
from gan_models.directions.choices import Choices
from gan_models.directions.keeping import IDENTITY
from gan_models.errors import DirectionError, GanvasError
from gan_models.spec import NOISE_MODES, Spec

SPACES = ("w", "w+", "z")
ARRANGEMENTS = ("rows", "columns", "layers")


def choice(name: str, names: Any, text: str) -> Any:
    """An option that takes one of `names`."""
    return typer.Option(name, parser=one_of(names), metavar="|".join(names), help=text)


def _number(name: str, text: str) -> Any:
    return typer.Option(name, parser=parse_number, metavar="FLOAT", help=text)


def seed_option(text: str) -> Any:
    """An option that takes a seed."""
    return typer.Option(min=0, max=SEED_LIMIT - 1, help=text)


def _label_option(name: str, text: str) -> Any:
    return typer.Option(name, min=0, help=text)


@dataclass(frozen=True)
class LookOptions:
    """What a person asked for, as the command line gives it."""

    seed: Annotated[int, seed_option("The face: the latent z of this seed.")] = 0
    label: Annotated[int | None, _label_option("--class", "The class to draw.")] = None
    to_class: Annotated[
        int | None, _label_option("--to-class", "A class to go towards (in a morph: to).")
    ] = None
    class_travel: Annotated[
        float | None, _number("--class-travel", "How far towards --to-class, 0 to 1.")
    ] = None
    seed2: Annotated[int | None, seed_option("Whose styles --mix takes.")] = None
    label2: Annotated[
        int | None, _label_option("--class2", "The class of --seed2; else the same class.")
    ] = None
    mix: Annotated[
        list[MixArgument] | None,
        typer.Option(
            "--mix", parser=parse_mix, metavar="ROWS:WEIGHT", help="As 0-6:1.0; repeatable."
        ),
    ] = None
    edit: Annotated[
        list[EditArgument] | None,
        typer.Option("--edit", parser=parse_edit, metavar="NAME=X", help="As smile=2; repeatable."),
    ] = None
    keep: Annotated[
        NamesArgument | None,
        typer.Option(parser=parse_names, metavar="NAMES", help="What edits leave, as gender,age."),
    ] = None
    directions: Annotated[
        list[Path] | None,
        typer.Option(
            "--directions", metavar="FILE", help="Directions to --edit along; repeatable."
        ),
    ] = None
    space: Annotated[
        str | None, choice("--space", SPACES, "Where --directions go, if the file does not say.")
    ] = None
    arrangement: Annotated[
        str | None, choice("--arrangement", ARRANGEMENTS, "What an array of them holds.")
    ] = None
    layers: Annotated[
        RowsArgument | None,
        typer.Option(
            "--layers", parser=parse_range, metavar="FIRST-LAST", help="On which layers, as 0-7."
        ),
    ] = None
    psi: Annotated[float, _number("--psi", "Truncation: 0 the mean, 1 none.")] = 0.7
    cutoff: Annotated[
        int | None, typer.Option(min=0, help="Truncate this many rows of W only.")
    ] = None
    translate: Annotated[
        PointArgument | None,
        typer.Option(
            parser=parse_point, metavar="X,Y", help="Right and down, in widths of the picture."
        ),
    ] = None
    rotate: Annotated[float, _number("--rotate", "Anticlockwise, in degrees.")] = 0.0
    map: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="A PNG of class numbers to draw from."),
    ] = None
    noise: Annotated[str, choice("--noise", NOISE_MODES, "Where the fine noise comes from.")] = (
        "const"
    )
    noise_seed: Annotated[int, typer.Option(min=0, help="The noise of --noise random.")] = 0


def takes_look(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a look in the place of its parameter `options`."""
    hints = get_type_hints(LookOptions, include_extras=True)
    names = [field.name for field in fields(LookOptions)]
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        if parameter.name == "options":
            parameters += [
                inspect.Parameter(f.name, kind, default=f.default, annotation=hints[f.name])
                for f in fields(LookOptions)
            ]
        else:
            parameters.append(parameter.replace(kind=kind))

    @wraps(command)
    def with_options(**values: Any) -> None:
        options = LookOptions(**{name: values.pop(name) for name in names})
        command(options=options, **values)

    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in parameters}
    return with_options


def imported_by(model: OpenModel, options: LookOptions) -> dict[str, Carried]:
    """The directions of the files that were given, by name, as recipes carry them."""
    from app.core.directions import carry, import_directions

    space, layers = options.space, options.layers
    arrangement = options.arrangement or ("layers" if space == "w+" else None)
    choices = Choices(
        space=None if space is None else ("z" if space == "z" else "w"),
        arrangement=arrangement,  # type: ignore[arg-type]  # checked by one_of
        layers=layers.rows if layers else None,
    )
    found: dict[str, Carried] = {}
    for path in options.directions or ():
        taken = {*found, *model.generator.directions}
        for name, direction in import_directions(model, path, choices, taken).items():
            found[name] = carry(direction)
    return found


def look_of(model: OpenModel, options: LookOptions, imported: Mapping[str, Carried]) -> Recipe:
    """The recipe that the options describe, checked against the model."""
    spec = model.generator.spec
    look = Recipe(
        model.ref,
        latent_of(options, options.seed, spec),
        options.psi,
        options.cutoff,
        noise_mode=next(mode for mode in NOISE_MODES if mode == options.noise),
        noise_seed=options.noise_seed,
        motion=_motion(options, spec),
        label_map=_label_map(options, spec),
    )
    for edit in options.edit or ():
        known_direction(model, edit.direction, imported)
        carried = imported.get(edit.direction)
        look = look.with_edit(edit.direction, edit.strength, edit.layers, carried)
    for name in options.keep.names if options.keep else ():
        if not (name == IDENTITY and spec.has_identity):
            known_direction(model, name, {})
        look = look.with_keep(name)
    return replace(look, mixes=_mixes(options, spec))


def known_direction(model: OpenModel, name: str, imported: Mapping[str, Carried]) -> None:
    """Raise DirectionError, with the names there are, for one that is not among them."""
    names = [*model.generator.directions, *imported]
    if name not in names:
        known = ", ".join(names) or "none"
        raise DirectionError(f"the model has no direction {name!r}; it has: {known}")


def latent_of(options: LookOptions, seed: int, spec: Spec) -> Latent:
    """The latent of a seed in the class, or on the way between the classes, that were given."""
    for label in (options.label, options.to_class, options.label2):
        check_class(label, spec)
    latent = Latent.of_seed(seed, options.label)
    if options.class_travel is None:
        return latent
    if options.to_class is None:
        raise typer.BadParameter("--class-travel needs --to-class, as --to-class 3")
    start = Latent.of_seed(seed, options.label or 0)
    return lerp_latent(start, Latent.of_seed(seed, options.to_class), options.class_travel)


def check_class(label: int | None, spec: Spec) -> None:
    """Raise GanvasError unless the model has the class."""
    if label is not None and label >= max(1, spec.label_dim):
        raise GanvasError(f"the model has no class {label}; it has {spec.label_dim} classes")


def _motion(options: LookOptions, spec: Spec) -> Motion:
    x, y = options.translate or (0.0, 0.0)
    motion = Motion(x, y, options.rotate)
    if motion != Motion() and "transform" not in spec.controls:
        raise GanvasError(
            f"{spec.family} cannot move or turn its pictures; --translate and --rotate are for "
            "models with a transform, such as StyleGAN3"
        )
    return motion


def _label_map(options: LookOptions, spec: Spec) -> LabelMap | None:
    from app.core.label_maps import fitted, fitted_size, read_ids

    if options.map is None:
        if spec.map_classes:
            raise GanvasError("this model draws from a label map: give one as --map labels.png")
        return None
    if not spec.map_classes:
        raise GanvasError(f"{spec.family} draws without a label map; leave --map out")
    ids = read_ids(options.map)
    height, width = ids.shape
    drawn = fitted_size(height, width, spec)
    if drawn != (height, width):
        text = f"{options.map}: {width}x{height} resized to {drawn[1]}x{drawn[0]}, nearest pixels"
        typer.echo(text, err=True)
    return fitted(ids, spec, options.map)


def _mixes(options: LookOptions, spec: Spec) -> tuple[StyleMix, ...]:
    seed2, mixes = options.seed2, options.mix
    if (seed2 is None) != (not mixes):
        raise typer.BadParameter("--seed2 and --mix belong together, as --seed2 5 --mix 0-6:1.0")
    if seed2 is None or not mixes:
        return ()
    weights = [0.0] * spec.num_ws
    for (start, end), weight in mixes:
        if end > spec.num_ws:
            raise GanvasError(f"the model has rows 0-{spec.num_ws - 1}; row {end - 1} is not there")
        weights[start:end] = [weight] * (end - start)
    label = options.label if options.label2 is None else options.label2
    return (StyleMix(Latent.of_seed(seed2, label), tuple(weights)),)
