"""What you change: the named sliders of the open model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from app.core.recipe import Edit, Recipe
from app.model.studio import Studio
from app.ui.panels.keep_identity import KeepIdentity
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton
from app.ui.widgets.section import Section
from app.ui.widgets.side_effects import SideEffects
from app.ui.widgets.turns import Turns
from app.ui.widgets.value_row import HEIGHT, NAME_WIDTH, VALUE_WIDTH, ValueRow
from app.ui.words import Words, words_of
from gan_models.directions.keeping import IDENTITY
from gan_models.spec import Direction, Spec

STEP = 0.1
BUTTONS = 3
"""Buttons beside a slider."""
ROWS_AT_ONCE = 2
"""Rows that are made in one turn of the event loop: more would be felt when a model opens."""


class LayerRange(QWidget):
    """First and last layer that a slider acts on, and back to those it was made for."""

    chosen = Signal(object)

    def __init__(self, name: str, own: tuple[int, int], spec: Spec) -> None:
        super().__init__()
        self._own, self._spec = own, spec
        self.first, self.last = QSpinBox(), QSpinBox()
        self.first.setAccessibleName(self.tr("{0}: first layer").format(name))
        self.last.setAccessibleName(self.tr("{0}: last layer").format(name))
        tip = self.tr(
            "Layers work from coarse (pose, shape) to fine (colour, texture). "
            "Fewer layers change less besides."
        )
        self.first.setToolTip(tip)
        self.last.setToolTip(tip)
        self.pixels = QLabel()
        self.pixels.setProperty("role", "small")
        self.reset = IconButton("reset", self.tr("The layers that it was made for"))
        self.reset.setAccessibleName(self.tr("{0}: reset layers").format(name))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, GRID // 2)
        layout.setSpacing(GRID // 2)
        label = QLabel(self.tr("on layers"))
        label.setProperty("role", "small")
        label.setFixedWidth(NAME_WIDTH - GRID)
        dash = QLabel("–")
        for widget in (label, self.first, dash, self.last, self.pixels):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.reset)
        for box in (self.first, self.last):
            box.setRange(0, spec.num_ws - 1)
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
            box.setFixedSize(48, HEIGHT)
            box.valueChanged.connect(self._changed)
        self.reset.clicked.connect(lambda: self.chosen.emit(None))

    def show_layers(self, layers: tuple[int, int] | None) -> None:
        """Show a range [start, end) without telling; None: the direction's own."""
        start, end = layers or self._own
        for box, value in ((self.first, start), (self.last, end - 1)):
            blocked = box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(blocked)
        sizes = self._spec.ws_resolutions[start:end]
        self.pixels.setText(
            self.tr("{0} to {1} pixels").format(sizes[0], sizes[-1]) if sizes else ""
        )
        self.reset.setVisible(layers is not None)

    def _changed(self) -> None:
        first, last = self.first.value(), self.last.value()
        if self.sender() is self.first:
            last = max(first, last)
        first = min(first, last)
        chosen = (first, last + 1)
        self.chosen.emit(None if chosen == self._own else chosen)


