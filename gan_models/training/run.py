"""A training run from start to end: data, loop, figures, snapshots, checkpoints."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import numpy as np
import torch

from gan_models.base import Generator, TrainingError, seed_to_z
from gan_models.datasets import prepare
from gan_models.training.config import TrainingConfig, load_recipe, with_settings
from gan_models.training.loop import Trainer
from gan_models.training.run_folder import RunFolder

STATS_SECONDS = 10.0
"""Figures are averaged over this time and written as one line."""


class TrainingStep(NamedTuple):
    """How far a run is, in pictures; `figures` are those of the last line of stats.jsonl."""

    done: int
    total: int
    message: str
    figures: Mapping[str, float]


def train(
    recipe: str,
    data: str,
    out: Path,
    *,
    kimg: float | None = None,
    resume: bool = False,
    settings: Mapping[str, Any] | None = None,
    device: str | None = None,
) -> Iterator[TrainingStep]:
    """Run a recipe on `data` (a built-in name or a prepared folder) in the folder `out`.

    Yields how far it is. Closing the iterator, Ctrl-C and SIGTERM write a checkpoint first;
    `resume` goes on from the last one exactly.
    """
    folder = RunFolder(out)
    config, data = _settings(folder, recipe, data, resume=resume)
    config = with_settings(config, dict(settings or {}) | ({"kimg": kimg} if kimg else {}))
    if not resume:
        _check_exists(data)
        folder.create(config.to_dict() | {"data": data})
    source = prepare.data_folder(data, out)
    for step in prepare.open_data(
        data, folder=source, count=config.pictures, resolution=config.resolution
    ):
        yield TrainingStep(*step, {})
    pictures = prepare.open_prepared(source, config.resolution)
    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    trainer = Trainer(config, pictures, chosen)
    if resume and folder.checkpoint_path.exists():
        trainer.load_state(*folder.read_checkpoint())
    elif config.start_from:
        trainer.start_from(RunFolder(Path(config.start_from)).read_checkpoint()[0])
    folder.rewind_stats(trainer.pictures)
    yield from _run(trainer, folder)


def _settings(
    folder: RunFolder, recipe: str, data: str, *, resume: bool
) -> tuple[TrainingConfig, str]:
    """The settings and the data of a run: its own where it is resumed."""
    if not resume:
        return load_recipe(recipe), data
    saved = folder.read_config()
    data = str(saved.pop("data"))
    return with_settings(TrainingConfig(), saved), data


def _check_exists(data: str) -> None:
    if data not in prepare.BUILT_IN and not Path(data).is_dir():
        names = ", ".join(prepare.BUILT_IN)
        raise TrainingError(
            f"there are no pictures at {data}; give a folder prepared for training, or {names}"
        )


def _run(trainer: Trainer, folder: RunFolder) -> Iterator[TrainingStep]:
    config = trainer.config
    target = round(config.kimg * 1000)
    window = _Window(trainer)
    saved_at = time.monotonic()
    figures: dict[str, float] = {}
    with _stop_signals() as stopped:
        try:
            while trainer.pictures < target and not stopped:
                window.add(trainer.step())
                now = time.monotonic()
                if now - window.started >= STATS_SECONDS:
                    figures = window.close()
                    folder.append_stats(figures)
                if _crossed(trainer, config.snapshot_kimg) or trainer.pictures >= target:
                    _snapshot(trainer, folder)
                if now - saved_at >= config.checkpoint_seconds:
                    folder.write_checkpoint(*trainer.state())
                    saved_at = now
                yield TrainingStep(trainer.pictures, target, "training", figures)
        finally:
            folder.write_checkpoint(*trainer.state())


def _crossed(trainer: Trainer, every_kimg: float) -> bool:
    before = trainer.pictures - trainer.config.batch
    return int(trainer.pictures / 1000 / every_kimg) > int(before / 1000 / every_kimg)


class _Window:
    """Means of the figures of the steps since the last line of stats."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self._restart()

    def _restart(self) -> None:
        self.started = time.monotonic()
        self.first = self.trainer.pictures
        self.values: dict[str, list[float]] = {}

    def add(self, figures: Mapping[str, float]) -> None:
        for name, value in figures.items():
            self.values.setdefault(name, []).append(value)

    def close(self) -> dict[str, float]:
        seconds = time.monotonic() - self.started
        means = {name: float(np.mean(values)) for name, values in self.values.items()}
        means["pictures"] = self.trainer.pictures
        means["pictures_per_second"] = (self.trainer.pictures - self.first) / seconds
        self._restart()
        return means


@contextmanager
def _stop_signals() -> Iterator[list[int]]:
    """A list that is empty until SIGTERM or Ctrl-C asks to stop after the current step."""
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    try:
        before = {s: signal.signal(s, note) for s in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: its owner closes the iterator instead
        yield received
        return
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def sample_sheet(generator: Generator, rows: int = 8, psi: float = 0.7) -> np.ndarray:
    """The pictures of seeds 0 .. rows^2 - 1 as one, uint8 [rows H, rows W, 3]."""
    tiles = []
    with torch.no_grad():
        for seed in range(rows * rows):
            z = seed_to_z(seed, generator.spec.z_dim).to(generator.w_avg.device)
            picture = generator.synthesize(generator.map(z, truncation_psi=psi))[0]
            tiles.append((picture * 127.5 + 128).clamp(0, 255).byte().cpu())
    sheet = torch.stack(tiles).unflatten(0, (rows, rows)).permute(0, 3, 1, 4, 2)
    height, width = rows * sheet.shape[1], rows * sheet.shape[3]
    pixels = sheet.reshape(height, width, -1).numpy()
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def _snapshot(trainer: Trainer, folder: RunFolder) -> None:
    generator = trainer.averaged
    generator.provenance = {
        "name": folder.path.name,
        "recipe": trainer.config.recipe,
        "settings": trainer.config.to_dict(),
        "kimg": trainer.pictures / 1000,
        "data": trainer.data.source,
        "data_sha256": trainer.data.sha256,
    }
    folder.write_snapshot(trainer.pictures / 1000, generator, sample_sheet(generator))
