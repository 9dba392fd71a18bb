"""How long a checkpoint takes to open, against `torch.load` of the tensors that are in it.

`python -m benchmarks.opening FILE... [--rounds 7]` tells the ratios for each file. The ways take
turns, each in a process of its own; all files stay in the system's cache, as after a download. With
`--picture` also how long a person waits for the first draft, with the hash and without.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from app.core.models import greeting, opening_model
from app.core.performance import Performance
from gan_models.checkpoints.cache import ModelCache
from gan_models.checkpoints.reading import read_contents
from gan_models.checkpoints.stored import Node, StoredTensor
from gan_models.progress import finish
from gan_models.registry import load_generator, opening

ROUNDS = 7


def tensors_in(root: Any) -> list[torch.Tensor]:
    """All tensors of a checkpoint, of every network in it."""
    found, waiting, seen = [], [root], set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, StoredTensor):
            found.append(value.tensor())
        elif isinstance(value, Node):
            waiting += value.state.values()
        elif type(value) is dict:
            waiting += value.values()
        elif type(value) in (list, tuple):
            waiting += value
    return found


def measured(path: Path, rounds: int, folder: Path, *, picture: bool) -> dict[str, np.ndarray]:
    """Seconds [rounds, 2] of each way: on the clock, and of the processor."""
    plain, cache = folder / "plain.pt", ModelCache(folder / "cache")
    torch.save(tensors_in(read_contents(path).root), plain)
    kept = finish(opening(path, "cpu", cache))
    if kept.keep:
        kept.keep()
    del kept
    gc.collect()
    ways: dict[str, Callable[[], object]] = {
        "torch.load": lambda: torch.load(plain, weights_only=True),
        "without hash": lambda: load_generator(path),
        "first, until it is drawn": lambda: drawn_after(path, folder / "none"),
        "first, until its hash is known": lambda: finish(
            opening(path, "cpu", ModelCache(folder / "none"))
        ),
        "again": lambda: finish(opening(path, "cpu", cache)),
    }
    if picture:
        ways["picture"] = lambda: first_draft(path, folder / "none")
        ways["picture without hash"] = lambda: first_draft(path, folder / "none", hashed=True)
    times: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            times[way].append(_in_new_process(run))
            shutil.rmtree(folder / "none", ignore_errors=True)
    return {way: np.array(values) for way, values in times.items()}


def drawn_after(path: Path, cache: Path) -> float:
    """The moment at which a file that was never opened before is there to be drawn."""
    moments: list[float] = []
    finish(opening(path, "cpu", ModelCache(cache), lambda *_: moments.append(time.perf_counter())))
    return moments[0]


def first_draft(path: Path, cache: Path, *, hashed: bool = False) -> None:
    """Open a file as the window does, never opened before, up to the bytes of a first draft."""
    os.environ["GANVAS_CACHE"] = str(cache)
    if hashed:
        ModelCache(cache).remember_hash(path, "0" * 64)
    chosen = Performance("cpu")
    model = finish(opening_model(str(path), chosen, lambda ref, _: greeting(ref)))
    model.draw(model.greeting, chosen.budget, lambda: False)


def _in_new_process(run: Callable[[], object]) -> tuple[float, float]:
    """What one run takes where no memory is there to be used again, as at a first opening."""
    if sys.platform == "linux":  # what this process has used and freed would be used again
        ctypes.CDLL(None).malloc_trim(0)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        wall, work = time.perf_counter(), time.process_time()
        ended = run()
        ended = ended if isinstance(ended, float) else time.perf_counter()
        seconds = ended - wall, time.process_time() - work
        os.write(writer, json.dumps(seconds).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        wall, work = json.load(answer)
    return wall, work


def main(files: list[str]) -> None:
    """Print medians and quartiles of the ratios, round by round, and those of the work."""
    rounds = int(files.pop(files.index("--rounds") + 1)) if "--rounds" in files else ROUNDS
    torch.set_num_threads(1)  # threads do not survive a fork
    for name in (name for name in files if not name.startswith("--")):
        path = Path(name)
        with tempfile.TemporaryDirectory() as folder:
            times = measured(path, rounds, Path(folder), picture="--picture" in files)
        yardstick = times.pop("torch.load")
        load, work = np.median(yardstick, axis=0)
        print(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB, torch.load {load:.2f} s")
        for way, seconds in times.items():
            (low, _), (middle, work), (high, _) = np.percentile(
                seconds / yardstick, [25, 50, 75], axis=0
            )
            print(f"  {way}: {middle:.2f} ({low:.2f} to {high:.2f}), work {work:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
