"""The Paint workspace's place in the window, and what it does with files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.model.painter import Painter
from app.ui.canvas import Canvas
from app.ui.paint.labels_panel import LabelsPanel
from app.ui.paint.page import PaintPage
from app.ui.paint.view import PaintView

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


class PaintCommands(QObject):
    """Owns the painter, its page and its panels."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._studio = window, window.studio
        self.painter = Painter(window.studio)
        self.page = PaintPage(window.studio, self.painter)
        self.labels = LabelsPanel(window.studio, self.painter)
        self.page.view.painted.connect(window.canvas.painted)
        self.labels.file_dropped.connect(window.studio.controls.load_map)
        self._fill_menu()

    @property
    def workspace(self) -> QWidget:
        """Where the picture is: the page for models that draw from maps, else the canvas."""
        return self.page if self.page.applies else self._window.canvas

    @property
    def view(self) -> PaintView | Canvas:
        """What zooms."""
        return self.page.view if self.page.applies else self._window.canvas

    def follow_model(self) -> None:
        """Go from the page to the canvas, or back, if one of them is shown."""
        stack = self._window.stack
        if stack.currentWidget() in (self.page, self._window.canvas):
            stack.setCurrentWidget(self.workspace)

    def _fill_menu(self) -> None:
        menu = self.page.tools.files.menu()
        menu.addAction(self.tr("Open map…"), self.ask_open)
        menu.addSeparator()
        menu.addAction(self.tr("Fill all with the label"), self.painter.clear)

    def ask_open(self) -> None:
        """Let the user choose a map."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open label map"),
            self._window.folder(),
            self.tr("Label maps (*.png *.bmp *.tif *.tiff)"),
        )
        if name:
            self._studio.controls.load_map(Path(name))
