"""A training run on the disk, which the window and other programs read while it is written.

::

    config.toml             the settings and the data
    stats.jsonl             one line of figures every few seconds
    checkpoint.safetensors  everything that `--resume` needs; replaced whole
    snapshots/NNNNNN.safetensors   the averaged generator at NNNNNN kimg, a model file
    samples/NNNNNN.png      its pictures for fixed seeds
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from PIL import Image
from safetensors import SafetensorError, safe_open
from torch import Tensor

from gan_models.base import Generator, TrainingError
from gan_models.checkpoints.own import save_generator
from gan_models.files import save_tensors


class RunFolder:
    """Names and atomic writes of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def checkpoint_path(self) -> Path:
        return self.path / "checkpoint.safetensors"

    def create(self, config: Mapping[str, Any]) -> None:
        """Make the folder; refuses one that already holds a run."""
        if (self.path / "config.toml").exists():
            raise TrainingError(
                f"{self.path} already holds a run; go on with --resume or choose another folder"
            )
        try:
            for folder in ("snapshots", "samples"):
                (self.path / folder).mkdir(parents=True, exist_ok=True)
            (self.path / "config.toml").write_text(tomli_w.dumps(dict(config)), encoding="utf-8")
        except OSError as error:
            raise TrainingError(f"{self.path} cannot be written: {error.strerror}") from None

    def read_config(self) -> dict[str, Any]:
        """The settings that the run was started with."""
        try:
            return tomllib.loads((self.path / "config.toml").read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise TrainingError(f"{self.path} holds no run to resume: {error}") from None

    def append_stats(self, figures: Mapping[str, Any]) -> None:
        """Add a line to stats.jsonl."""
        with (self.path / "stats.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(figures) + "\n")

    def rewind_stats(self, pictures: int) -> None:
        """Drop the lines written after the checkpoint that is resumed."""
        path = self.path / "stats.jsonl"
        if not path.exists():
            return
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        # A kill may have cut the last line short.
        whole = [line for line in lines if line.endswith("\n")]
        kept = [line for line in whole if json.loads(line)["pictures"] <= pictures]
        partial = path.with_name("stats.jsonl.part")
        partial.write_text("".join(kept), encoding="utf-8")
        partial.replace(path)

    def write_checkpoint(self, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
        """Replace the checkpoint by a complete new one; a kill leaves the old one."""
        save_tensors(self.checkpoint_path, tensors, {"ganvas-training": json.dumps(state)})

    def read_checkpoint(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """What `write_checkpoint` wrote."""
        try:
            with safe_open(self.checkpoint_path, framework="pt") as file:
                state = json.loads(file.metadata()["ganvas-training"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError, KeyError, TypeError) as error:
            raise TrainingError(f"{self.checkpoint_path} cannot be resumed: {error}") from None
        return tensors, state

    def write_snapshot(self, kimg: float, generator: Generator, sheet: np.ndarray) -> Path:
        """Save the averaged generator and the sheet uint8 [H, W, 3] of its pictures."""
        name = f"{round(kimg):06d}"
        path = self.path / "snapshots" / f"{name}.safetensors"
        save_generator(path, generator)
        Image.fromarray(sheet).save(self.path / "samples" / f"{name}.png")
        return path
