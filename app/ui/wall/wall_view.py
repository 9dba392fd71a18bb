"""The scrolling view of the wall: mouse, keys, and which seeds are in sight."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from app.model.seed_wall import SeedWall
from app.ui.wall.seed_list import CAPTION, SeedDelegate, SeedList
from app.ui.widgets.seed_grid import GAP, SEED, SIDE, SeedGrid

SETTLE_MS = 40
"""How long a scroll must pause before what is in sight is drawn."""
AHEAD = 1
"""Rows below the lowest one in sight that are drawn too."""


class WallView(SeedGrid):
    """Click or Space: seed A. Enter or double click: seed A, in large. B: seed B. S: star.

    T: tags. C: compare. Escape: back to the picture.
    """

    opened = Signal(object)
    tags_asked = Signal(object)
    menu_asked = Signal(object, QPoint)
    compare_asked = Signal()
    left_asked = Signal()

    def __init__(self, wall: SeedWall, parent: QWidget | None = None) -> None:
        super().__init__(SIDE + CAPTION + GAP, parent)
        self._wall = wall
        self.seeds = SeedList(wall, self)
        self.delegate = SeedDelegate(wall, self)
        self.setAccessibleName(self.tr("Seed wall"))
        self.setModel(self.seeds)
        self.setItemDelegate(self.delegate)
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self.want_visible)
        self.verticalScrollBar().valueChanged.connect(lambda: self._settle.start())
        for signal in (wall.listed, wall.grown, wall.faded):
            signal.connect(lambda *_: self._settle.start())
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(SEED)))

    def want_visible(self) -> None:
        """Ask for the pictures in sight, and those that come next."""
        if self.isVisible():
            self._wall.want(self.visible_seeds())

    def visible_seeds(self) -> list[int]:
        """The seeds in sight, and the row below."""
        count = self.seeds.rowCount()
        pitch, columns = self.pitch, self.columns
        top = self.verticalScrollBar().value() // pitch
        rows = self.viewport().height() // pitch + 2 + AHEAD
        places = range(top * columns, min(count, (top + rows) * columns))
        return [self._wall.seeds[place] for place in places]

    def show_seed(self, seed: int) -> None:
        """Make a seed the current one and bring it into sight, if it is listed."""
        row = self.seeds.row_of(seed)
        if row is not None:
            self.setCurrentIndex(self.seeds.index(row))
            self.scrollTo(self.currentIndex())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settle.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._wall.want(())
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.setCurrentIndex(index)
            corner = self.delegate.star_rect(self.visualRect(index))
            if corner.contains(event.position().toPoint()):
                self._wall.star(int(index.data(SEED)))
            else:
                self._wall.use_first(int(index.data(SEED)))
        else:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
            at = event.globalPos() if event.reason() == event.Reason.Mouse else place
            self.menu_asked.emit(index.data(SEED), at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, seed = Qt.Key, self.current_seed()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == keys.Key_Escape:
            self.left_asked.emit()
        elif event.key() == keys.Key_C and plain:
            self.compare_asked.emit()
        elif seed is None or not plain or not self._acted(keys(event.key()), seed):
            super().keyPressEvent(event)

    def _acted(self, key: Qt.Key, seed: int) -> bool:
        keys = Qt.Key
        actions = {
            keys.Key_Space: self._wall.use_first,
            keys.Key_B: self._wall.use_second,
            keys.Key_S: self._wall.star,
            keys.Key_T: self.tags_asked.emit,
            keys.Key_Return: self.opened.emit,
            keys.Key_Enter: self.opened.emit,
        }
        action = actions.get(key)
        if action:
            action(seed)
        return action is not None
