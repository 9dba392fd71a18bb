"""Writes checkpoints as large as real ones, of random weights, to measure how they open.

`python -m tests.gan_models.checkpoints.large FOLDER` writes three networks of 1024 pixels each in
the layouts of several tools.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.models import stylegan3_config
from gan_models.base import Generator
from gan_models.registry import build_generator
from tests.gan_models.checkpoints import writing
from tests.gan_models.checkpoints.test_imports import nvidia3_module, rosinality_state
from tests.gan_models.checkpoints.test_tensorflow import tensorflow_variables
from tests.gan_models.checkpoints.writing import Call, pickled, state_of

DISCRIMINATOR = 29_000_000
"""Weights of the discriminator that is saved beside."""


def main(folder: Path) -> None:
    """One file a layout."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = build_generator("stylegan2", {"resolution": 1024})
    judge = {f"b{i}.weight": torch.randn(DISCRIMINATOR // 29) for i in range(29)}
    write_nvidia(
        folder / "stylegan2.pkl", partial(writing.nvidia_module, state_of(generator)), judge
    )
    write_rosinality(folder / "rosinality.pt", generator, judge)
    write_tensorflow(folder / "tensorflow.pkl", generator, judge)
    generator = build_generator("stylegan3", stylegan3_config(1024, 32768))
    write_nvidia(folder / "stylegan3.pkl", partial(nvidia3_module, generator), judge)


def write_nvidia(path: Path, make: Callable[[], Call], judge: dict[str, Tensor]) -> None:
    """A snapshot of NVIDIA's PyTorch code."""
    root = {"G": make(), "D": writing.nvidia_module(judge), "G_ema": make()}
    path.write_bytes(pickled(root))


def write_rosinality(path: Path, generator: Generator, judge: dict[str, Tensor]) -> None:
    """A converted file of rosinality's code, with the networks in training."""
    state = rosinality_state(generator)
    mean = {"latent_avg": generator.w_avg}

    def value(entry: Any) -> Any:
        return {"g": entry(state), "d": entry(judge), "g_ema": entry(state | mean)}

    writing.save_torch(path, value)


def write_tensorflow(path: Path, generator: Generator, judge: dict[str, Tensor]) -> None:
    """A snapshot of NVIDIA's TensorFlow code."""
    variables = tensorflow_variables(generator)
    other: dict[str, np.ndarray] = {name: tensor.numpy() for name, tensor in judge.items()}
    nets = [writing.tensorflow_network(part) for part in (variables, other, variables)]
    path.write_bytes(pickled(tuple(nets)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
