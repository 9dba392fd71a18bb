"""The menus: each command once, with its name, its keys and what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu

from app.core.children import can_have_children
from app.ui.dialogs.file_facts import FileFacts
from app.ui.fonts import has_chinese

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

Keys = QKeySequence.StandardKey | str
LANGUAGES = {"system": "", "en": "English", "zh_CN": "简体中文"}


class Actions(QObject):
    """Builds the menu bar of a window and holds the actions that change with the studio."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.all: list[QAction] = []
        self._add_file()
        self._add_edit()
        self._add_view()
        self._add_model()
        self._add_looks()
        self._add_train()
        self._add_help()

    def _menu(self, title: str) -> QMenu:
        return self._window.menuBar().addMenu(title)

    def _add(self, menu: QMenu, text: str, do: Callable[[], object], *keys: Keys) -> QAction:
        action = QAction(text, self._window)
        action.triggered.connect(lambda _=False: do())
        action.setShortcuts(_sequences(keys))
        menu.addAction(action)
        self.all.append(action)
        return action

    def _add_file(self) -> None:
        window = self._window
        menu = self._menu(self.tr("&File"))
        self._add(menu, self.tr("&Open…"), window.ask_open, QKeySequence.StandardKey.Open)
        self.recent = menu.addMenu(self.tr("Open &recent"))
        self.recent.aboutToShow.connect(self._fill_recent)
        self._add(menu, self.tr("&Get models…"), window.show_library, "Ctrl+Shift+O")
        self.project = self._add(menu, self.tr("Project p&hoto…"), window.photo.ask, "Ctrl+Shift+P")
        self.import_ = self._add(
            menu, self.tr("&Import directions…"), window.imported.ask_load, "Ctrl+I"
        )
        menu.addSeparator()
        sessions = window.sessions
        self.save = self._add(
            menu, self.tr("&Save session"), sessions.save, QKeySequence.StandardKey.Save
        )
        self.save_as = self._add(
            menu, self.tr("Save session &as…"), sessions.save_as, "Ctrl+Shift+S"
        )
        menu.addSeparator()
        self.save_picture = self._add(
            menu, self.tr("Save &picture as…"), window.ask_save, "Ctrl+Shift+E"
        )
        self.export = self._add(menu, self.tr("&Export clip…"), window.show_export, "Ctrl+E")
        menu.addSeparator()
        quit_ = self._add(
            menu, self.tr("&Quit"), window.close, "Ctrl+Q", QKeySequence.StandardKey.Quit
        )
        quit_.setMenuRole(QAction.MenuRole.QuitRole)

    def _add_edit(self) -> None:
        window, studio, teach = self._window, self._window.studio, self._window.teach
        menu = self._menu(self.tr("&Edit"))
        self.undo = self._add(menu, self.tr("&Undo"), teach.undo, "Ctrl+Z")
        self.redo = self._add(menu, self.tr("&Redo"), teach.redo, "Ctrl+Shift+Z", "Ctrl+Y")
        menu.addSeparator()
        self.copy = self._add(
            menu, self.tr("&Copy picture"), window.copy_picture, QKeySequence.StandardKey.Copy
        )
        self._add(menu, self.tr("&Paste look"), window.paste, QKeySequence.StandardKey.Paste)
        menu.addSeparator()
        self.random_seed = self._add(menu, self.tr("Random &seed"), studio.random_seed, "Ctrl+R")
        self.random_edits = self._add(
            menu, self.tr("Random s&liders"), studio.random_edits, "Ctrl+Shift+R"
        )
        self.reset = self._add(menu, self.tr("Rese&t look"), studio.reset, "Ctrl+Backspace")
        menu.addSeparator()
        preferences = self._add(
            menu,
            self.tr("&Preferences…"),
            window.show_preferences,
            QKeySequence.StandardKey.Preferences,
            "Ctrl+,",
        )
        preferences.setMenuRole(QAction.MenuRole.PreferencesRole)

    def _add_view(self) -> None:
        window = self._window
        menu = self._menu(self.tr("&View"))
        paint = window.paint
        self._add(menu, self.tr("Zoom &in"), lambda: paint.view.zoom_in(), "Ctrl++", "Ctrl+=")
        self._add(menu, self.tr("Zoom &out"), lambda: paint.view.zoom_out(), "Ctrl+-")
        self._add(menu, self.tr("&Fit"), lambda: paint.view.fit(), "Ctrl+0")
        menu.addSeparator()
        self.wall = self._add(
            menu,
            self.tr("Seed &wall"),
            lambda: window.show_wall(not window.wall.isVisible()),
            "Ctrl+G",
        )
        self.wall.setCheckable(True)
        photo = window.photo
        self.compare = self._add(
            menu,
            self.tr("Compare with p&hoto"),
            lambda: photo.show_wipe(not photo.wiping),
            "Ctrl+Shift+D",
        )
        self.compare.setCheckable(True)
        panels = menu.addMenu(self.tr("&Panels"))
        for dock in window.docks:
            panels.addAction(dock.toggleViewAction())
        menu.addAction(window.performance.toggleViewAction())
        themes = {
            "system": self.tr("As the &system"),
            "dark": self.tr("&Dark"),
            "light": self.tr("&Light"),
        }
        self._choices(menu.addMenu(self.tr("&Theme")), themes, window.theme, window.set_theme)
        languages = {**LANGUAGES, "system": self.tr("As the &system")}
        if not has_chinese():
            languages["zh_CN"] = "Simplified Chinese"
        self._choices(
            menu.addMenu(self.tr("L&anguage")), languages, window.language, window.set_language
        )
        menu.addSeparator()
        self.full_screen = self._add(
            menu, self.tr("F&ull screen"), window.toggle_full_screen, "F11"
        )

    def _choices(
        self, menu: QMenu, names: dict[str, str], current: str, choose: Callable[[str], None]
    ) -> None:
        group = QActionGroup(menu)
        for key, name in names.items():
            action = group.addAction(name)
            action.setCheckable(True)
            action.setChecked(key == current)
            action.triggered.connect(lambda _=False, key=key: choose(key))
            menu.addAction(action)

    def _add_model(self) -> None:
        window = self._window
        self.model_menu = self._menu(self.tr("&Model"))
        self.find = self._add(
            self.model_menu, self.tr("&Find sliders…"), window.show_finder, "Ctrl+Shift+F"
        )
        self.child = self._add(
            self.model_menu, self.tr("&Child of two…"), window.photo.show_children, "Ctrl+Shift+K"
        )
        self.teach = self._add(
            self.model_menu,
            self.tr("&Teach a slider"),
            lambda: window.teach.show_page(not window.teach.shown),
            "Ctrl+Shift+T",
        )
        self.teach.setCheckable(True)
        self.drag = self._add(
            self.model_menu,
            self.tr("&Drag points of the picture"),
            lambda: window.drag.show_handles(not window.drag.shown),
            "Ctrl+D",
        )
        self.drag.setCheckable(True)
        self.model_menu.addSeparator()
        self.about_model = self._add(
            self.model_menu, self.tr("&About this model"), self._show_facts, "Ctrl+Alt+I"
        )

    def _show_facts(self) -> None:
        if self._window.studio.model:
            FileFacts(self._window.studio.model.path, self._window).open()

    def _add_looks(self) -> None:
        window = self._window
        menu = self._menu(self.tr("&Looks"))
        self.keep = self._add(menu, self.tr("&Keep this look"), window.studio.keep_look, "Ctrl+K")
        self.gallery = self._add(
            menu, self.tr("&Gallery to start from"), window.looks.show_gallery, "Ctrl+Shift+G"
        )
        self.morph = self._add(menu, self.tr("&Morph to the chosen look"), window.morph, "Ctrl+M")

    def _add_train(self) -> None:
        train = self._window.train
        menu = self._menu(self.tr("&Train"))
        self._add(menu, self.tr("&New training…"), train.new, "Ctrl+Shift+N")
        self._add(menu, self.tr("&Open run…"), train.ask_open)
        self._add(menu, self.tr("&Resume…"), train.ask_resume)
        self._add(menu, self.tr("&Fork from snapshot or model…"), train.ask_fork)
        menu.addSeparator()
        self.run = self._add(
            menu, self.tr("&Show the run"), lambda: train.show_page(not train.shown), "Ctrl+T"
        )
        self.run.setCheckable(True)

    def _add_help(self) -> None:
        window = self._window
        menu = self._menu(self.tr("&Help"))
        self._add(menu, self.tr("&Keyboard shortcuts"), window.show_shortcuts, "F1")
        about = self._add(menu, self.tr("&About Ganvas"), window.show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)
        qt = self._add(menu, self.tr("About &Qt"), QApplication.aboutQt)
        qt.setMenuRole(QAction.MenuRole.AboutQtRole)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self._window.recent_files():
            action = self.recent.addAction(path.name)
            action.setToolTip(str(path))
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _=False, path=path: self._window.open_path(path))
        if self.recent.isEmpty():
            self.recent.addAction(self.tr("Nothing yet")).setEnabled(False)
        else:
            self.recent.addSeparator()
            self.recent.addAction(self.tr("&Clear"), self._window.clear_recent)

    def follow(self) -> None:
        """Offer what can be done now."""
        studio = self._window.studio
        ready = studio.model is not None
        self.undo.setEnabled(self._window.teach.can_undo)
        self.redo.setEnabled(self._window.teach.can_redo)
        for action in (
            *(self.save, self.save_as, self.save_picture, self.export),
            *(self.copy, self.random_seed, self.reset, self.keep, self.import_),
        ):
            action.setEnabled(ready)
        has_latents = studio.spec is None or studio.spec.z_dim > 0
        self.random_seed.setVisible(has_latents)
        self.import_.setVisible(has_latents)
        searchable = studio.spec is None or (has_latents and not studio.spec.map_classes)
        for action in (self.find, self.teach, self.drag):
            action.setEnabled(ready and searchable)
            action.setVisible(searchable)
        self.about_model.setEnabled(ready)
        self.teach.setChecked(self._window.teach.shown)
        self.drag.setChecked(self._window.drag.shown)
        self.child.setEnabled(studio.spec is not None and can_have_children(studio.spec))
        photo = self._window.photo
        self.project.setVisible(studio.spec is None or photo.applies)
        self.project.setEnabled(photo.applies)
        self.compare.setVisible(photo.applies)
        self.compare.setEnabled(photo.compares)
        self.wall.setVisible(self._window.wall.wall.applies)
        self.random_edits.setVisible(bool(studio.directions))
        self.gallery.setVisible(bool(studio.gallery.items))
        self.morph.setEnabled(bool(studio.looks.items))
        self.run.setEnabled(self._window.train.training.path is not None)


def _sequences(keys: tuple[Keys, ...]) -> list[QKeySequence]:
    """The keys as sequences, without those that the platform leaves empty or gives twice."""
    result: list[QKeySequence] = []
    for key in keys:
        sequence = QKeySequence(key)
        if not sequence.isEmpty() and sequence not in result:
            result.append(sequence)
    return result
