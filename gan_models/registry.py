"""The families, and the one function that opens a model file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from gan_models.base import Generator, ModelLoadError
from gan_models.checkpoints import own
from gan_models.checkpoints.arrays import usable_arrays
from gan_models.checkpoints.foreign import import_generator, is_network
from gan_models.checkpoints.reading import read_contents
from gan_models.families.acgan import ACGAN
from gan_models.families.dcgan import DCGAN
from gan_models.families.gan import GAN
from gan_models.families.lucidrains import Lucidrains
from gan_models.families.pix2pixhd import Pix2PixHD
from gan_models.families.progan import ProGAN
from gan_models.families.r3gan import R3GAN
from gan_models.families.spade import SPADE
from gan_models.families.stylegan1 import StyleGAN1
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.families.stylegan3 import StyleGAN3
from gan_models.files import file_sha256

FAMILIES: dict[str, type[Generator]] = {
    "stylegan2": StyleGAN2,
    "stylegan3": StyleGAN3,
    "stylegan1": StyleGAN1,
    "progan": ProGAN,
    "r3gan": R3GAN,
    "lucidrains": Lucidrains,
    "spade": SPADE,
    "pix2pixhd": Pix2PixHD,
    "dcgan": DCGAN,
    "acgan": ACGAN,
    "gan": GAN,
}
IMPORT_FORMAT = 1
"""Raised when importers change, so that what they wrote before is not used again."""


def build_generator(family: str, config: Mapping[str, Any]) -> Generator:
    """A generator of the named family with fresh weights."""
    if family not in FAMILIES:
        raise ValueError(f"unknown family {family!r}; known: {', '.join(FAMILIES)}")
    return FAMILIES[family].from_config(config)


def load_generator(
    path: str | Path, device: torch.device | str = "cpu", cache: Path | None = None
) -> Generator:
    """Open a model file of any supported kind, ready for inference. Never runs code from it.

    What a foreign file holds is kept in the folder `cache` as a file of our own, so that it opens
    faster the next time. Raises ModelLoadError, naming the file, what was found and what is
    supported.
    """
    path = Path(path)
    if own.is_own(path):
        return own.read_generator(path, build_generator, device)
    if cache is None:
        return import_generator(path, build_generator).to(device)
    kept = cache / f"{file_sha256(path)}-{IMPORT_FORMAT}.safetensors"
    with suppress(ModelLoadError):  # not there yet, or damaged: it is made anew
        return own.read_generator(kept, build_generator, device)
    generator = import_generator(path, build_generator)
    with suppress(OSError, SafetensorError):  # a full or closed disk costs time, not the model
        cache.mkdir(parents=True, exist_ok=True)
        own.save_generator(kept, generator, torch.float32)
    return generator.to(device)


def convert(path: str | Path, out: str | Path) -> Generator:
    """Write any supported model file as one of our own, in full precision."""
    generator = load_generator(path)
    own.save_generator(Path(out), generator, torch.float32)
    return generator


def describe(path: str | Path) -> dict[str, Any]:
    """What a model file, or a file of arrays such as directions, holds, as plain values."""
    path = Path(path)
    contents = None if own.is_own(path) else read_contents(path)
    if contents is not None and not is_network(contents):
        arrays = usable_arrays(contents)
        listed = [{"name": name, "shape": list(x.shape)} for name, x in arrays.items()]
        return {"kind": "arrays", "container": contents.container, "arrays": listed}
    generator = load_generator(path)
    spec = generator.spec
    return {
        "kind": "model",
        "container": contents.container if contents else "safetensors",
        "family": spec.family,
        "resolution": spec.resolution,
        "channels": spec.channels,
        "z_dim": spec.z_dim,
        "w_dim": spec.w_dim,
        "num_ws": spec.num_ws,
        "classes": spec.label_dim,
        "map_classes": spec.map_classes,
        "controls": list(spec.controls),
        "layers": sum(tensor.ndim > 1 for tensor in generator.parameters()),
        "parameters": sum(tensor.numel() for tensor in generator.parameters()),
        "directions": [
            {"name": d.name, "layers": list(d.layers), "limit": d.limit, "source": d.source}
            for d in generator.directions.values()
        ],
        "provenance": generator.provenance,
    }
