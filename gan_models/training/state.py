"""The state of a trainer as named tensors and JSON values, of this version or an older one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from gan_models.base import TrainingError
from gan_models.training.growing import with_prefix

if TYPE_CHECKING:
    from gan_models.training.loop import Trainer

FORMAT = 2
"""1 counted steps alone, and kept the random numbers that 2 makes of the step."""


def _networks(trainer: Trainer) -> dict[str, nn.Module]:
    return {
        "generator": trainer.generator,
        "discriminator": trainer.discriminator,
        "averaged": trainer.averaged,
    }


def _optimizers(trainer: Trainer) -> dict[str, torch.optim.Optimizer]:
    return {
        f"{side.name}_optimizer": side.optimizer for side in (trainer.generating, trainer.judging)
    }


def capture(trainer: Trainer) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """(tensors, JSON values): all that an exact continuation needs."""
    tensors = {"mean_path": trainer.mean_path, "real_sign": trainer.real_sign}
    for name, network in _networks(trainer).items():
        tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
    for name, optimizer in _optimizers(trainer).items():
        for number, moments in optimizer.state_dict()["state"].items():
            tensors |= {
                f"{name}.{number}.{key}": value
                for key, value in moments.items()
                if isinstance(value, Tensor)
            }
    from gan_models.training.loop import CHANGEABLE

    values = {
        "format": FORMAT,
        "steps": trainer.steps,
        "pictures": trainer.pictures,
        "begun": trainer.begun,
        "attempt": trainer.attempt,
        "changed": {name: getattr(trainer.config, name) for name in CHANGEABLE if name != "kimg"},
        "data": trainer.data.sha256,
    }
    return tensors, values


def migrated(values: Mapping[str, Any], batch: int) -> dict[str, Any]:
    """The JSON values of any version as this one writes them; raises for a newer one."""
    if values["format"] > FORMAT:
        raise TrainingError("the checkpoint was written by a newer Ganvas; update Ganvas")
    seen = values["steps"] * batch
    return {"pictures": seen, "begun": seen, "attempt": 0, "changed": {}} | dict(values)


def restore(trainer: Trainer, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
    """Continue from what `capture` returned; raises TrainingError if it does not fit."""
    values = migrated(values, trainer.config.batch)
    if values["data"] != trainer.data.sha256:
        raise TrainingError(
            f"the pictures in {trainer.data.path} are not those that the run was started with; "
            "put those back, or start a new run"
        )
    try:
        for name, network in _networks(trainer).items():
            network.load_state_dict(with_prefix(tensors, name))
    except RuntimeError as error:
        raise TrainingError(f"the checkpoint does not fit the run's settings: {error}") from None
    for name, optimizer in _optimizers(trainer).items():
        moments = _moments(with_prefix(tensors, name), optimizer.param_groups[0]["params"])
        optimizer.load_state_dict(optimizer.state_dict() | {"state": moments})
    trainer.mean_path.copy_(tensors["mean_path"])
    if "real_sign" in tensors:
        trainer.real_sign.copy_(tensors["real_sign"])
    trainer.steps, trainer.pictures = values["steps"], values["pictures"]
    trainer.attempt = values["attempt"]
    trainer.change(values["changed"])
    trainer.begun = values["begun"]
    trainer.networks.advance(trainer.begun, trainer.averaged)


def _moments(
    tensors: Mapping[str, Tensor], parameters: list[nn.Parameter]
) -> dict[int, dict[str, Tensor]]:
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        number, name = key.split(".")
        parameter = parameters[int(number)]
        if tensor.shape == parameter.shape:
            # Laid out in memory as the parameter is: otherwise sums round differently.
            tensor = torch.empty_like(parameter, requires_grad=False).copy_(tensor)
        else:
            tensor = tensor.clone()
        state.setdefault(int(number), {})[name] = tensor
    return state
