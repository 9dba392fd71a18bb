"""Model > Teach a slider: the page in the place of the picture, and whose marks undo takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.model.teacher import Teacher
from app.ui.teach.teach_page import TeachPage

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


class TeachCommands(QObject):
    """Owns the page, which is made when it is first wanted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.page: TeachPage | None = None
        window.studio.model_changed.connect(lambda: self.show_page(False))
        window.stack.currentChanged.connect(lambda: window.actions_.follow())

    @property
    def shown(self) -> bool:
        """Whether pictures are marked now."""
        return self.page is not None and self._window.stack.currentWidget() is self.page

    def show_page(self, shown: bool = True) -> None:
        """Show the wall of pictures to mark, or the picture again."""
        window = self._window
        if shown:
            page = self.page or self._make_page()
            if page.teacher.applies:
                window.train.show_page(False)
                window.stack.setCurrentWidget(page)
                page.teacher.begin()
                page.view.setFocus()
        elif self.shown:
            window.stack.setCurrentWidget(window.canvas)
            window.canvas.setFocus()

    def _make_page(self) -> TeachPage:
        self.page = TeachPage(Teacher(self._window.studio))
        self._window.stack.addWidget(self.page)
        self.page.closed.connect(lambda: self.show_page(False))
        self.page.teacher.marked.connect(self._window.actions_.follow)
        return self.page

    # Undo takes back marks where they are made

    @property
    def _marking(self) -> Teacher | None:
        return self.page.teacher if self.page and self.shown else None

    @property
    def can_undo(self) -> bool:
        return (self._marking or self._window.studio).can_undo

    @property
    def can_redo(self) -> bool:
        return (self._marking or self._window.studio).can_redo

    def undo(self) -> None:
        """Take back the last mark, or the last change of the look."""
        (self._marking or self._window.studio).undo()

    def redo(self) -> None:
        (self._marking or self._window.studio).redo()

    def close(self) -> None:
        """Stop everything."""
        if self.page:
            self.page.teacher.close()
