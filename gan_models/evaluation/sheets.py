"""Sheets of pictures, to look at what the figures say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_models.base import Direction, Generator
from gan_models.evaluation.edits import STRENGTHS, edited
from gan_models.evaluation.reference import rgb
from gan_models.evaluation.samples import seed_ws, synthesize_batches


def as_bytes(pictures: Tensor) -> np.ndarray:
    """Pictures [N, C, H, W] in [-1, 1] as uint8, as they are shown."""
    return (pictures * 127.5 + 128).clamp(0, 255).to(torch.uint8).cpu().numpy()


def tile(pictures: np.ndarray, columns: int) -> np.ndarray:
    """uint8 [N, 3, H, W] as one picture [rows H, columns W, 3]; N is a multiple of `columns`."""
    count, channels, height, width = pictures.shape
    rows = pictures.reshape(count // columns, columns, channels, height, width)
    whole = rows.transpose(0, 3, 1, 4, 2)
    return whole.reshape(count // columns * height, columns * width, channels)


def save_sheet(path: Path, pictures: np.ndarray, columns: int) -> None:
    """Write a sheet as PNG; the name is taken when complete."""
    partial = path.with_name(path.name + ".part")
    try:
        Image.fromarray(tile(pictures, columns)).save(partial, format="PNG")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def strips(
    generator: Generator,
    direction: Direction,
    seeds: Sequence[int],
    strengths: Sequence[float] = STRENGTHS,
    psi: float = 0.7,
) -> np.ndarray:
    """uint8 [len(seeds) len(strengths), 3, H, W]: each seed at each strength."""
    ws = seed_ws(generator, seeds, psi)
    moved = torch.stack(
        [edited(generator, ws, direction, strength) for strength in strengths], dim=1
    )
    parts = [as_bytes(part) for part in synthesize_batches(generator, moved.flatten(0, 1))]
    return rgb(np.concatenate(parts))
