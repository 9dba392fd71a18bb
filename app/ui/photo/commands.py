"""The commands around photos and children; their windows are made when they are first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.ui.photo.children_dialog import ChildrenDialog

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


class PhotoCommands(QObject):
    """Owns the dialogs of a window that make looks of photos and of parents."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.children_dialog: ChildrenDialog | None = None

    def show_children(self) -> None:
        """Open the page of children; the window stays alive behind it."""
        if self.children_dialog is None:
            self.children_dialog = ChildrenDialog(self._window.studio, self._window)
        self.children_dialog.open_anew()

    def close(self) -> None:
        """Stop all threads."""
        if self.children_dialog:
            self.children_dialog.stop()
