"""The row of tools over the map: what the hand does, how large, how mirrored, how it is shown."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.model.painter import LARGEST, SMALLEST, TOOLS, Painter, Tool
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton
from app.ui.widgets.value_row import ValueRow

SIZE_WIDTH = 200
MOST_GAP = 12


class ToolRow(QWidget):
    """Buttons for the tools, and the settings of the brush, bound to a painter."""

    split_asked = Signal(bool)
    grid_asked = Signal(bool)

    def __init__(self, painter: Painter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._painter = painter
        self.tools: dict[Tool, IconButton] = {}
        self._group = QButtonGroup(self)
        names = self._names()
        for tool in TOOLS:
            name, tip, key = names[tool]
            button = self._button(f"paint-{tool}", f"{name} ({key})", tip)
            button.clicked.connect(lambda _=False, tool=tool: painter.set_tool(tool))
            self._group.addButton(button)
            self.tools[tool] = button
        self.size_row = ValueRow(
            self.tr("Size"), 2 * SMALLEST, 2 * LARGEST, 1, suffix=self.tr(" px")
        )
        self.size_row.explain(self.tr("Width of brush and line in pixels of the map (wheel, [ ])"))
        label = self.size_row.label
        label.setFixedWidth(label.fontMetrics().horizontalAdvance(label.text()) + GRID)
        self.size_row.setMaximumWidth(SIZE_WIDTH)
        self.gap = QSpinBox()
        self.gap.setRange(0, MOST_GAP)
        self.gap.setSuffix(self.tr(" px"))
        self.gap.setPrefix(self.tr("Gaps to "))
        self.gap.setAccessibleName(self.tr("Gaps that a fill does not leak through"))
        self.gap.setToolTip(
            self.tr("A fill stops at outlines with openings up to so many pixels of the map")
        )
        self.symmetry = QComboBox()
        self.symmetry.setAccessibleName(self.tr("Symmetry"))
        self.symmetry.setToolTip(self.tr("Every stroke is painted mirrored as well"))
        for text, symmetry in self._symmetries():
            self.symmetry.addItem(text, symmetry)
        self.split = self._button(
            "paint-split", self.tr("Side by side"), self.tr("Map and picture beside each other")
        )
        self.over = self._button(
            "paint-over",
            self.tr("Overlay"),
            self.tr("Map over picture, with a divider to drag (< and >)"),
        )
        self.split.setChecked(True)
        self._views = QButtonGroup(self)
        for button in (self.split, self.over):
            self._views.addButton(button)
        self.grid = self._button("grid", self.tr("Grid"), self.tr("Eighths, and pixels when large"))
        self.files = QPushButton(self.tr("Map"))
        self.files.setProperty("kind", "chip")
        self.files.setMenu(QMenu(self.files))
        self._lay_out()
        self._connect()
        self._follow()

    def _names(self) -> dict[Tool, tuple[str, str, str]]:
        return {
            "brush": (self.tr("Brush"), self.tr("Paint with the label, hard-edged"), "B"),
            "line": (self.tr("Line"), self.tr("Drag from end to end; Shift: straight"), "L"),
            "rectangle": (self.tr("Rectangle"), self.tr("Drag; Shift: a square"), "R"),
            "polygon": (
                self.tr("Polygon"),
                self.tr("Click corners; the last one twice, or the first again, closes it"),
                "P",
            ),
            "fill": (self.tr("Fill"), self.tr("Fill an area of one label"), "F"),
            "replace": (
                self.tr("Replace"),
                self.tr("Turn all of the label that you click into the one you paint with"),
                "T",
            ),
            "pick": (
                self.tr("Take label"),
                self.tr("Click the label to paint with; a right click does it with every tool"),
                "I",
            ),
            "eraser": (
                self.tr("Eraser"),
                self.tr("Paint with the eraser's label, which the legend shows (X swaps)"),
                "E",
            ),
        }

    def _symmetries(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("No symmetry"), "none"),
            (self.tr("Left and right"), "left-right"),
            (self.tr("Up and down"), "up-down"),
            (self.tr("Both ways"), "both"),
        )

    def _button(self, icon: str, name: str, tip: str) -> IconButton:
        button = IconButton(icon, name)
        button.setToolTip(f"{name}: {tip}")
        button.setCheckable(True)
        button.setProperty("kind", "tool")
        button.setFixedSize(28, 28)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        row.setSpacing(2)
        for tool in TOOLS:
            row.addWidget(self.tools[tool])
        self._add_rule(row)
        row.addWidget(self.size_row, 1)
        row.addWidget(self.gap)
        row.addSpacing(GRID)
        row.addWidget(self.symmetry)
        self._add_rule(row)
        for button in (self.split, self.over, self.grid):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.files)

    def _add_rule(self, row: QHBoxLayout) -> None:
        rule = QFrame()
        rule.setProperty("role", "rule")
        rule.setFixedSize(1, 20)
        row.addSpacing(GRID)
        row.addWidget(rule)
        row.addSpacing(GRID)

    def _connect(self) -> None:
        painter = self._painter
        painter.changed.connect(self._follow)
        self.size_row.edited.connect(lambda size: painter.set_radius(size / 2))
        self.gap.valueChanged.connect(painter.set_gap)
        self.symmetry.activated.connect(
            lambda place: painter.set_symmetry(self.symmetry.itemData(place))
        )
        self.split.toggled.connect(self.split_asked)
        self.grid.toggled.connect(self.grid_asked)

    @Slot()
    def _follow(self) -> None:
        painter = self._painter
        self.tools[painter.tool].setChecked(True)
        self.size_row.set_number(2 * painter.radius)
        self.gap.setVisible(painter.tool == "fill")
        self.size_row.setVisible(painter.tool in ("brush", "line", "eraser"))
        if self.gap.value() != painter.gap:
            self.gap.setValue(painter.gap)
        self.symmetry.setCurrentIndex(max(0, self.symmetry.findData(painter.symmetry)))
