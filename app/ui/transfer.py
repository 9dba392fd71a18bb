"""Looks on their way to and from other programs: clipboard, and pictures dragged out."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDrag, QGuiApplication

from app.core.recipe import Recipe, RecipeError
from app.core.recipe_json import from_dict, to_dict
from app.model.changes import place
from app.model.runner import Runner
from app.model.studio import Studio, save_steps
from app.ui.canvas import Canvas
from app.ui.widgets.pictures import to_image, to_pixmap

RECIPE = "application/x-ganvas-recipe+json"
THUMBNAIL = 96


def look_data(picture: np.ndarray, recipe: Recipe) -> QMimeData:
    """A picture for other programs, and its recipe for this one."""
    data = QMimeData()
    data.setImageData(to_image(picture))
    data.setData(RECIPE, QByteArray(json.dumps(to_dict(recipe)).encode()))
    return data


def recipe_in(data: QMimeData) -> Recipe | None:
    """The recipe that was copied in a window of this program."""
    try:
        return from_dict(json.loads(bytes(data.data(RECIPE).data())))
    except (RecipeError, ValueError, KeyError, TypeError, AttributeError):
        return None


def file_in(data: QMimeData) -> Path | None:
    """The first file, if it is one of this computer."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if urls and urls[0].isLocalFile() else None


class PictureDrag(QObject):
    """Drags the picture of a canvas out of the window: a PNG with its recipe, made as it leaves."""

    def __init__(self, canvas: Canvas, studio: Studio) -> None:
        super().__init__(canvas)
        self._canvas, self._studio = canvas, studio
        # Kept until the window closes: who took the drop may read the file later.
        self._folder: TemporaryDirectory[str] | None = None
        self.saving = Runner(self)
        self.saving.finished.connect(self._start)
        self.saving.failed.connect(studio.error_raised)
        canvas.pulled.connect(self._save)

    def close(self) -> None:
        """Wait for the thread, and delete the files."""
        self.saving.close()
        if self._folder:
            self._folder.cleanup()

    @Slot()
    def _save(self) -> None:
        self._folder = self._folder or TemporaryDirectory(
            prefix="ganvas", ignore_cleanup_errors=True
        )
        recipe = self._studio.recipe
        path = Path(self._folder.name) / f"seed{place(recipe)[0]}.png"
        self.saving.start(save_steps(path, self._studio.renderer(), recipe, None))

    @Slot(object)
    def _start(self, path: Path) -> None:
        result = self._studio.result
        if result is None or result.picture is None:
            return
        if not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            return  # let go before the file was there
        drag = QDrag(self._canvas)
        data = look_data(result.picture, self._studio.recipe)
        data.setUrls([QUrl.fromLocalFile(str(path))])
        drag.setMimeData(data)
        drag.setPixmap(to_pixmap(result.picture, THUMBNAIL, self._canvas.devicePixelRatioF()))
        drag.exec(Qt.DropAction.CopyAction)
