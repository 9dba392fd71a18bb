"""Which photo a look was found for: kept beside the looks, known by the latent that it became."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication

from app.core.frozen import Rows
from app.core.recipe import Recipe
from app.core.session_file import SavedPhoto
from app.model.changes import place


class Photos:
    """A look, however it is edited, stays that of its photo as long as its latent is the photo's.

    So undo, kept looks and sessions need to know nothing of photos.
    """

    def __init__(self) -> None:
        self._known: dict[str, SavedPhoto] = {}

    def add(self, rows: Rows, photo: SavedPhoto) -> None:
        """Remember the photo that became a latent."""
        self._known[rows.sha256] = photo

    def of(self, recipe: Recipe) -> SavedPhoto | None:
        """The photo behind a look, if there is one."""
        rows = recipe.latent.main.rows
        return self._known.get(rows.sha256) if rows else None

    def name_of(self, recipe: Recipe) -> str:
        """How a look is called when it is kept: by its photo or seed, if it has one."""
        photo = self.of(recipe)
        if photo:
            return photo.name
        if recipe.latent.main.rows is not None:
            return QCoreApplication.translate("Photos", "Look")
        return QCoreApplication.translate("Photos", "Seed {0}").format(place(recipe)[0])

    def needed(self, recipes: Iterable[Recipe]) -> dict[str, SavedPhoto]:
        """The photos behind some looks, by the sha256 of their rows."""
        keys = {recipe.latent.main.rows.sha256 for recipe in recipes if recipe.latent.main.rows}
        return {key: photo for key, photo in self._known.items() if key in keys}

    def take(self, photos: Mapping[str, SavedPhoto]) -> None:
        """Know those of a session, too."""
        self._known |= photos
