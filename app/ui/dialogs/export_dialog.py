"""Export: the clips that people want, seen before they are written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.clip import Clip
from app.core.jobs import Progress
from app.core.recipe import Recipe
from app.model.changes import place
from app.model.preview import FRAMES, draft_size, preview
from app.model.runner import Runner
from app.model.studio import Studio
from app.ui.dialogs.clip_form import ClipForm
from app.ui.dialogs.clip_player import SIDE, ClipPlayer
from app.ui.status import remaining
from app.ui.theme import GRID
from gan_models.errors import GanvasError

SUFFIXES = {"mp4": ".mp4", "gif": ".gif", "webp": ".webp", "png": ".png", "frames": ""}


class ExportDialog(QDialog):
    """Form on the right, looping preview on the left; the window behind stays alive."""

    def __init__(self, studio: Studio, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export clip"))
        self._studio, self._settings = studio, settings
        self.form, self.player = ClipForm(studio, settings), ClipPlayer()
        self.preview = Runner(self)
        self.facts, self.problem = QLabel(), QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.export = QPushButton(self.tr("Export…"))
        self.export.setDefault(True)
        self.cancel = QPushButton(self.tr("Cancel export"))
        self.close_button = QPushButton(self.tr("Close"))
        self._lay_out()
        self.form.changed.connect(self.draw_preview)
        self.preview.progressed.connect(self._preview_frame)
        self.preview.finished.connect(self._estimated)
        self.preview.failed.connect(self.problem.setText)
        self.export.clicked.connect(self.ask_export)
        self.cancel.clicked.connect(studio.exporting.cancel)
        self.close_button.clicked.connect(self.close)
        studio.job_changed.connect(self._show_job)
        studio.exporting.progressed.connect(self._exported_frame)
        studio.model_changed.connect(self._follow_model)
        self._show_job()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(GRID)
        left.addWidget(self.player)
        for label in (self.facts, self.problem):
            label.setWordWrap(True)
            label.setFixedWidth(SIDE)
            label.setProperty("role", "small")
            left.addWidget(label)
        left.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(3 * GRID)
        top.addLayout(left)
        top.addWidget(self.form, 1, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.addWidget(self.bar, 1)
        buttons.addStretch(0)
        for button in (self.cancel, self.close_button, self.export):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(top, 1)
        layout.addLayout(buttons)
        self.setMinimumWidth(680)

    def open_with(self, second: Recipe | None, preset: str = "") -> None:
        """Show the dialog for the look on the canvas, on a `preset`; `second`: to morph to."""
        self.show()
        self.raise_()
        self.activateWindow()
        self.form.follow(second)
        if preset:
            self.form.clip.setCurrentIndex(max(0, self.form.clip.findData(preset)))

    def clip(self) -> Clip | None:
        """The clip that the form describes; what is wrong with it is shown instead."""
        try:
            clip = self.form.preset.build(self.form.inputs()) if self.form.preset else None
        except GanvasError as error:
            self.problem.setText(str(error))
            return None
        self.problem.clear()
        return clip

    @Slot()
    def _follow_model(self) -> None:
        self.preview.cancel()
        if self.isVisible():
            self.form.follow(None)

    @Slot()
    def draw_preview(self) -> None:
        """Draw the clip small, in the background, in turn with the view."""
        clip, spec = self.clip(), self._studio.spec
        self.facts.clear()
        self.export.setEnabled(clip is not None and not self._studio.exporting.running)
        if clip is None or spec is None or not self.isVisible():
            self.preview.cancel()
            return
        frames = len(clip.times())
        self._clip_facts = self.tr("{0} frames, {1} seconds").format(frames, f"{clip.duration:.3g}")
        self.facts.setText(self._clip_facts)
        self.player.start(clip.duration, min(FRAMES, frames))
        render, target = self._studio.renderer(), self.form.target()
        self.preview.start(preview(clip, render, draft_size(spec), target))

    @Slot(object)
    def _preview_frame(self, progress: Progress) -> None:
        if progress.preview is not None:
            self.player.add(progress.preview)

    @Slot(object)
    def _estimated(self, size: int) -> None:
        about = self.tr("about {0}").format(in_bytes(size))
        self.facts.setText(f"{self._clip_facts}, {about}")

    def ask_export(self) -> None:
        """Let the user choose where the clip goes, and write it."""
        clip, kind = self.clip(), self.form.target().kind
        if clip is None:
            return
        seed, _ = place(self._studio.recipe)
        folder = str(self._settings.value("folder", str(Path.home()), str))
        suggestion = Path(folder) / f"{self.form.clip.currentData()}-seed{seed}{SUFFIXES[kind]}"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export clip"), str(suggestion))
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> None:
        """Write the clip; the format's own suffix is added where the name has another."""
        clip, target = self.clip(), self.form.target()
        if clip is None:
            return
        suffix = SUFFIXES[target.kind]
        if path.suffix.lower() != suffix:
            path = path.with_name((path.stem if path.suffix else path.name) + suffix)
        self.form.remember()
        self._settings.setValue("folder", str(path.parent))
        self.preview.cancel()
        self._studio.export(path, clip, target.size, target.quality)

    @Slot()
    def _show_job(self) -> None:
        running = self._studio.exporting.running
        self.cancel.setVisible(running)
        self.bar.setVisible(running)
        self.export.setEnabled(not running and self._studio.model is not None)
        if running:
            self.bar.setRange(0, 0)

    @Slot(object)
    def _exported_frame(self, progress: Progress) -> None:
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        left = remaining(self._studio.exporting.seconds_left)
        self.facts.setText(f"{left}. {progress.message}" if progress.message else left)

    def stop(self) -> None:
        """Wait for the preview's thread to end."""
        self.player.stop()
        self.preview.close()

    def hideEvent(self, event: QHideEvent) -> None:
        self.player.stop()
        self.preview.cancel()
        super().hideEvent(event)

    def done(self, result: int) -> None:
        self.form.remember()
        super().done(result)


def in_bytes(size: int) -> str:
    """A file size for people."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f} MB"
