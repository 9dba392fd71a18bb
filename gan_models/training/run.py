"""A training run from its settings to its end: data, probe, folder, and then the running."""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from gan_models.base import TrainingError
from gan_models.datasets import prepare
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.folder import Preparation
from gan_models.progress import Step
from gan_models.training import config as configs
from gan_models.training.board import check_board
from gan_models.training.budget import kimg_within, probe
from gan_models.training.config import TrainingConfig, load_recipe, with_settings
from gan_models.training.forking import check_classes, forked_settings, starting_tensors
from gan_models.training.known import check_known
from gan_models.training.loop import Trainer
from gan_models.training.paired.trainer import build_trainer
from gan_models.training.rewinding import rewind_to
from gan_models.training.run_folder import RunFolder
from gan_models.training.running import Running, TrainingStep, clear_memory_errors
from gan_models.training.workers import Workers, is_restarted, joined_workers


class CancelledError(TrainingError):
    """Somebody asked a run to stop before its first step."""


def train(
    recipe: str,
    data: str,
    out: Path,
    *,
    kimg: float | None = None,
    seconds: float | None = None,
    resume: bool = False,
    rewind: str = "",
    start_from: Path | None = None,
    size: str = "",
    loss: str = "",
    settings: Mapping[str, Any] | None = None,
    device: str | None = None,
) -> Generator[TrainingStep, None, None]:
    """Run a recipe on `data` (a built-in name, pictures, or a prepared folder) in the folder `out`.

    Yields how far it is. Closing the iterator, Ctrl-C and SIGTERM write a checkpoint first;
    `resume` goes on from the last one exactly, and `rewind` from the snapshot of that name;
    `start_from`, a run folder or a snapshot, gives a new run its settings and weights. `seconds`
    is turned into kimg by a probe.
    """
    folder = RunFolder(out)
    resume = resume or bool(rewind) or (is_restarted() and folder.exists)
    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    changes = dict(settings or {}) | ({"kimg": kimg} if kimg else {})
    if start_from and not resume:
        config = forked_settings(start_from)
    else:
        config, data = _settings(folder, recipe, data, resume=resume, size=size, loss=loss)
    config = with_settings(config, changes)
    if config.labels and "conditional" not in changes and not resume:
        config = replace(config, conditional=True)
    if not resume:
        _check_new(folder, data)
    if config.known_weight and not resume:
        check_known(config, _drawn_set(data))
    if config.tensorboard:
        check_board()
    with joined_workers(chosen) as workers, _locked(folder, workers):
        if rewind and workers.leads and not is_restarted():
            rewind_to(folder, rewind)
        workers.wait()
        yield from _train(
            folder, config, data, chosen, workers, seconds, changes, resume, bool(rewind)
        )


def _locked(folder: RunFolder, workers: Workers) -> AbstractContextManager[None]:
    return folder.locked() if workers.leads else nullcontext()


def _settings(
    folder: RunFolder, recipe: str, data: str, *, resume: bool, size: str, loss: str
) -> tuple[TrainingConfig, str]:
    """The settings and the data of a run: its own where it is resumed."""
    if not resume:
        return load_recipe(recipe, size, loss), data
    saved = folder.read_config()
    data = str(saved.pop("data"))
    return with_settings(TrainingConfig(), configs.migrated(saved, str(folder.path))), data


def _check_new(folder: RunFolder, data: str) -> None:
    if folder.exists:
        raise TrainingError(
            f"{folder.path} already holds a run; go on with --resume or choose another folder"
        )
    if data not in prepare.BUILT_IN and not Path(data).exists():
        names = ", ".join(prepare.BUILT_IN)
        raise TrainingError(
            f"there are no pictures at {data}; give a folder, zip or npz of pictures, or {names}"
        )


def _drawn_set(data: str) -> str:
    """The built-in set that `--data` names, or is prepared from; empty for other pictures."""
    return prepare.drawn_set(PictureArray.open(Path(data))) if prepare.is_prepared(data) else data


