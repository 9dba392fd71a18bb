"""Settings of a training run: a recipe file, its size and its loss, with what the user changed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

from gan_models.errors import TrainingError

FORMAT = 2
"""Of config.toml; 1 had no architecture and no loss, because both were StyleGAN2's."""
PAIRED = ("spade", "pix2pix", "pix2pixhd")
"""The architectures that learn pictures from label maps."""
ARCHITECTURES = ("gan", "dcgan", "progan", "stylegan2", *PAIRED)
OPTIMIZERS = ("adam", "rmsprop", "sgd")


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides a run besides its pictures; the names are the field's."""

    recipe: str = "stylegan2"
    architecture: str = "stylegan2"
    loss: str = "non-saturating"
    resolution: int = 64
    channels: int = 0
    """Colours of the pictures: 1 grey, 3 RGB; 0 as the data set has them."""
    conditional: bool = False
    """Whether the networks are told the class of each picture."""
    labels: str = ""
    """Where classes come from: "folders", or a column of labels.csv; empty for none."""
    maps: str = ""
    """Where label maps are: a folder or zip, "left" or "right" for the half of each picture;
    empty: they are looked for."""
    map_classes: str = ""
    """A file that names the classes of the maps; empty: classes.csv or classes.txt beside them."""
    crop: str = "centre"
    """What becomes of pictures that are not square: "centre", "pad", or "none" to refuse them."""
    held_out: float = 0.05
    """Share of the pictures, at most 1000, that is never trained on but judged beside."""

    z_dim: int = 128
    w_dim: int = 128
    mapping_layers: int = 2
    layer_features: int = 0
    """Units of a mapping network's hidden layers; 0: `w_dim`."""
    channel_base: int = 2048
    channel_max: int = 128
    width: int = 64
    """Feature maps of the generator's finest hidden layer; of a "gan", its hidden units."""
    discriminator_width: int = 64
    """Feature maps of the discriminator's first layer; of a "gan", its hidden units."""
    discriminator_norm: bool = True
    """Whether a "dcgan"'s discriminator has batch norm, where its loss allows it."""
    activation: str = "relu"
    """Of a "dcgan": "relu", "leaky_relu" or "selu" (which normalises by itself, without a batch
    norm)."""
    dropout: float = 0.0
    map_width: int = 128
    """Of a "spade": feature maps between a label map and the scales that it gives."""
    encoder_width: int = 0
    """Of a "spade": feature maps of its style encoder's first layer; 0: no style."""
    blocks: int = 6
    """Of a "pix2pixhd": residual blocks at its smallest size."""
    local_blocks: int = 0
    """Of a "pix2pixhd": residual blocks of a second trunk, at twice the size; 0: no such trunk."""
    feature_channels: int = 0
    """Of a "pix2pixhd": features of each class that its encoder reads in a picture; 0: no style."""
    discriminator_scales: int = 1
    """PatchGANs, each on a picture half as large as the one before."""
    feature_matching: float = 0.0
    """Weight of the distance between what the PatchGANs' layers say of result and truth."""
    reconstruction: float = 0.0
    """Weight of the mean absolute difference between result and truth."""
    perceptual: str = ""
    """Of those that learn from label maps: a file of VGG19's weights by which result and truth are
    compared too; empty: they are not."""
    perceptual_weight: float = 10.0
    """Of that comparison."""
    style_divergence: float = 0.0
    """Weight of the style encoder's divergence from a normal distribution."""

    batch: int = 16
    """Of all processes together."""
    optimizer: str = "adam"
    learning_rate: float = 2.5e-3
    discriminator_rate: float = 0.0
    """The discriminator's own learning rate; 0: the generator's."""
    beta1: float = 0.0
    """Of Adam; the momentum of "sgd"."""
    beta2: float = 0.99
    kimg: float = 600.0
    """Length of the run in thousands of real pictures shown to the discriminator."""
    critic_steps: int = 1
    """Discriminator steps for each of the generator."""
    critic_warmup: int = 0
    """Discriminator steps instead, at the first 25 steps of the generator and at each 500th."""
    gamma: float = 0.0
    """Weight of R1 (the loss has gamma / 2)."""
    r1_interval: int = 16
    """R1 every so many steps, with its weight times that ("lazy", Karras et al. 2020)."""
    r2: bool = False
    """Whether generated pictures are penalised as real ones are."""
    gradient_penalty: float = 0.0
    """Lambda of WGAN-GP."""
    drift: float = 0.0
    """Weight of E D(x)^2, which keeps a critic's logits near 0 (Karras et al. 2018, A.1)."""
    weight_clip: float = 0.0
    """The discriminator's weights are kept in +- this; 0: they are free."""
    label_smoothing: float = 0.0
    """The target of real pictures is 1 minus this (Salimans et al. 2016, section 3.4)."""
    path_weight: float = 0.0
    path_interval: int = 8
    path_decay: float = 0.01
    style_mixing: float = 0.0
    """Share of pictures made from two latents."""
    lr_multiplier: float = 0.01
    """How fast the mapping network learns, as a share of the others."""
    known_weight: float = 0.0
    """Of the built-in portraits: weight of the error against the very picture whose numbers the
    generator was given (`known.py`); 0: it learns from the discriminator alone."""
    w_avg_decay: float = 0.002
    ema_kimg: float = 5.0
    """Half-life of the averaged weights; 0: they are the generator's own."""
    ema_ramp: float = 0.05
    """While training is young, the half-life is this share of what has been seen."""
    phase_kimg: float = 0.0
    """Of a growing network: how long each phase takes; 0: all phases of the run are equal."""
    batches: tuple[int, ...] = field(default=())
    """Of a growing network: the batch at 4, 8, 16 ... pixels; empty: `batch` at all."""

    augment: tuple[str, ...] = field(default=())
    augment_p: float = 1.0
    """Share of the pictures that is augmented."""
    augment_target: float = 0.0
    """Above 0, `augment_p` is steered so that this mean sign of real logits is kept (ADA)."""
    mirror: str = "auto"
    """Whether pictures are shown mirrored half the time: "true", "false", or "auto", where left
    and right look alike in the data set."""
    precision: str = "auto"
    """"bf16", "float32", or "auto": bf16 where the device computes it natively."""
    seed: int = 0
    start_from: str = ""
    """Folder or snapshot of a run, of half the resolution or of the same, or a StyleGAN2's file,
    whose weights are the beginning."""
    pictures: int = 24_000
    """How many pictures to draw, for the data sets that a renderer draws."""
    snapshot_kimg: float = 25.0
    checkpoint_seconds: float = 300.0
    measure_features: bool = True
    """Whether snapshots are compared with the data in features too, by a network that learns from
    the data first (once for a data set, less than a minute)."""
    tensorboard: bool = False
    """Whether the figures are written for TensorBoard too."""

    def to_dict(self) -> dict[str, Any]:
        """As TOML values."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True)
class Recipe:
    """A recipe file: its settings, and what a menu shows of it."""

    name: str
    title: str
    summary: str
    settings: Mapping[str, Any]
    sizes: Mapping[str, Mapping[str, Any]]
    """By name, such as "gpu-hour": a title and the settings that make it."""


def recipe_names() -> list[str]:
    """The recipes that come along, the default one first."""
    folder = resources.files("gan_models.training.recipes")
    names = sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml"))
    return sorted(names, key=lambda name: name != "stylegan2")


def read_recipe(name: str) -> Recipe:
    """`recipes/NAME.toml`, or a file of that path; raises TrainingError that lists those known."""
    try:
        if name.endswith(".toml"):
            text = Path(name).read_text(encoding="utf-8")
        elif name in recipe_names():
            folder = resources.files("gan_models.training.recipes")
            text = folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")
        else:
            known = ", ".join(recipe_names())
            raise TrainingError(f"there is no recipe {name!r}; there are: {known}, or a .toml file")
        settings = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrainingError(f"the recipe {name} cannot be read: {error}") from None
    return Recipe(
        name=Path(name).stem if name.endswith(".toml") else name,
        title=settings.pop("title", name),
        summary=settings.pop("summary", ""),
        sizes=settings.pop("sizes", {}),
        settings=settings,
    )


def load_recipe(name: str, size: str = "", loss: str = "") -> TrainingConfig:
    """The settings of a recipe, at one of its sizes, with another loss where one is named.

    A loss brings settings of its own (a penalty, five critic steps); a recipe's come after those
    of its loss, but before those of a loss that replaces it.
    """
    recipe = read_recipe(name)
    if size and size not in recipe.sizes:
        known = ", ".join(recipe.sizes) or "none"
        raise TrainingError(f"the recipe {recipe.name} has no size {size!r}; it has: {known}")
    settings = dict(recipe.settings)
    settings |= {k: value for k, value in recipe.sizes.get(size, {}).items() if k != "title"}
    own = str(settings.get("loss", TrainingConfig.loss))
    config = with_settings(TrainingConfig(recipe=recipe.name), {**_loss_settings(own), **settings})
    if loss and loss != own:
        config = with_settings(config, _without_loss(config) | _loss_settings(loss))
    return config


def _loss_settings(name: str) -> dict[str, Any]:
    from gan_models.training.losses.adversarial import find_loss  # loads torch

    return {"loss": name, **find_loss(name).settings}


def _without_loss(config: TrainingConfig) -> dict[str, Any]:
    """What the recipe's own loss brought along, taken back."""
    return {name: getattr(TrainingConfig, name) for name in _loss_settings(config.loss)}


