"""Whether a run survives being killed: ``python -m benchmarks.kills FOLDER [--kills 50]``.

A small run is killed (SIGKILL) at random moments and resumed, again and again; after each kill its
checkpoint and all its snapshots must open, and it must not lose more than it wrote last.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import typer

from gan_models.datasets.arrays import write_info
from gan_models.registry import load_generator
from gan_models.training.run_folder import RunFolder

SETTINGS = {
    "resolution": 16,
    "channel_base": 128,
    "channel_max": 8,
    "z_dim": 8,
    "w_dim": 8,
    "batch": 4,
    "checkpoint_seconds": 0.2,
    "snapshot_kimg": 0.1,
}


def make_data(path: Path) -> None:
    """Random pictures: what is learned does not matter here."""
    path.mkdir(parents=True)
    pictures = np.random.default_rng(0).integers(0, 255, (64, 3, 16, 16), dtype=np.uint8)
    np.save(path / "pictures.npy", pictures)
    write_info(path, names=(), flip_sign=None, source={"name": "noise"})


def main(folder: Path, kills: int = 50, longest: float = 8.0, seed: int = 0) -> None:
    """Kill and resume a run, and check it each time."""
    rng = random.Random(seed)
    data, run = folder / "data", RunFolder(folder / "run")
    if not data.exists():
        make_data(data)
    reached = -1
    for number in range(kills):
        command = [sys.executable, "main.py", "train", f"--out={run.path}", "--kimg=100000"]
        if run.exists:
            command += ["--resume"]
        else:
            command += [f"--data={data}", *(f"--set={k}={v}" for k, v in SETTINGS.items())]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            before = run.checkpoint_path.stat().st_mtime if run.exists else 0.0
            while process.poll() is None and not _written_since(run, before):
                time.sleep(0.05)
            time.sleep(rng.uniform(0, longest))
            process.kill()
        seen = _check(run)
        if seen < reached:
            raise SystemExit(f"kill {number}: the run fell back from {reached} to {seen} pictures")
        reached = seen
        typer.echo(f"kill {number}: {seen} pictures are safe")


def _written_since(run: RunFolder, before: float) -> bool:
    path = run.checkpoint_path
    return path.exists() and path.stat().st_mtime > before


def _check(run: RunFolder) -> int:
    """Open everything that was finished; returns the checkpoint's pictures."""
    _, state = run.read_checkpoint()
    for snapshot in (run.path / "snapshots").glob("*.safetensors"):
        load_generator(snapshot)
    return int(state["pictures"])


if __name__ == "__main__":
    typer.run(main)
