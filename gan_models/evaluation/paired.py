"""How well a generator draws what label maps say, and how many ways it knows to draw them.

A small network that learned to read maps from true pictures reads those of the generator too: what
it gets right there, beside what it gets right on true pictures, is the generator's own part.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gan_models.base import DataError
from gan_models.datasets import landscapes
from gan_models.evaluation.portraits import SHIPPED, cache_folder
from gan_models.evaluation.quality import picture_figures
from gan_models.evaluation.report import markdown
from gan_models.evaluation.segmentation import (
    SegmentationNetwork,
    agreement,
    style_variety,
    train_segmentation,
)
from gan_models.evaluation.sheets import as_bytes, save_sheet
from gan_models.families.direct import LabelMapGenerator
from gan_models.files import write_text
from gan_models.progress import Job, Step

READER = "landscapes-reader.safetensors"
READER_SEED, PICTURES, LOOKS, SIZE = 3_000_000_000, 4000, 10_000, 128
"""The reader learns from this many pictures that no model is trained or measured on."""
FIRST_SEED = 3_100_000_000
"""Maps to measure on are drawn from here on."""
STYLES = 4
TOGETHER = 20


def landscapes_reader() -> Job[SegmentationNetwork]:
    """The network that ships; else it is trained, in minutes, and cached."""
    cached = cache_folder() / READER
    for known in (SHIPPED / READER, cached):
        if known.exists():
            return SegmentationNetwork.load(known)
    network = yield from train_reader()
    network.save(cached)
    return network


def train_reader(pictures: int = PICTURES, looks: int = LOOKS) -> Job[SegmentationNetwork]:
    """Draw landscapes and learn to read their maps."""
    drawn, maps = yield from rendered_pairs(READER_SEED, pictures, SIZE)
    return (yield from train_segmentation(drawn, maps, landscapes.NAMES, images=looks))


def rendered_pairs(first_seed: int, count: int, size: int) -> Job[tuple[np.ndarray, np.ndarray]]:
    """Pictures uint8 [count, 3, size, size] and their maps uint8 [count, size, size]."""
    pictures, maps = [], []
    for start in range(first_seed, first_seed + count, TOGETHER):
        seeds = range(start, min(start + TOGETHER, first_seed + count))
        maps.append(landscapes.draw_maps(seeds, size))
        pictures.append(landscapes.render(maps[-1], landscapes.sample_styles(seeds)))
        yield Step(seeds.stop - first_seed, count, "drawing landscapes to compare with")
    return torch.cat(pictures).numpy(), torch.cat(maps).numpy()


def evaluate_paired(
    generator: LabelMapGenerator, count: int, *, out: Path | None = None
) -> Job[dict[str, Any]]:
    """Measure a generator of landscapes on `count` maps that it never saw, in styles of seeds.

    `out` is a folder for the report and for sheets to look at. Raises DataError for generators
    whose maps have other classes than the landscapes.
    """
    if tuple(entry.name for entry in generator.spec.class_table) != landscapes.NAMES:
        raise DataError(
            "models that draw from label maps are measured on landscapes, and this one's maps have "
            "other classes"
        )
    reader = yield from landscapes_reader()
    size = generator.spec.resolution
    true, maps = yield from rendered_pairs(FIRST_SEED, 2 * count, size)
    drawn = yield from _drawn(generator, maps[:count])
    read = {
        name: agreement(reader.read(pictures), maps[:count], landscapes.NAMES)
        for name, pictures in (("generated", drawn[:, 0]), ("true", true[:count]))
    }
    figures = yield from picture_figures(drawn[:, 0], true)
    report = {
        "maps": count,
        "accuracy": {name: found.accuracy for name, found in read.items()},
        "mean_iou": {name: found.mean_iou for name, found in read.items()},
        "iou": {name: found.iou for name, found in read.items()},
        "style_variety": {
            "generated": style_variety(drawn),
            "true": style_variety((yield from _true_styles(maps[:count]))),
        },
        **figures,
    }
    if "style_picture" in generator.spec.controls:
        report["own_style"] = own_style_error(generator, true[:count], maps[:count])
    if out is not None:
        yield from _write_folder(out, generator, report, true, maps)
    return report


@torch.no_grad()
def _drawn(generator: LabelMapGenerator, maps: np.ndarray) -> Job[np.ndarray]:
    """uint8 [maps, STYLES, 3, H, W]: each map in the styles of random seeds, others each time."""
    parts: list[np.ndarray] = []
    styles = STYLES if generator.spec.z_dim else 1
    random = torch.Generator().manual_seed(0)
    for number, label_map in enumerate(torch.from_numpy(maps)):
        z = torch.randn(styles, generator.spec.z_dim, generator=random)
        ws = generator.map(z.to(generator.w_avg.device))
        pictures = generator.synthesize(ws, label_map=label_map[None].to(ws.device))
        parts.append(as_bytes(pictures.clamp(-1, 1)))
        if number % TOGETHER == 0:
            yield Step(number, len(maps), "drawing samples")
    return np.stack(parts)


def _true_styles(maps: np.ndarray, count: int = 20) -> Job[np.ndarray]:
    """The renderer's own: uint8 [count, STYLES, 3, H, W]."""
    parts = []
    for number, label_map in enumerate(torch.from_numpy(maps[:count])):
        seeds = range(FIRST_SEED + STYLES * number, FIRST_SEED + STYLES * (number + 1))
        styles = landscapes.sample_styles(seeds)
        parts.append(landscapes.render(label_map.expand(STYLES, -1, -1), styles).numpy())
        yield Step(number + 1, count, "drawing true styles")
    return np.stack(parts)


