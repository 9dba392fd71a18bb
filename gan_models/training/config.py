"""Settings of a training run: a recipe file, with what the user changed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import resources
from typing import Any

from gan_models.base import TrainingError


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides a run besides its pictures; the names are the field's."""

    recipe: str = "stylegan2"
    resolution: int = 64
    z_dim: int = 128
    w_dim: int = 128
    mapping_layers: int = 2
    channel_base: int = 2048
    channel_max: int = 128
    batch: int = 16
    learning_rate: float = 2.5e-3
    kimg: float = 600.0
    """Length of the run in thousands of real pictures shown to the discriminator."""
    gamma: float = 1.0
    """Weight of R1 (the loss has gamma / 2)."""
    r1_interval: int = 16
    """R1 every so many steps, with its weight times that ("lazy", Karras et al. 2020)."""
    path_weight: float = 2.0
    path_interval: int = 8
    path_decay: float = 0.01
    style_mixing: float = 0.5
    """Share of pictures made from two latents."""
    w_avg_decay: float = 0.002
    ema_kimg: float = 5.0
    """Half-life of the averaged weights."""
    ema_ramp: float = 0.05
    """While training is young, the half-life is this share of what has been seen."""
    augment: tuple[str, ...] = field(default=())
    mirror: bool = True
    precision: str = "auto"
    """"bf16", "float32", or "auto": bf16 where the device computes it natively."""
    seed: int = 0
    start_from: str = ""
    """Folder of a run, of half the resolution or of the same, whose weights are the beginning."""
    pictures: int = 24_000
    """How many pictures to draw, for the data sets that a renderer draws."""
    snapshot_kimg: float = 25.0
    checkpoint_seconds: float = 300.0

    def to_dict(self) -> dict[str, Any]:
        """As TOML values."""
        return asdict(self) | {"augment": list(self.augment)}


def load_recipe(name: str) -> TrainingConfig:
    """The settings of `recipes/NAME.toml`; raises TrainingError that lists those there are."""
    folder = resources.files("gan_models.training.recipes")
    names = sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml"))
    if name not in names:
        raise TrainingError(f"there is no recipe {name!r}; there are: {', '.join(names)}")
    text = folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return with_settings(TrainingConfig(recipe=name), tomllib.loads(text))


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
        return tuple(value.split(",") if isinstance(value, str) else value)
    if isinstance(example, bool):
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        raise TrainingError(f"{name} must be true or false, not {value!r}")
    try:
        return type(example)(value)
    except ValueError:
        kind = "a whole number" if isinstance(example, int) else "a number"
        raise TrainingError(f"{name} must be {kind}, not {value!r}") from None


def _checked(config: TrainingConfig) -> TrainingConfig:
    size = config.resolution
    if size < 8 or size & (size - 1):
        raise TrainingError(f"resolution must be a power of two from 8 on, not {size}")
    for name in ("batch", "channel_base", "channel_max", "z_dim", "w_dim", "kimg", "pictures"):
        if getattr(config, name) <= 0:
            raise TrainingError(f"{name} must be greater than 0, not {getattr(config, name)}")
    if config.precision not in ("auto", "bf16", "float32"):
        raise TrainingError(f"precision must be auto, bf16 or float32, not {config.precision!r}")
    return config