def _train(
    folder: RunFolder,
    config: TrainingConfig,
    data: str,
    device: torch.device,
    workers: Workers,
    seconds: float | None,
    changes: Mapping[str, Any],
    resume: bool,
    rewound: bool,
) -> Iterator[TrainingStep]:
    with _undone_if_it_fails(folder, workers):
        pictures = yield from _pictures(folder, config, data, workers)
        if seconds:
            with clear_memory_errors(config):
                rate = probe(config, pictures, device, workers)
            config = replace(config, kimg=round(kimg_within(seconds, rate), 3))
        trainer = build_trainer(_with_phases(config), pictures, device, workers)
        if resume and folder.checkpoint_path.exists():
            trainer.load_state(*folder.read_checkpoint())
            trainer.attempt += rewound  # other random numbers than those that led astray
            trainer.change({name: changes[name] for name in changes if name in CHANGED_ON_RESUME})
        elif config.start_from:
            check_classes(Path(config.start_from), trainer.generator.spec)
            settling = trainer.start_from(starting_tensors(Path(config.start_from)))
            yield from _told(folder, workers, "settling", settling)
        if workers.leads:
            _write_settings(folder, trainer, data, resume=resume)
    yield from Running(trainer, folder).steps()


TOLD_SECONDS = 1.0
CHANGED_ON_RESUME = (
    "learning_rate", "discriminator_rate", "gamma", "augment", "augment_p", "augment_target",
)  # fmt: skip
"""What `--set` may change of a run that goes on, over what changed while it ran before."""


def _with_phases(config: TrainingConfig) -> TrainingConfig:
    """The length of a growing network's phases, fixed now: a longer run does not shrink again."""
    if config.architecture != "progan" or config.phase_kimg:
        return config
    from gan_models.training.progressive import phases

    return replace(config, phase_kimg=config.kimg / phases(config.resolution))


def _write_settings(folder: RunFolder, trainer: Trainer, data: str, *, resume: bool) -> None:
    settings = {"format": configs.FORMAT} | trainer.config.to_dict() | {"data": data}
    if resume:
        folder.rewind(trainer.pictures)
        folder.write_config(settings)
    else:
        folder.create(settings)
    where = {"device": device_name(trainer.device), "processes": trainer.workers.world}
    folder.append_event("resumed" if resume else "started", trainer.pictures, **where)


def device_name(device: torch.device) -> str:
    """As people call it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return (
        f"CPU, {threads} thread{'s' if threads > 1 else ''}"
        if device.type == "cpu"
        else str(device)
    )


def _pictures(
    folder: RunFolder, config: TrainingConfig, data: str, workers: Workers
) -> Generator[TrainingStep, None, PictureArray]:
    """Prepare the data where they are not, and open them."""
    source = prepare.data_folder(data, folder.path)
    how = _preparation(config)
    if workers.leads:
        with suppress(OSError):  # the pictures will tell of a full disk
            folder.write_status("preparing", 0, 0)
        preparing = prepare.open_data(data, folder=source, count=config.pictures, how=how)
        yield from _told(folder, workers, "preparing", preparing)
    workers.wait()
    return prepare.open_prepared(source, how)


def _told(
    folder: RunFolder, workers: Workers, state: str, steps: Iterable[Step]
) -> Iterator[TrainingStep]:
    """Say in the folder how far a new run is before its first step, and give it up if asked to."""
    told = -TOLD_SECONDS
    for step in steps:
        if workers.leads and time.monotonic() - told >= TOLD_SECONDS:
            told = time.monotonic()
            with suppress(OSError):
                folder.write_status(state, step.done, step.total)
            # Of several processes all must stop at once; they are told after the first step.
            if workers.world == 1 and not folder.exists and _asked_to_stop(folder):
                raise CancelledError("cancelled before the training began; nothing was kept")
        yield TrainingStep(*step, {})


def _asked_to_stop(folder: RunFolder) -> bool:
    return any(command.get("do") == "stop" for command in folder.received())


def _preparation(config: TrainingConfig) -> Preparation:
    return Preparation(
        config.resolution,
        config.channels,
        config.crop,
        config.labels,
        config.maps,
        config.map_classes,
        paired=config.architecture in configs.PAIRED,
    )


@contextmanager
def _undone_if_it_fails(folder: RunFolder, workers: Workers) -> Iterator[None]:
    """Leave nothing of a run that could not start, so that it can be tried again."""
    try:
        yield
    except BaseException as error:
        if workers.leads and not folder.exists:
            shutil.rmtree(folder.path / "data", ignore_errors=True)
            state = "cancelled" if isinstance(error, CancelledError) else "failed"
            with suppress(OSError):
                folder.write_status(state, 0, 0, str(error))
        raise
