"""The seed wall as a page in the place of the picture, and the comparison of seeds A and B."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSettings, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.model.seed_wall import SeedWall, seeds_from
from app.ui.theme import GRID
from app.ui.wall.wall_view import WallView
from app.ui.widgets.icons import IconButton
from app.ui.widgets.section import line
from app.ui.widgets.seed_box import SeedBox
from app.ui.widgets.wipe import Wipe

TAGS = 80
SHEETS = (16, 36, 64, 144)
"""Seeds on a contact sheet that are offered."""


class WallPage(QWidget):
    """Header and wall, or in its place the two pictures that are compared."""

    closed = Signal()
    """Back to the picture."""

    def __init__(self, wall: SeedWall, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wall, self._settings = wall, settings
        self.view, self.wipe = WallView(wall), Wipe(self.tr("Seeds A and B, compared"))
        self.start = SeedBox(self.tr("First seed"))
        self.all, self.starred = self._filter(self.tr("All")), self._filter(self.tr("Starred"))
        self.tags = QComboBox()
        self.tags.setFixedWidth(TAGS)
        self.tags.setAccessibleName(self.tr("Seeds with a tag"))
        self.compare = self._button(self.tr("Compare"))
        self.compare.setToolTip(self.tr("Lay seeds A and B over each other (C)"))
        self.compare.setCheckable(True)
        self.sheet = self._button(self.tr("Contact sheet…"))
        self.close_button = IconButton("close", self.tr("Back to the picture (Esc)"))
        self.hint = QLabel()
        self.hint.setProperty("role", "small")
        self.nothing = QLabel(
            self.tr("No seed has a star yet: hover over one and click its star, or press S.")
        )
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self._pages = QStackedWidget()
        for page in (self.view, self.wipe, self.nothing):
            self._pages.addWidget(page)
        self._lay_out()
        self._connect()
        self._follow_list()

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "chip")
        button.setAutoDefault(False)
        return button

    def _filter(self, text: str) -> QPushButton:
        button = self._button(text)
        button.setCheckable(True)
        return button

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        group.addButton(self.all)
        group.addButton(self.starred)
        group.setExclusive(True)
        title = QLabel(self.tr("Seeds from"))
        title.setProperty("role", "title")
        title.setBuddy(self.start)
        header = QHBoxLayout()
        header.setContentsMargins(2 * GRID, GRID, GRID, GRID // 2)
        header.setSpacing(GRID // 2)
        parts: tuple[QWidget | None, ...] = (
            *(title, self.start, self.all, self.starred, self.tags),
            *(None, self.compare, self.sheet, self.close_button),
        )
        for widget in parts:
            header.addWidget(widget) if widget else header.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addWidget(self._pages, 1)
        self.view.setViewportMargins(GRID, 0, 0, 0)
        self.hint.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        self.hint.setWordWrap(True)
        layout.addWidget(self.hint)
        layout.addWidget(line())

    def _connect(self) -> None:
        wall, view = self.wall, self.view
        wall.listed.connect(lambda: self.show_compared(False))
        self.start.chosen.connect(wall.show_from)
        self.start.random_asked.connect(lambda: wall.show_from(wall.random_start()))
        self.all.clicked.connect(lambda: wall.show_only(""))
        self.starred.clicked.connect(lambda: wall.show_only("*"))
        self.tags.activated.connect(self._choose_tag)
        self.compare.clicked.connect(self.show_compared)
        self.sheet.clicked.connect(self._offer_sheets)
        self.close_button.clicked.connect(self.leave)
        view.left_asked.connect(self.closed)
        view.opened.connect(self._open)
        view.menu_asked.connect(lambda seed, at: self.menu_of(seed).popup(at))
        view.tags_asked.connect(self.ask_tag)
        view.compare_asked.connect(lambda: self.show_compared(True))
        self.wipe.left_asked.connect(lambda: self.show_compared(False))
        wall.pair_drawn.connect(self._show_pair)
        wall.listed.connect(self._follow_list)
        wall.marked.connect(self._follow_list)
        wall.chosen.connect(self._follow_pair)

    # What the wall says

    @Slot()
    def _follow_list(self) -> None:
        wall = self.wall
        self.start.set_number(wall.start)
        self.all.setChecked(not wall.filter)
        self.starred.setChecked(wall.filter == "*")
        known = wall.marks.tags
        self.tags.clear()
        self.tags.addItem(self.tr("Tag"), "")
        for tag in known:
            self.tags.addItem(tag, f"#{tag}")
        self.tags.setCurrentIndex(max(0, self.tags.findData(wall.filter)))
        self.tags.setVisible(bool(known))
        self._show_page(compared=self._pages.currentWidget() is self.wipe)

    def _show_page(self, compared: bool = False) -> None:
        """The two pictures, the wall, or why there is nothing on it; and what keys do there."""
        empty = self.wall.filter == "*" and not self.wall.seeds
        page = self.wipe if compared else self.nothing if empty else self.view
        self._pages.setCurrentWidget(page)
        keys = self.tr(
            "Click: seed A · B: seed B · S: star · T: tag · C: compare · Enter: show in large"
        )
        wipe_keys = self.tr("Drag the divider, or move it with the arrow keys · Esc: back")
        self.hint.setText(wipe_keys if compared else keys)
        self.hint.setVisible(not empty or compared)

    @Slot()
    def _follow_pair(self) -> None:
        self.compare.setEnabled(self.wall.second is not None)
        if self.compare.isChecked() and self.isVisible():
            self.wall.compare()

    def _choose_tag(self, place: int) -> None:
        self.wall.show_only(str(self.tags.itemData(place)))

    # What is done with a seed

    @Slot(object)
    def _open(self, seed: int) -> None:
        self.wall.use_first(seed)
        self.closed.emit()

    def menu_of(self, seed: int) -> QMenu:
        """What can be done with a seed."""
        wall, menu = self.wall, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Use as seed A"), lambda: wall.use_first(seed))
        menu.addAction(self.tr("Use as seed B"), lambda: wall.use_second(seed))
        menu.addSeparator()
        mark = wall.marks[seed]
        text = self.tr("Take the star") if mark.star else self.tr("Give a star")
        menu.addAction(text, lambda: wall.star(seed))
        for tag in wall.marks.tags:
            action = menu.addAction(tag)
            action.setCheckable(True)
            action.setChecked(tag in mark.tags)
            action.triggered.connect(lambda on=False, tag=tag: wall.tag(seed, tag, on))
        menu.addAction(self.tr("New tag…"), lambda: self.ask_tag(seed))
        return menu

    @Slot(object)
    def ask_tag(self, seed: int) -> None:
        """Let the user type a tag for a seed; the window stays alive."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Tag seed {0}").format(seed))
        dialog.setLabelText(self.tr("A word to find it by"))
        dialog.setComboBoxItems(["", *self.wall.marks.tags])
        dialog.setComboBoxEditable(True)
        dialog.textValueSelected.connect(lambda text: self.wall.tag(seed, text))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # Comparing

    def show_compared(self, compared: bool) -> None:
        """Lay seeds A and B over each other, or go back to the wall."""
        compared = compared and self.wall.second is not None
        self.compare.setChecked(compared)
        if compared:
            self.wall.compare()
        else:
            was_compared = self._pages.currentWidget() is self.wipe
            self._show_page()
            if was_compared:
                self.view.setFocus()

    @Slot(object)
    def _show_pair(self, pair: list[tuple[int, object]]) -> None:
        if not self.compare.isChecked():
            return
        (first, one), (second, other) = pair
        names = (self.tr("Seed A: {0}").format(first), self.tr("Seed B: {0}").format(second))
        self.wipe.show_pair(one, other, names)  # type: ignore[arg-type]  # pictures
        self._show_page(compared=True)
        self.wipe.setFocus()

    def leave(self) -> None:
        """Back from the comparison, or from the wall to the picture."""
        if self.compare.isChecked():
            self.show_compared(False)
        else:
            self.closed.emit()

    # Contact sheet

    def _offer_sheets(self) -> None:
        menu = self.sheet_menu()
        menu.popup(self.sheet.mapToGlobal(self.sheet.rect().bottomLeft() + QPoint(0, 2)))

    def sheet_menu(self) -> QMenu:
        """How many seeds a contact sheet can have; a filtered list goes as it is."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        seeds = self.wall.seeds
        if self.wall.filter:
            text = self.tr("Listed seeds ({0})").format(len(seeds))
            menu.addAction(text, lambda: self.ask_sheet(seeds)).setEnabled(bool(seeds))
            return menu
        visible = self.view.visible_seeds()
        first = visible[0] if visible else self.wall.start
        for count in SHEETS:
            text = self.tr("{0} seeds from {1} on").format(count, first)
            menu.addAction(text, partial(self.ask_sheet, seeds_from(first, count)))
        return menu

    def ask_sheet(self, seeds: list[int]) -> None:
        """Let the user choose where a contact sheet goes."""
        folder = str(self._settings.value("folder", str(Path.home()), str))
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save contact sheet"),
            str(Path(folder) / f"seeds{seeds[0]}-{seeds[-1]}.png"),
            self.tr("PNG (*.png)"),
        )
        if name:
            path = Path(name)
            self._settings.setValue("folder", str(path.parent))
            self.wall.export(path if path.suffix else path.with_suffix(".png"), seeds)
