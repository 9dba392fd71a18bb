"""Named directions from attributes: sample faces, read their attributes, fit, refine, calibrate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_models.base import DataError, Direction, Generator
from gan_models.checkpoints.own import save_generator
from gan_models.directions.fitting import (
    BATCH,
    Reader,
    attainable,
    conditional,
    refine,
    ridge,
)
from gan_models.directions.layers import row_effects, shortest_range
from gan_models.evaluation.attributes import AttributeNetwork
from gan_models.evaluation.portraits import portraits_network
from gan_models.progress import Job, Step
from gan_models.registry import load_generator


@dataclass(frozen=True)
class Slider:
    """The words for a slider and its two ends."""

    title: str
    low: str
    high: str


SLIDERS: dict[str, Slider] = {
    "gender": Slider("Gender", "masculine", "feminine"),
    "age": Slider("Age", "young", "old"),
    "smile": Slider("Smile", "serious", "laughing"),
    "mouth_open": Slider("Mouth", "closed", "open"),
    "glasses": Slider("Glasses", "without", "with"),
    "beard": Slider("Beard", "shaven", "full"),
    "lipstick": Slider("Lipstick", "none", "strong"),
    "hair_length": Slider("Hair length", "short", "long"),
    "hair_color": Slider("Hair colour", "dark", "blond"),
    "skin_tone": Slider("Skin tone", "light", "dark"),
    "yaw": Slider("Turn", "to the left", "to the right"),
    "pitch": Slider("Nod", "down", "up"),
    "light_x": Slider("Light", "from the left", "from the right"),
    "background_lightness": Slider("Background", "dark", "light"),
}
"""Attributes of portraits that make sliders, in the order in which they are shown."""

TIED: dict[str, tuple[str, ...]] = {
    "gender": ("hair_length", "beard", "lipstick", "eye_size", "face_width", "brows"),
    "age": ("hair_grey", "hair_color"),
    "beard": ("gender", "lipstick"),
}
"""What moves along with an attribute as it does from face to face, because it is part of how a
person sees it; everything else shall stay."""

SAMPLES = 10_000
REFINE_STEPS = 600
LEAST_SAMPLES = 8
"""Samples for each dimension of W below which a fit means little."""


def fit_directions(
    generator: Generator,
    network: AttributeNetwork,
    attributes: Sequence[str] | None = None,
    *,
    samples: int = SAMPLES,
    refine_steps: int = REFINE_STEPS,
    seed: int = 0,
) -> Job[dict[str, Direction]]:
    """Directions for `attributes` (None: those of `SLIDERS` that the network reads).

    Strength 1 moves the attribute by one standard deviation of it over this generator's random
    faces, as measured on w that took no part in the fit.
    """
    names = (
        [name for name in SLIDERS if name in network.names] if attributes is None else attributes
    )
    device = generator.w_avg.device
    targets = torch.tensor([network.index(name) for name in names], device=device)
    least = LEAST_SAMPLES * generator.spec.w_dim
    if samples < least:
        raise DataError(f"{samples} samples are too few to fit directions; use at least {least}")
    reader = Reader(generator, network)
    w = reader.sample(samples, seed, least_psi=1.0)
    read = yield from reader.read(w, "reading the attributes of samples")
    coefficients, covariance = ridge(w, read)
    variance = float(covariance.diagonal().mean())
    kept = torch.stack([_kept(network, name) for name in names]).to(device)
    reliability = torch.tensor([network.r2.get(name, 1.0) for name in names], device=device)
    along = _natural_slopes(read, targets) / reliability[:, None].clamp(min=0.25) * ~kept
    units = read.std(dim=0)[targets]
    linear = torch.stack(
        [
            conditional(coefficients, int(target), keep, variance) * unit
            for target, keep, unit in zip(targets, kept, units, strict=True)
        ]
    )
    fitted = linear[:, None].repeat(1, generator.spec.num_ws, 1)
    improve = partial(refine, reader, seed=seed + 1)
    facts = (targets, along, units, covariance)
    # First all rows learn what they can do; then those that matter do it by themselves.
    if refine_steps:
        fitted = yield from improve(fitted, *facts, steps=refine_steps // 2)
    effects = yield from row_effects(reader, fitted, targets, seed=seed + 2)
    layers = [shortest_range(of_slider) for of_slider in effects]
    rows = _acting(layers, generator.spec.num_ws).to(device)
    if refine_steps:
        fitted = yield from improve(fitted, *facts, rows=rows, steps=refine_steps // 2)
    fitted = yield from calibrate(reader, fitted, rows, targets, units, seed + 3)
    explained = 1 - (read - w @ coefficients.t()).var(dim=0) / read.var(dim=0)
    return {
        name: _direction(name, fitted[k], layers[k], samples, float(explained[targets[k]]))
        for k, name in enumerate(names)
    }


def _kept(network: AttributeNetwork, name: str) -> Tensor:
    """Which attributes [L] must not move by themselves: all but those tied to the named one."""
    tied = TIED.get(name, ())
    return torch.tensor([other not in tied for other in network.names])


def _natural_slopes(read: Tensor, targets: Tensor) -> Tensor:
    """How attributes [K, L] move with the targets over faces as they are; 0 for the targets.

    Reading errors of the target flatten these slopes, by its reliability (R2).
    """
    centred = read - read.mean(dim=0)
    named = centred[:, targets]
    slopes = named.t() @ centred / named.square().sum(dim=0)[:, None]
    return slopes.scatter(1, targets[:, None], 0.0)


def _acting(layers: Sequence[tuple[int, int]], num_ws: int) -> Tensor:
    """Which rows [K, num_ws] are in the layer ranges."""
    number = torch.arange(num_ws)
    start, end = torch.tensor(layers).t()[:, :, None]
    return (number >= start) & (number < end)


def words_of(name: str) -> dict[str, Any]:
    """The words of a slider as the facts of its direction."""
    words = SLIDERS.get(name, Slider(name.replace("_", " ").capitalize(), "less", "more"))
    return {"title": words.title, "low": words.low, "high": words.high}


def _direction(
    name: str, steps: Tensor, layers: tuple[int, int], samples: int, explained: float
) -> Direction:
    return Direction(
        name=name,
        vector=steps.float().cpu().numpy(),
        layers=layers,
        source="labels",
        facts={
            **words_of(name),
            "tied": list(TIED.get(name, ())),
            "samples": samples,
            "linear_r2": round(explained, 3),
        },
    )


def calibrate(
    reader: Reader,
    directions: Tensor,
    rows: Tensor,
    targets: Tensor,
    units: Tensor,
    seed: int,
    faces: int = 4 * BATCH,
    rounds: int = 2,
) -> Job[Tensor]:
    """Scale directions so that strengths -1 and 1 change the named attribute by its unit.

    Only `rows` [K, num_ws] act.

    Where a face is at the end already (glasses on a face with glasses), only what is attainable
    counts; each round corrects the scale by the share of it that was reached. No direction
    grows by more than half: where a response is flat, longer steps only leave the data.
    """
    network = reader.network
    low, high = network.standardise(network.low), network.standardise(network.high)
    w = reader.sample(faces, seed)
    sign = torch.ones(faces, 1, device=w.device)
    sign[::2] = -1
    base = yield from reader.read(w, "measuring")
    acting = directions * rows[:, :, None]
    scale = torch.ones(len(directions), 1, 1, device=w.device)
    for turn in range(rounds):
        for k, target in enumerate(targets.tolist()):
            wanted = attainable(base, sign * units[k], low, high)[:, target]
            with torch.no_grad():
                ws = w[:, None] + scale[k] * acting[k] * sign[:, :, None]
                parts = [reader.attributes(part)[:, target] for part in ws.split(BATCH)]
            reached = ((torch.cat(parts) - base[:, target]) * sign[:, 0]).sum()
            share = reached / wanted.abs().sum().clamp(min=1e-6)
            scale[k] = (scale[k] / share.clamp(min=0.5)).clamp(max=1.5)
            yield Step(turn * len(targets) + k + 1, rounds * len(targets), "setting the unit")
    return directions * scale


def add_directions(
    model: Path,
    out: Path,
    attributes: Sequence[str] | None = None,
    *,
    network: Path | None = None,
    samples: int = SAMPLES,
    refine_steps: int = REFINE_STEPS,
    seed: int = 0,
) -> Job[dict[str, Direction]]:
    """Fit directions for a model of portraits and write it, with them, to `out`.

    Without a file for `network`, the one of the cache is used, or trained first.
    """
    generator = load_generator(model)
    reader = yield from portraits_network("fitter", network)
    fitted = yield from fit_directions(
        generator, reader, attributes, samples=samples, refine_steps=refine_steps, seed=seed
    )
    generator.directions |= fitted
    save_generator(out, generator)
    return fitted
