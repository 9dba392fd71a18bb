"""recipe -> ws -> picture: the few functions that window, command line and export go through."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from app.core.drawn import SMOOTH, Ask, Drawn
from app.core.label_maps import check_classes
from app.core.recipe import Anchor, Edit, Latent, Motion, Recipe, RecipeError
from gan_models.base import Direction, DirectionError, Generator, seed_to_z
from gan_models.directions.bounds import within
from gan_models.directions.keeping import IDENTITY, kept_step, without_identity
from gan_models.engine import Engine, Inputs
from gan_models.engine.pixels import to_uint8
from gan_models.engine.threads import threads
from gan_models.families.stylegan3 import motion_matrix

Drawer = Generator | Engine
"""What draws: a generator, or the engine that makes one quick; they are used alike."""


def latent_ws(generator: Drawer, latent: Latent) -> Tensor:
    """The rows of W [1, num_ws, w_dim] of a latent, without truncation."""
    total = sum(weight * _anchor_ws(generator, anchor) for anchor, weight in latent.anchors)
    assert isinstance(total, Tensor)
    if generator.spec.has_mapping:
        return total
    # Where w is z, a mean of normal variables must be stretched back to unit variance.
    z_dim, energy = generator.spec.z_dim, sum(weight**2 for weight in _seed_weights(latent))
    return torch.cat([total[..., :z_dim] / energy**0.5, total[..., z_dim:]], dim=2)


def _seed_weights(latent: Latent) -> list[float]:
    """What each z weighs; a seed in two classes is one z."""
    weights: dict[object, float] = {}
    for anchor, weight in latent.anchors:
        z = anchor.seed if anchor.rows is None else anchor.rows
        weights[z] = weights.get(z, 0.0) + weight
    return [*weights.values()]


def _anchor_ws(generator: Drawer, anchor: Anchor) -> Tensor:
    spec, device = generator.spec, generator.w_avg.device
    if anchor.rows is None:
        z = seed_to_z(anchor.seed, spec.z_dim).to(device)
        return generator.map(z, _one_hot(generator, anchor.label))
    ws = torch.from_numpy(anchor.rows.array.copy())[None].to(device)
    if ws.shape[1:] != (spec.num_ws, spec.w_dim):
        raise RecipeError(
            f"the recipe's latent is {tuple(ws.shape[1:])}, the model needs "
            f"({spec.num_ws}, {spec.w_dim})"
        )
    return ws


def _one_hot(generator: Drawer, label: int | None) -> Tensor | None:
    """[1, label_dim], class 0 where none is chosen; None for a model without classes."""
    classes = generator.spec.label_dim
    if not classes:
        return None
    one_hot = torch.zeros(1, classes, device=generator.w_avg.device)
    one_hot[0, (label or 0) % classes] = 1
    return one_hot


def _centre(generator: Drawer, latent: Latent) -> Tensor | None:
    """Where truncation goes, [1, 1, w_dim]: the mean of the latent's classes; None: `w_avg`."""
    total = None
    for anchor, weight in latent.anchors:
        label = _one_hot(generator, anchor.label)
        centre = None if label is None else generator.class_centre(label)
        if centre is None:
            return None
        if anchor.rows is not None and anchor.label is None:
            centre = generator.w_avg.expand_as(centre)
        total = weight * centre if total is None else total + weight * centre
    return total


def _truncated_ws(generator: Drawer, latent: Latent, recipe: Recipe) -> Tensor:
    ws, centre = latent_ws(generator, latent), _centre(generator, latent)
    return generator.truncate(ws, recipe.psi, recipe.cutoff, centre)


def direction_of(generator: Drawer, name: str) -> Direction:
    """The named direction; raises DirectionError that lists those there are."""
    if name not in generator.directions:
        known = ", ".join(generator.directions) or "none"
        raise DirectionError(f"the model has no direction {name!r}; it has: {known}")
    return generator.directions[name]


def recipe_ws(generator: Drawer, recipe: Recipe) -> Tensor:
    """The rows of W [1, num_ws, w_dim] of a recipe: latent, truncation, mixes, then edits."""
    ws = _truncated_ws(generator, recipe.latent, recipe)
    for mix in recipe.mixes:
        weights = ws.new_zeros(ws.shape[1])
        given = torch.tensor(mix.weights[: ws.shape[1]], dtype=ws.dtype)
        weights[: len(given)] = given
        ws = _mixed(generator, ws, _truncated_ws(generator, mix.source, recipe), weights)
    before = ws
    for edit in recipe.edits:
        direction = _direction(generator, edit)
        if recipe.keeps:
            full = _kept_step(generator, recipe, direction, edit.layers)
            ws = ws + torch.from_numpy(full).to(ws) * edit.strength
            continue
        start, end = edit.layers or direction.layers
        step = torch.from_numpy(direction.step((start, end))).to(ws) * edit.strength
        ws = torch.cat([ws[:, :start], ws[:, start:end] + step, ws[:, end:]], dim=1)
    return within(generator.bounds, before, ws)


def _kept_step(
    generator: Drawer, recipe: Recipe, direction: Direction, layers: tuple[int, int] | None
) -> np.ndarray:
    """What strength 1 adds [num_ws, w_dim] while the recipe keeps attributes, and who it is.

    Identity comes last, since what keeps an attribute may itself be a step towards someone else.
    """
    who, space = recipe.keep(IDENTITY), generator.identity
    names = [(n, weight) for n, weight in recipe.keeps if n != IDENTITY or space is None]
    kept = [(direction_of(generator, name), weight) for name, weight in names]
    step = kept_step(direction, layers, kept, generator.spec.num_ws)
    if space is None or not who:
        return step
    return (1 - who) * step + who * without_identity(step, space)


