"""The window: the picture in the middle, where you are, what you change, what you keep."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
)
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.models import bundled_names
from app.core.recipe import Recipe, RecipeError
from app.core.recipe_json import from_dict, to_dict
from app.core.render_loop import Result
from app.core.session_file import SUFFIX
from app.model.changes import place
from app.model.seed_wall import SeedWall
from app.model.studio import Studio
from app.ui import fonts, theme
from app.ui.actions import Actions
from app.ui.canvas import Canvas
from app.ui.dialogs.about import Shortcuts, show_about
from app.ui.dialogs.directions_dialog import DirectionsDialog
from app.ui.dialogs.export_dialog import ExportDialog
from app.ui.dialogs.find_dialog import FindDialog
from app.ui.dialogs.library_dialog import LibraryDialog
from app.ui.dialogs.preferences import Preferences, stored
from app.ui.drag.commands import DragCommands
from app.ui.empty_state import EmptyState
from app.ui.paint.commands import PaintCommands
from app.ui.panels.class_panel import ClassPanel
from app.ui.panels.imported_panel import ImportedPanel
from app.ui.panels.latent_panel import LatentPanel
from app.ui.panels.looks_panel import LooksPanel
from app.ui.panels.mixing_panel import MixingPanel
from app.ui.panels.motion_panel import MotionPanel
from app.ui.panels.performance_panel import PerformancePanel
from app.ui.panels.seed_panel import SeedPanel
from app.ui.panels.sliders_panel import SlidersPanel
from app.ui.photo.commands import PhotoCommands
from app.ui.session_commands import SessionCommands
from app.ui.status import StatusBar
from app.ui.teach.commands import TeachCommands
from app.ui.train.commands import TrainCommands
from app.ui.transfer import PictureDrag, file_in, look_data, recipe_in
from app.ui.wall.wall_page import WallPage
from app.ui.widgets.message_strip import MessageStrip
from app.ui.widgets.section import column

LAYOUT = 1
"""Version of the dock layout in the settings; an older one is not restored."""
LEFT, RIGHT = 328, 400
RECENT = 10


class MainWindow(QMainWindow):
    """A view of the studio; it owns the settings of the window, the studio owns the look."""

    def __init__(self, studio: Studio, settings: QSettings) -> None:
        super().__init__()
        self.studio, self.settings = studio, settings
        studio.tuning.chosen = stored(settings)
        self.theme = str(settings.value("theme", "system", str))
        self.language = str(settings.value("language", "system", str))
        self.setWindowTitle("Ganvas")
        self.setWindowIcon(QIcon(str(theme.RESOURCES / "icons" / "ganvas.svg")))
        self.setAcceptDrops(True)
        self.strip, self.canvas, self.empty = MessageStrip(), Canvas(), EmptyState()
        self.looks = LooksPanel(studio)
        self.sliders, self.imported = SlidersPanel(studio), ImportedPanel(studio)
        self.seed, self.mixing = SeedPanel(studio), MixingPanel(studio)
        self.latent = LatentPanel(studio)
        self.paint, self.label = PaintCommands(self), ClassPanel(studio)
        self.motion = MotionPanel(studio)
        self.wall = WallPage(SeedWall(studio), settings)
        self._add_centre()
        self.docks = self._add_docks()
        panel, right = PerformancePanel(studio, self.canvas), Qt.DockWidgetArea.RightDockWidgetArea
        self.performance = self._dock("performance", self.tr("&Performance"), column(panel), right)
        self.performance.hide()
        # The rest of the height is the sliders'.
        self.performance.setMaximumHeight(panel.sizeHint().height() + 2 * theme.GRID)
        self.sessions, self.train = SessionCommands(self), TrainCommands(self)
        self.photo, self.teach = PhotoCommands(self), TeachCommands(self)
        self.drag = DragCommands(self)
        self.actions_ = Actions(self)
        self.setStatusBar(StatusBar(studio, self.train.sliders))
        self.export_dialog: ExportDialog | None = None
        self.library_dialog: LibraryDialog | None = None
        self.find_dialog: FindDialog | None = None
        self._leaving = False
        self._connect()
        self._restore()
        self._follow_model()
        if not fonts.readable(fonts.locale_of(self.language)):
            self.strip.show_error(fonts.font_needed())

    def _add_centre(self) -> None:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.canvas)
        self.stack.addWidget(self.paint.page)
        self.stack.addWidget(self.wall)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.strip)
        layout.addWidget(self.stack, 1)
        self.setCentralWidget(centre)

    def _add_docks(self) -> tuple[QDockWidget, ...]:
        areas = Qt.DockWidgetArea
        places = (self.label, self.motion, self.mixing, self.latent)
        left = column(self.paint.labels, self.seed, self.paint.style, *places)
        right = column(self.sliders, self.imported)
        self.setCorner(Qt.Corner.BottomLeftCorner, areas.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, areas.RightDockWidgetArea)
        docks = (
            self._dock("seeds", self.tr("Seeds and mixing"), left, areas.LeftDockWidgetArea),
            self._dock("sliders", self.tr("Sliders"), right, areas.RightDockWidgetArea),
            self._dock("looks", self.tr("Looks"), self.looks, areas.BottomDockWidgetArea),
        )
        sides = list(docks[:2])
        self.resizeDocks(sides, [LEFT, RIGHT], Qt.Orientation.Horizontal)
        for dock, width in zip(sides, (LEFT, RIGHT), strict=True):
            dock.setMinimumWidth(width - 6 * theme.GRID)
        return docks

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        dock.setTitleBarWidget(QWidget())
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _connect(self) -> None:
        studio = self.studio
        studio.picture_ready.connect(self._show_picture)
        studio.model_changed.connect(self._follow_model)
        studio.history_changed.connect(self.actions_.follow)
        studio.looks_changed.connect(self.actions_.follow)
        studio.gallery.changed.connect(self.actions_.follow)
        studio.error_raised.connect(self.strip.show_failure)
        studio.model_changed.connect(self.strip.forget_failure)
        studio.message.connect(self.strip.show_note)
        studio.job_changed.connect(self._show_opening)
        self.wall.closed.connect(lambda: self.show_wall(False))
        self.seed.wall.clicked.connect(lambda: self.show_wall(not self.wall.isVisible()))
        self._drag = PictureDrag(self.canvas, studio)
        studio.imports.changed.connect(self._show_panels)
        studio.imports.asked.connect(lambda asked: DirectionsDialog(studio, asked, self).open())
        self.empty.open_asked.connect(self.ask_open)
        self.empty.models_asked.connect(self.show_library)
        self.empty.model_chosen.connect(studio.open)

    @Slot()
    def _follow_model(self) -> None:
        self.train.show_page(False)
        self._show_panels()
        if self.studio.model:
            self.remember(self.studio.model.path)
        if not self.wall.wall.applies:
            self.show_wall(False)
        self.paint.follow_model()
        if self.studio.result:
            self._show_picture(self.studio.result)
        self.actions_.follow()

    @Slot()
    def _show_panels(self) -> None:
        """Show the panels that apply to the open model, and only those."""
        spec = self.studio.spec
        applies = (spec is not None, bool(self.studio.directions), spec is not None)
        for dock, there in zip(self.docks, applies, strict=True):
            action = dock.toggleViewAction()
            if action.isVisible() == there:
                continue  # what was closed by hand stays closed
            wanted = bool(self.settings.value(f"panels/{dock.objectName()}", True, bool))
            action.setVisible(there)
            dock.setVisible(there and wanted)
        self.actions_.follow()

    @Slot(object)
    def _show_picture(self, result: Result) -> None:
        self.canvas.show_picture(result.drawn.shown if result.drawn else None)
        if self.stack.currentWidget() is self.empty:
            self.stack.setCurrentWidget(self.paint.workspace)

    def show_wall(self, shown: bool) -> None:
        """Show the seed wall in the place of the picture, or the picture again."""
        shown = shown and self.wall.wall.applies
        if shown:
            self.train.show_page(False)
            self.stack.setCurrentWidget(self.wall)
            self.wall.view.show_seed(self.wall.wall.first)
            self.wall.view.setFocus()
        elif self.stack.currentWidget() is self.wall:
            self.stack.setCurrentWidget(self.paint.workspace)
            self.paint.workspace.setFocus()
        self.actions_.wall.setChecked(shown)

    @Slot()
    def _show_opening(self) -> None:
        self.empty.show_opening(self.studio.opening.running)

    # Files

    def open_path(self, path: Path) -> None:
        """Open a model or a session, or bring back the look of an exported picture or clip."""
        if path.suffix.lower() == SUFFIX:
            self.sessions.before_leaving(lambda: self.studio.open(str(path)))
        else:
            self.studio.open(str(path))

    def open_first(self, file: Path | None) -> None:
        """Open the file that was given, what was shown last time, or the first model that ships."""
        recent = [path for path in self.recent_files() if path.is_file()]
        names = bundled_names()
        first = file or next(iter(recent + [Path(name) for name in names]), None)
        if first:
            self.studio.open(str(first), self._last_look())

    def _last_look(self) -> Recipe:
        """The look of the last time; on the first start an empty one."""
        try:
            return from_dict(json.loads(str(self.settings.value("look", "", str))))
        except (RecipeError, ValueError, KeyError, TypeError, AttributeError):
            return Recipe()

    def ask_open(self) -> None:
        """Let the user choose what to open."""
        kinds = self.tr(
            "Sessions, models and exported pictures "
            "(*.ganvas *.safetensors *.pkl *.pt *.pth *.png *.gif *.webp *.mp4)"
        )
        everything = self.tr("All files (*)")
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open"), self.folder(), f"{kinds};;{everything}"
        )
        if name:
            self.open_path(Path(name))

    def ask_save(self) -> None:
        """Let the user choose where the picture goes."""
        seed, _ = place(self.studio.recipe)
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save picture"),
            str(Path(self.folder()) / f"seed{seed}.png"),
            self.tr("PNG with its recipe (*.png)"),
        )
        if name:
            path = Path(name)
            self.settings.setValue("folder", str(path.parent))
            self.studio.save_picture(path if path.suffix else path.with_suffix(".png"))

    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        result = self.studio.result
        if result and result.picture is not None:
            QGuiApplication.clipboard().setMimeData(
                look_data(result.picture, result.request.recipe)
            )
            self.strip.show_note(self.tr("Picture copied; pasting it here brings the look back"))

    def paste(self) -> None:
        """Bring back the look that was copied here or in another window, or open a copied file."""
        data = QGuiApplication.clipboard().mimeData()
        recipe, file = recipe_in(data), file_in(data)
        if recipe:
            self.studio.open_recipe(recipe, self.tr("The copied picture"))
        elif file:
            self.open_path(file)
        else:
            self.strip.show_note(
                self.tr("There is no look to paste. Copy a picture here, or an exported file.")
            )

    def show_export(self, preset: str = "") -> None:
        """Open the window that makes clips, on a `preset`; this one stays alive behind it."""
        if self.export_dialog is None:
            self.export_dialog = ExportDialog(self.studio, self.settings, self)
        chosen = self.looks.selected()
        self.export_dialog.open_with(chosen.recipe if chosen else None, preset)

    def show_library(self) -> None:
        """Open the window that downloads public models; this one stays alive behind it."""
        if self.library_dialog is None:
            self.library_dialog = LibraryDialog(self.studio, self.settings, self)
        self.library_dialog.show()
        self.library_dialog.raise_()
        self.library_dialog.activateWindow()

    def show_finder(self) -> None:
        """Open the window that finds directions; this one stays alive behind it."""
        if self.find_dialog is None:
            self.find_dialog = FindDialog(self.studio, self.settings, self)
        self.find_dialog.show()
        self.find_dialog.raise_()
        self.find_dialog.activateWindow()

    def folder(self) -> str:
        """Where files were last opened or saved."""
        return str(self.settings.value("folder", str(Path.home()), str))

    def recent_files(self) -> list[Path]:
        """The models and sessions that were opened lately, newest first."""
        stored = self.settings.value("recent", [], list)
        return [Path(str(name)) for name in stored] if isinstance(stored, list) else []

    def remember(self, path: Path) -> None:
        others = [known for known in self.recent_files() if known != path.absolute()]
        names = [str(known) for known in (path.absolute(), *others)]
        self.settings.setValue("recent", names[:RECENT])

    def clear_recent(self) -> None:
        self.settings.setValue("recent", [])

    # Commands of the view

    def morph(self) -> None:
        """Start a morph to the chosen look, or to the last one that is not shown already."""
        items, here = self.studio.looks.items, self.studio.recipe
        others = [look for look in items if look.recipe != here]
        chosen = self.looks.selected()
        if chosen in others:
            self.looks.start_morph(chosen)
        elif items:
            self.looks.start_morph((others or items)[-1])

    def set_theme(self, name: str) -> None:
        """Dark, light or system, at once."""
        self.theme = name
        self.settings.setValue("theme", name)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, name)

    def set_language(self, name: str) -> None:
        """The language from the next start on."""
        self.language = name
        self.settings.setValue("language", name)
        if fonts.readable(fonts.locale_of(name)):
            self.strip.show_note(self.tr("The language changes when Ganvas is started again."))
        else:
            self.strip.show_error(fonts.font_needed())

    def toggle_full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def show_preferences(self) -> None:
        Preferences(self.studio, self.settings, self).open()

    def show_shortcuts(self) -> None:
        Shortcuts(self.actions_.all, self).open()

    def show_about(self) -> None:
        show_about(self)

    # Drops, and the end

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        file = file_in(event.mimeData())
        if file:
            if event.source() is not self.canvas:
                self.open_path(file)
            event.acceptProposedAction()
        else:
            self.strip.show_error(self.tr("Drop a file that is on this computer."))

    def _restore(self) -> None:
        geometry = self.settings.value("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1280, 800)
        state = self.settings.value("state")
        if state is not None:
            self.restoreState(state, LAYOUT)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._leaving or not (self.studio.exporting.running or self.sessions.document.at_risk):
            self._end()
            super().closeEvent(event)
            return
        event.ignore()
        self.sessions.before_closing(self._leave)

    def _leave(self) -> None:
        """Close for good: the user was asked."""
        self._leaving = True
        self.close()

    def _end(self) -> None:
        """Remember the window, and stop everything."""
        self.train.close()
        self.photo.close()
        self.settings.setValue("geometry", self.saveGeometry())
        if self.studio.model:
            self.settings.setValue("state", self.saveState(LAYOUT))
            self.settings.setValue("look", json.dumps(to_dict(self.studio.recipe)))
            for dock, action in ((dock, dock.toggleViewAction()) for dock in self.docks):
                if action.isVisible():
                    self.settings.setValue(f"panels/{dock.objectName()}", action.isChecked())
        if self.export_dialog:
            self.export_dialog.stop()
        if self.library_dialog:
            self.library_dialog.stop()
        if self.find_dialog:
            self.find_dialog.stop()
        self._drag.close()
        self.sessions.document.close()
        self.wall.wall.close()
        self.teach.close()
        self.drag.close()
        self.studio.close()
