"""One parent: its picture, and who it shall be."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.model.children import Children, Parent
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton
from app.ui.widgets.pictures import Thumbnail

SIDE = 96


class ParentCard(QWidget):
    """Offers what is shown, the kept looks (photos among them), and random seeds."""

    def __init__(
        self, title: str, children: Children, place: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._children, self._place = children, place
        self._offered: list[Parent | None] = []
        """None: what is shown in the moment of choosing."""
        self.picture = Thumbnail(SIDE, title)
        self.choice = QComboBox()
        self.choice.setAccessibleName(title)
        self.choice.setMinimumContentsLength(12)
        self.choice.setToolTip(self.tr("What is shown in the window, or a look that you kept"))
        self.random = IconButton("random", self.tr("A random seed"))
        self._lay_out(title)
        self.choice.activated.connect(self._choose)
        self.random.clicked.connect(lambda: children.set_parent(place, children.random_parent()))
        children.changed.connect(self._refresh)
        children.parent_drawn.connect(self._drawn)
        children.looks_changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self, title: str) -> None:
        name = QLabel(title)
        name.setProperty("role", "title")
        row = QHBoxLayout()
        row.addWidget(self.choice, 1)
        row.addWidget(self.random)
        right = QVBoxLayout()
        right.addStretch(1)
        right.addWidget(name)
        right.addLayout(row)
        right.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.picture)
        layout.addLayout(right, 1)

    @Slot()
    def _refresh(self) -> None:
        parents = self._children.parents
        chosen = parents[self._place] if parents else None
        kept = [look for look in self._children.kept() if look != chosen]
        self._offered = [chosen, None, *kept] if chosen else [None, *kept]
        now = self.tr("What is shown now")
        self.choice.clear()
        self.choice.addItems([offer.name if offer else now for offer in self._offered])
        self.picture.show_picture(self._children.portraits.get(self._place))

    @Slot(int)
    def _drawn(self, place: int) -> None:
        if place == self._place:
            self.picture.show_picture(self._children.portraits[place])

    def _choose(self, row: int) -> None:
        self._children.set_parent(self._place, self._offered[row] or self._children.present())