class SliderRow(QWidget):
    """One named slider with its lock, what else it moves, and its layer range on demand."""

    def __init__(self, studio: Studio, direction: Direction, spec: Spec) -> None:
        super().__init__()
        self._studio, self._name, self._spec = studio, direction.name, spec
        self._layers: LayerRange | None = None
        self.shown = direction
        self._said: tuple[Edit, bool, bool] | None = None
        words = words_of(direction)
        self.value = ValueRow(words.title, -direction.limit, direction.limit, STEP)
        self.value.explain(self._explanation(direction, words))
        self.lock = IconButton("unlock", self.tr("Lock: keep random and reset from touching it"))
        self.lock.setAccessibleName(self.tr("{0}: lock").format(words.title))
        self.lock.setCheckable(True)
        self.keep = IconButton(
            "shield", self.tr("Keep {0}: the other sliders leave it as it is").format(words.title)
        )
        self.keep.setCheckable(True)
        if direction.name not in studio.model_directions:
            self.keep.hide()  # recipes carry imported directions, and keep those of the model
        self.effects = SideEffects(words.title)
        policy = self.effects.sizePolicy()
        policy.setRetainSizeWhenHidden(bool(direction.moves))  # sliders stay under the hand
        self.effects.setSizePolicy(policy)
        self.effects.hide()
        self.more = IconButton("layers", self.tr("Choose the layers that it acts on"))
        self.more.setAccessibleName(self.tr("{0}: choose layers").format(words.title))
        self.more.setCheckable(True)
        if spec.num_ws == 1:
            self.more.hide()
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(0)
        for button in (self.keep, self.lock, self.more):
            self.buttons.addWidget(button)
        self.value.row.addLayout(self.buttons)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self._lines.addWidget(self.value)
        self._lines.addLayout(self._under_the_track())
        self.keep.toggled.connect(lambda on: studio.set_keep(self._name, on))
        self.value.edited.connect(lambda number: studio.set_edit(self._name, number))
        self.value.settled.connect(studio.end_gesture)
        self.more.toggled.connect(lambda on: self.layers.setVisible(on))
        self.lock.toggled.connect(lambda on: studio.lock(self._name, on))

    @property
    def layers(self) -> LayerRange:
        """The layer range; made when it is first wanted, since it is half of a row's work."""
        if self._layers is None:
            self._layers = LayerRange(words_of(self.shown).title, self.shown.layers, self._spec)
            self._layers.hide()
            self._layers.show_layers(self._said[0].layers if self._said else None)
            self._layers.chosen.connect(self._choose_layers)
            self._lines.addWidget(self._layers)
        return self._layers

    def _explanation(self, direction: Direction, words: Words) -> str:
        text = self.tr("{0} ← {1} → {2}. 1 is one standard deviation over random pictures.")
        text = text.format(words.low, words.title, words.high)
        scale = direction.facts.get("own_scale")
        if scale:
            own = self.tr("In the scale of {0} that is {1}.")
            text = f"{text}\n{own.format(direction.source, f'{scale:.3g}')}"
        return text

    def _under_the_track(self) -> QHBoxLayout:
        layout = QHBoxLayout()
        right = VALUE_WIDTH + BUTTONS * HEIGHT + 2 * GRID // 2 + GRID
        layout.setContentsMargins(NAME_WIDTH + GRID // 2 + GRID, 0, right, 0)
        layout.addWidget(self.effects)
        return layout

    def show_effects(self, titles: Mapping[str, str]) -> None:
        """Show what else the slider moves, with what is kept now.

        Without its part in who it is a step is another one, which nobody measured.
        """
        alike = self._studio.directions[self._name].alike
        other = self._studio.recipe.keep(IDENTITY) > 0
        moves = {} if other else self._studio.moves(self._name)
        self.effects.show_moves(moves, self._name, titles, alike)

    def show_edit(self, edit: Edit, locked: bool, kept: bool) -> None:
        """Show what the recipe says; a row for which it says the same is left alone."""
        if (edit, locked, kept) == self._said:
            return
        self._said = edit, locked, kept
        blocked = self.keep.blockSignals(True)
        self.keep.setChecked(kept)
        self.keep.blockSignals(blocked)
        self.value.set_number(edit.strength)
        if self._layers:
            self._layers.show_layers(edit.layers)
        self.more.mark(edit.layers is not None)
        self.lock.set_name("lock" if locked else "unlock")
        blocked = self.lock.blockSignals(True)
        self.lock.setChecked(locked)
        self.lock.blockSignals(blocked)

    def _choose_layers(self, layers: tuple[int, int] | None) -> None:
        self._studio.set_layers(self._name, layers)
        self._studio.end_gesture()


class SlidersPanel(Section):
    """A row for each direction, in the order of the model file."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Sliders"), parent)
        self._studio = studio
        self.rows: dict[str, SliderRow] = {}
        self._effects_of: object = None
        self.random = IconButton("random", self.tr("Random sliders, but for the locked ones"))
        self.reset = IconButton("reset", self.tr("Reset sliders, but for the locked ones"))
        self.identity = KeepIdentity(studio)
        self.header.addWidget(self.identity)
        self.header.addWidget(self.random)
        self.header.addWidget(self.reset)
        self.building = Turns(self)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID // 2)
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(self._list)
        self.random.clicked.connect(studio.random_edits)
        self.reset.clicked.connect(studio.reset_edits)
        studio.recipe_changed.connect(self._refresh)
        studio.locks_changed.connect(lambda: self._refresh(studio.recipe))
        studio.model_changed.connect(self._follow_model)
        self._follow_model()

    @Slot()
    def _follow_model(self) -> None:
        for row in self.rows.values():
            self._list.removeWidget(row)
            row.deleteLater()
        self.setVisible(bool(self._studio.model_directions))
        self.rows, self._effects_of = {}, None
        self._refresh(self._studio.recipe)
        self.building.start(self._make_rows())

    def _make_rows(self) -> Iterator[None]:
        spec, known = self._studio.spec, self._studio.model_directions
        for number, (name, direction) in enumerate(known.items() if spec else ()):
            if number and number % ROWS_AT_ONCE == 0:
                yield
            assert spec
            row = self.rows[name] = SliderRow(self._studio, direction, spec)
            self._show_row(name, row, self._studio.recipe)
            row.show_effects(self._titles())
            self._list.addWidget(row)

    @Slot(object)
    def _refresh(self, recipe: Recipe) -> None:
        for name, row in self.rows.items():
            self._show_row(name, row, recipe)
        self._show_effects(recipe)

    def _show_row(self, name: str, row: SliderRow, recipe: Recipe) -> None:
        row.show_edit(recipe.edit(name), name in self._studio.locks, recipe.keep(name) > 0)

    def _show_effects(self, recipe: Recipe) -> None:
        """Tell what else sliders move, again only where that may have changed."""
        known = self._studio.model_directions
        state = (recipe.model, recipe.keeps, tuple(recipe.edit(name).layers for name in known))
        if state != self._effects_of:
            self._effects_of = state
            for row in self.rows.values():
                row.show_effects(self._titles())

    def _titles(self) -> dict[str, str]:
        known = self._studio.model_directions
        return {name: words_of(direction).title for name, direction in known.items()}
