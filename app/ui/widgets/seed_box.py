"""A seed with its buttons: previous, next, random."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from app.core.recipe import SEED_LIMIT
from app.ui.widgets.icons import IconButton
from app.ui.widgets.value_row import HEIGHT


class SeedBox(QWidget):
    """Emits `chosen` with a seed, or `random_asked`. `name` is how a screen reader calls it."""

    # Not int: that is signed in Qt, and a seed is not.
    chosen = Signal(object)
    random_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Seeds are 32-bit without sign, more than QSpinBox can hold.
        self.box = QDoubleSpinBox()
        self.box.setDecimals(0)
        self.box.setRange(0, SEED_LIMIT - 1)
        self.box.setWrapping(True)
        self.box.setKeyboardTracking(False)
        self.box.setAccessibleName(name)
        self.box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.box.setFixedHeight(HEIGHT)
        self.box.setMinimumWidth(72)
        self.previous = IconButton("previous", self.tr("Previous seed"))
        self.next = IconButton("next", self.tr("Next seed"))
        self.random = IconButton("random", self.tr("Random seed"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.box, 1)
        for button in (self.previous, self.next, self.random):
            button.setAccessibleName(f"{name}: {button.toolTip()}")
            layout.addWidget(button)
        self.box.valueChanged.connect(lambda value: self.chosen.emit(int(value)))
        self.previous.clicked.connect(self.box.stepDown)
        self.next.clicked.connect(self.box.stepUp)
        self.random.clicked.connect(self.random_asked)

    def set_seed(self, seed: int) -> None:
        """Show a seed without telling."""
        blocked = self.box.blockSignals(True)
        self.box.setValue(seed)
        self.box.blockSignals(blocked)
