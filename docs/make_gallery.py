"""Chooses the looks of a model's gallery, and draws them on a sheet to be judged.

    python docs/make_gallery.py portraits --sheet gallery.png --without 55,81

Faces near the middle of W are whole; among them, those are taken that look least alike. Look at
the sheet, name the seeds that you do not like, and run it again. It is the same every time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from app.core.export import sheet
from app.core.gallery import gallery_path, save_gallery
from app.core.models import GREETING, OpenModel, model_path, open_model
from app.core.picture import latent_ws
from app.core.recipe import Latent, Recipe

SEEDS = 400
TYPICAL = 0.6
"""The share of seeds, nearest the middle of W, that looks are chosen from."""
PLAIN = 14
EDITS: tuple[dict[str, float], ...] = (
    {"smile": 2.0},
    {"glasses": 2.5},
    {"hair_length": 2.0},
    {"age": 2.0},
    {"beard": 2.5, "gender": -1.0},
    {"hair_color": 2.5},
    {"yaw": 1.5, "smile": 1.0},
    {"light_x": 2.0},
    {"age": 2.0, "glasses": 2.5},
    {"hair_length": 2.0, "smile": 2.0},
)
"""What the other looks show of the sliders, as far as the model has them."""
COLUMNS = 6


def typical_seeds(model: OpenModel, without: set[int]) -> list[int]:
    """The seeds nearest the middle of W (Mahalanobis), the greeting one first."""
    latents = [Latent.of_seed(seed) for seed in range(SEEDS)]
    with torch.no_grad():
        w = torch.cat([latent_ws(model.generator, latent)[:, 0] for latent in latents])
    centred = (w - w.mean(dim=0)).double()
    spread = torch.cov(centred.t()) + 0.01 * centred.var() * torch.eye(w.shape[1])
    distance = (centred @ torch.linalg.inv(spread) * centred).sum(dim=1)
    near = distance.argsort()[: round(TYPICAL * SEEDS)].tolist()
    return [GREETING, *(seed for seed in near if seed != GREETING and seed not in without)]


def least_alike(pictures: np.ndarray, count: int) -> list[int]:
    """The first picture, then always the one that is farthest from those that are taken."""
    features = pictures.reshape(len(pictures), -1).astype(np.float32)
    taken, distance = [0], np.full(len(features), np.inf)
    while len(taken) < count:
        distance = np.minimum(distance, ((features - features[taken[-1]]) ** 2).sum(axis=1))
        taken.append(int(distance.argmax()))
    return taken


def choose(model: OpenModel, without: set[int]) -> list[Recipe]:
    """Plain seeds, and others that show what sliders do."""
    known = model.generator.directions
    edits = [edit for edit in EDITS if all(name in known for name in edit)]
    seeds = typical_seeds(model, without)
    looks = [Recipe(model.ref, Latent.of_seed(seed)) for seed in seeds]
    small = [Image.fromarray(model.render(look)).resize((16, 16)) for look in looks]
    order = least_alike(np.stack([np.asarray(image) for image in small]), PLAIN + len(edits))
    chosen = [looks[number] for number in order]
    for place, edit in enumerate(edits, PLAIN):
        for name, strength in edit.items():
            chosen[place] = chosen[place].with_edit(name, strength)
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="a bundled model's name, or a file")
    parser.add_argument("--out", type=Path, help="beside the model, if not given")
    parser.add_argument("--sheet", type=Path, help="a PNG of the looks, in their order")
    parser.add_argument("--without", default="", help="seeds to leave out, as 55,81")
    given = parser.parse_args()
    model = open_model(given.model)
    looks = choose(model, {int(seed) for seed in given.without.split(",") if seed})
    save_gallery(given.out or gallery_path(model_path(given.model)), model.ref, looks)
    if given.sheet:
        Image.fromarray(sheet(model.render, looks, COLUMNS, 192)).save(given.sheet)
    print(", ".join(str(look.latent.main.seed) for look in looks))


if __name__ == "__main__":
    main()
