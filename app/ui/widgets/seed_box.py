"""A number with its buttons: previous, next, random; for seeds and for classes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSpinBox, QWidget

from app.core.recipe import SEED_LIMIT
from app.ui.widgets.icons import IconButton
from app.ui.widgets.value_row import HEIGHT

NONE = -1
"""What a box holds that shows no seed."""


class StepBox(QWidget):
    """Emits `chosen` with a number, or `random_asked`. `name` is how a screen reader calls it."""

    # Not int: that is signed in Qt, and a seed is not.
    chosen = Signal(object)
    random_asked = Signal()

    def __init__(
        self,
        box: QDoubleSpinBox | QSpinBox,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.box = box
        box.setWrapping(True)
        box.setKeyboardTracking(False)
        box.setAccessibleName(name)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setFixedHeight(HEIGHT)
        box.setMinimumWidth(72)
        self.previous, self.next, self.random = (
            IconButton(icon, "") for icon in ("previous", "next", "random")
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(box, 1)
        for button in (self.previous, self.next, self.random):
            layout.addWidget(button)
        box.valueChanged.connect(lambda value: self.chosen.emit(max(0, int(value))))
        self.previous.clicked.connect(box.stepDown)
        self.next.clicked.connect(box.stepUp)
        self.random.clicked.connect(self.random_asked)

    def _explain(self, previous: str, following: str, random: str) -> None:
        tips = {self.previous: previous, self.next: following, self.random: random}
        for button, tip in tips.items():
            button.setToolTip(tip)
            button.setAccessibleName(f"{self.box.accessibleName()}: {tip}")

    def set_number(self, number: int) -> None:
        """Show a number without telling; the same one would be painted again."""
        if self.box.value() == number:
            return
        blocked = self.box.blockSignals(True)
        self.box.setValue(number)
        self.box.blockSignals(blocked)

    def choose(self, number: int) -> None:
        """Take a number as if it was typed."""
        self.box.setValue(number)


class SeedBox(StepBox):
    """A seed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        # Seeds are 32-bit without sign, more than QSpinBox can hold.
        box = QDoubleSpinBox()
        box.setDecimals(0)
        box.setRange(0, SEED_LIMIT - 1)
        super().__init__(box, name, parent)
        self._explain(self.tr("Previous seed"), self.tr("Next seed"), self.tr("Random seed"))

    def set_seed(self, seed: int | None) -> None:
        """Show a seed, or that the look has none, without telling; any can be chosen then."""
        blocked = self.box.blockSignals(True)
        self.box.setMinimum(NONE if seed is None else 0)
        # It stands for the least value, which is a seed otherwise.
        self.box.setSpecialValueText(self.tr("no seed") if seed is None else "")
        self.box.setValue(NONE if seed is None else seed)
        self.box.blockSignals(blocked)


class ClassSpin(QSpinBox):
    """A class by number, with its name where there is one; either can be typed."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Call the classes by name; empty: by number alone."""
        self._names = names
        self.lineEdit().setText(self.textFromValue(self.value()))

    def textFromValue(self, value: int) -> str:
        if value < len(self._names):
            return f"{value} {self._names[value]}"
        return str(value)

    def _found(self, text: str) -> int | None:
        number, _, _ = text.strip().partition(" ")
        if number.isdecimal():
            return int(number) if int(number) <= self.maximum() else None
        wanted = text.strip().casefold()
        names = [name.casefold() for name in self._names]
        starting = (i for i, name in enumerate(names) if wanted and name.startswith(wanted))
        inside = (i for i, name in enumerate(names) if wanted and wanted in name)
        return next(starting, next(inside, None))

    def valueFromText(self, text: str) -> int:
        found = self._found(text)
        return self.value() if found is None else found

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        state = QValidator.State
        found = self._found(text)
        return (state.Intermediate if found is None else state.Acceptable, text, position)


class ClassBox(StepBox):
    """A class of the model."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        spin = ClassSpin()
        super().__init__(spin, name, parent)
        self.spin = spin
        self._explain(self.tr("Previous class"), self.tr("Next class"), self.tr("Random class"))

    def set_classes(self, count: int, names: tuple[str, ...]) -> None:
        """Offer the classes of a model."""
        blocked = self.box.blockSignals(True)
        self.spin.setRange(0, max(0, count - 1))
        self.spin.set_names(names)
        self.box.blockSignals(blocked)
