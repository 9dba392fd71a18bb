"""Stars and tags on seeds, remembered for each model in a small JSON file."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.recipe import Model
from gan_models.errors import GanvasError

FORMAT = 1


@dataclass(frozen=True)
class Mark:
    """What a person noted on one seed."""

    star: bool = False
    tags: frozenset[str] = frozenset()


class SeedMarks:
    """The marks of one model; each change is written at once, to a file in `folder` (None: not)."""

    def __init__(self, model: Model, folder: Path | None = None) -> None:
        self._model = model
        self._path = folder / f"{model.sha256[:16] or 'none'}.json" if folder else None
        self._marks: dict[int, Mark] = {}

    def load(self) -> None:
        """Read what was noted before; raises GanvasError where the file is damaged."""
        if self._path is None or not self._path.is_file():
            return
        try:
            value = json.loads(self._path.read_text(encoding="utf-8"))
            newer = int(value["format"]) > FORMAT
            self._marks = {
                int(seed): Mark(bool(mark["star"]), frozenset(map(str, mark["tags"])))
                for seed, mark in ({} if newer else value["seeds"]).items()
            }
        except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
            path, self._path = self._path, None  # what is there may be mended by hand
            raise GanvasError(
                f"the stars and tags in {path} cannot be read ({error}); mend or delete the file"
            ) from None
        if newer:
            path, self._path = self._path, None
            raise GanvasError(f"{path} was written by a newer Ganvas; update Ganvas")

    def __getitem__(self, seed: int) -> Mark:
        return self._marks.get(seed, Mark())

    @property
    def tags(self) -> list[str]:
        """All tags in use, in alphabetical order."""
        return sorted({tag for mark in self._marks.values() for tag in mark.tags})

    def starred(self) -> list[int]:
        """The seeds with a star, ascending."""
        return sorted(seed for seed, mark in self._marks.items() if mark.star)

    def tagged(self, tag: str) -> list[int]:
        """The seeds with a tag, ascending."""
        return sorted(seed for seed, mark in self._marks.items() if tag in mark.tags)

    def star(self, seed: int, starred: bool) -> None:
        """Give or take a star."""
        self._set(seed, replace(self[seed], star=starred))

    def tag(self, seed: int, tag: str, tagged: bool) -> None:
        """Give or take a tag; an empty one changes nothing."""
        mark, name = self[seed], tag.strip()
        if name:
            tags = mark.tags | {name} if tagged else mark.tags - {name}
            self._set(seed, replace(mark, tags=tags))

    def _set(self, seed: int, mark: Mark) -> None:
        others = {known: m for known, m in self._marks.items() if known != seed}
        self._marks = others if mark == Mark() else others | {seed: mark}
        self._save()

    def _save(self) -> None:
        if self._path is None:
            return
        seeds = {
            str(seed): {"star": mark.star, "tags": sorted(mark.tags)}
            for seed, mark in sorted(self._marks.items())
        }
        value = {"format": FORMAT, "model": self._model.name, "seeds": seeds}
        partial = self._path.with_name(f".{self._path.name}.part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(value, ensure_ascii=False, indent=1)
            partial.write_text(text, encoding="utf-8")
            partial.replace(self._path)
        except OSError as error:
            raise GanvasError(
                f"stars and tags cannot be written to {self._path}: {error.strerror}"
            ) from None
        finally:
            with suppress(OSError):  # where nothing can be written, nothing was
                partial.unlink(missing_ok=True)
