"""The families, and the one function that opens a model file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from gan_models.base import Generator, ModelLoadError
from gan_models.checkpoints import own
from gan_models.families.stylegan2 import StyleGAN2

FAMILIES: dict[str, type[Generator]] = {"stylegan2": StyleGAN2}


def build_generator(family: str, config: Mapping[str, Any]) -> Generator:
    """A generator of the named family with fresh weights."""
    if family not in FAMILIES:
        raise ValueError(f"unknown family {family!r}; known: {', '.join(FAMILIES)}")
    return FAMILIES[family].from_config(config)


def load_generator(path: str | Path, device: torch.device | str = "cpu") -> Generator:
    """Open a model file, ready for inference. Never runs code from it.

    Raises ModelLoadError, naming the file, what was found and what is supported.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise ModelLoadError(f"{path} cannot be read: {error.strerror}") from None
    if len(start) < 10 or start[8:9] != b"{":
        found = _describe(start)
        raise ModelLoadError(f"{path} is {found}; Ganvas opens .safetensors files of its own")
    return own.read_generator(path, build_generator, device)


def _describe(start: bytes) -> str:
    kinds = {
        b"": "empty",
        b"\x80": "a pickle",
        b"PK\x03\x04": "a zip archive (perhaps a PyTorch file)",
        b"\x89PNG": "a PNG picture",
        b"\xff\xd8": "a JPEG picture",
        b"GIF8": "a GIF picture",
        b"\x93NUMPY": "a NumPy array",
        b"version https://": "a Git LFS pointer, not the file it stands for",
        b"<": "a web page",
    }
    for magic, kind in kinds.items():
        if (magic and start.startswith(magic)) or start == magic:
            return kind
    return "no file of a known kind"
