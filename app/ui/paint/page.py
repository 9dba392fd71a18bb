"""The Paint workspace in the place of the picture: tools, map and picture, what keys do."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.core.map_files import ClassTable
from app.core.recipe import LabelMap, Recipe
from app.core.render_loop import Result
from app.model.painter import Painter
from app.model.studio import Studio
from app.ui.paint.tools import ToolRow
from app.ui.paint.view import PaintView
from app.ui.theme import GRID
from app.ui.widgets.section import line


class PaintPage(QWidget):
    """A view of the studio's label map and picture, with the hand in it."""

    def __init__(self, studio: Studio, painter: Painter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self.painter = studio, painter
        self.tools, self.view = ToolRow(painter), PaintView(painter)
        self.hint = QLabel()
        self.hint.setProperty("role", "small")
        self.hint.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        self.hint.setWordWrap(True)
        self._shown: LabelMap | None = None
        self._colours = ClassTable((), None)  # type: ignore[arg-type]  # until there is a model
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.hint)
        layout.addWidget(line())
        self.setFocusProxy(self.view)
        self.tools.split_asked.connect(self.view.set_split)
        self.tools.grid_asked.connect(self.view.set_grid)
        painter.changed.connect(self._explain)
        studio.recipe_changed.connect(self._follow)
        studio.picture_ready.connect(self._show_picture)
        studio.model_changed.connect(self._follow_model)
        self._explain()
        self._take_room()

    @property
    def applies(self) -> bool:
        """Whether the open model draws from a label map."""
        spec = self._studio.spec
        return bool(spec and spec.map_classes)

    @Slot()
    def _follow_model(self) -> None:
        self._shown = None
        spec = self._studio.spec
        self._take_room()
        if spec and spec.map_classes:
            self._colours = ClassTable.of(spec)
            self.view.show_picture(None)
            self.view.fit()
            self._follow(self._studio.recipe)

    def _take_room(self) -> None:
        """Where the page is not shown, the window may be narrower than its tools."""
        policies = QSizePolicy.Policy
        policy = policies.Preferred if self.applies else policies.Ignored
        self.setSizePolicy(policy, policy)

    @Slot(object)
    def _follow(self, recipe: Recipe) -> None:
        label_map = recipe.label_map
        if self.applies and label_map is not None and label_map != self._shown:
            self._shown = label_map
            self.view.show_map(label_map.array, self._colours.colours)

    @Slot(object)
    def _show_picture(self, result: Result) -> None:
        if self.applies:
            self.view.show_picture(result.drawn.shown if result.drawn else None)

    @Slot()
    def _explain(self) -> None:
        """What the hand can do now."""
        ways = {
            "brush": self.tr("Choose a label on the left and drag on the map or the picture"),
            "eraser": self.tr("Drag to leave the eraser's label"),
            "line": self.tr("Drag from one end to the other"),
            "rectangle": self.tr("Drag from corner to corner"),
            "polygon": self.tr("Click corners; click the last one twice to close it, Esc gives up"),
            "fill": self.tr("Click an area to fill it with the label"),
            "replace": self.tr("Click a label to turn all of it into yours"),
            "pick": self.tr("Click the label that you want to paint with"),
        }
        keys = self.tr(
            "wheel or [ ]: size · Ctrl+wheel: zoom · Space and drag: move · right click: take label"
        )
        self.hint.setText(f"{ways[self.painter.tool]} · {keys}")
