"""Get models: public checkpoints with their licences, downloaded into a folder and opened."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.jobs import Step
from app.core.library import Entry, catalogue, download
from app.model.runner import Runner
from app.model.studio import Studio
from app.ui.theme import GRID

FOLDER_KEY = "library/folder"


class LibraryDialog(QDialog):
    """The catalogue above, the chosen model's licence and the folder below it."""

    def __init__(
        self,
        studio: Studio,
        settings: QSettings,
        parent: QWidget | None = None,
        entries: list[Entry] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Get models"))
        self._studio, self._settings = studio, settings
        self.entries = catalogue() if entries is None else entries
        self.downloading = Runner(self)
        self.list = self._make_list()
        self.licence, self.problem, self.folder_label = QLabel(), QLabel(), QLabel()
        self.choose = QPushButton(self.tr("Change…"))
        self.choose.setToolTip(self.tr("The folder that models are downloaded into"))
        self.bar, self.amount = QProgressBar(), QLabel()
        self.get = QPushButton()
        self.cancel = QPushButton(self.tr("Cancel download"))
        self.close_button = QPushButton(self.tr("Close"))
        self.problem.hide()
        self._lay_out()
        self._connect()
        self.list.setCurrentIndex(self.list.model().index(0, 0))
        self._follow()

    def _make_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels(
            [self.tr("Model"), self.tr("Kind"), self.tr("Pixels"), self.tr("Licence"), ""]
        )
        tree.setAccessibleName(self.tr("Models that can be downloaded"))
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for entry in self.entries:
            texts = [entry.name, entry.family, str(entry.resolution), entry.licence, ""]
            item = QTreeWidgetItem(tree, texts)
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return tree

    def _lay_out(self) -> None:
        for label in (self.licence, self.problem):
            label.setWordWrap(True)
        self.licence.setTextFormat(Qt.TextFormat.RichText)
        self.licence.setOpenExternalLinks(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        folder = QHBoxLayout()
        folder.addWidget(QLabel(self.tr("Folder")))
        folder.addWidget(self.folder_label, 1)
        folder.addWidget(self.choose)
        buttons = QHBoxLayout()
        buttons.addWidget(self.bar, 1)
        buttons.addWidget(self.amount)
        buttons.addStretch(0)
        for button in (self.cancel, self.close_button, self.get):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.licence)
        layout.addLayout(folder)
        layout.addWidget(self.problem)
        layout.addLayout(buttons)
        self.resize(720, 560)

    def _connect(self) -> None:
        self.get.setDefault(True)
        self.get.clicked.connect(self.start)
        self.cancel.clicked.connect(self.downloading.cancel)
        self.choose.clicked.connect(self.ask_folder)
        self.close_button.clicked.connect(self.close)
        self.list.currentItemChanged.connect(self._follow)
        self.list.itemActivated.connect(self.start)
        self.downloading.started.connect(self._follow)
        self.downloading.progressed.connect(self._progressed)
        self.downloading.finished.connect(self._finished)
        self.downloading.failed.connect(self._failed)
        self.downloading.cancelled.connect(self._follow)

    @property
    def folder(self) -> Path:
        """Where models are downloaded to; remembered."""
        usual = str(Path.home() / "Ganvas models")
        return Path(str(self._settings.value(FOLDER_KEY, usual, str)))

    @property
    def entry(self) -> Entry | None:
        """The chosen model."""
        row = self.list.currentIndex().row()
        return self.entries[row] if row >= 0 else None

    @Slot()
    def ask_folder(self) -> None:
        """Let the user choose another folder."""
        name = QFileDialog.getExistingDirectory(
            self, self.tr("Folder for models"), str(self.folder)
        )
        if name:
            self._settings.setValue(FOLDER_KEY, name)
            self._follow()

    @Slot()
    def start(self) -> None:
        """Download the chosen model, or open it where it is there already."""
        entry = self.entry
        if entry is None or self.downloading.running:
            return
        self.problem.hide()
        self.bar.setRange(0, 0)
        self.amount.clear()
        self.downloading.start(download(entry, self.folder))

    @Slot(object)
    def _progressed(self, step: Step) -> None:
        self.bar.setRange(0, 1000)
        self.bar.setValue(1000 * step.done // max(1, step.total))
        self.amount.setText(
            self.tr("{0} of {1} MB").format(step.done // 10**6, -(-step.total // 10**6))
        )

    @Slot(object)
    def _finished(self, path: Path) -> None:
        self._follow()
        self._studio.open(str(path))

    @Slot(str)
    def _failed(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Show what applies to the chosen model and to the running download."""
        running, entry = self.downloading.running, self.entry
        there = [(self.folder / entry.file_name).is_file() for entry in self.entries]
        for row, done in enumerate(there):
            item = self.list.topLevelItem(row)
            if item:
                item.setText(4, self.tr("downloaded") if done else "")
        self.folder_label.setText(str(self.folder))
        self.folder_label.setToolTip(str(self.folder))
        self.licence.setText(self._licence_of(entry) if entry else "")
        here = entry is not None and there[self.entries.index(entry)]
        self.get.setText(self.tr("Open") if here else self.tr("Download and open"))
        self.get.setEnabled(entry is not None and not running)
        for widget in (self.bar, self.amount, self.cancel):
            widget.setVisible(running)
        self.choose.setEnabled(not running)

    def _licence_of(self, entry: Entry) -> str:
        text = self.tr(
            "The owner's licence is the <a href='{0}'>{1}</a>. Read it before you download: it "
            "says what you may do with the model and its pictures. <a href='{2}'>About it</a>"
        )
        return text.format(*map(escape, (entry.licence_url, entry.licence, entry.page)))

    def done(self, result: int) -> None:
        self.downloading.cancel()
        super().done(result)

    def stop(self) -> None:
        """End the download for good; what has arrived is there for the next time."""
        self.downloading.close()
