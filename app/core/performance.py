"""How quickly and how exactly to draw: what a person chooses, and what the machine is good at."""

from __future__ import annotations

import json
import os
import platform
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:  # torch takes a second to load
    import torch

    from gan_models.base import Generator
    from gan_models.engine import Engine

PrecisionName = Literal["exact", "balanced", "fast"]
PRECISIONS: tuple[PrecisionName, ...] = get_args(PrecisionName)
"""float32 for all; 16 bits for drafts; 16 bits for all: the last two where that is faster."""
WORTH = 1.15
"""How much faster 16 bits must be to be used."""
DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class Performance:
    """What a person chooses."""

    device: str = "auto"
    precision: PrecisionName = "balanced"
    budget: float = 33.0
    """Milliseconds that a draft may take: 30 of them a second."""
    cache_mb: int = 256
    """Memory for blocks that need not be computed again."""


def make_engine(generator: Generator, chosen: Performance, folder: Path) -> Engine:
    """The engine that draws as chosen; what was measured of the machine is kept in `folder`."""
    import torch

    from gan_models.engine import Engine, Precision
    from gan_models.engine.probe import low_type

    low = torch.float32
    if chosen.precision != "exact":
        device = generator.w_avg.device
        low = low_type(device) if low_gain(device, folder) >= WORTH else torch.float32
    full = low if chosen.precision == "fast" else torch.float32
    return Engine(generator, Precision(full, low), chosen.cache_mb * 2**20)


def low_gain(device: torch.device, folder: Path) -> float:
    """How many times as fast as float32 16 bits are; measured once, then remembered."""
    known = remembered_gain(device.type, folder)
    if known is not None:
        return known
    from gan_models.engine.probe import measure_low

    gain = measure_low(device)
    with suppress(OSError):  # what cannot be kept is measured again
        folder.mkdir(parents=True, exist_ok=True)
        partial = _file(folder).with_suffix(f".{os.getpid()}.part")
        partial.write_text(json.dumps(_read(folder) | {_key(device.type): gain}))
        partial.replace(_file(folder))
    return gain


def remembered_gain(device: str, folder: Path) -> float | None:
    """What `low_gain` measured on this machine, if it has."""
    gain = _read(folder).get(_key(device))
    return gain if isinstance(gain, float) else None


def _file(folder: Path) -> Path:
    return folder / "speed.json"


def _read(folder: Path) -> dict[str, object]:
    try:
        found = json.loads(_file(folder).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _key(device: str) -> str:
    """Another machine, number of cores or torch is measured anew."""
    names = (device, platform.machine(), _processor(), os.cpu_count(), version("torch"))
    return " ".join(map(str, names))


def _processor() -> str:
    with suppress(OSError), Path("/proc/cpuinfo").open() as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def process_mb() -> float | None:
    """The memory that this program holds now; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, ValueError, AttributeError):
        return None
