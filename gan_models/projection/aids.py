"""What helps to project with one model: an encoder, eyes to compare with, a scale of likeness.

All of it is optional and bound to the model by its SHA-256. It ships with bundled models, and is
made once, in minutes, and cached for others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from gan_models.base import Generator
from gan_models.directions.sampling import random_latents
from gan_models.errors import ModelLoadError
from gan_models.evaluation.embedding import EmbeddingNetwork
from gan_models.evaluation.portraits import SHIPPED as NETWORKS
from gan_models.evaluation.portraits import file_name
from gan_models.files import save_tensors
from gan_models.progress import Job
from gan_models.projection.encoder import PICTURES, Encoder, train_encoder
from gan_models.projection.features import DiscriminatorFeatures, discriminator_beside
from gan_models.projection.likeness import LikenessScale
from gan_models.projection.loss import LARGEST, Features, PictureLoss
from gan_models.projection.settings import spaces_of
from gan_models.projection.space import WhitenedSpace
from gan_models.spec import shows_portraits
from gan_models.vgg import VGG16, load_vgg

FORMAT = 1
KEY = "ganvas-projection"
SHIPPED = Path(str(files("resources"))) / "models"
SUFFIX = ".projection.safetensors"
PAIRS = 16
"""Pairs of random pictures that say what unlike is."""

_scales: MutableMapping[Generator, LikenessScale] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class ProjectionAids:
    """What is there for a model; without any of it projection works, only less well."""

    scale: LikenessScale
    encoder: Encoder | None = None
    discriminator: DiscriminatorFeatures | None = None
    perceptual: Features | None = None
    """A network of the user's own."""
    identity: EmbeddingNetwork | None = None

    @property
    def features(self) -> tuple[Features, ...]:
        """The networks to compare pictures by."""
        return tuple(x for x in (self.discriminator, self.perceptual) if x is not None)


def known_aids(generator: Generator, sha256: str, cache: Path) -> ProjectionAids | None:
    """The aids that ship with a model or were made for it before; None where there are none."""
    for path in (*sorted(SHIPPED.glob(f"*{SUFFIX}")), _cached(cache, sha256)):
        if path.is_file() and _model_of(path) == sha256:
            return _with_identity(read_aids(path, generator.w_avg.device), generator)
    return None


def quick_aids(generator: Generator) -> ProjectionAids:
    """What can be had at once: the scale alone. The search begins at random latents then."""
    spaces_of(generator.spec)
    if generator not in _scales:
        _scales[generator] = unlike_scale(generator, ())
    return _with_identity(ProjectionAids(_scales[generator]), generator)


def with_perceptual(aids: ProjectionAids, path: Path, generator: Generator) -> ProjectionAids:
    """The aids with a network of the user's own as well, and a scale to fit.

    What real pictures reach is not known with it.
    """
    network = load_vgg(path, VGG16).to(generator.w_avg.device)
    seen = replace(aids, perceptual=network)
    return replace(seen, scale=unlike_scale(generator, seen.features))


def make_aids(
    generator: Generator,
    sha256: str,
    cache: Path,
    model: Path | None = None,
    pictures: int = PICTURES,
) -> Job[ProjectionAids]:
    """The known aids; else an encoder is trained, in minutes, and kept for the next time.

    `model`, the model's file, is for finding the discriminator that it was trained against.
    """
    spaces_of(generator.spec)
    known = known_aids(generator, sha256, cache)
    if known is not None:
        return known
    encoder = yield from train_encoder(generator, WhitenedSpace.of(generator), pictures)
    discriminator = discriminator_beside(model) if model else None
    scale = unlike_scale(generator, () if discriminator is None else (discriminator,))
    made = ProjectionAids(scale, encoder, discriminator)
    # A full or closed disk costs the next training, not the result of this one.
    with suppress(OSError, SafetensorError):
        path = _cached(cache, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_aids(path, made, sha256)
    return _with_identity(made, generator)


@torch.no_grad()
def unlike_scale(generator: Generator, features: tuple[Features, ...]) -> LikenessScale:
    """The scale whose end is the residual between random pictures of the model.

    Large ones are drawn as drafts of the size at which pictures are compared anyway.
    """
    spec = generator.spec
    size = max((x for x in spec.draft_resolutions if x <= LARGEST), default=None)
    size = size if spec.resolution > LARGEST else None
    ws = generator.map(*random_latents(generator, 2 * PAIRS, 3))
    apart = []
    for pair in ws.split(2):
        drawn = [generator.synthesize(one, resolution=size).clamp(-1, 1) for one in pair.split(1)]
        apart.append(PictureLoss(drawn[0], features)(drawn[1]))
    return LikenessScale(float(torch.cat(apart).median()))


def save_aids(path: Path, aids: ProjectionAids, sha256: str) -> None:
    """Write encoder, discriminator and scale, in float16; the name is taken when complete."""
    header: dict[str, Any] = {"format": FORMAT, "model": sha256, "scale": aids.scale.to_json()}
    tensors: dict[str, Tensor] = {}
    for name, network in (("encoder", aids.encoder), ("discriminator", aids.discriminator)):
        if network is not None:
            header[name] = network.config
            tensors |= {
                f"{name}.{key}": x.half() if x.is_floating_point() else x
                for key, x in network.state_dict().items()
            }
    save_tensors(path, tensors, {KEY: json.dumps(header)})


def _cached(cache: Path, sha256: str) -> Path:
    return cache / "projection" / f"{sha256}{SUFFIX}"


def _with_identity(aids: ProjectionAids, generator: Generator) -> ProjectionAids:
    """With the network that knows people again, for models of our portraits."""
    path = NETWORKS / file_name("identity")
    if not shows_portraits(generator.provenance.get("data")) or not path.is_file():
        return aids
    return replace(aids, identity=EmbeddingNetwork.load(path).to(generator.w_avg.device))


def _model_of(path: Path) -> str | None:
    try:
        return str(_header(path)["model"])
    except (ModelLoadError, KeyError):
        return None


def _header(path: Path) -> dict[str, Any]:
    try:
        with safe_open(path, framework="pt") as file:
            header: dict[str, Any] = json.loads((file.metadata() or {})[KEY])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ModelLoadError(f"{path} holds no aids for projection ({error})") from None
    if header["format"] > FORMAT:
        raise ModelLoadError(f"{path} was written by a newer Ganvas; update Ganvas")
    return header


def read_aids(path: Path, device: torch.device) -> ProjectionAids:
    """Open a file of `save_aids`; raises ModelLoadError for anything else."""
    header = _header(path)
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        networks = {
            name: _filled(kind(**header[name]), tensors, f"{name}.").to(device)
            for name, kind in (("encoder", Encoder), ("discriminator", DiscriminatorFeatures))
            if name in header
        }
        return ProjectionAids(LikenessScale.from_json(header["scale"]), **networks)
    except (OSError, SafetensorError, LookupError, TypeError, ValueError, RuntimeError) as error:
        raise ModelLoadError(f"{path} is damaged ({error}); remove it") from None


def _filled(network: Any, tensors: Mapping[str, Tensor], prefix: str) -> Any:
    network.load_state_dict(
        {name.removeprefix(prefix): x for name, x in tensors.items() if name.startswith(prefix)}
    )
    return network.eval().requires_grad_(False)