def migrated(settings: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The settings of a config.toml of any version, as this one writes them."""
    values = dict(settings)
    version = values.pop("format", 1)
    if version > FORMAT:
        raise TrainingError(f"{where} was written by a newer Ganvas; update Ganvas")
    if version == 1:  # nothing was held out, and what was not written had other defaults
        old = {"architecture": "stylegan2", "held_out": 0.0, "crop": "none", "path_weight": 2.0}
        values = old | {"gamma": 1.0, "style_mixing": 0.5, "mirror": "true"} | values
    return values


def with_settings(config: TrainingConfig, settings: Mapping[str, Any]) -> TrainingConfig:
    """`config` with some settings replaced; text is read as the setting's own type."""
    known = {f.name: getattr(config, f.name) for f in fields(config)}
    values = {}
    for name, value in settings.items():
        if name not in known:
            raise TrainingError(f"there is no setting {name!r}; there are: {', '.join(known)}")
        values[name] = _as_type_of(known[name], name, value)
    return _checked(replace(config, **values))


def _as_type_of(example: Any, name: str, value: Any) -> Any:
    if isinstance(example, tuple):
        parts = [part for part in value.split(",") if part] if isinstance(value, str) else value
        return tuple(_as_type_of(0, name, p) if name == "batches" else str(p) for p in parts)
    if isinstance(example, bool):
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        raise TrainingError(f"{name} must be true or false, not {value!r}")
    if isinstance(value, bool):
        return str(value).lower() if isinstance(example, str) else value
    try:
        return type(example)(value)
    except ValueError:
        kind = "a whole number" if isinstance(example, int) else "a number"
        raise TrainingError(f"{name} must be {kind}, not {value!r}") from None


POSITIVE = (
    "batch", "channel_base", "channel_max", "width", "discriminator_width", "z_dim", "w_dim",
    "kimg", "pictures", "learning_rate", "critic_steps", "r1_interval", "path_interval",
    "snapshot_kimg", "map_width", "blocks", "discriminator_scales",
)  # fmt: skip
CHOICES: Mapping[str, tuple[Any, ...]] = {
    "architecture": ARCHITECTURES,
    "optimizer": OPTIMIZERS,
    "precision": ("auto", "bf16", "float32"),
    "crop": ("centre", "pad", "none"),
    "activation": ("relu", "leaky_relu", "selu"),
    "channels": (0, 1, 3),
    "mirror": ("auto", "true", "false"),
}
AUGMENTATIONS = ("color", "translation", "cutout")
HIGHEST_RATE = 1.0
"""With Adam each weight moves by about the learning rate, and weights are about 1."""
SHARES = ("dropout", "held_out", "augment_p", "style_mixing", "label_smoothing")


def _checked(config: TrainingConfig) -> TrainingConfig:
    for name in POSITIVE:
        if not getattr(config, name) > 0:
            raise TrainingError(f"{name} must be greater than 0, not {getattr(config, name)}")
    for name, choices in CHOICES.items():
        if getattr(config, name) not in choices:
            known = ", ".join(map(str, choices))
            raise TrainingError(f"{name} must be one of {known}, not {getattr(config, name)!r}")
    unknown = set(config.augment) - set(AUGMENTATIONS)
    if unknown:
        known = ", ".join(AUGMENTATIONS)
        raise TrainingError(f"augment may hold {known}, not {', '.join(sorted(unknown))}")
    for name in SHARES:
        if not 0 <= getattr(config, name) <= 1:
            raise TrainingError(f"{name} must be from 0 to 1, not {getattr(config, name)}")
    for name in ("learning_rate", "discriminator_rate"):
        if (rate := getattr(config, name)) > HIGHEST_RATE:
            raise TrainingError(
                f"a {name} of {rate:g} would explode; those of the recipes are 5e-5 to 2.5e-3"
            )
    _check_resolution(config.architecture, config.resolution)
    return config


def _check_resolution(architecture: str, size: int) -> None:
    power = size >= 8 and size & (size - 1) == 0
    if architecture == "gan":
        if not 4 <= size <= 64:
            raise TrainingError(f"resolution of a gan must be from 4 to 64, not {size}")
    elif architecture == "dcgan":
        if not power and size != 28:
            raise TrainingError(f"resolution must be 28 or a power of two from 8 on, not {size}")
    elif not power:
        raise TrainingError(f"resolution must be a power of two from 8 on, not {size}")
