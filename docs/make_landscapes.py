"""Makes the pictures of the landscapes page, and the map that one starts to paint from.

All are drawn by the renderer; no model is needed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from app.core.label_maps import STARTER
from app.core.map_files import ClassTable, save_ids
from gan_models.datasets import landscapes

IMAGES = Path(__file__).parent / "images"
SHEET = range(64, 96)
START = 40
MAPS = (74, 85, 69, 70)
HOURS = (0.3, 0.5, 0.72, 0.86, 0.97)


def page(pictures: Tensor, columns: int) -> Image.Image:
    """Pictures uint8 [N, 3, H, W] side by side."""
    rows = pictures.permute(0, 2, 3, 1).numpy()
    lines = [
        np.concatenate(list(rows[i : i + columns]), axis=1) for i in range(0, len(rows), columns)
    ]
    return Image.fromarray(np.concatenate(lines))


def main() -> None:
    torch.set_num_threads(1)
    table = ClassTable(landscapes.NAMES, landscapes.LEGEND)
    save_ids(STARTER, landscapes.draw_maps([START], 512)[0].numpy(), table)
    maps = landscapes.draw_maps(SHEET, 128)
    drawn = landscapes.render(maps, landscapes.sample_styles(SHEET))
    page(drawn, 8).save(IMAGES / "landscapes.png", optimize=True)
    # Each row: a map in its legend's colours, and that map at five hours of the day.
    few = landscapes.draw_maps(MAPS, 160)
    legend = torch.from_numpy(landscapes.LEGEND)[few.long()].permute(0, 3, 1, 2)
    styles = landscapes.sample_styles([3]).replace(overcast=0.0, fog=0.3, season=0.3)
    cells = []
    for row, label_map in enumerate(few):
        cells.append(legend[row : row + 1])
        cells += [landscapes.render(label_map[None], styles.replace(time=hour)) for hour in HOURS]
    page(torch.cat(cells), 1 + len(HOURS)).save(IMAGES / "landscape-styles.png", optimize=True)


if __name__ == "__main__":
    main()
