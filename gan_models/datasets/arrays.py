"""Pictures prepared once for training: one uint8 array file with its labels and hash.

A prepared set is a folder: `pictures.npy` uint8 [N, C, H, W], `labels.npy` float32 [N, L] (if there
are any) and `info.json` {format, count, names, flip_sign, sha256, source}.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan_models.base import DataError
from gan_models.files import file_sha256

FORMAT = 1


@dataclass(frozen=True, eq=False)
class PictureArray:
    """Pictures in memory-mapped uint8 [N, C, H, W], with optional labels float32 [N, L]."""

    path: Path
    pictures: np.ndarray
    labels: np.ndarray | None
    label_names: tuple[str, ...]
    flip_sign: tuple[int, ...] | None
    """+1 or -1 for each label: how it changes when the picture is mirrored; None: must not be."""
    sha256: str
    source: dict[str, Any]
    """Where the pictures come from: name, licence, how they were drawn."""

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def resolution(self) -> int:
        return int(self.pictures.shape[-1])

    @property
    def channels(self) -> int:
        return int(self.pictures.shape[1])

    @classmethod
    def open(cls, path: Path) -> PictureArray:
        """Open a prepared folder; raises DataError if it is none."""
        try:
            info = json.loads((path / "info.json").read_text(encoding="utf-8"))
            pictures = np.load(path / "pictures.npy", mmap_mode="r", allow_pickle=False)
            labels = None
            if info["names"]:
                labels = np.load(path / "labels.npy", mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"{path} holds no prepared pictures: {error}") from None
        if info["format"] > FORMAT:
            raise DataError(f"{path} was prepared by a newer Ganvas; prepare the pictures again")
        if len(pictures) != info["count"]:
            raise DataError(f"{path} is incomplete; prepare the pictures again")
        signs = info["flip_sign"]
        return cls(
            path=path,
            pictures=pictures,
            labels=labels,
            label_names=tuple(info["names"]),
            flip_sign=None if signs is None else tuple(signs),
            sha256=info["sha256"],
            source=info["source"],
        )

    def batch(self, indices: Tensor, flip: Tensor | None = None) -> Tensor:
        """float32 [n, C, H, W] in [-1, 1]; mirrored where `flip` [n] is true."""
        pictures = torch.from_numpy(self.pictures[indices.numpy()])
        pictures = pictures.float().div_(127.5).sub_(1)
        if flip is not None:
            pictures = torch.where(flip[:, None, None, None], pictures.flip(3), pictures)
        return pictures.contiguous(memory_format=torch.channels_last)


def write_info(
    path: Path,
    *,
    names: tuple[str, ...],
    flip_sign: tuple[int, ...] | None,
    source: dict[str, Any],
) -> PictureArray:
    """Seal a folder whose arrays are written: hash them and write `info.json` last."""
    pictures = np.load(path / "pictures.npy", mmap_mode="r", allow_pickle=False)
    info = {
        "format": FORMAT,
        "count": len(pictures),
        "names": list(names),
        "flip_sign": None if flip_sign is None else list(flip_sign),
        "sha256": file_sha256(path / "pictures.npy"),
        "source": source,
    }
    (path / "info.json").write_text(json.dumps(info, indent=1), encoding="utf-8")
    return PictureArray.open(path)
