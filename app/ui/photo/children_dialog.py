"""Child of two: two parents above, a page of their children below."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.children import Child
from app.model.children import COUNT, Children
from app.model.studio import Studio
from app.ui.photo.parent_card import ParentCard
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton
from app.ui.widgets.pictures import to_pixmap

SIDE = 128
COLUMNS = 6
ROLE = Qt.ItemDataRole.UserRole


class Siblings(QListWidget):
    """A list that searches for no names: letters are the dialog's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isalpha():
            event.ignore()
        else:
            super().keyPressEvent(event)


class ChildrenDialog(QDialog):
    """A click shows a child in the window, which stays usable; K or the button keeps it."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Child of two"))
        self._studio = studio
        self.children_ = Children(studio)
        self.cards = (
            ParentCard(self.tr("First parent"), self.children_, 0),
            ParentCard(self.tr("Second parent"), self.children_, 1),
        )
        self.swap = IconButton("swap", self.tr("Change places: noise comes from the first"))
        self.list = self._make_list()
        self.hint, self.message = QLabel(), QLabel()
        self.more = QPushButton(self.tr("More siblings"))
        self.keep = QPushButton(self.tr("Keep this child"))
        self.close_button = QPushButton(self.tr("Close"))
        self._explain()
        self._lay_out()
        self._connect()
        self._follow()

    def _make_list(self) -> QListWidget:
        page = Siblings()
        page.setAccessibleName(self.tr("Children"))
        page.setViewMode(QListWidget.ViewMode.IconMode)
        page.setMovement(QListWidget.Movement.Static)
        page.setResizeMode(QListWidget.ResizeMode.Adjust)
        page.setIconSize(QSize(SIDE, SIDE))
        page.setGridSize(QSize(SIDE + GRID, SIDE + GRID))
        rows = -(-COUNT // COLUMNS)
        page.setMinimumSize(COLUMNS * (SIDE + GRID) + 2 * GRID, rows * (SIDE + GRID) + GRID)
        return page

    def _explain(self) -> None:
        self.hint.setText(
            self.tr("Click a child to show it in the window; K keeps it among the looks.")
        )
        self.hint.setProperty("role", "small")
        self.message.setText(self.tr("The open model has no layers that could be inherited."))
        self.more.setToolTip(self.tr("Another page of children of the same parents (M)"))
        self.keep.setToolTip(self.tr("Put the chosen child among the looks (K)"))

    def _lay_out(self) -> None:
        parents, footer = QHBoxLayout(), QHBoxLayout()
        parents.setSpacing(2 * GRID)
        parents.addWidget(self.cards[0], 1)
        parents.addWidget(self.swap, 0, Qt.AlignmentFlag.AlignVCenter)
        parents.addWidget(self.cards[1], 1)
        footer.addWidget(self.hint, 1)
        for button in (self.keep, self.more, self.close_button):
            button.setAutoDefault(False)
            footer.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(parents)
        layout.addWidget(self.message)
        layout.addWidget(self.list, 1)
        layout.addLayout(footer)

    def _connect(self) -> None:
        children = self.children_
        self.swap.clicked.connect(children.swap)
        self.more.clicked.connect(children.more)
        self.keep.clicked.connect(self._keep)
        self.close_button.clicked.connect(self.close)
        self.list.itemClicked.connect(self._use)
        self.list.itemActivated.connect(self._use)
        self.list.currentRowChanged.connect(self._follow)
        children.changed.connect(self._list_anew)
        children.drawn.connect(self._drawn)

    def open_anew(self) -> None:
        """Show the dialog; parents that were chosen before stay."""
        self.show()
        self.raise_()
        self.activateWindow()
        if self.children_.parents is None and self.children_.applies:
            self.children_.begin()

    @Slot()
    def _list_anew(self) -> None:
        self.list.clear()
        if self.children_.parents:
            for _ in range(COUNT):
                item = QListWidgetItem()
                item.setSizeHint(self.list.gridSize())  # its place is taken before its picture
                self.list.addItem(item)
        elif self.isVisible() and self.children_.applies:
            self.children_.begin()
        self._follow()

    @Slot(int)
    def _drawn(self, number: int) -> None:
        child, picture = self.children_.items[number]
        item = self.list.item(number)
        item.setIcon(QIcon(to_pixmap(picture, SIDE, self.devicePixelRatioF())))
        item.setToolTip(self.describe(child))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, self.describe(child))
        self._follow()

    def describe(self, child: Child) -> str:
        """What a child has from whom, in words."""
        names = (
            self.tr("coarse (pose, shape)"),
            self.tr("middle (features, expression)"),
            self.tr("fine (colours, light)"),
        )
        return "\n".join(map(self._share, names, child.shares))

    def _share(self, part: str, share: float) -> str:
        parents = self.children_.parents
        assert parents
        if share in (0.0, 1.0):
            return self.tr("{0}: {1}").format(part, parents[round(share)].name)
        return self.tr("{0}: {1} % {2}, {3} % {4}").format(
            part, round(100 * (1 - share)), parents[0].name, round(100 * share), parents[1].name
        )

    def _use(self, item: QListWidgetItem) -> None:
        if self.list.row(item) in self.children_.items:
            self.children_.use(self.list.row(item))

    @Slot()
    def _keep(self) -> None:
        if self.list.currentRow() in self.children_.items:
            self.children_.keep(self.list.currentRow())

    @Slot()
    def _follow(self) -> None:
        """Offer what can be done now."""
        applies = self.children_.applies
        self.message.setVisible(not applies)
        for widget in (*self.cards, self.swap, self.list, self.more, self.keep, self.hint):
            widget.setEnabled(applies)
        self.keep.setEnabled(applies and self.list.currentRow() in self.children_.items)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_K: self._keep, Qt.Key.Key_M: self.children_.more}
        if event.key() in keys and not event.modifiers():
            keys[Qt.Key(event.key())]()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self.children_.drawing.cancel()
        super().done(result)

    def stop(self) -> None:
        """Stop drawing for good."""
        self.children_.close()
