"""Pictures prepared once for training: one uint8 array file with its labels and hash.

A prepared set is a folder: `pictures.npy` uint8 [N, C, H, W], `labels.npy` float32 [N, L] and
`classes.npy` int64 [N] (if there are any) and `info.json` {format, count, names, flip_sign,
classes, sha256, source}. Labels are attributes, such as an age; of classes a picture has one.
Paired sets also have `maps.npy` uint8 [N, H, W] and `map_classes`, a name and a colour of each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.datasets.card import MOST_HELD_OUT
from gan_models.datasets.symmetry import MOST, SIDE, mirror_verdict
from gan_models.errors import DataError
from gan_models.files import file_sha256

FORMAT = 2
"""1 had no classes."""


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
    classes: tuple[str, ...] = ()
    """The names of the classes; empty where there are none."""
    class_numbers: np.ndarray | None = None
    """The class of each picture, int64 [N]."""
    maps: np.ndarray | None = None
    """The label map of each picture, memory-mapped uint8 [N, H, W]."""
    map_classes: tuple[tuple[str, tuple[int, int, int]], ...] = ()
    """Name and colour of each class of the maps."""

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
            numbers = None
            if info.get("classes"):
                numbers = np.load(path / "classes.npy", allow_pickle=False)
            maps = None
            if info.get("map_classes"):
                maps = np.load(path / "maps.npy", mmap_mode="r", allow_pickle=False)
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
            classes=tuple(info.get("classes", ())),
            class_numbers=numbers,
            maps=maps,
            map_classes=tuple(
                (name, (int(r), int(g), int(b))) for name, (r, g, b) in info.get("map_classes", ())
            ),
        )

    def split(self, share: float) -> tuple[Tensor, Tensor]:
        """Numbers of the pictures to train on and of those held out, always the same ones."""
        held = min(int(len(self) * share), MOST_HELD_OUT)
        if not held:
            return torch.arange(len(self)), torch.arange(0)
        order = torch.from_numpy(np.random.RandomState(0).permutation(len(self)))
        return order[held:].sort().values, order[:held]

    def mirrors(self) -> bool:
        """Whether training may mirror pictures: as their labels or their looks allow."""
        if self.label_names or self.maps is not None:
            return self.flip_sign is not None
        step = max(1, len(self) // MOST)
        some = torch.from_numpy(self.pictures[::step].astype(np.float32))
        small = F.adaptive_avg_pool2d(some.mean(dim=1), SIDE)
        return mirror_verdict(small.numpy())[0]

    def one_hot(self, indices: Tensor) -> Tensor:
        """The classes of pictures, float32 [n, classes]."""
        assert self.class_numbers is not None  # asked for only where there are classes
        return torch.eye(len(self.classes))[self.class_numbers[indices.numpy()]]

    def batch(self, indices: Tensor, flip: Tensor | None = None) -> Tensor:
        """float32 [n, C, H, W] in [-1, 1]; mirrored where `flip` [n] is true."""
        pictures = torch.from_numpy(self.pictures[indices.numpy()])
        pictures = pictures.float().div_(127.5).sub_(1)
        if flip is not None:
            pictures = torch.where(flip[:, None, None, None], pictures.flip(3), pictures)
        return pictures.contiguous(memory_format=torch.channels_last)

    def label_maps(self, indices: Tensor, flip: Tensor | None = None) -> Tensor:
        """The maps of pictures, uint8 [n, H, W], mirrored as those are."""
        assert self.maps is not None  # asked for only where there are maps
        maps = torch.from_numpy(self.maps[indices.numpy()])
        return maps if flip is None else torch.where(flip[:, None, None], maps.flip(2), maps)


def save_rows(path: Path, rows: np.ndarray) -> None:
    """Write rows of a memory-mapped array as a file of their own, without loading them all."""
    final = np.lib.format.open_memmap(path, mode="w+", dtype=rows.dtype, shape=rows.shape)
    for start in range(0, len(rows), 1024):
        final[start : start + 1024] = rows[start : start + 1024]
    final.flush()


def write_info(
    path: Path,
    *,
    names: tuple[str, ...],
    flip_sign: tuple[int, ...] | None,
    source: dict[str, Any],
    classes: tuple[str, ...] = (),
    map_classes: Sequence[tuple[str, tuple[int, int, int]]] = (),
) -> PictureArray:
    """Seal a folder whose arrays are written: hash them and write `info.json` last."""
    pictures = np.load(path / "pictures.npy", mmap_mode="r", allow_pickle=False)
    info = {
        "format": FORMAT,
        "count": len(pictures),
        "names": list(names),
        "flip_sign": None if flip_sign is None else list(flip_sign),
        "classes": list(classes),
        "map_classes": [[name, list(colour)] for name, colour in map_classes],
        "sha256": _sha256(path, classes),
        "source": source,
    }
    (path / "info.json").write_text(json.dumps(info, indent=1), encoding="utf-8")
    return PictureArray.open(path)


def _sha256(path: Path, classes: tuple[str, ...]) -> str:
    parts = [file_sha256(path / "pictures.npy")]
    if classes:
        parts.append(file_sha256(path / "classes.npy") + "\n".join(classes))
    if (path / "maps.npy").is_file():
        parts.append(file_sha256(path / "maps.npy"))
    return parts[0] if len(parts) == 1 else hashlib.sha256("".join(parts).encode()).hexdigest()