@torch.no_grad()
def own_style_error(
    generator: LabelMapGenerator, pictures: np.ndarray, maps: np.ndarray
) -> dict[str, float]:
    """Mean absolute differences, in levels of 8 bits, between a picture and its map's drawing.

    In the style that the encoder takes from the picture, and in that of another picture.
    """
    device, levels = generator.w_avg.device, {"own": 0.0, "other": 0.0}
    for start in range(0, len(pictures), TOGETHER):
        part = slice(start, start + TOGETHER)
        real = (torch.from_numpy(pictures[part]).float() / 127.5 - 1).to(device)
        layout = torch.from_numpy(maps[part]).to(device)
        ws = generator.encode_style(real, layout)
        for name, style in (("own", ws), ("other", ws.roll(1, 0))):
            away = (generator.synthesize(style, label_map=layout).clamp(-1, 1) - real).abs()
            levels[name] += float(away.mean()) * 127.5 * len(real) / len(pictures)
    return levels


@torch.no_grad()
def _write_folder(
    out: Path,
    generator: LabelMapGenerator,
    report: Mapping[str, Any],
    true: np.ndarray,
    maps: np.ndarray,
) -> Job[None]:
    """The report, and 16 maps: in colours, the truth, its own style where known, four others."""
    yield Step(0, 1, "drawing sheets")
    shown = torch.from_numpy(maps[:16])
    columns = [landscapes.LEGEND[maps[:16]].transpose(0, 3, 1, 2), true[:16]]
    device = generator.w_avg.device
    styles = [torch.randn(1, generator.spec.z_dim, generator=torch.Generator().manual_seed(seed))
              for seed in range(STYLES)]  # fmt: skip
    ws = [generator.map(z.to(device).expand(len(shown), -1)) for z in styles]
    if "style_picture" in generator.spec.controls:
        real = torch.from_numpy(true[:16]).float() / 127.5 - 1
        ws.insert(0, generator.encode_style(real.to(device), shown.to(device)))
    for style in ws:
        drawn = generator.synthesize(style, label_map=shown.to(device))
        columns.append(as_bytes(drawn.clamp(-1, 1)))
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_text(out / "report.json", json.dumps(report, indent=1))
        write_text(out / "report.md", markdown({"painted": report}))
        sheet = np.stack(columns, axis=1)
        save_sheet(out / "maps.png", sheet.reshape(-1, *sheet.shape[2:]), len(columns))
    except OSError as error:
        raise DataError(f"{out} cannot be written: {error.strerror}") from None
