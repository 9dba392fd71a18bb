"""A run while it runs: figures, snapshots, checkpoints, commands from outside, and mishaps."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext, suppress
from types import FrameType
from typing import Any, NamedTuple

from safetensors import SafetensorError

from gan_models.base import GanvasError, TrainingError
from gan_models.evaluation.embedding import EmbeddingNetwork
from gan_models.training import quality
from gan_models.training.board import Board
from gan_models.training.config import TrainingConfig
from gan_models.training.features import data_features
from gan_models.training.loop import Trainer
from gan_models.training.rewinding import keep_state, rewind_to
from gan_models.training.run_folder import RunFolder, is_full_disk
from gan_models.training.stats import StatsWindow

STATS_SECONDS = 10.0
"""Figures are averaged over this time and written as one line."""
LISTEN_SECONDS = 0.5
"""How often commands are looked for."""
RETRY_SECONDS = 0.5
"""How often a full disk, or a pause, is looked at again."""
MOST_RECOVERIES = 5
"""Roll-backs without a new checkpoint in between, after which a run gives up."""


class TrainingStep(NamedTuple):
    """How far a run is, in pictures; `figures` are those of the last line of stats.jsonl."""

    done: int
    total: int
    message: str
    figures: Mapping[str, float]


class Orders(NamedTuple):
    """What the leading process decides for all before a step."""

    stop: bool = False
    commands: tuple[Mapping[str, Any], ...] = ()
    write_stats: bool = False
    save: bool = False


class Running:
    """One run on its way; `steps` is all there is to call."""

    def __init__(self, trainer: Trainer, folder: RunFolder) -> None:
        self.trainer, self.folder = trainer, folder
        self.workers = trainer.workers
        self.figures: dict[str, float] = {}
        self._window = StatsWindow(trainer)
        wanted = trainer.config.tensorboard and trainer.workers.leads
        self._board = Board(folder.path, trainer.pictures) if wanted else None
        self._stopped: list[int] = []
        self._features: EmbeddingNetwork | None = None
        self._paused = False
        self._snapshot_wanted = False
        self._recoveries = 0
        self._started = self._listened = self._saved_at = time.monotonic()

    @property
    def total(self) -> int:
        """Pictures to show in all."""
        return round(self.trainer.config.kimg * 1000)

    def steps(self) -> Iterator[TrainingStep]:
        """Train to the end, or until told to stop; a checkpoint is written in either case."""
        with _stop_signals(self._stopped), closing(self._board) if self._board else nullcontext():
            try:
                yield from self._loop()
                yield from self._written(self._save)
            except Exception as error:
                self._say("failed", str(error))
                raise
            except BaseException:  # the iterator was closed, between two steps
                with suppress(OSError, SafetensorError):  # the last checkpoint is still whole
                    self._save()
                self._say("stopped")
                raise
        done = self.trainer.pictures >= self.total
        self._event("finished" if done else "stopped")
        self._say("finished" if done else "stopped")

    def _loop(self) -> Iterator[TrainingStep]:
        if not self.folder.checkpoint_path.exists():
            yield from self._written(self._save)  # what a roll-back goes back to
        self._say("running")
        while self.trainer.pictures < self.total:
            orders = self.workers.told(self._orders())
            if orders.stop or any(command.get("do") == "stop" for command in orders.commands):
                break
            for command in orders.commands:
                self._obey(command)
            if self._paused:
                yield self._state("paused")
                time.sleep(RETRY_SECONDS)
                continue
            yield from self._step(orders)
        yield from self._write_stats()

    def _step(self, orders: Orders) -> Iterator[TrainingStep]:
        before = self.trainer.pictures
        with clear_memory_errors(self.trainer.config):
            self._window.add(self.trainer.step())
        if orders.write_stats:
            yield from self._write_stats()
        last = self.trainer.pictures >= self.total
        if self._snapshot_wanted or last or self._crossed(before):
            self._snapshot_wanted = False
            yield from self._learn_features()
            yield from self._written(self._snapshot)
            yield from self._written(self._keep_state)
        if orders.save:
            yield from self._write_stats()
            yield from self._written(self._save)
            self._saved_at, self._recoveries = time.monotonic(), 0
        yield self._state("training")

    def _orders(self) -> Orders:
        """What is due; asked of the leading process alone, whose word is for all."""
        now = time.monotonic()
        commands: list[Mapping[str, Any]] = []
        if self.workers.leads and (self._paused or now - self._listened >= LISTEN_SECONDS):
            commands, self._listened = list(self.folder.received()), now
        return Orders(
            stop=bool(self._stopped),
            commands=tuple(commands),
            write_stats=now - self._window.started >= STATS_SECONDS,
            save=now - self._saved_at >= self.trainer.config.checkpoint_seconds,
        )

    def _obey(self, command: Mapping[str, Any]) -> None:
        action = command.get("do")
        if action in ("pause", "resume"):
            self._paused = action == "pause"
            self._event("paused" if self._paused else "continued")
            self._say("paused" if self._paused else "running")
        elif action == "snapshot":
            self._snapshot_wanted = True
        elif action == "rewind":
            self._rewind(str(command.get("to")))
        elif isinstance(command.get("set"), dict):
            try:
                self.trainer.change(command["set"])
                self._keep_settings()
                self._event("changed", settings=command["set"])
            except TrainingError as error:
                self._event("refused", settings=command["set"], text=str(error))

    def _rewind(self, name: str) -> None:
        """Go on from the state of a snapshot, with other random numbers than the first time."""
        left = self.trainer.pictures
        try:
            if self.workers.leads:
                rewind_to(self.folder, name)
        except (OSError, TrainingError) as error:
            self._event("refused", text=str(error))
            refused = True
        else:
            refused = False
        if self.workers.told(refused):
            return
        attempt = self.trainer.attempt
        self.trainer.load_state(*self.folder.read_checkpoint())
        self.trainer.attempt = attempt + 1
        self._window = StatsWindow(self.trainer)
        self._event("rewound", to=name, left=left)
        self._say("paused" if self._paused else "running")

    def _keep_settings(self) -> None:
        """Write what changed into config.toml, which a resume begins with."""
        if self.workers.leads:
            with suppress(OSError):  # the checkpoint holds all but the length
                settings = self.folder.read_config() | self.trainer.config.to_dict()
                self.folder.write_config(settings)

    def _write_stats(self) -> Iterator[TrainingStep]:
        """Close the window and write its figures; where they are no numbers, go back."""
        if not self._window.steps:
            return
        figures = self._window.close()
        if self.workers.told(self._is_broken(figures)):
            self._roll_back()
            return
        self.figures = figures
        yield from self._written(lambda: self.folder.append("stats.jsonl", figures))
        if self._board:
            self._board.add("stats", figures)
        self._say("running")

    def _is_broken(self, figures: Mapping[str, float]) -> bool:
        finite = all(abs(value) < float("inf") for value in figures.values())
        return not finite or not self.trainer.is_finite()

    def _roll_back(self) -> None:
        """Losses became infinite: back to the last checkpoint, with half the learning rate."""
        self._recoveries += 1
        failed_at, attempt = self.trainer.pictures, self.trainer.attempt
        if self._recoveries > MOST_RECOVERIES:
            raise TrainingError(
                f"the losses became infinite {self._recoveries} times in a row, at last with a "
                f"learning rate of {self.trainer.config.learning_rate:.3g}; start again with a "
                "lower learning_rate, a higher gamma or precision=float32"
            )
        self.trainer.load_state(*self.folder.read_checkpoint())
        self.trainer.attempt = attempt
        for _ in range(self._recoveries):
            self.trainer.recover()
        self.workers.wait()
        if self.workers.leads:
            self.folder.rewind(self.trainer.pictures)
        self._event(
            "rolled back", failed_at=failed_at, learning_rate=self.trainer.config.learning_rate
        )
        self._window = StatsWindow(self.trainer)

    def _crossed(self, before: int) -> bool:
        every = self.trainer.config.snapshot_kimg * 1000
        return int(self.trainer.pictures / every) > int(before / every)

    @property
    def _snapshot_name(self) -> str:
        return f"{round(self.trainer.pictures / 1000):06d}"

    def _learn_features(self) -> Iterator[TrainingStep]:
        """Before the first snapshot: the network by which all are compared with the data."""
        if not (self.trainer.config.measure_features and self.workers.leads) or self._features:
            return
        job = data_features(self.trainer.data, self.trainer.kept)
        while True:
            try:
                step = next(job)
            except StopIteration as end:
                self._features = end.value
                return
            yield self._state(f"learning to compare pictures: {step.done} of {step.total}")

    def _snapshot(self) -> None:
        trainer = self.trainer
        averaged, kimg = trainer.averaged, trainer.pictures / 1000
        exported = trainer.exported()
        # While a network grows, sheets and figures keep the size that it will have.
        drawing = exported if exported.spec == averaged.spec else averaged
        exported.provenance = {
            "name": self.folder.path.name,
            "recipe": trainer.config.recipe,
            "settings": trainer.config.to_dict(),
            "kimg": kimg,
            "data": trainer.data.source,
            "data_sha256": trainer.data.sha256,
            "classes": list(trainer.data.classes) if trainer.config.conditional else [],
        }
        name = self._snapshot_name
        trainer.generator.eval()
        measured = quality.measure(
            drawing,
            trainer.data,
            trainer.kept,
            trainer.held_out,
            mirror=trainer.mirror,
            network=self._features,
        )
        sheets = {
            "": trainer.sheet(drawing),
            "-raw": trainer.sheet(trainer.generator),
            "-nearest": measured.nearest,
        }
        trainer.generator.train()
        self.folder.write_snapshot(name, exported, sheets)
        line = {"snapshot": name, "pictures": trainer.pictures, "kimg": kimg}
        self.folder.append("quality.jsonl", line | measured.figures)
        if self._board:
            self._board.add("quality", line | measured.figures)
            self._board.add_sheet("samples", sheets[""], trainer.pictures)

    def _keep_state(self) -> None:
        """A checkpoint beside the snapshot, under its name."""
        if self.trainer.is_finite():
            self._save()
            keep_state(self.folder, self._snapshot_name)

    def _save(self) -> None:
        if not self.trainer.is_finite():
            return  # the last checkpoint is better than this state
        self.folder.write_checkpoint(*self.trainer.state())

    def _written(self, write: Callable[[], object]) -> Iterator[TrainingStep]:
        """Write something; where the disk is full, wait until there is room or a stop is asked."""
        full = False
        while self.workers.leads:
            try:
                write()
                break
            except (OSError, SafetensorError) as error:
                if not is_full_disk(error):
                    raise TrainingError(f"{self.folder.path} cannot be written: {error}") from None
            if not full:
                self._event("disk full")
            full = True
            message = f"the disk of {self.folder.path} is full; free some space"
            self._say("paused", message)
            if self._stopped:
                raise TrainingError(f"the disk of {self.folder.path} is full; nothing was saved")
            yield self._state(f"paused: {message}")
            time.sleep(RETRY_SECONDS)
        if full:
            self._event("continued")
            self._say("running")

    def _state(self, message: str) -> TrainingStep:
        return TrainingStep(self.trainer.pictures, self.total, message, self.figures)

    def _event(self, kind: str, **facts: Any) -> None:
        if self.workers.leads:
            with suppress(OSError):  # a full disk is told of otherwise
                self.folder.append_event(kind, self.trainer.pictures, **facts)

    def _say(self, state: str, message: str = "") -> None:
        if self.workers.leads:
            with suppress(OSError):
                self.folder.write_status(state, self.trainer.pictures, self.total, message)


@contextmanager
def _stop_signals(received: list[int]) -> Iterator[None]:
    """Note SIGTERM and Ctrl-C, so that the run stops after the current step."""

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    try:
        before = {s: signal.signal(s, note) for s in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: its owner closes the iterator instead
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def clear_memory_errors(config: TrainingConfig) -> Iterator[None]:
    """Say what to do where the memory is too small."""
    try:
        yield
    except GanvasError:
        raise
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and "memory" not in str(error):
            raise
        batch = config.batch
        raise TrainingError(
            f"a batch of {batch} does not fit into the memory; use --set "
            f"batch={max(1, batch // 2)} or smaller networks"
        ) from None
