"""What happens when a file is opened: a model, or the recipe inside an exported picture."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from app.core.jobs import Progress
from app.core.models import BUNDLED, OpenModel, bundled_names, open_model
from app.core.recipe import Model, Recipe
from gan_models.errors import GanvasError
from gan_models.files import file_sha256

PICTURES = {".png", ".gif", ".webp", ".mp4"}
"""Files that may carry a recipe; others are taken for models."""


@dataclass(frozen=True, eq=False)
class Opened:
    """The model to show, and the recipe that the file carried."""

    model: OpenModel
    recipe: Recipe | None = None


Steps = Generator[Progress, None, Opened]


class Opener:
    """Makes the jobs that open files; remembers where the models of this run came from."""

    def __init__(self, device: str) -> None:
        self.device = device
        self._files: dict[str, Path] = {}

    def steps(self, name_or_path: str, current: OpenModel | None) -> Steps:
        """A job that opens a bundled model or any file that the studio knows."""
        path = Path(name_or_path)
        if path.suffix.lower() in PICTURES:
            return self._restore(path, current)
        return self._open(name_or_path)

    def _open(self, name_or_path: str) -> Steps:
        yield Progress(0, 1)
        return Opened(self._opened(name_or_path))

    def _restore(self, path: Path, current: OpenModel | None) -> Steps:
        from app.core.export import read_recipe

        yield Progress(0, 1)
        recipe = read_recipe(path)
        if current and current.ref.sha256 == recipe.model.sha256:
            return Opened(current, recipe)
        found = self._find(recipe.model)
        if found:
            return Opened(self._opened(found), recipe)
        if current:
            return Opened(current, recipe)
        name = recipe.model.name or "?"
        raise GanvasError(f"{path.name} was made with the model {name!r}: open that model first")

    def _opened(self, name_or_path: str) -> OpenModel:
        model = open_model(name_or_path, self.device)
        self._files[model.ref.sha256] = model.path
        return model

    def _find(self, ref: Model) -> str | None:
        known = self._files.get(ref.sha256)
        if known and known.is_file():
            return str(known)
        if ref.name in bundled_names() and file_sha256(BUNDLED[ref.name]) == ref.sha256:
            return ref.name
        return None
