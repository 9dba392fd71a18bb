"""The Train menu's commands: new, open and resume a run, and the page that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDockWidget, QFileDialog, QWidget

from app.core.training_runs import Plan
from app.model.snapshot_sliders import SnapshotSliders
from app.model.training import Training
from app.ui.train.new_training import NewTraining, runs_folder
from gan_models.errors import GanvasError

if TYPE_CHECKING:  # pyqtgraph takes half a second to load; the window is drawn before
    from app.ui.main_window import MainWindow
    from app.ui.train.run_page import RunPage


class TrainCommands(QObject):
    """Owns the run that a window shows; the page is made when it is first wanted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.training = Training(self)
        self.training.failed.connect(self._fail)
        self.sliders = SnapshotSliders(window.studio)
        self.training.filming.finished.connect(self._filmed)
        self.training.filming.failed.connect(self._fail)
        self.dialog: NewTraining | None = None
        self.page: RunPage | None = None
        self._before: QWidget | None = None
        self._hidden: list[QDockWidget] = []

    # Commands

    def new(self) -> None:
        """Ask for a new run; the window stays alive behind the dialog."""
        self._made_dialog().open_anew()

    @Slot(object)
    def fork(self, snapshot: Path) -> None:
        """Ask for a run that begins with a snapshot, or a StyleGAN2's file, on other pictures."""
        self._made_dialog().open_anew(snapshot)

    def ask_fork(self) -> None:
        """Fork from the snapshot that is shown, else from one that the user chooses."""
        if self.page and self.shown and self.page.snapshots.shown:
            self.page.snapshots.fork.click()
            return
        last = str(self._window.settings.value("training/runs", str(runs_folder()), str))
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Snapshot or StyleGAN2 to begin with"),
            last,
            self.tr("Snapshots and models (*.safetensors)"),
        )
        if name:
            self.fork(Path(name))

    def _made_dialog(self) -> NewTraining:
        if self.dialog is None:
            self.dialog = NewTraining(self._window.settings, self._window)
            self.dialog.start_asked.connect(self.start)
        return self.dialog

    @Slot(object)
    def start(self, plan: Plan) -> None:
        """Start a run and show it."""
        try:
            self.training.start(plan)
        except GanvasError as error:
            if self.dialog:
                self.dialog.problem.setText(str(error))
            return
        if self.dialog:
            self.dialog.hide()
        self._show_new()

    def ask_open(self) -> None:
        """Let the user choose a run folder to watch."""
        path = self._ask(self.tr("Open run"))
        if path:
            self.follow(path)

    def follow(self, path: Path) -> None:
        """Show a run, whoever writes it."""
        self.training.follow(path)
        self._show_new()

    def ask_resume(self) -> None:
        """Go on with the run that is shown if it rests, else with one that the user chooses."""
        view = self.training.view
        resting = view is not None and not view.active and view.state != "finished"
        path = view.path if view and resting else self._ask(self.tr("Resume run"))
        if path:
            self.resume(path)

    @Slot(object)
    def resume(self, path: Path) -> None:
        """Go on with a run where it stopped."""
        try:
            self.training.resume(path)
        except GanvasError as error:
            self._window.strip.show_error(str(error))
        if self.training.path == path:
            self._show_new()

    def _ask(self, title: str) -> Path | None:
        window = self._window
        last = str(window.settings.value("training/runs", str(runs_folder()), str))
        name = QFileDialog.getExistingDirectory(window, title, last)
        return Path(name) if name else None

    # The page

    @property
    def shown(self) -> bool:
        """Whether the run is in the place of the picture."""
        return self.page is not None and self._window.stack.currentWidget() is self.page

    def show_page(self, shown: bool) -> None:
        """Show the run in the place of the picture and its panels, or these again."""
        stack = self._window.stack
        if shown and self.training.path and not self.shown:
            self._before = stack.currentWidget()
            page = self._made_page()
            stack.setCurrentWidget(page)
            docks = (*self._window.docks, self._window.performance)
            self._hidden = [dock for dock in docks if not dock.isHidden()]
            for dock in self._hidden:
                dock.hide()
            page.setFocus()
        elif not shown and self.shown and self._before:
            # A model may have been opened meanwhile, which ends the empty state.
            empty = self._before is self._window.empty and self._window.studio.model
            stack.setCurrentWidget(self._window.paint.workspace if empty else self._before)
            for dock in self._hidden:
                dock.show()
        self._window.actions_.run.setChecked(self.shown)
        self._window.actions_.follow()

    def _show_new(self) -> None:
        self._made_page().show_nothing()
        self.show_page(True)

    def _made_page(self) -> RunPage:
        if self.page is None:
            from app.ui.train.run_page import RunPage

            self.page = RunPage(self.training, self._window.settings)
            self.page.closed.connect(lambda: self.show_page(False))
            self.page.snapshots.open_asked.connect(self._open_snapshot)
            self.page.snapshots.fork_asked.connect(self.fork)
            self.page.resume_asked.connect(self.resume)
            self._window.stack.addWidget(self.page)
        return self.page

    @Slot(object)
    def _open_snapshot(self, path: Path) -> None:
        self.show_page(False)
        self.sliders.expect(path)
        self._window.open_path(path)

    @Slot(object)
    def _filmed(self, path: Path) -> None:
        self._window.strip.show_note(self.tr("Saved {0}").format(path))

    @Slot(str)
    def _fail(self, text: str) -> None:
        if self.training.path is None:
            self.show_page(False)
        self._window.strip.show_error(text)

    def close(self) -> None:
        """Bring the panels back and stop looking; the run itself goes on."""
        self.show_page(False)
        self.training.close()
        self.sliders.close()
        if self.dialog:
            self.dialog.stop()
