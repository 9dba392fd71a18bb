"""What may change while a run goes on: learning rates and augmentation."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale, Slot
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.training_runs import RunView
from app.model.training import Training
from app.ui.theme import GRID
from app.ui.widgets.value_row import ValueRow

USUAL = ["color", "translation"]
"""The augmentation of a run that had none: it suits most pictures."""
LEAST, MOST = 1e-9, 1.0


class AdjustRun(QDialog):
    """Sends what was changed to the run, which notes it among its events; the window stays
    usable."""

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Adjust the run"))
        self._training = training
        self.rate, self.judge_rate = _rate_box(), _rate_box()
        self.augmented = ValueRow("", 0.0, 1.0, 0.05, scale=100, suffix=" %")
        self.augmented.label.hide()
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.apply = QPushButton(self.tr("Apply"))
        self.apply.setDefault(True)
        self._teach()
        self._lay_out()
        self.apply.clicked.connect(self._apply)
        training.changed.connect(self._follow)

    def _teach(self) -> None:
        self.rate.setAccessibleName(self.tr("Learning rate of the generator"))
        self.judge_rate.setAccessibleName(self.tr("Learning rate of the discriminator"))
        self.rate.setToolTip(
            self.tr("Halve it where samples jitter from snapshot to snapshot, or late in a run")
        )
        self.judge_rate.setToolTip(self.tr("Lower it where the discriminator wins"))
        self.augmented.explain(
            self.tr(
                "Share of the pictures that the discriminator sees changed in colour and place: "
                "more of it where it learns its pictures by heart"
            )
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        form.addRow(self.tr("Generator's learning rate"), self.rate)
        form.addRow(self.tr("Discriminator's"), self.judge_rate)
        form.addRow(self.tr("Augmented"), self.augmented)
        buttons = QHBoxLayout()
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.apply)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addLayout(buttons)
        self.setMinimumWidth(420)

    def open_on(self, view: RunView) -> None:
        """Show what the run has now."""
        config = view.config
        rate = float(config.get("learning_rate", 0.0))
        self.rate.setText(f"{rate:g}")
        self.judge_rate.setText(f"{float(config.get('discriminator_rate') or rate):g}")
        self.augmented.set_number(float(config["augment_p"]) if config.get("augment") else 0.0)
        self._follow(view)
        self.show()
        self.raise_()
        self.activateWindow()

    def changes(self, view: RunView) -> dict[str, Any]:
        """The settings that differ from those of the run."""
        config = view.config
        before = float(config.get("learning_rate", 0.0))
        changes: dict[str, Any] = {
            name: float(box.text())
            for name, box, old in (
                ("learning_rate", self.rate, before),
                ("discriminator_rate", self.judge_rate, config.get("discriminator_rate") or before),
            )
            if box.hasAcceptableInput() and f"{float(box.text()):g}" != f"{float(old):g}"
        }
        if "learning_rate" in changes and "discriminator_rate" not in changes:
            # A run without a rate of the discriminator's own would follow the generator's.
            changes["discriminator_rate"] = float(self.judge_rate.text())
        share, had = self.augmented.slider.number, config.get("augment") or []
        if abs(share - (float(config.get("augment_p", 1.0)) if had else 0.0)) > 1e-6:
            # By hand now: nothing steers it any more.
            changes |= {"augment_p": share, "augment_target": 0.0}
            if not had:
                changes["augment"] = USUAL
        return changes

    @Slot(object)
    def _follow(self, view: RunView) -> None:
        self.apply.setEnabled(view.state in ("running", "paused"))
        self.note.setText(
            self.tr("It holds from the next step on; the charts mark it.")
            if view.active
            else self.tr("The run rests; resume it first.")
        )

    @Slot()
    def _apply(self) -> None:
        view = self._training.view
        changes = self.changes(view) if view else {}
        if changes:
            self._training.command({"set": changes})
        self.accept()


def _rate_box() -> QLineEdit:
    box = QLineEdit()
    validator = QDoubleValidator(LEAST, MOST, 12)
    validator.setLocale(QLocale.c())
    box.setValidator(validator)
    return box
