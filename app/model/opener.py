"""What happens when a file is opened: a model, a session, or the recipe inside a picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.core.directions import holds_directions
from app.core.models import FirstLook, OpenModel, find_model, greeting, opening_model
from app.core.photos import SUFFIXES as PHOTOS
from app.core.projecting import can_project
from app.core.recipe import Model, Recipe, RecipeError
from app.core.session_file import SUFFIX, Session, load_session
from app.model.changes import adapted
from app.model.tuning import Tuning
from gan_models.errors import GanvasError
from gan_models.progress import Job, Step
from gan_models.spec import Spec

if TYPE_CHECKING:  # torch takes a second to load
    from gan_models.base import Generator

PICTURES = {".png", ".gif", ".webp", ".mp4"}
"""Files that may carry a recipe; others but photos are taken for models."""
BUNDLED = "portraits"
"""What a photo is searched in where no model is open."""


@dataclass(frozen=True, eq=False)
class Opened:
    """What the file at `path` was: a model, or a recipe or session with the model that it needs.

    `model` is None where that model is nowhere to be found.
    """

    path: Path
    model: OpenModel | None
    recipe: Recipe | None = None
    session: Session | None = None
    gives: Literal["directions", "label map", "photo"] | None = None
    """What it holds for the model that is open, if it is no document of its own."""


Steps = Job[Opened]


class Opener:
    """Makes the jobs that open files; remembers where the models of this run came from."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._files: dict[str, Path] = {}

    def steps(
        self,
        name_or_path: str,
        current: OpenModel | None,
        shown: Recipe,
        look: Recipe | None = None,
    ) -> Steps:
        """A job that opens a bundled model or any known file.

        A model opens on `look` if that is its own or names no model, on its greeting if it is
        another's or empty or where the current model is of another kind, and otherwise on what is
        `shown` now.
        """
        path = Path(name_or_path)
        if path.suffix.lower() in PICTURES | PHOTOS:
            return self._restore(path, current)
        if path.suffix.lower() == SUFFIX:
            return self._open_session(path, current)
        return self._open(name_or_path, current, shown, look)

    def files(self, shas: set[str]) -> dict[str, str]:
        """Where the models of those sha256 are, as far as this run knows."""
        return {sha: str(path.absolute()) for sha, path in self._files.items() if sha in shas}

    def steps_with(self, opened: Opened, model_file: str) -> Steps:
        """A job that shows what needed a model that was missing with the one in `model_file`."""
        model = yield from self._opened(model_file)
        return replace(opened, model=model)

    def _open(
        self, name_or_path: str, current: OpenModel | None, shown: Recipe, look: Recipe | None
    ) -> Steps:
        def first(ref: Model, generator: Generator) -> Recipe:
            own = replace(look, model=ref) if look and look.model.name == ref.name else look
            start = _start(ref, generator.spec, current, own) or shown
            return adapted(start, ref, generator.spec, generator.directions)

        path = Path(name_or_path)
        yield Step(0, 1, path.name)
        if current and path.is_file() and holds_directions(path):
            return Opened(path, current, gives="directions")
        model = yield from self._opened(name_or_path, first)
        start = _start(model.ref, model.generator.spec, current, look)
        return Opened(model.path, model, start)

    def _restore(self, path: Path, current: OpenModel | None) -> Steps:
        from app.core.export import read_recipe

        yield Step(0, 1, path.name)
        try:
            recipe = read_recipe(path)
        except GanvasError as error:
            if isinstance(error, RecipeError):
                raise
            # A picture without a recipe can still be what a model of label maps draws from.
            if current and current.generator.spec.map_classes:
                return Opened(path, current, gives="label map")
            first = current is None and path.suffix.lower() in PHOTOS
            if first:
                current = yield from self._opened(BUNDLED, lambda ref, _: greeting(ref))
            if current and path.suffix.lower() in PHOTOS and can_project(current.generator.spec):
                return Opened(path, current, current.greeting if first else None, gives="photo")
            raise
        return (yield from self.recipe_steps(recipe, str(path), current))

    def recipe_steps(self, recipe: Recipe, source: str, current: OpenModel | None) -> Steps:
        """A job that shows a recipe from `source` with its own model, or else the current one."""
        yield Step(0, 1, source)
        model = yield from self._model_of(recipe, current)
        return Opened(Path(source), model or current, recipe)

    def _open_session(self, path: Path, current: OpenModel | None) -> Steps:
        yield Step(0, 1, path.name)
        session = load_session(path)
        for sha256, file in session.models.items():
            self._files.setdefault(sha256, Path(file))
        model = yield from self._model_of(session.recipe, current)
        return Opened(path, model, session.recipe, session)

    def _model_of(self, recipe: Recipe, current: OpenModel | None) -> Job[OpenModel | None]:
        def first(_: Model, generator: Generator) -> Recipe:
            return adapted(recipe, ref, generator.spec, generator.directions)

        ref = recipe.model
        if current and current.ref.sha256 == ref.sha256:
            return current
        found = find_model(ref, self._files)
        return (yield from self._opened(found, first)) if found else None

    def _opened(self, name_or_path: str, first: FirstLook | None = None) -> Job[OpenModel]:
        model = yield from opening_model(name_or_path, self._tuning.chosen, first)
        self._files[model.ref.sha256] = model.path
        return model


def _start(ref: Model, spec: Spec, current: OpenModel | None, look: Recipe | None) -> Recipe | None:
    """The look on which a model opens, see `Opener.steps`; None: on what is shown now."""
    if look and look != Recipe() and look.model in (Model(), ref):
        return replace(look, model=ref)
    # Seeds that are styles of label maps have nothing in common with others.
    other = current and bool(current.generator.spec.map_classes) != bool(spec.map_classes)
    return greeting(ref) if look or other else None
