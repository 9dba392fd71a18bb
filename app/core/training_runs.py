"""Training runs as a window sees them: what a folder says, and how one is started. No torch."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import psutil
from PIL import Image

from gan_models.errors import GanvasError, TrainingError
from gan_models.training.config import TrainingConfig, read_recipe
from gan_models.training.health import Health, assess, best_snapshot
from gan_models.training.rewinding import is_model, run_of, state_names
from gan_models.training.run_folder import RunFolder

CLASSES = "classes.csv"
"""The classes of label maps as the user named them."""
LOG = "log.txt"
"""What the process of a run printed; beside what the run itself writes."""
NICE = 10
"""How far a training stands back, so that the window stays quick."""
BEFORE = ("preparing", "settling")
"""States of a run that has taken no step."""
ACTIVE = (*BEFORE, "running", "paused")
"""States in which a process must be alive."""
SHEETS = ("", "-raw", "-nearest")
"""What a sheet shows: the averaged generator, the one that learns, samples beside the training
pictures nearest to them."""
RATE_LINES = 6
"""Lines of stats by which the time that is left is told."""


@dataclass(frozen=True)
class Plan:
    """What a new run is asked for; either `hours` or `kimg` says how long."""

    data: str
    recipe: str
    out: Path
    size: str = ""
    hours: float = 0.0
    kimg: float = 0.0
    start_from: Path | None = None
    """A snapshot of another run, or a StyleGAN2's file, that this one begins with."""
    maps: str = ""
    """Where label maps are, if not where they are found: a folder or zip, "left" or "right"."""
    class_table: str = ""
    """The classes of the maps as the text of a classes.csv, where the user changed them."""

    def arguments(self) -> list[str]:
        """Of main.py."""
        length = ["--kimg", f"{self.kimg:g}"] if self.kimg else ["--time", f"{self.hours:g}h"]
        size = ["--size", self.size] if self.size else []
        how = ["--recipe", self.recipe, *size]
        if self.start_from:
            how = ["--from", str(self.start_from)]
        maps = ["--maps", self.maps] if self.maps else []
        maps += ["--map-classes", str(self.out / CLASSES)] if self.class_table else []
        out = ["--out", str(self.out)]
        return ["train", *how, "--data", self.data, *maps, *length, *out]

    def write_classes(self) -> None:
        """Put the changed classes where `arguments` names them."""
        if not self.class_table:
            return
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            (self.out / CLASSES).write_text(self.class_table, encoding="utf-8")
        except OSError as error:
            raise TrainingError(f"No training can start in {self.out}: {error.strerror}") from None

    def check(self, pictures: int = 0) -> None:
        """Raise TrainingError for what would fail before the first step.

        `pictures`: how many there are to train on, where that is known.
        """
        if not self.out.name:
            raise TrainingError("There is no run folder; choose where the run is kept.")
        if RunFolder(self.out).exists:
            raise TrainingError(
                f"{self.out} already holds a run; resume it, or choose another folder."
            )
        batch = self._batch()
        if 0 < pictures < batch:
            raise TrainingError(
                f"The recipe learns from {batch} pictures at a time, and there are "
                f"{pictures} to train on; give more, or take a recipe with a smaller batch."
            )

    def _batch(self) -> int:
        if self.start_from and not is_model(self.start_from):
            settings = run_of(self.start_from)[0].read_config()
        else:
            recipe = read_recipe("stylegan2" if self.start_from else self.recipe)
            settings = {**recipe.settings, **recipe.sizes.get(self.size, {})}
        return int(settings.get("batch", TrainingConfig.batch))


def resume_arguments(path: Path, rewind: str = "") -> list[str]:
    """Of main.py, to go on with a run, or from one of its snapshots."""
    return ["train", "--out", str(path), *(["--rewind", rewind] if rewind else ["--resume"])]


def start_process(command: list[str], out: Path) -> subprocess.Popen[bytes]:
    """Start a training that outlives this program and gives way to it; it prints into LOG.

    Not by QProcess, whose `startDetached` tells Python no process id.
    """
    group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / LOG).open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=group,
            )
    except OSError as error:
        raise TrainingError(f"No training can start in {out}: {error.strerror}") from None
    with suppress(psutil.Error, OSError):  # threads that it makes later inherit it
        low = psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else NICE
        psutil.Process(process.pid).nice(low)
    return process


