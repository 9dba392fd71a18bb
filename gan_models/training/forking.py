"""A new run that begins with the weights of another: its settings, and its networks' tensors.

What it begins with is a run folder (its checkpoint) or one of its snapshots: then the generator is
the snapshot's, and the discriminator that of the state beside it, or else the checkpoint's. Of a
StyleGAN2 a model file will do: then the discriminator begins anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor

from gan_models.base import TrainingError
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.registry import load_generator
from gan_models.spec import Spec
from gan_models.training import config as configs
from gan_models.training.config import TrainingConfig, load_recipe, with_settings
from gan_models.training.rewinding import is_model, run_of, state_path
from gan_models.training.run_folder import RunFolder

OF_THE_OTHER = (
    "data", "start_from", "labels", "conditional", "maps", "map_classes", "mirror", "phase_kimg",
    "kimg",
)  # fmt: skip
"""Settings of a run that say nothing of how other pictures are learned."""
SHAPE = (
    "resolution", "channels", "channel_base", "channel_max", "z_dim", "w_dim", "mapping_layers",
    "layer_features", "lr_multiplier",
)  # fmt: skip
"""What makes a StyleGAN2 of the form of another, by the names of its settings."""
AT_ONCE = 0.001
"""Length of the phases of a growing network that has grown before, in thousands of pictures."""


def forked_settings(start: Path) -> TrainingConfig:
    """The settings of a run that begins with `start`, for other pictures."""
    if is_model(start):
        return _settings_of_model(start)
    folder, _ = run_of(start)
    saved = configs.migrated(folder.read_config(), str(folder.path))
    kept = {name: value for name, value in saved.items() if name not in OF_THE_OTHER}
    spec = _newest_spec(folder)
    if spec:  # in its colours, whatever those of the other pictures
        kept["channels"] = spec.channels
    if saved.get("architecture") == "progan":
        kept["phase_kimg"] = AT_ONCE
    return with_settings(TrainingConfig(), kept | {"start_from": str(start.absolute())})


def _settings_of_model(start: Path) -> TrainingConfig:
    generator = load_generator(start)
    if not isinstance(generator, StyleGAN2):
        raise TrainingError(
            f"{start} is a {generator.spec.family}, of which a training needs the discriminator "
            "too: begin with a run folder, or a snapshot inside one, or with a StyleGAN2"
        )
    recipe = load_recipe("stylegan2")
    shape = {name: value for name, value in generator.config().items() if name in SHAPE and value}
    return with_settings(recipe, shape | {"start_from": str(start.absolute())})


def check_classes(start: Path, own: Spec) -> None:
    """Raise TrainingError where the other run's classes, or its maps', are not as many."""
    path, spec = _origin(start)
    if spec and spec.label_dim != own.label_dim:
        raise TrainingError(
            f"{path} was trained with {spec.label_dim or 'no'} classes, and these pictures "
            f"have {own.label_dim or 'none'}; choose --labels accordingly, or start a new run"
        )
    if spec and spec.map_classes != own.map_classes:
        raise TrainingError(
            f"{path} was trained on label maps of {spec.map_classes} classes, and these "
            f"have {own.map_classes}; list the same ones by --map-classes, or start a new run"
        )


def _origin(start: Path) -> tuple[Path, Spec | None]:
    """The run folder or model to begin with, and what it is, where that is known yet."""
    if is_model(start):
        return start, load_generator(start).spec
    folder, _ = run_of(start)
    return folder.path, _newest_spec(folder)


def _newest_spec(folder: RunFolder) -> Spec | None:
    """What the newest snapshot of a run is; None where there is none yet."""
    newest = max((folder.path / "snapshots").glob("*.safetensors"), default=None)
    return load_generator(newest).spec if newest else None


def starting_tensors(start: Path) -> dict[str, Tensor]:
    """Weights by name as a checkpoint has them, of the averaged generator and the discriminator."""
    if is_model(start):
        return _averaged(start)
    folder, name = run_of(start)
    if not name:
        return folder.read_checkpoint()[0]
    source = state_path(folder, name)
    tensors, _ = folder.read_checkpoint(source if source.is_file() else None)
    return tensors | _averaged(start)


def _averaged(snapshot: Path) -> dict[str, Any]:
    state = load_generator(snapshot).state_dict()
    return {f"averaged.{name}": tensor for name, tensor in state.items()}
