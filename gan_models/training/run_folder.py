"""A training run on the disk, which the window and other programs read while it is written.

::

    config.toml             the settings and the data, with a format number
    status.json             what the run is doing now: state, pictures, total, message, process
    stats.jsonl             one line of figures every few seconds
    quality.jsonl           one line for each snapshot: distances to the data, variety
    events.jsonl            what happened: started, resumed, changed, rolled back, paused ...
    control/                what others ask of the run, one small JSON file each; removed when done
    checkpoint.safetensors  everything that `--resume` needs; replaced whole
    snapshots/NNNNNN.safetensors   the averaged generator at NNNNNN kimg, a model file
    samples/NNNNNN.png      its pictures for fixed seeds; NNNNNN-raw.png of the generator as it is;
                            NNNNNN-nearest.png: samples above the training pictures nearest to them
    states/NNNNNN.safetensors   the checkpoint at a snapshot, to rewind to; of a few, and the best
    data/                   the prepared pictures, where the run prepared them, and the networks
                            by which they are compared and their labels are read
    lock                    held by the process that trains

Only the training process writes here, but for `control/` and the reader of labels. Every file is
replaced whole, or a line is added to it.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w
from filelock import FileLock, Timeout

from gan_models.errors import TrainingError

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from gan_models.base import Generator

FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


class RunFolder:
    """Names, atomic writes and reads of one run; reading needs no torch."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def checkpoint_path(self) -> Path:
        return self.path / "checkpoint.safetensors"

    @property
    def exists(self) -> bool:
        """Whether there is a run here."""
        return (self.path / "config.toml").exists()

    def create(self, config: Mapping[str, Any]) -> None:
        """Make the folder; refuses one that already holds a run."""
        if self.exists:
            raise TrainingError(
                f"{self.path} already holds a run; go on with --resume or choose another folder"
            )
        try:
            for folder in ("snapshots", "samples", "control"):
                (self.path / folder).mkdir(parents=True, exist_ok=True)
            self.write_config(config)
        except OSError as error:
            raise TrainingError(f"{self.path} cannot be written: {error.strerror}") from None

    def write_config(self, config: Mapping[str, Any]) -> None:
        """Replace config.toml."""
        self._replace("config.toml", tomli_w.dumps(dict(config)))

    def read_config(self) -> dict[str, Any]:
        """The settings that the run was started with."""
        try:
            return tomllib.loads((self.path / "config.toml").read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise TrainingError(f"{self.path} holds no run to resume: {error}") from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one process that trains here; raises TrainingError where there is another.

        A process that is killed gives the lock back.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            owner = self.read_status()
            where = f" (process {owner['process']} on {owner['host']})" if owner else ""
            raise TrainingError(
                f"{self.path} is being trained by another process{where}; wait for it, stop it, "
                "or choose another folder"
            ) from None
        try:
            yield
        finally:
            lock.release()

    def append(self, name: str, line: Mapping[str, Any]) -> None:
        """Add a line to stats.jsonl, quality.jsonl or events.jsonl."""
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def append_event(self, kind: str, pictures: int, **facts: Any) -> None:
        """Record something that happened at a point of the run."""
        event = {"kind": kind, "pictures": pictures, "time": round(time.time(), 1)}
        self.append("events.jsonl", event | facts)

    def read_lines(self, name: str) -> list[dict[str, Any]]:
        """The whole lines of stats.jsonl, quality.jsonl or events.jsonl, as they are by now."""
        path = self.path / name
        if not path.is_file():
            return []
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        # A kill, or a full disk, may have cut a line short; the next one then follows it.
        read = []
        for line in lines:
            if line.endswith("\n"):
                with suppress(json.JSONDecodeError):
                    read.append(json.loads(line))
        # Run folders of format 1 wrote no thousands beside the pictures.
        return [
            {"kimg": line["pictures"] / 1000} | line
            for line in read
            if isinstance(line, dict) and "pictures" in line
        ]

    def rewind(self, pictures: int) -> None:
        """Drop the figures written after the checkpoint that is resumed."""
        for name in ("stats.jsonl", "quality.jsonl"):
            if (self.path / name).is_file():
                kept = [line for line in self.read_lines(name) if line["pictures"] <= pictures]
                text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept)
                self._replace(name, text)

    def write_status(self, state: str, pictures: int, total: int, message: str = "") -> None:
        """Say what the run is doing: "preparing" its pictures or "settling" (the discriminator
        learns alone), where the numbers say how far that is; "running", "paused", "stopped",
        "finished", "failed" or "cancelled"."""
        status = {
            "state": state,
            "pictures": pictures,
            "total": total,
            "message": message,
            "process": os.getpid(),
            "host": socket.gethostname(),
            "time": round(time.time(), 1),
        }
        self._replace("status.json", json.dumps(status, ensure_ascii=False))

    def read_status(self) -> dict[str, Any]:
        """What `write_status` wrote; empty where nothing was."""
        with suppress(OSError, json.JSONDecodeError):
            return dict(json.loads((self.path / "status.json").read_text(encoding="utf-8")))
        return {}

    def send(self, command: Mapping[str, Any]) -> None:
        """Ask the run for something, from any process: {"do": "pause"}, "resume", "stop",
        "snapshot", or {"set": {"learning_rate": 0.001}}."""
        folder = self.path / "control"
        folder.mkdir(exist_ok=True)
        name = f"{time.time_ns():020d}-{os.getpid()}"
        partial = folder / f"{name}.part"
        partial.write_text(json.dumps(dict(command)), encoding="utf-8")
        partial.replace(folder / f"{name}.json")

    def received(self) -> list[dict[str, Any]]:
        """The commands that came in since, oldest first; what is none is dropped."""
        commands = []
        for path in sorted((self.path / "control").glob("*.json")):
            with suppress(OSError, json.JSONDecodeError, UnicodeDecodeError):
                command = json.loads(path.read_text(encoding="utf-8"))
                commands.append(command if isinstance(command, dict) else {})
            path.unlink(missing_ok=True)
        return commands

    def write_checkpoint(self, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
        """Replace the checkpoint by a complete new one; a kill leaves the old one."""
        from gan_models.files import save_tensors

        save_tensors(self.checkpoint_path, tensors, {"ganvas-training": json.dumps(state)})

    def read_checkpoint(self, path: Path | None = None) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """What `write_checkpoint` wrote, last or as it was kept at `path`."""
        from safetensors import SafetensorError, safe_open

        path = path or self.checkpoint_path
        try:
            with safe_open(path, framework="pt") as file:
                state = json.loads(file.metadata()["ganvas-training"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError, KeyError, TypeError) as error:
            raise TrainingError(f"{path} cannot be resumed: {error}") from None
        return tensors, state

    def write_snapshot(self, name: str, generator: Generator, sheets: Mapping[str, Any]) -> Path:
        """Save the averaged generator, and sheets uint8 [H, W, 3] by what follows their name."""
        from gan_models.checkpoints.own import save_generator

        for suffix, sheet in sheets.items():
            self._write_sheet(f"{name}{suffix}.png", sheet)
        path = self.path / "snapshots" / f"{name}.safetensors"
        save_generator(path, generator)
        return path

    def _write_sheet(self, name: str, sheet: np.ndarray) -> None:
        from PIL import Image

        partial = self.path / "samples" / f"{name}.part"
        try:
            Image.fromarray(sheet).save(partial, format="png")
            partial.replace(self.path / "samples" / name)
        finally:
            partial.unlink(missing_ok=True)

    def _replace(self, name: str, text: str) -> None:
        partial = self.path / f"{name}.part"
        try:
            partial.write_text(text, encoding="utf-8")
            partial.replace(self.path / name)
        finally:
            partial.unlink(missing_ok=True)


def is_full_disk(error: Exception) -> bool:
    """Whether a write failed because the disk is full."""
    if isinstance(error, OSError):
        return error.errno in FULL_DISK
    # safetensors wraps the error of the system in one of its own.
    return "os error 28" in str(error) or "os error 122" in str(error)