@dataclass(frozen=True, eq=False)
class RunView:
    """What is known of a run at one moment."""

    path: Path
    state: str
    """Of RunFolder.write_status; "starting" before the first one, "died" where the process went
    without a word."""
    pictures: int = 0
    """Shown by now; what is done of a `total` of something else in the states `BEFORE`."""
    total: int = 0
    problem: str = ""
    """Why it failed, died or waits."""
    config: Mapping[str, Any] = field(default_factory=dict)
    stats: tuple[Mapping[str, Any], ...] = ()
    quality: tuple[Mapping[str, Any], ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()
    sheets: tuple[str, ...] = ()
    """Names of snapshots with a sheet of samples, oldest first."""
    states: tuple[str, ...] = ()
    """Names of snapshots that can be gone back to."""
    kinds: tuple[str, ...] = ("",)
    """Of SHEETS, those that its newest snapshot has."""
    disk_bytes: int = 0
    """Of the run folder."""
    free_bytes: int = 0
    """Of its disk."""
    health: Health = field(default_factory=lambda: assess((), (), ()))
    signature: object = None

    @property
    def active(self) -> bool:
        """Whether a process works on it, as far as this machine can tell."""
        return self.state in ("starting", *ACTIVE)

    @property
    def best(self) -> str:
        """The name of the best snapshot; empty before there is one."""
        return str((best_snapshot(self.quality) or {}).get("snapshot", ""))

    @property
    def seconds_left(self) -> float | None:
        """By the speed of late, once there is one."""
        rates = [line.get("pictures_per_second", 0.0) for line in self.stats[-RATE_LINES:]]
        rate = fmean(rates) if rates else 0.0
        if not rate or not self.total or self.state != "running":
            return None
        return max(0.0, (self.total - self.pictures) / rate)

    @property
    def device(self) -> str:
        """What it was computed on last; empty for runs that did not tell."""
        named = [str(event["device"]) for event in self.events if event.get("device")]
        return named[-1] if named else ""

    @property
    def memory_mb(self) -> float:
        """The most that its process used, or of a GPU's memory."""
        return float(self.stats[-1].get("memory_mb", 0.0)) if self.stats else 0.0

    def snapshot(self, name: str) -> Path:
        """The model file of a snapshot."""
        return self.path / "snapshots" / f"{name}.safetensors"


def is_alive(process: int) -> bool:
    """Whether a process of this machine still runs."""
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def is_active(path: Path) -> bool:
    """Whether a process trains there now, as far as this machine can tell."""
    folder = RunFolder(path)
    return _state(folder, folder.read_status(), 0)[0] in ACTIVE


def read_run(path: Path, started: int = 0, before: RunView | None = None) -> RunView:
    """Read a run folder; `before` comes back where nothing changed.

    `started` is the process that was started for it, if it was here. Raises TrainingError where
    the folder holds no run and none is coming.
    """
    folder = RunFolder(path)
    status = folder.read_status()
    state, problem = _state(folder, status, started)
    signature = (state, status.get("time"), status.get("message"), _signature(path))
    if before and before.path == path and before.signature == signature:
        return before
    stats, quality = folder.read_lines("stats.jsonl"), folder.read_lines("quality.jsonl")
    events, sheets = folder.read_lines("events.jsonl"), _sheets(path)
    return RunView(
        path,
        state,
        pictures=int(status.get("pictures", 0)),
        total=int(status.get("total", 0)),
        problem=problem,
        config=folder.read_config() if folder.exists else {},
        stats=tuple(stats),
        quality=tuple(quality),
        events=tuple(events),
        sheets=sheets,
        kinds=_kinds(path, sheets),
        states=state_names(path),
        disk_bytes=_bytes_of(path),
        free_bytes=_free_bytes(path),
        health=assess(stats, quality, events),
        signature=signature,
    )


def _state(folder: RunFolder, status: Mapping[str, Any], started: int) -> tuple[str, str]:
    """The state, and what went wrong."""
    if started and status.get("process") != started:  # it has not said a word yet
        return ("starting", "") if is_alive(started) else ("died", last_line(folder.path))
    if not status:
        if folder.exists:
            return "stopped", ""
        raise TrainingError(
            f"{folder.path} is no run folder: it holds no config.toml; choose the folder that "
            "was given to --out."
        )
    state = str(status.get("state", ""))
    here = status.get("host") == socket.gethostname()
    if state in ACTIVE and here and not is_alive(int(status.get("process", 0))):
        return "died", last_line(folder.path)
    return state, str(status.get("message", "")) if state in ("failed", "paused") else ""


def _signature(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Sizes and times of what is read."""
    names = ("config.toml", "stats.jsonl", "quality.jsonl", "events.jsonl", "samples")
    there = [path / name for name in names if (path / name).exists()]
    found = [(file.name, file.stat()) for file in there]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)


def _sheets(path: Path) -> tuple[str, ...]:
    """Snapshots that are whole: the model is written after its sheet."""
    models = {file.stem for file in (path / "snapshots").glob("*.safetensors")}
    sheets = {file.stem for file in (path / "samples").glob("*.png")}
    return tuple(sorted(models & sheets))


def _bytes_of(path: Path) -> int:
    """What a folder takes; of two names of one file, one counts."""
    found = {}
    for file in path.rglob("*"):
        with suppress(OSError):  # the run replaces its files meanwhile
            stat = file.stat()
            found[stat.st_ino or file] = stat.st_size if file.is_file() else 0
    return sum(found.values())


def _free_bytes(path: Path) -> int:
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return 0


def _kinds(path: Path, sheets: tuple[str, ...]) -> tuple[str, ...]:
    newest = sheets[-1] if sheets else ""
    return tuple(k for k in SHEETS if not k or (path / "samples" / f"{newest}{k}.png").is_file())


def last_line(path: Path) -> str:
    """The last thing that the process of a run printed; empty where it was not kept."""
    try:
        text = (path / LOG).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def read_sheet(view: RunView, name: str, kind: str = "") -> np.ndarray:
    """The samples of a snapshot, uint8 [H, W, 3]; `kind` is one of SHEETS."""
    path = view.path / "samples" / f"{name}{kind}.png"
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except OSError as error:
        raise GanvasError(f"{path} cannot be shown: {error}") from None


def free_folder(runs: Path, data: str, recipe: str) -> Path:
    """A folder for a new run, named after its data and recipe, that is not there yet."""
    name = re.sub(r"[^\w.-]+", "-", f"{Path(data).stem or 'run'}-{recipe}")
    return next(folder for folder in _candidates(runs, name) if not folder.exists())


def _candidates(runs: Path, name: str) -> Iterator[Path]:
    yield runs / name
    number = 2
    while True:
        yield runs / f"{name}-{number}"
        number += 1
