"""How fast pictures are, as ratios against a textbook implementation of the same network."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks import textbook, textbook3
from benchmarks.timing import ratios, take_turns
from gan_models.base import Generator, seed_to_z
from gan_models.engine import Engine, Precision
from gan_models.engine.pixels import to_uint8
from gan_models.engine.probe import native_bf16
from gan_models.errors import GanvasError
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.families.stylegan3 import StyleGAN3
from gan_models.progress import Job

BF16 = Precision(torch.bfloat16, torch.bfloat16)


def engines(generator: Generator, cache_bytes: int = 0) -> dict[str, Engine]:
    """One for each precision that the device has; to emulate bfloat16 takes minutes a picture."""
    ready = {"float32": Engine(generator, cache_bytes=cache_bytes)}
    if native_bf16(generator.w_avg.device):
        ready["bfloat16"] = Engine(generator, BF16, cache_bytes)
    return ready


def plainly(generator: Generator, ws: Tensor) -> Tensor:
    """What the textbook draws."""
    if isinstance(generator, StyleGAN2):
        return textbook.synthesize(generator, ws)
    if isinstance(generator, StyleGAN3):
        return textbook3.synthesize(generator, ws)
    raise GanvasError(
        f"there is no textbook of the family {generator.spec.family} to compare with; "
        "choose a stylegan2 or stylegan3"
    )


def seed_rows(generator: Generator, seed: int) -> Tensor:
    """`ws` [1, num_ws, w_dim] of a seed, of class 0."""
    device, classes = generator.w_avg.device, generator.spec.label_dim
    label = torch.eye(classes, device=device)[:1] if classes else None
    return generator.map(seed_to_z(seed, generator.spec.z_dim).to(device), label)


def speed(name: str, generator: Generator, rounds: int) -> Job[dict[str, Any]]:
    """Textbook and engine in turn, and how far their pictures are apart."""
    ws = seed_rows(generator, 0)
    ready = engines(generator)
    variants = {"textbook": lambda: plainly(generator, ws)} | {
        key: lambda engine=engine: engine.synthesize(ws) for key, engine in ready.items()
    }
    times = yield from take_turns(variants, rounds, f"speed of {name}")
    with torch.inference_mode():
        wanted = plainly(generator, ws)
        errors = {
            f"{key}_error": float((engine.synthesize(ws) - wanted).abs().max())
            for key, engine in ready.items()
        }
        return ratios(times, "textbook") | {"deviation": wanted.std().item()} | errors


def sliders(name: str, generator: Generator, rounds: int) -> Job[dict[str, Any]]:
    """How much sooner the picture is there where only fine rows of `ws` change."""
    spec, base = generator.spec, seed_rows(generator, 0)
    starts = {"fine third": spec.num_ws * 2 // 3, "last block": spec.num_ws - 3}
    report: dict[str, Any] = {}
    for precision, engine in engines(generator, 2**30).items():
        engine.synthesize(base)
        variants = {
            key: lambda start=start, engine=engine: engine.synthesize(_moved(base, start))
            for key, start in {"all rows": 0, **starts}.items()
        }
        message = f"sliders of {name} in {precision}"
        times = yield from take_turns(variants, rounds, message)
        report[precision] = ratios(times, "all rows")
    return report


def _moved(ws: Tensor, start: int) -> Tensor:
    """Other values from row `start` on."""
    return torch.cat([ws[:, :start], ws[:, start:] + 0.1 * torch.randn_like(ws[:, start:])], dim=1)


def exactness(generator: Generator, seeds: int = 32, psi: float = 0.7) -> dict[str, float]:
    """How far bfloat16 is from float32, in levels of 8 bits, over many pictures."""
    exact, fast = Engine(generator, cache_bytes=0), Engine(generator, BF16, 0)
    apart = []
    for seed in range(seeds):
        ws = generator.truncate(seed_rows(generator, seed), psi)
        pair = [to_uint8(engine.synthesize(ws)).astype(int) for engine in (exact, fast)]
        apart.append(np.abs(pair[0] - pair[1]).ravel())
    levels = np.concatenate(apart)
    return {
        "pictures": seeds,
        "mean": round(float(levels.mean()), 3),
        "p99.9": float(np.percentile(levels, 99.9)),
        "largest": float(levels.max()),
    }
