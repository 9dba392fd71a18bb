"""Under a slider: what else it moves, from measurements in the model file."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from app.ui.words import attribute_title

SHOWN = 0.03
"""Effects below this, in std for each unit, are no more than what measuring errs by."""
NOTABLE = 0.125
"""From here on an effect is seen at strength 2: a quarter of a standard deviation."""
FULL = 1.0
"""The sum of effects, in std for each unit, that fills the bar: as much as the slider itself."""
LISTED = 6
BAR, GAP = 3.0, 2.0


class SideEffects(QWidget):
    """A thin bar with a part for each attribute that moves along, the strongest first.

    The longer the bar, the more moves along; parts that one sees are bright.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("{0}: what else it moves").format(name))
        self.setFixedHeight(6)
        self._name = name
        self.effects: tuple[tuple[str, float], ...] = ()
        """Attributes and how far one unit moves them, in std, the strongest first."""

    def show_moves(
        self,
        moves: Mapping[str, float],
        own: str,
        titles: Mapping[str, str],
        alike: float | None,
    ) -> None:
        """Show what one unit of slider `own` moves; absent where nothing was measured.

        `titles` are those of the sliders; `alike` tells how alike faces stay at strength 2.
        """
        self.setVisible(bool(moves))
        others = sorted(moves.items(), key=lambda item: -abs(item[1]))
        self.effects = tuple((k, v) for k, v in others if k != own and abs(v) >= SHOWN)
        lines = [
            f"{attribute_title(name, titles)} {value:+.2f}" for name, value in self.effects[:LISTED]
        ]
        if self.effects:
            head = self.tr("One unit of {0} also moves, in standard deviations:").format(self._name)
            lines.insert(0, head)
        else:
            lines.append(
                self.tr("{0} moves nothing else that could be measured.").format(self._name)
            )
        if alike is not None:
            lines.append(
                self.tr("The person stays {0} % alike at strength 2.").format(round(100 * alike))
            )
        self.setToolTip("\n".join(lines))
        self.setAccessibleDescription("\n".join(lines))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        roles, colours = QPalette.ColorRole, self.palette()
        scale = self.width() / max(FULL, sum(abs(value) for _, value in self.effects))
        left = 0.0
        for _, value in self.effects:
            length = abs(value) * scale
            seen = abs(value) >= NOTABLE
            painter.setBrush(colours.color(roles.PlaceholderText if seen else roles.Mid))
            painter.drawRect(QRectF(left, 0, max(1.0, length - GAP), BAR))
            left += length
