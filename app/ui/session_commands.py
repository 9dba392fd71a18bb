"""Save, open and close sessions: what the window asks before anything is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QObject, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.core.models import bundled_names
from app.core.session_file import SUFFIX
from app.model.changes import place
from app.model.document import Document
from app.model.opener import Opened

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


class SessionCommands(QObject):
    """The commands of a window around its document."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._studio = window, window.studio
        self.document = Document(window.studio, self)
        self._then: Callable[[], object] | None = None
        self.document.changed.connect(self._show_title)
        self.document.saved.connect(self._saved)
        self.document.failed.connect(self._failed)
        self._studio.session_opened.connect(self._opened)
        self._studio.model_missing.connect(self._ask_for_model)

    @Slot()
    def _show_title(self) -> None:
        document, model = self.document, self._studio.model
        names = [document.path.name] if document.path else []
        names += [model.ref.name] if model else []
        if names:
            names[0] += "[*]"
        self._window.setWindowTitle(" — ".join([*names, "Ganvas"]))
        self._window.setWindowModified(document.modified)

    # Save

    def save(self) -> None:
        """Write the session to its file, or ask for one."""
        if self.document.path:
            self.document.save(self.document.path)
        else:
            self.save_as()

    def save_as(self) -> None:
        """Ask where the session goes."""
        window, current = self._window, self.document.path
        seed, _ = place(self._studio.recipe)
        suggestion = current or Path(window.folder()) / f"seed{seed}{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(
            window,
            self.tr("Save session"),
            str(suggestion),
            self.tr("Ganvas sessions (*.ganvas)"),
        )
        if name:
            path = Path(name)
            path = path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)
            self.document.save(path)
        else:
            self._then = None

    @Slot(object)
    def _saved(self, path: Path) -> None:
        self._window.remember(path)
        self._window.strip.show_note(self.tr("Session saved as {0}").format(path))
        then, self._then = self._then, None
        if then:
            then()

    @Slot(str)
    def _failed(self, text: str) -> None:
        self._then = None
        self._window.strip.show_error(text)

    # Nothing is lost unasked

    def before_closing(self, do: Callable[[], object]) -> None:
        """Do it at once, or after the user said what becomes of what is not finished or saved."""
        if self._studio.exporting.running:
            self._ask_about_export(lambda: self.before_leaving(do))
        else:
            self.before_leaving(do)

    def _ask_about_export(self, do: Callable[[], object]) -> None:
        """Going on ends the export; meanwhile it may finish by itself."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("A clip is still being exported."))
        box.setInformativeText(self.tr("If you close now, it is cancelled and no file is left."))
        stop = box.addButton(self.tr("Cancel it and close"), QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton(self.tr("Keep exporting"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        stop.clicked.connect(lambda: do())
        box.open()

    def before_leaving(self, do: Callable[[], object]) -> None:
        """Do it at once, or after the user said what becomes of changes that no file holds."""
        if not self.document.at_risk:
            do()
            return
        buttons = QMessageBox.StandardButton
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "Ganvas",
            self.tr("Save the changes to this session?"),
            buttons.Save | buttons.Discard | buttons.Cancel,
            self._window,
        )
        name = self.document.path.name if self.document.path else self.tr("It has no file yet.")
        looks = len(self._studio.looks.all)
        box.setInformativeText(
            self.tr("{0} Kept looks: {1}.").format(name, looks) if looks else name
        )
        box.setDefaultButton(buttons.Save)
        box.finished.connect(lambda answer: self._leave(answer, do))
        box.open()

    def _leave(self, answer: int, do: Callable[[], object]) -> None:
        if answer == QMessageBox.StandardButton.Save:
            self._then = do
            self.save()
        elif answer == QMessageBox.StandardButton.Discard:
            do()

    # Open

    @Slot(object)
    def _opened(self, _opened: Opened) -> None:
        if self.document.path:
            self._window.remember(self.document.path)

    @Slot(object)
    def _ask_for_model(self, opened: Opened) -> None:
        """A session or picture whose model is nowhere: the user may show us where it is."""
        name = opened.recipe.model.name if opened.recipe else "?"
        text = self.tr("{0} was made with the model {1}, which was not found.")
        choices = [(self.tr("Choose its file…"), lambda: self._choose_model(opened))]
        bundled = bundled_names()
        current = self._studio.model
        other = str(current.path) if current else (bundled[0] if bundled else "")
        if other:
            title = current.ref.name if current else other
            choices.append(
                (
                    self.tr("Show it with {0}").format(title),
                    lambda: self._studio.open_with(opened, other),
                )
            )
        self._window.strip.show_offer(text.format(opened.path.name, name), *choices)

    def _choose_model(self, opened: Opened) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Where is the model?"),
            self._window.folder(),
            self.tr("All files (*)"),
        )
        if name:
            self._studio.open_with(opened, name)

    # After a crash

    def protect(self, folder: Path) -> None:
        """Keep a copy in `folder` from now on; offer what a run that crashed left there."""
        try:
            found = self.document.protect(folder)
        except OSError as error:
            self._window.strip.show_error(
                self.tr("No copies are kept for a crash: {0}").format(error)
            )
            return
        if found and self.document.recovery:
            kept = QDateTime.fromSecsSinceEpoch(round(found.stat().st_mtime))
            when = QLocale().toString(kept, QLocale.FormatType.ShortFormat)
            self._window.strip.show_offer(
                self.tr("Ganvas ended unexpectedly. What you did until {0} was kept.").format(when),
                (self.tr("Restore"), self.document.restore),
                (self.tr("Discard"), self.document.recovery.discard),
            )
