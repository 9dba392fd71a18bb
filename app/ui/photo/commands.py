"""The commands around photos and children; their windows are made when they are first wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.core.projecting import can_project
from app.ui.photo.children_dialog import ChildrenDialog
from app.ui.photo.photo_dialog import PhotoDialog
from app.ui.widgets.wipe import Wipe

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


class PhotoCommands(QObject):
    """Owns the dialogs that make looks of photos and parents, and the comparison with a photo."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._studio = window, window.studio
        self.children_dialog: ChildrenDialog | None = None
        self.dialog: PhotoDialog | None = None
        self.wipe = Wipe(self.tr("Photo and look, compared"))
        window.stack.addWidget(self.wipe)
        self.wipe.left_asked.connect(lambda: self.show_wipe(False))
        self._studio.photo_given.connect(self.read)
        self._studio.picture_ready.connect(self._follow)
        self._studio.model_changed.connect(lambda: self.show_wipe(False))

    @property
    def applies(self) -> bool:
        """Whether a photo can become a look of the open model."""
        return self._studio.spec is not None and can_project(self._studio.spec)

    def show_children(self) -> None:
        """Open the page of children; the window stays alive behind it."""
        if self.children_dialog is None:
            self.children_dialog = ChildrenDialog(self._studio, self._window)
        self.children_dialog.open_anew()

    # A photo

    def ask(self) -> None:
        """Let the user choose a photo to project."""
        self._made_dialog().ask_photo()

    @Slot(object)
    def read(self, path: Path) -> None:
        """Begin with the photo in a file, as when it is dropped on the window."""
        self._made_dialog().read(path)

    def _made_dialog(self) -> PhotoDialog:
        if self.dialog is None:
            self.dialog = PhotoDialog(self._studio, self._window.settings, self._window)
            self.dialog.clip_asked.connect(self._window.show_export)
            self.dialog.compare_asked.connect(lambda: self.show_wipe(True))
        return self.dialog

    # Photo and look over each other

    @property
    def compares(self) -> bool:
        """Whether the photo behind the look can be laid over it."""
        return self._studio.photos.of(self._studio.recipe) is not None

    @property
    def wiping(self) -> bool:
        """Whether that is in the place of the picture."""
        return self._window.stack.currentWidget() is self.wipe

    def show_wipe(self, shown: bool) -> None:
        """Lay the photo over the look, or show the look alone again."""
        window = self._window
        if shown and self.compares:
            window.show_wall(False)
            window.train.show_page(False)
            self._follow()
            window.stack.setCurrentWidget(self.wipe)
            self.wipe.setFocus()
        elif self.wiping:
            window.stack.setCurrentWidget(window.canvas)
        window.actions_.compare.setChecked(self.wiping)

    @Slot()
    def _follow(self) -> None:
        """Show the newest picture of the look; a look of no photo ends the comparison."""
        photo, result = self._studio.photos.of(self._studio.recipe), self._studio.result
        self._window.actions_.compare.setEnabled(photo is not None)
        if photo is None or result is None or result.picture is None:
            self.show_wipe(False)
            return
        names = (photo.name, self.tr("Look"))
        self.wipe.show_pair(photo.picture, result.picture, names)

    def close(self) -> None:
        """Stop all threads."""
        for dialog in (self.children_dialog, self.dialog):
            if dialog:
                dialog.stop()
