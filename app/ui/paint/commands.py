"""The Paint workspace's place in the window, and what it does with files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.model.maps import FoundMap, MapKind
from app.model.painter import Painter
from app.ui.canvas import Canvas
from app.ui.paint.labels_panel import LabelsPanel
from app.ui.paint.map_dialog import MapDialog
from app.ui.paint.page import PaintPage
from app.ui.paint.style_panel import StylePanel
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
        self.style = StylePanel(window.studio)
        self._maps = window.studio.controls.maps
        self.labels.file_dropped.connect(self._maps.load)
        self._maps.asked.connect(self._ask_colours)
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
        self.random.setVisible(self._maps.draws)
        stack = self._window.stack
        if stack.currentWidget() in (self.page, self._window.canvas):
            stack.setCurrentWidget(self.workspace)

    def _fill_menu(self) -> None:
        menu, maps = self.page.tools.files.menu(), self._maps
        menu.addAction(self.tr("Open map…"), self.ask_open)
        self.random = menu.addAction(self.tr("Random map"), maps.draw)
        menu.addAction(self.tr("Fill all with the label"), self.painter.clear)
        menu.addSeparator()
        menu.addAction(self.tr("Save map as class numbers…"), lambda: self.ask_save("ids"))
        menu.addAction(self.tr("Save map in colours…"), lambda: self.ask_save("colours"))
        menu.addAction(self.tr("Save picture and map…"), lambda: self.ask_save("both"))

    def ask_open(self) -> None:
        """Let the user choose a map."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open label map"),
            self._window.folder(),
            self.tr("Label maps (*.png *.bmp *.tif *.tiff)"),
        )
        if name:
            self._maps.load(Path(name))

    def ask_save(self, what: MapKind | Literal["both"]) -> None:
        """Let the user choose where the map, or picture and map, go."""
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Save picture and map") if what == "both" else self.tr("Save label map"),
            str(Path(self._window.folder()) / ("picture.png" if what == "both" else "map.png")),
            self.tr("PNG (*.png)"),
        )
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(name).with_suffix(".png")
        self._window.settings.setValue("folder", str(path.parent))
        if what == "both":
            self._maps.save_both(path)
        else:
            self._maps.save(path, what)

    @Slot(object)
    def _ask_colours(self, found: FoundMap) -> None:
        MapDialog(self._maps, found, self.labels.names(), self._window).open()
