"""How the view is drawn: device, precision, budget and cache, changed while it is shown."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.core.models import OpenModel, cache_folder, opening_model
from app.core.performance import Performance, make_engine
from app.model.runner import Runner
from gan_models.progress import Job, Step


class Tuning(QObject):
    """What was chosen; `tuned` brings the open model, made ready to draw that way."""

    changed = Signal(object)
    tuned = Signal(object)
    failed = Signal(str)

    def __init__(self, chosen: Performance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chosen = chosen
        self._before = chosen
        self._runner = Runner(self)
        self._runner.finished.connect(self.tuned)
        self._runner.failed.connect(self._back)

    def choose(self, chosen: Performance, model: OpenModel | None) -> None:
        """Draw that way from now on; the open model follows in the background."""
        if chosen == self.chosen:
            return
        self._before, self.chosen = self.chosen, chosen
        self.changed.emit(chosen)
        if model and replace(chosen, budget=self._before.budget) != self._before:
            self._runner.start(_retuned(model, chosen, moves=chosen.device != self._before.device))

    @Slot(str)
    def _back(self, sentence: str) -> None:
        """What cannot be had is not kept."""
        self.chosen = self._before
        self.changed.emit(self.chosen)
        self.failed.emit(sentence)

    def close(self) -> None:
        """Wait until no thread is left."""
        self._runner.close()


def _retuned(model: OpenModel, chosen: Performance, *, moves: bool) -> Job[OpenModel]:
    """The same model with another engine; on another device it is opened anew."""
    yield Step(0, 1, model.ref.name)
    if not moves:
        return replace(model, engine=make_engine(model.generator, chosen, cache_folder()))
    opened = yield from opening_model(str(model.path), chosen)
    return replace(opened, ref=model.ref)
