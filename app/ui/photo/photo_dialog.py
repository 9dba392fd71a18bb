"""Project photo: align it on the first page, watch the search on the second."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from app.core.photos import SUFFIXES
from app.model.projector import OpenedPhoto, Projector
from app.model.studio import Studio
from app.ui.photo.align_page import AlignPage
from app.ui.photo.detector_row import detector_of
from app.ui.photo.project_page import ProjectPage
from app.ui.theme import GRID


class PhotoDialog(QDialog):
    """One photo at a time; closing it ends a search at the best so far. The window stays usable."""

    clip_asked = Signal(str)
    """A clip of the look that was found: the name of its preset."""
    compare_asked = Signal()

    def __init__(self, studio: Studio, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Project photo"))
        self._settings = settings
        self.projector = Projector(studio)
        self.align, self.search = AlignPage(self.projector), ProjectPage(self.projector)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.align)
        self.pages.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.addWidget(self.pages)
        self.resize(880, 600)
        self.align.go.setDefault(True)
        self.align.other_asked.connect(self.ask_photo)
        self.align.project_asked.connect(self.project)
        self.search.back_asked.connect(self._show_align)
        self.search.clip_asked.connect(self.clip_asked)
        self.search.compare_asked.connect(self.compare_asked)
        self.search.compare_asked.connect(self.accept)  # else it would hide what it shows
        self.search.film_asked.connect(self.ask_film)
        self.search.tuned_asked.connect(self.ask_tuned)
        self.projector.opened.connect(self._opened)
        studio.model_changed.connect(self.align.follow_model)
        studio.model_changed.connect(self.search.follow)
        studio.recipe_changed.connect(lambda _: self.search.follow())

    def ask_photo(self) -> None:
        """Let the user choose a photo."""
        kinds = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        name, _ = QFileDialog.getOpenFileName(
            self.parentWidget(),
            self.tr("Project photo"),
            self._folder(),
            self.tr("Photos ({0})").format(kinds) + ";;" + self.tr("All files (*)"),
        )
        if name:
            self._settings.setValue("photos", str(Path(name).parent))
            self.read(Path(name))

    def read(self, path: Path) -> None:
        """Begin with the photo in a file; its faces are looked for where there is a detector."""
        self.projector.read(path, detector_of(self._settings))

    def _folder(self) -> str:
        return str(self._settings.value("photos", str(Path.home()), str))

    @Slot(object)
    def _opened(self, photo: OpenedPhoto) -> None:
        if self.projector.busy:
            self.projector.stop()
        self.setWindowTitle(self.tr("Project {0}").format(photo.photo.path.name))
        self._show_align()
        self.show()
        self.raise_()
        self.activateWindow()
        self.align.show_photo(photo)

    @Slot()
    def _show_align(self) -> None:
        self.pages.setCurrentWidget(self.align)
        self.align.view.setFocus()

    @Slot()
    def project(self) -> None:
        """Search for what is cut out now."""
        if self.projector.photo and self.projector.ways:
            self.projector.project(self.align.crop, self.align.chosen_way)
            self.pages.setCurrentWidget(self.search)
            self.search.begin()

    def ask_film(self) -> None:
        """Let the user choose where the film of the search goes."""
        name = self._ask(self.tr("Save film"), "-search.mp4", "")
        if name:
            self.projector.save_film(name if name.suffix else name.with_suffix(".mp4"))

    def ask_tuned(self) -> None:
        """Let the user choose where the tuned model goes."""
        kinds = self.tr("Models of Ganvas (*.safetensors)")
        name = self._ask(self.tr("Save tuned model"), "-tuned.safetensors", kinds)
        if name:
            self.projector.save_tuned(name.with_suffix(".safetensors"))

    def _ask(self, title: str, ending: str, kinds: str) -> Path | None:
        photo = self.projector.photo
        assert photo
        folder = Path(str(self._settings.value("folder", self._folder(), str)))
        name, _ = QFileDialog.getSaveFileName(
            self, title, str(folder / f"{photo.name}{ending}"), kinds
        )
        return Path(name) if name else None

    def done(self, result: int) -> None:
        self.projector.stop()
        super().done(result)

    def stop(self) -> None:
        """End everything for good."""
        self.projector.close()
