"""States of a run beside its snapshots: what a rewind, or a run that forks off, goes back to.

A state is the checkpoint of that moment under another name: a hard link where the disk has such,
which costs no writing. The newest few are kept, and that of the best snapshot.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from gan_models.errors import TrainingError
from gan_models.training.health import best_snapshot
from gan_models.training.run_folder import RunFolder

KEPT = 3
"""States of newest snapshots that stay; of a model of a million parameters each has 30 MB."""
SIDELINED = "rewound"
"""Where snapshots go that a rewind leaves behind, in a folder for each time."""


def is_model(start: Path) -> bool:
    """Whether it is a generator's file and no snapshot inside a run folder."""
    return start.is_file() and start.parent.name != "snapshots"


def run_of(start: Path) -> tuple[RunFolder, str]:
    """The run folder, and the snapshot's name or none; raises TrainingError for what is neither."""
    is_snapshot = start.suffix == ".safetensors" and start.parent.name == "snapshots"
    folder = RunFolder(start.parents[1] if is_snapshot else start)
    if not folder.exists or (is_snapshot and not start.is_file()):
        raise TrainingError(
            f"{start} is no run to begin with: give a run folder, or a snapshot inside one, or the "
            "file of a StyleGAN2"
        )
    return folder, start.stem if is_snapshot else ""


def state_path(folder: RunFolder, name: str) -> Path:
    """The state beside a snapshot."""
    return folder.path / "states" / f"{name}.safetensors"


def state_names(path: Path) -> tuple[str, ...]:
    """Snapshots of a run folder that can be gone back to, oldest first."""
    return tuple(sorted(file.stem for file in (path / "states").glob("*.safetensors")))


def keep_state(folder: RunFolder, name: str) -> None:
    """Keep the checkpoint that was just written as the state of a snapshot."""
    _link(folder.checkpoint_path, state_path(folder, name))
    best = best_snapshot(folder.read_lines("quality.jsonl")) or {}
    names = state_names(folder.path)
    for old in set(names) - {*names[-KEPT:], best.get("snapshot")}:
        state_path(folder, old).unlink(missing_ok=True)


def rewind_to(folder: RunFolder, name: str) -> None:
    """Make the state of a snapshot the checkpoint; what came later is put aside, not deleted."""
    source = state_path(folder, name)
    if not source.is_file():
        known = ", ".join(state_names(folder.path)) or "none"
        raise TrainingError(
            f"{folder.path} has no state at snapshot {name!r} to go back to; it has: {known}"
        )
    pictures = _pictures(source)
    _link(source, folder.checkpoint_path)
    folder.rewind(pictures)
    _sideline(folder.path, name)


def _pictures(path: Path) -> int:
    """How many pictures a state has seen, without reading its tensors."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    return int(json.loads(header["__metadata__"]["ganvas-training"])["pictures"])


def _sideline(run: Path, after: str) -> None:
    aside = run / SIDELINED / time.strftime("%Y%m%d-%H%M%S")
    for folder in ("states", "snapshots", "samples"):
        for file in (run / folder).iterdir() if (run / folder).is_dir() else ():
            if file.stem.partition("-")[0] > after and not file.name.endswith(".part"):
                (aside / folder).mkdir(parents=True, exist_ok=True)
                file.replace(aside / folder / file.name)


def _link(source: Path, target: Path) -> None:
    """Let `target` be the file `source` too; it takes its name when complete."""
    target.parent.mkdir(exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    partial.unlink(missing_ok=True)
    try:
        try:
            os.link(source, partial)
        except OSError:  # no hard links there
            shutil.copyfile(source, partial)
        partial.replace(target)
        # Of two names of one file, a rename does nothing: the other name has to go by hand.
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
