"""Memory over many pictures: `python -m benchmarks.soak [--count 100000]`; it must stay flat.

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
from gan_models.engine import Engine
from gan_models.families.stylegan2 import StyleGAN2

CACHE_BYTES = 16 * 2**20
BUDGET = 33.0


def small_model() -> OpenModel:
    """A StyleGAN2 of 32 pixels with a cache that is soon full."""
    generator = StyleGAN2(resolution=32, channel_base=512, channel_max=32, z_dim=32, w_dim=32)
    engine = Engine(generator.eval().requires_grad_(False), cache_bytes=CACHE_BYTES)
    return OpenModel(engine, Model("random"), Path(), "cpu")


def soak(count: int) -> None:
    """Draw `count` pictures, no two alike, and print a line for each tenth."""
    model, start = small_model(), time.perf_counter()
    for number in range(count + 1):
        look = Recipe(model.ref, Latent.of_seed(number), noise_mode="random", noise_seed=number)
        model.draw(look, BUDGET if number % 2 else None, lambda: False)
        model.draw(replace(look, psi=1.0), None, lambda: False)
        if number % max(1, count // 10) == 0:
            kept, _ = model.kept_mb
            line = f"{number:>8} pictures {process_mb() or 0:>8.1f} MB, kept {kept:>5.1f} MB"
            print(f"{line}, {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Memory over many pictures.")
    parser.add_argument("--count", type=int, default=100_000)
    soak(parser.parse_args().count)
