"""The file of a face detector that the user has: chosen in the preferences, used with photos."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.ui.theme import GRID

KEY = "faces/detector"


def detector_of(settings: QSettings) -> Path | None:
    """The file that was chosen; None: nobody looks for faces."""
    name = str(settings.value(KEY, "", str))
    return Path(name) if name else None


class DetectorRow(QWidget):
    """A path to type or to choose, kept in the settings at once; an empty one means none."""

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.path = QLineEdit(str(settings.value(KEY, "", str)))
        self.path.setClearButtonEnabled(True)
        self.path.setPlaceholderText(self.tr("None"))
        self.path.setAccessibleName(self.tr("Face detector file"))
        self.path.setToolTip(
            self.tr(
                "YuNet's .onnx file, if you have one: it places the rings on the largest face of "
                "a photo. Needs OpenCV: pip install opencv-python-headless"
            )
        )
        self.browse = QPushButton(self.tr("Browse…"))
        self.browse.setAutoDefault(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.path, 1)
        layout.addWidget(self.browse)
        self.setFocusProxy(self.path)
        self.path.textChanged.connect(self._keep)
        self.browse.clicked.connect(self._ask)

    @Slot(str)
    def _keep(self, text: str) -> None:
        self._settings.setValue(KEY, text.strip())

    @Slot()
    def _ask(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Face detector file"),
            self.path.text(),
            self.tr("Networks (*.onnx)") + ";;" + self.tr("All files (*)"),
        )
        if name:
            self.path.setText(name)
