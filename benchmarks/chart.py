"""Cost by block as a chart: `python -m benchmarks.chart OUT.png [--column stylegan2-1024]`."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import torch
from PIL import Image, ImageDraw, ImageFont

from benchmarks.models import MODELS, random_model
from benchmarks.synthesis import engines
from gan_models.engine import Engine

ROUNDS = 7
BAR, GAP, HEIGHT, EDGE = 36, 28, 260, 40
COLOURS = ((70, 110, 180), (225, 150, 60))


def block_costs(engines: Mapping[str, Engine], rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """The least milliseconds of each block, its colours included, of engines that take turns."""
    costs: dict[str, dict[str, float]] = {name: {} for name in engines}
    for _ in range(rounds):
        for name, engine in engines.items():
            engine.synthesize(torch.randn(1, engine.spec.num_ws, engine.spec.w_dim))
            assert engine.report
            blocks: dict[str, float] = defaultdict(float)
            for stage, milliseconds in engine.report.stages.items():
                blocks[stage.removesuffix(" rgb")] += milliseconds
            for block, milliseconds in blocks.items():
                costs[name][block] = min(milliseconds, costs[name].get(block, milliseconds))
    return costs


def draw_chart(costs: dict[str, dict[str, float]], title: str) -> Image.Image:
    """Bars of each series side by side, such as precisions, for each name, such as blocks."""
    names = list(next(iter(costs.values())))
    group, font = len(costs) * BAR + GAP, ImageFont.load_default(13)
    width = max(len(names) * group, round(font.getlength(title)))
    image = Image.new("RGB", (2 * EDGE + width, HEIGHT + 3 * EDGE), "white")
    draw, left_of_key = ImageDraw.Draw(image), EDGE
    most = max(max(values.values()) for values in costs.values())
    draw.text((EDGE, 10), title, "black", font)
    for place, ((series, values), colour) in enumerate(zip(costs.items(), COLOURS, strict=False)):
        draw.text((left_of_key, 28), series, colour, font)
        left_of_key += round(font.getlength(series)) + GAP
        for number, name in enumerate(names):
            left = EDGE + number * group + place * BAR
            top = 2 * EDGE + HEIGHT - round(HEIGHT * values[name] / most)
            draw.rectangle((left, top, left + BAR - 4, 2 * EDGE + HEIGHT), colour)
            draw.text((left, top - 16), f"{values[name]:.1f}", "black", font)
    for number, name in enumerate(names):
        draw.text((EDGE + number * group, 2 * EDGE + HEIGHT + 8), name, "black", font)
    return image


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost by block as a chart.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--column", choices=MODELS, default="stylegan2-1024")
    asked = parser.parse_args()
    costs = block_costs(engines(random_model(asked.column)))
    title = f"{asked.column}: milliseconds of each block, least of {ROUNDS}"
    draw_chart(costs, title).save(asked.out)


if __name__ == "__main__":
    main()
