"""Model > Drag points: the bar over the picture, and the layer that takes the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.core.dragging import Dragged
from app.model.dragger import Dragger
from app.ui.drag.handle_layer import HandleLayer
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

BAR = 64


class DragBar(QWidget):
    """What to do, what the mouse does, and how the drag goes."""

    def __init__(self, dragger: Dragger, layer: HandleLayer) -> None:
        super().__init__()
        self._dragger, self._layer = dragger, layer
        self.hint = QLabel()
        self.hint.setProperty("role", "small")
        self.hint.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(BAR)
        self.bar.setAccessibleName(self.tr("Progress of the drag"))
        self.brush, self.clear, self.stop = (
            self._chip(text) for text in (self.tr("Brush"), self.tr("Clear"), self.tr("Stop"))
        )
        self.brush.setCheckable(True)
        self.brush.setToolTip(
            self.tr("Paint what may move; the rest of the picture shall stay. Keys [ and ]: size")
        )
        self.clear.setToolTip(self.tr("Forget points and mask (Delete)"))
        self.stop.setToolTip(self.tr("Stop where the points are now (Esc)"))
        self.close_button = IconButton("close", self.tr("Put the handles away (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self.hint, 1)
        # What comes and goes keeps its room: else the picture would move under the hand.
        for passing in (self.bar, self.stop):
            policy = passing.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            passing.setSizePolicy(policy)
        for widget in (self.bar, self.stop, self.brush, self.clear, self.close_button):
            row.addWidget(widget)
        self.brush.toggled.connect(self._set_brushing)
        self.clear.clicked.connect(dragger.clear)
        self.stop.clicked.connect(dragger.stop)
        dragger.changed.connect(self._follow)
        dragger.running.progressed.connect(self._progressed)
        self._follow()

    def _chip(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "chip")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @Slot(bool)
    def _set_brushing(self, on: bool) -> None:
        self._layer.brushing = on
        self._layer.setFocus()
        self._follow()

    @Slot(object)
    def _progressed(self, step: Dragged) -> None:
        self.bar.setRange(0, step.total)
        self.bar.setValue(step.done)

    @Slot()
    def _follow(self) -> None:
        running = self._dragger.running.running
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        self.clear.setEnabled(bool(self._dragger.pulls) or self._dragger.movable is not None)
        pulls = self.tr(
            "Pull a point to where it shall go. Click points that shall stay; "
            "Shift: pull several at once."
        )
        paints = self.tr("Paint what may move; right button: what shall stay.")
        self.hint.setText(paints if self.brush.isChecked() else pulls)


class DragCommands(QObject):
    """Owns the points; bar and layer are made when they are first wanted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dragger: Dragger | None = None
        self.bar: DragBar | None = None
        self.layer: HandleLayer | None = None
        window.studio.model_changed.connect(lambda: self.show_handles(False))
        window.stack.currentChanged.connect(self._follow_page)

    @property
    def shown(self) -> bool:
        """Whether the mouse drags points."""
        return self.layer is not None and not self.layer.isHidden()

    def show_handles(self, shown: bool = True) -> None:
        """Let the mouse drag points of the picture, or put the handles away."""
        window = self._window
        if shown and not self.bar:
            self._make()
        if not (self.dragger and self.bar and self.layer):
            return
        shown = shown and self.dragger.applies
        if shown:
            window.stack.setCurrentWidget(window.canvas)
        else:
            self.dragger.clear()
        self.bar.setVisible(shown)
        self.layer.setVisible(shown)
        if shown:
            self.layer.setFocus()
        elif window.stack.currentWidget() is window.canvas:
            window.canvas.setFocus()
        window.actions_.follow()

    @Slot()
    def _follow_page(self) -> None:
        if self.shown and self._window.stack.currentWidget() is not self._window.canvas:
            self.show_handles(False)

    def _make(self) -> None:
        window = self._window
        self.dragger = Dragger(window.studio)
        self.layer = HandleLayer(self.dragger, window.canvas)
        self.layer.resize(window.canvas.size())
        self.layer.left_asked.connect(lambda: self.show_handles(False))
        self.bar = DragBar(self.dragger, self.layer)
        self.bar.close_button.clicked.connect(lambda: self.show_handles(False))
        parent = window.stack.parentWidget()
        centre = parent.layout() if parent else None
        assert isinstance(centre, QVBoxLayout)
        centre.insertWidget(centre.indexOf(window.stack), self.bar)

    def close(self) -> None:
        """Stop everything."""
        if self.dragger:
            self.dragger.close()
