"""Memory over many pictures: `python -m benchmarks.soak [--count 100000] [--size 32]`, to be flat.

A small network with random weights is drawn through the window's own path, drafts and full
pictures in turn; every tenth of the way the memory of the process and of the kept blocks is told.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

from app.core.models import OpenModel
from app.core.performance import process_mb
from app.core.recipe import Latent, Model, Recipe
from app.environment import set_environment
from gan_models.engine import Engine
from gan_models.families.stylegan2 import StyleGAN2

CACHE_BYTES = 4 * 2**20
BUDGET = 33.0


def small_model(size: int) -> OpenModel:
    """A StyleGAN2 of `size` pixels with a cache that is soon full."""
    generator = StyleGAN2(resolution=size, channel_base=512, channel_max=32, z_dim=32, w_dim=32)
    engine = Engine(generator.eval().requires_grad_(False), cache_bytes=CACHE_BYTES)
    return OpenModel(engine, Model("random"), Path())


def soak(count: int, size: int) -> None:
    """Draw `count` pictures, no two alike, and print a line for each tenth."""
    model, start = small_model(size), time.perf_counter()
    tenth = max(1, count // 10)
    for number in range(count + 1):
        seed = number // 2
        look = Recipe(model.ref, Latent.of_seed(seed), noise_mode="random", noise_seed=seed)
        look = replace(look, psi=0.5 + number % 2 / 4)
        model.draw(look, BUDGET if number % 3 == 0 else None, lambda: False)
        if number % tenth == 0:
            kept, _ = model.kept_mb
            line = f"{number:>8} pictures {process_mb() or 0:>8.1f} MB, kept {kept:>5.1f} MB"
            print(f"{line}, {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Memory over many pictures.")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--size", type=int, default=32, help="pixels of the network")
    asked = parser.parse_args()
    set_environment()
    soak(asked.count, asked.size)
