"""Preferences: how pictures are drawn, and what finds faces. Changes act at once."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.models import cache_folder
from app.core.performance import DEVICES, PRECISIONS, WORTH, Performance, remembered_gain
from app.model.studio import Studio
from app.ui.photo.detector_row import DetectorRow
from app.ui.theme import GRID

BUDGETS, CACHES = (8, 500), (0, 16384)


def stored(settings: QSettings) -> Performance:
    """What was chosen before; what cannot be read is as on the first day."""
    first = Performance()
    device = str(settings.value("performance/device", first.device, str))
    name = str(settings.value("performance/precision", first.precision, str))
    budget = _number(settings, "performance/budget", first.budget, BUDGETS)
    cache = _number(settings, "performance/cache_mb", first.cache_mb, CACHES)
    precision = next((known for known in PRECISIONS if known == name), first.precision)
    return Performance(device if device in DEVICES else "auto", precision, budget, round(cache))


def _number(settings: QSettings, key: str, usual: float, limits: tuple[int, int]) -> float:
    try:
        value = float(str(settings.value(key, usual)))
    except ValueError:
        return usual
    return min(max(value, limits[0]), limits[1]) if value == value else usual


class Preferences(QDialog):
    """A form whose changes are kept in the settings and followed by the studio."""

    def __init__(self, studio: Studio, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self._studio, self._settings = studio, settings
        self.device = self._choice(self._devices())
        self.precision = self._choice(self._precisions())
        self.budget = self._number(BUDGETS, self.tr(" ms"))
        self.cache = self._number(CACHES, self.tr(" MB"))
        self.detector = DetectorRow(settings)
        self.found = QLabel()
        self.found.setWordWrap(True)
        self.found.setProperty("role", "small")
        self._teach()
        self._lay_out()
        self._show(studio.tuning.chosen)
        for box in (self.device, self.precision):
            box.activated.connect(self._choose)
        for number in (self.budget, self.cache):
            number.valueChanged.connect(self._choose)
        studio.tuning.changed.connect(self._show)
        studio.retuned.connect(self._show_found)

    def _devices(self) -> dict[str, str]:
        names = {"auto": self.tr("The fastest"), "cpu": self.tr("Processor")}
        return names | {"cuda": self.tr("NVIDIA GPU"), "mps": self.tr("Apple GPU")}

    def _precisions(self) -> dict[str, str]:
        return {
            "exact": self.tr("Exact"),
            "balanced": self.tr("Balanced"),
            "fast": self.tr("Fast"),
        }

    @staticmethod
    def _choice(names: dict[str, str]) -> QComboBox:
        box = QComboBox()
        for key, name in names.items():
            box.addItem(name, key)
        return box

    @staticmethod
    def _number(limits: tuple[int, int], unit: str) -> QSpinBox:
        box = QSpinBox()
        box.setRange(*limits)
        box.setSuffix(unit)
        box.setKeyboardTracking(False)
        return box

    def _teach(self) -> None:
        self.device.setToolTip(self.tr("What computes the pictures. The open model moves there."))
        self.precision.setToolTip(
            self.tr(
                "Exact: float32 always. Balanced: drafts in 16 bits where that is quicker here, "
                "full pictures in float32. Fast: everything in 16 bits, a level or two off."
            )
        )
        self.budget.setToolTip(
            self.tr("While a slider moves, pictures are as large as this time allows.")
        )
        self.cache.setToolTip(
            self.tr("Memory for parts of pictures that need not be computed again.")
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("&Device"), self.device)
        form.addRow(self.tr("&Precision"), self.precision)
        form.addRow(self.tr("Time of a d&raft"), self.budget)
        form.addRow(self.tr("&Kept blocks"), self.cache)
        form.addRow(self.found)
        form.addRow(self.tr("&Face detector"), self.detector)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        first = buttons.addButton(QDialogButtonBox.StandardButton.RestoreDefaults)
        first.clicked.connect(self._restore)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(form)
        layout.addWidget(buttons)

    @Slot()
    def _choose(self) -> None:
        precision = next(name for name in PRECISIONS if name == self.precision.currentData())
        self._apply(
            Performance(
                self.device.currentData(), precision, self.budget.value(), self.cache.value()
            )
        )

    @Slot()
    def _restore(self) -> None:
        self.detector.path.clear()
        self._apply(Performance())

    def _apply(self, chosen: Performance) -> None:
        self._studio.tuning.choose(chosen, self._studio.model)

    @Slot(object)
    def _show(self, chosen: Performance) -> None:
        """The form says what is chosen, and so do the settings."""
        self.device.setCurrentIndex(self.device.findData(chosen.device))
        self.precision.setCurrentIndex(self.precision.findData(chosen.precision))
        for box, value in ((self.budget, round(chosen.budget)), (self.cache, chosen.cache_mb)):
            blocked = box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(blocked)
        for key in ("device", "precision", "budget", "cache_mb"):
            self._settings.setValue(f"performance/{key}", getattr(chosen, key))
        self._show_found()

    @Slot()
    def _show_found(self) -> None:
        model = self._studio.model
        device = model.device.partition(":")[0] if model else "cpu"
        gain = remembered_gain(device, cache_folder())
        if gain is None:
            self.found.setText(
                self.tr("Numbers of 16 bits have not been measured on this machine yet.")
            )
        elif gain < WORTH:
            self.found.setText(
                self.tr(
                    "Numbers of 16 bits are no faster on this machine: "
                    "everything is drawn in float32."
                )
            )
        else:
            self.found.setText(
                self.tr(
                    "Measured here: numbers of 16 bits are {0} times as fast as float32."
                ).format(f"{gain:.1f}")
            )
