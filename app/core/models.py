"""The models that the studio opens: bundled ones by name, others by file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.drawn import Ask, Drawn
from app.core.performance import Performance, make_engine
from app.core.recipe import Latent, Model, Recipe
from app.core.torch_loading import link_torch
from gan_models.errors import GanvasError, ModelLoadError
from gan_models.files import file_sha256
from gan_models.progress import Job, Step, finish

if TYPE_CHECKING:  # torch takes a second to load; the window is drawn before
    import numpy as np
    import torch

    from gan_models.base import Generator
    from gan_models.engine import Engine

FirstLook = Callable[[Model, "Generator"], Recipe]
"""What a model that has just been read will show; its hash is not known yet."""
MODELS = Path(str(files("resources"))) / "models"
BUNDLED = {name: MODELS / f"{name}.safetensors" for name in ("portraits", "landscapes")}
"""The models that ship, by name; `bundled_names` are those whose file is really there."""
GREETING = 57
"""The seed that greets on a first start: a face of the bundled portraits that one likes to meet."""
GREETINGS = {"landscapes": 10}
"""Of models whose seeds mean something else: here a clear day in summer."""


@dataclass(frozen=True, eq=False)
class OpenModel:
    """A generator that is ready to draw, and how recipes refer to it."""

    engine: Engine
    ref: Model
    path: Path
    keep: Callable[[], None] | None = None
    """Writes a converted copy, so that a foreign file opens faster the next time."""

    @property
    def greeting(self) -> Recipe:
        """The look on which it opens where no other goes on."""
        return greeting(self.ref)

    @property
    def generator(self) -> Generator:
        """What the engine draws with."""
        return self.engine.generator

    @property
    def device(self) -> str:
        """Where it is drawn; the CPU, once another device had too little memory."""
        return str(self.engine.device)

    @property
    def kept_mb(self) -> tuple[float, float]:
        """Megabytes of blocks that are kept, and how many may be."""
        return self.engine.cache.bytes / 2**20, self.engine.cache.limit / 2**20

    def render(self, recipe: Recipe, resolution: int | None = None) -> np.ndarray:
        """The picture of a recipe, uint8 [H, W, 3]; `resolution` stops early for a draft."""
        from app.core.picture import render

        return render(self.engine, recipe, resolution)

    def draw(self, recipe: Recipe, budget: float | None, superseded: Ask) -> Drawn:
        """The best picture for `budget` milliseconds (None: the full one), and what it cost.

        Raises SupersededError from a full one if `superseded`, asked between blocks, says so.
        """
        from app.core.picture import draw

        return draw(self.engine, recipe, budget, superseded)


def greeting(ref: Model) -> Recipe:
    """The look on which a model opens where no other goes on."""
    return Recipe(ref, Latent.of_seed(GREETINGS.get(ref.name, GREETING)))


def bundled_names() -> list[str]:
    """The bundled models whose file is there."""
    return [name for name, path in BUNDLED.items() if path.is_file()]


def model_path(name_or_path: str) -> Path:
    """The file of a bundled name or path; raises ModelLoadError that lists the names there are."""
    names = bundled_names()
    if name_or_path in names:
        return BUNDLED[name_or_path]
    path = Path(name_or_path)
    if path.is_file():
        return path
    known = ", ".join(names) or "none"
    raise ModelLoadError(
        f"there is no model {name_or_path!r}: it is neither a file nor a bundled model ({known})"
    )


def find_model(ref: Model, places: Mapping[str, str | Path]) -> str | None:
    """The model of a recipe: where `places` has its sha256, or among those that ship, or None."""
    known = Path(places.get(ref.sha256, ""))
    if known.is_file() and file_sha256(known) == ref.sha256:
        return str(known)
    if ref.name in bundled_names() and file_sha256(BUNDLED[ref.name]) == ref.sha256:
        return ref.name
    return None


def cache_folder() -> Path:
    """Where converted models are kept: $GANVAS_CACHE, or in the system's place for caches."""
    given = os.environ.get("GANVAS_CACHE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(local) / "Ganvas" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/Ganvas"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ganvas"


def open_model(name_or_path: str, device: str = "cpu") -> OpenModel:
    """Open a bundled name or a file on `device` ("auto": the fastest there is)."""
    model = finish(opening_model(name_or_path, Performance(device, "exact")))
    if model.keep:
        model.keep()
    return model


def opening_model(
    name_or_path: str, chosen: Performance, first: FirstLook | None = None
) -> Job[OpenModel]:
    """`open_model` as a job, to draw as `chosen`; the caller decides when to `keep` the copy.

    While the file is still being hashed, the engine is made and draws what is to be seen `first`.
    """
    path = model_path(name_or_path)
    yield Step(0, 1, path.name)
    link_torch()
    from gan_models.checkpoints.cache import ModelCache
    from gan_models.directions.identity import attach_identity
    from gan_models.registry import opening

    place = _device(chosen.device)
    name = name_or_path if name_or_path in BUNDLED else path.stem
    engines: list[Engine] = []

    def make_ready(generator: Generator, hashed: Ask) -> None:
        attach_identity(generator)
        engines.append(make_engine(generator, chosen, cache_folder()))
        if first:
            _draw_ahead(engines[0], first(Model(name), generator), chosen.budget, hashed)

    opened = yield from opening(path, place, ModelCache(cache_folder()), make_ready)
    return OpenModel(engines[0], Model(name, opened.sha256), path, opened.keep)


def _draw_ahead(engine: Engine, look: Recipe, budget: float, hashed: Ask) -> None:
    """Draw what will be asked for next, a full picture only until `hashed`: the engine keeps it."""
    from app.core.picture import draw

    with suppress(Exception):  # the view asks again, and shows what is wrong
        draw(engine, look, budget, hashed)


def _device(name: str) -> torch.device:
    import torch

    if name == "auto":
        found = torch.accelerator.is_available() and torch.accelerator.current_accelerator()
        # Of processes that torchrun started together, each has its own.
        number = int(os.environ.get("LOCAL_RANK", "0"))
        if not found:
            return torch.device("cpu")
        return torch.device(found.type, number % torch.accelerator.device_count())
    try:
        return torch.empty(0, device=name).device
    # torch raises AssertionError for a device that its build leaves out.
    except (RuntimeError, AssertionError):
        raise GanvasError(f"there is no device {name!r} here; use cpu or auto") from None