def _mixed(generator: Drawer, ws: Tensor, source: Tensor, weights: Tensor) -> Tensor:
    """Rows on the way to those of `source`; where w is z, stretched back to unit variance."""
    mixed = torch.lerp(ws, source, weights[:, None])
    if generator.spec.has_mapping:
        return mixed
    z_dim, energy = generator.spec.z_dim, weights**2 + (1 - weights) ** 2
    return torch.cat([mixed[..., :z_dim] / energy.sqrt()[:, None], mixed[..., z_dim:]], dim=2)


def _direction(generator: Drawer, edit: Edit) -> Direction:
    if edit.carried is None:
        return direction_of(generator, edit.direction)
    spec, rows = generator.spec, edit.carried.rows.array
    if rows.shape not in ((1, spec.w_dim), (spec.num_ws, spec.w_dim)):
        raise RecipeError(
            f"the direction {edit.direction!r} that the recipe carries is for another model: "
            f"it is {rows.shape}, this model needs (1 or {spec.num_ws}, {spec.w_dim})"
        )
    vector = rows[0] if len(rows) == 1 else rows
    return Direction(edit.direction, vector.copy(), edit.carried.layers)


def enlarged(picture: np.ndarray) -> np.ndarray | None:
    """uint8 [H, W, 3] without blocks or halos in `SMOOTH` pixels; None where it is as large.

    Done here since torch is some ten times as quick as Pillow, and no widget waits for it.
    """
    side = max(picture.shape[:2])
    if side >= SMOOTH:
        return None
    size = [round(n * SMOOTH / side) for n in picture.shape[:2]]
    planes = torch.from_numpy(picture)[None].permute(0, 3, 1, 2)
    large = F.interpolate(planes, size=size, mode="bicubic", antialias=True)
    return large[0].permute(1, 2, 0).numpy()


def render(drawer: Drawer, recipe: Recipe, resolution: int | None = None) -> np.ndarray:
    """The picture of a recipe, uint8 [H, W, 3]; `resolution` stops early for a draft."""
    return render_all(drawer, [recipe], resolution)[0]


def render_all(
    drawer: Drawer, recipes: Sequence[Recipe], resolution: int | None = None
) -> np.ndarray:
    """The pictures [N, H, W, 3] of recipes with the same noise and controls, at once."""
    with torch.inference_mode():
        inputs = _inputs(drawer, recipes)
        if isinstance(drawer, Engine):
            return drawer.pixels(inputs, drawer.plan_of(resolution))
        pictures = drawer.synthesize(
            inputs.ws, inputs.noise_mode, inputs.noise_seed, resolution, **inputs.controls
        )
        return to_uint8(pictures)


def draw(engine: Engine, recipe: Recipe, budget: float | None, superseded: Ask) -> Drawn:
    """The picture of a recipe and what it cost; with a `budget` in ms, the best that fits it.

    Raises SupersededError from a full picture once `superseded` says so.
    """
    with torch.inference_mode(), threads(1):
        times = [time.perf_counter()]
        inputs = _inputs(engine, [recipe])
        plan = engine.plan_of() if budget is None else engine.plan(inputs, budget)
        times.append(time.perf_counter())
        pixels = engine.pixels(inputs, plan, superseded if plan.full else None)[0]
        times.append(time.perf_counter())
        large = enlarged(pixels)
        times.append(time.perf_counter())
    mapping, _, convert = (1000 * (b - a) for a, b in pairwise(times))
    report = engine.report
    assert report is not None
    stages = {"mapping": mapping, "styles": report.styles, **report.stages}
    stages["convert"] = report.convert + convert
    plan = report.plan  # memory may have been short of a larger one
    return Drawn(pixels, large, plan.full, _name(plan.dtype), stages, report.hits, report.note)


def _inputs(drawer: Drawer, recipes: Sequence[Recipe]) -> Inputs:
    first = recipes[0]
    ws = torch.cat([recipe_ws(drawer, recipe) for recipe in recipes])
    return Inputs(ws, first.noise_mode, first.noise_seed, _controls(drawer, first))


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _controls(generator: Drawer, recipe: Recipe) -> dict[str, Tensor]:
    """What `synthesize` takes besides, of what the model has: see `Spec.controls`."""
    controls, device = generator.spec.controls, generator.w_avg.device
    given = {}
    if "transform" in controls and recipe.motion != Motion():
        motion = recipe.motion
        given["transform"] = motion_matrix(motion.x, motion.y, motion.degrees).to(device)
    if "label_map" in controls:
        given["label_map"] = _label_map(generator, recipe).to(device)
    return given


def _label_map(generator: Drawer, recipe: Recipe) -> Tensor:
    """The classes [1, H, W] of the recipe's map, checked against the model's.

    Where maps are blended: the weights of the classes [1, map_classes, H, W].
    """
    if recipe.label_map is None:
        raise RecipeError("this model draws from a label map: give it one")
    classes = generator.spec.map_classes
    for label_map in recipe.map_shares():
        check_classes(label_map.array, classes)
    if not recipe.maps_beside:
        return torch.from_numpy(recipe.label_map.array.copy())[None]
    height, width = recipe.label_map.array.shape
    weights = np.zeros((classes, height, width), dtype=np.float32)
    for label_map, share in recipe.map_shares().items():
        if label_map.array.shape != (height, width):
            raise RecipeError("the label maps that the recipe blends differ in size")
        weights += share * (label_map.array == np.arange(classes)[:, None, None])
    return torch.from_numpy(weights)[None]
