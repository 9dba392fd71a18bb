"""A run as text for other machines: torchrun's command, and a script for Slurm."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.cluster import Cluster, slurm_script, torchrun_command
from app.ui.theme import GRID


class ClusterDialog(QDialog):
    """Writes the command for so many machines and processes; nothing is started."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Train on several processes or machines"))
        self._arguments: Sequence[str] = ()
        self._name, self._hours = "", 1.0
        self.machines, self.processes = QSpinBox(), QSpinBox()
        self.gpus = QCheckBox(self.tr("Each process has a GPU"))
        self.command, self.script = QPlainTextEdit(), QPlainTextEdit()
        self.tabs, self.note = QTabWidget(), QLabel()
        self.copy = QPushButton(self.tr("Copy"))
        self._teach()
        self._lay_out()
        for box in (self.machines, self.processes):
            box.valueChanged.connect(self._write)
        self.gpus.toggled.connect(self._write)
        self.copy.clicked.connect(self._copy)

    def _teach(self) -> None:
        self.machines.setRange(1, 64)
        self.machines.setAccessibleName(self.tr("Machines"))
        self.processes.setRange(1, 64)
        self.processes.setValue(2)
        self.processes.setAccessibleName(self.tr("Processes on each machine"))
        self.gpus.setChecked(True)
        self.note.setWordWrap(True)
        self.note.setProperty("role", "small")
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        for text in (self.command, self.script):
            text.setReadOnly(True)
            text.setFont(fixed)
            text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.command.setAccessibleName(self.tr("Command"))
        self.script.setAccessibleName(self.tr("Slurm script"))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        form.addRow(self.tr("Machines"), self.machines)
        form.addRow(self.tr("Processes on each"), self.processes)
        form.addRow("", self.gpus)
        self.tabs.addTab(self.command, "torchrun")
        self.tabs.addTab(self.script, "Slurm")
        buttons = QHBoxLayout()
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        close.setAutoDefault(False)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(form)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.note)
        layout.addLayout(buttons)
        self.resize(720, 480)

    def open_on(self, arguments: Sequence[str], name: str, hours: float) -> None:
        """Show the text for these arguments of main.py, which take about so many hours."""
        self._arguments, self._name, self._hours = arguments, name, hours
        self._write()
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def _write(self) -> None:
        # Longer than the training, which also prepares pictures and measures snapshots.
        hours = max(1.0, 1.25 * self._hours)
        cluster = Cluster(
            self.machines.value(), self.processes.value(), hours, self.gpus.isChecked()
        )
        self.command.setPlainText(torchrun_command(self._arguments, cluster))
        self.script.setPlainText(slurm_script(self._arguments, cluster, self._name))
        self.note.setText(
            self.tr(
                "All machines need this program, the pictures and the run folder under the same "
                "paths. The batch of the recipe is divided among {0} processes. If one fails, all "
                "start again from the last checkpoint. Open run shows it here meanwhile."
            ).format(cluster.world)
        )

    @Slot()
    def _copy(self) -> None:
        text = self.tabs.currentWidget()
        assert isinstance(text, QPlainTextEdit)
        QGuiApplication.clipboard().setText(text.toPlainText())
