"""The families, and the one function that opens a model file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from gan_models.base import Generator, ModelLoadError
from gan_models.checkpoints import own
from gan_models.checkpoints.arrays import usable_arrays
from gan_models.checkpoints.cache import ModelCache
from gan_models.checkpoints.foreign import importing, is_network
from gan_models.checkpoints.reading import read_contents
from gan_models.families.acgan import ACGAN
from gan_models.families.dcgan import DCGAN
from gan_models.families.gan import GAN
from gan_models.families.lucidrains import Lucidrains
from gan_models.families.pix2pix import Pix2Pix
from gan_models.families.pix2pixhd import Pix2PixHD
from gan_models.families.progan import ProGAN
from gan_models.families.r3gan import R3GAN
from gan_models.families.spade import SPADE
from gan_models.families.stylegan1 import StyleGAN1
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.families.stylegan3 import StyleGAN3
from gan_models.files import Hashing
from gan_models.memory import memory_problem
from gan_models.progress import Job, Step, finish

FAMILIES: dict[str, type[Generator]] = {
    "stylegan2": StyleGAN2,
    "stylegan3": StyleGAN3,
    "stylegan1": StyleGAN1,
    "progan": ProGAN,
    "r3gan": R3GAN,
    "lucidrains": Lucidrains,
    "spade": SPADE,
    "pix2pix": Pix2Pix,
    "pix2pixhd": Pix2PixHD,
    "dcgan": DCGAN,
    "acgan": ACGAN,
    "gan": GAN,
}


def build_generator(family: str, config: Mapping[str, Any]) -> Generator:
    """A generator of the named family with fresh weights."""
    if family not in FAMILIES:
        raise ValueError(f"unknown family {family!r}; known: {', '.join(FAMILIES)}")
    return FAMILIES[family].from_config(config)


Meanwhile = Callable[[Generator, Callable[[], bool]], object]


@dataclass(frozen=True, eq=False)
class Opened:
    """What `opening` made of a file; `keep` writes a converted copy, where there is none yet."""

    generator: Generator
    sha256: str
    keep: Callable[[], None] | None = None


def load_generator(
    path: str | Path, device: torch.device | str = "cpu", cache: Path | None = None
) -> Generator:
    """Open a model file of any supported kind, ready for inference. Never runs code from it.

    What a foreign file holds is kept in the folder `cache` as a file of our own, so that it opens
    faster the next time. Raises ModelLoadError, naming the file, what was found and what is
    supported.
    """
    path = Path(path)
    if cache is None:
        return _placed(finish(_reading(path)), device)
    opened = finish(opening(path, device, ModelCache(cache)))
    if opened.keep:
        opened.keep()
    return opened.generator


def opening(
    path: Path,
    device: torch.device | str,
    cache: ModelCache,
    meanwhile: Meanwhile | None = None,
) -> Job[Opened]:
    """A job that opens a model file and tells its hash; its steps count bytes.

    The hash may take longer than the reading: `meanwhile` is what to do with the generator first,
    until its second argument, if asked, says that the hash is there.
    """
    is_own = own.is_own(path)
    known = cache.known_hash(path)
    size = path.stat().st_size
    hashing = None if known else Hashing(path)
    try:
        generator = None
        if known and not is_own:
            generator = yield from _kept(cache, known, size)
        foreign = generator is None and not is_own
        if generator is None:
            generator = yield from _counted(_reading(path), hashing, size)
        generator = _placed(generator, device)
        if meanwhile:
            meanwhile(generator, lambda: hashing is None or hashing.wait(0))
        while hashing and not hashing.wait(0.05):
            yield Step(size + hashing.done, 2 * size, "")
        sha256 = hashing.result() if hashing else known or ""
    except OSError as error:
        raise ModelLoadError(f"{path} cannot be read: {error.strerror}") from None
    finally:
        if hashing:
            hashing.stop()
    if hashing:
        cache.remember_hash(path, sha256)
    missing = foreign and not cache.copy_of(sha256).is_file()
    keep = partial(cache.keep, sha256, generator) if missing else None
    return Opened(generator, sha256, keep)


def _reading(path: Path) -> Job[Generator]:
    if own.is_own(path):
        return own.reading(path, build_generator)
    return importing(path, build_generator)


def _kept(cache: ModelCache, sha256: str, size: int) -> Job[Generator | None]:
    """The copy in the cache; None where it is not there, or damaged: it is made anew."""
    copied = cache.copy_of(sha256)
    try:
        generator = yield from _counted(own.reading(copied, build_generator), None, size)
    except ModelLoadError:
        copied.unlink(missing_ok=True)
        return None
    cache.used(sha256)
    return generator


def _counted(job: Job[Generator], hashing: Hashing | None, size: int) -> Job[Generator]:
    """The steps of `job` as bytes of a file that is read, and once more by `hashing`."""
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            return end.value
        share = size * step.done // max(1, step.total)
        yield Step(share + (hashing.done if hashing else size), 2 * size, step.message)


def _placed(generator: Generator, device: torch.device | str) -> Generator:
    problem = memory_problem(generator, device) if torch.device(device).type != "cpu" else None
    if problem:
        raise ModelLoadError(f"the model {problem}")
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
