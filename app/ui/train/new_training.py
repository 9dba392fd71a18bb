"""New training: pictures, recipe, how long, and where."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.training_runs import Plan, free_folder
from app.ui.theme import GRID
from app.ui.train.cluster_dialog import ClusterDialog
from app.ui.train.data_card import DataCard
from app.ui.train.words import recipe_words
from app.ui.transfer import file_in
from gan_models.errors import TrainingError
from gan_models.training.config import PAIRED, read_recipe, recipe_names
from gan_models.training.rewinding import is_model

BUILT_IN = ("portraits", "landscapes", "landscapes-noon")
PAIRED_SETS = ("landscapes", "landscapes-noon")
"""Those of them that have label maps."""
DEFAULT, DEFAULT_PAIRED = "stylegan2", "spade"
"""Recipes that are suggested."""


def runs_folder() -> Path:
    """Where runs go unless the user says otherwise."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place)) / "Ganvas"


class NewTraining(QDialog):
    """Asks for a `Plan`; pictures can be dropped on it."""

    start_asked = Signal(object)
    """A `Plan`."""

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New training"))
        self.setAcceptDrops(True)
        self._settings = settings
        self.data, self.maps, self.card = QComboBox(), QComboBox(), DataCard()
        self.recipe, self.sizes, self.unit = QComboBox(), QComboBox(), QComboBox()
        self.summary, self.problem = QLabel(), QLabel()
        self.length = QDoubleSpinBox()
        self.out = QLineEdit()
        self.command = QPushButton(self.tr("Other machines…"))
        self.origin = QLabel()
        self._start_from: Path | None = None
        self._cluster: ClusterDialog | None = None
        self.start = QPushButton(self.tr("Start"))
        self.start.setDefault(True)
        self._own_out = self._own_recipe = False
        self._fill()
        self._lay_out()
        self._connect()
        self._follow_data()
        self._follow_recipe()

    def _fill(self) -> None:
        self.data.addItem(self.tr("Portraits (drawn by Ganvas)"), "portraits")
        self.data.addItem(self.tr("Landscapes (drawn by Ganvas)"), "landscapes")
        self.data.addItem(self.tr("Landscapes, all in one light"), "landscapes-noon")
        self.maps.addItem("", "")
        self.maps.addItem(self.tr("Left half of each picture"), "left")
        self.maps.addItem(self.tr("Right half of each picture"), "right")
        self.maps.setToolTip(
            self.tr(
                "Pictures of classes, one flat colour or number each, with the names of the "
                "pictures that they belong to: recipes that paint learn from both"
            )
        )
        for name in recipe_names():
            self.recipe.addItem(read_recipe(name).title, name)
        self.unit.addItem(self.tr("hours"), "hours")
        self.unit.addItem(self.tr("thousand pictures (kimg)"), "kimg")
        self.length.setRange(0.05, 100_000)
        self.length.setDecimals(2)
        self.length.setValue(1)
        # The style sheet cannot indent the text of a number box; the fields around it are.
        self.length.lineEdit().setTextMargins(GRID // 2, 0, 0, 0)
        self.unit.setToolTip(
            self.tr("A time is turned into pictures by twenty steps that are measured first")
        )
        for widget, name in (
            (self.data, self.tr("Pictures")),
            (self.maps, self.tr("Label maps")),
            (self.recipe, self.tr("Recipe")),
            (self.sizes, self.tr("Size")),
            (self.length, self.tr("How long")),
            (self.unit, self.tr("Unit of the length")),
            (self.out, self.tr("Run folder")),
        ):
            widget.setAccessibleName(name)

    def _lay_out(self) -> None:
        self.folder, self.file = QPushButton(self.tr("Folder…")), QPushButton(self.tr("File…"))
        self.maps_folder, self.browse = (
            QPushButton(self.tr("Folder…")),
            QPushButton(self.tr("Choose…")),
        )
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(2 * GRID)
        self.form.setVerticalSpacing(GRID)
        self.form.addRow(self.tr("Begins with"), self.origin)
        self.form.addRow(self.tr("Pictures"), _row(self.data, self.folder, self.file))
        self.maps_row = _row(self.maps, self.maps_folder)
        self.form.addRow(self.tr("Label maps"), self.maps_row)
        self.form.addRow("", self.card)
        self.form.addRow(self.tr("Recipe"), self.recipe)
        self.form.addRow("", self.summary)
        self.form.addRow(self.tr("Size"), self.sizes)
        self.form.addRow(self.tr("How long"), _row(self.length, self.unit))
        self.form.addRow(self.tr("Run folder"), _row(self.out, self.browse))
        self.summary.setProperty("role", "small")
        for label in (self.summary, self.problem):
            label.setWordWrap(True)
        buttons = QHBoxLayout()
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        buttons.addWidget(self.command)
        buttons.addWidget(self.problem, 1)
        buttons.addWidget(close)
        buttons.addWidget(self.start)
        self.command.setToolTip(
            self.tr("The same run as a command for several processes or machines, and for Slurm")
        )
        quiet = (self.folder, self.file, self.maps_folder, self.browse, self.command, close)
        for button in quiet:
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(self.form)
        layout.addStretch(1)
        layout.addLayout(buttons)
        self.setMinimumWidth(680)

    def _connect(self) -> None:
        self.data.currentIndexChanged.connect(self._follow_data)
        self.maps.activated.connect(self._read)
        self.maps_folder.clicked.connect(self._ask_maps)
        self.recipe.currentIndexChanged.connect(self._follow_recipe)
        self.recipe.activated.connect(self._keep_recipe)
        self.card.surveyed.connect(self._follow_card)
        self.folder.clicked.connect(self._ask_folder)
        self.file.clicked.connect(self._ask_file)
        self.browse.clicked.connect(self._ask_out)
        self.out.textEdited.connect(self._keep_out)
        self.command.clicked.connect(self._show_command)
        self.start.clicked.connect(self._start)

    # What is chosen

    def plan(self) -> Plan:
        """What the form says."""
        unit, length = str(self.unit.currentData()), self.length.value()
        return Plan(
            data=str(self.data.currentData()),
            recipe=str(self.recipe.currentData()),
            out=Path(self.out.text().strip()).expanduser(),
            size=str(self.sizes.currentData() or ""),
            hours=length if unit == "hours" else 0.0,
            kimg=length if unit == "kimg" else 0.0,
            start_from=self._start_from,
            maps="" if self._built_in else str(self.maps.currentData()),
            class_table="" if self._built_in else self.card.class_table(),
        )

    def _to_train_on(self) -> int:
        """How many pictures the chosen set has beside those that are held out; 0: not known."""
        card = self.card.found
        return card.count - card.held_out if card else 0

    def choose_data(self, path: Path) -> None:
        """Train on a folder, zip or npz."""
        place = self.data.findData(str(path))
        if place < 0:
            self.data.addItem(path.name, str(path))
            place = self.data.count() - 1
        self._settings.setValue("training/data", str(path.parent))
        if place == self.data.currentIndex():
            self._follow_data()
        self.data.setCurrentIndex(place)

    @Slot()
    def _follow_data(self) -> None:
        data = str(self.data.currentData())
        self.data.setToolTip(data)
        self.problem.clear()
        self._suggest_out()
        self.maps.setCurrentIndex(0)
        self.form.setRowVisible(self.maps_row, not self._built_in)
        if self._built_in:
            self.start.setEnabled(True)
            self.card.say(
                self.tr("Drawn by the program's own renderer before the start: no download.")
            )
            self._offer(data in PAIRED_SETS)
        else:
            self._read()

    @property
    def _built_in(self) -> bool:
        return str(self.data.currentData()) in BUILT_IN

    @Slot()
    def _read(self) -> None:
        """Read the pictures, and the label maps where they are chosen to be."""
        self.start.setEnabled(False)
        self.maps.setItemText(0, self.tr("Looked for among the pictures"))
        self.card.read(Path(str(self.data.currentData())), str(self.maps.currentData()))

    @Slot()
    def _follow_card(self) -> None:
        found = self.card.found
        self.start.setEnabled(found is not None)
        if found is not None and not self.maps.currentIndex():
            where = (
                self.tr("Found: {0}").format(found.maps) if found.maps else self.tr("None found")
            )
            self.maps.setItemText(0, where)
        self._offer(self.card.paired)

    def _offer(self, paired: bool) -> None:
        """Let those recipes be chosen that can learn from the set; suggest one."""
        why = self.tr(
            "This recipe learns from pairs of a label map and a picture, and these pictures have "
            "no label maps: put both into folders maps and pictures, or side by side into each "
            "file, or choose the folder of the maps above"
        )
        model = self.recipe.model()
        assert isinstance(model, QStandardItemModel)  # as every QComboBox has
        for row in range(self.recipe.count()):
            fits = paired or not self._draws_maps(row)
            model.item(row).setEnabled(fits)
            self.recipe.setItemData(row, None if fits else why, Qt.ItemDataRole.ToolTipRole)
        unfit = not model.item(self.recipe.currentIndex()).isEnabled()
        if unfit or not self._own_recipe:
            suggested = DEFAULT_PAIRED if paired else DEFAULT
            self.recipe.setCurrentIndex(self.recipe.findData(suggested))

    def _draws_maps(self, row: int) -> bool:
        recipe = read_recipe(str(self.recipe.itemData(row)))
        return recipe.settings.get("architecture") in PAIRED

    @Slot()
    def _keep_recipe(self) -> None:
        self._own_recipe = True

    @Slot()
    def _follow_recipe(self) -> None:
        recipe = read_recipe(str(self.recipe.currentData()))
        self.summary.setText(recipe_words(recipe.summary))
        self.sizes.clear()
        pixels = recipe.settings.get("resolution", 64)
        self.sizes.addItem(self.tr("As the recipe: {0} px").format(pixels), "")
        for name, size in recipe.sizes.items():
            self.sizes.addItem(recipe_words(str(size.get("title", name))), name)
        self.form.setRowVisible(self.sizes, bool(recipe.sizes))
        self._suggest_out()

    def _suggest_out(self) -> None:
        if not self._own_out:
            plan = self.plan()
            runs = Path(str(self._settings.value("training/runs", str(runs_folder()), str)))
            recipe = "fork" if self._start_from else plan.recipe
            self.out.setText(str(free_folder(runs, plan.data, recipe)))

    @Slot()
    def _keep_out(self) -> None:
        self._own_out = True
        self.problem.clear()

    # What is asked

    @Slot()
    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Folder of pictures"), self._last())
        if name:
            self.choose_data(Path(name))

    @Slot()
    def _ask_file(self) -> None:
        kinds = self.tr("Pictures in one file (*.zip *.npz)")
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Pictures"), self._last(), kinds)
        if name:
            self.choose_data(Path(name))

    @Slot()
    def _ask_maps(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Folder of label maps"), self._last())
        if name:
            self.choose_maps(Path(name))

    def choose_maps(self, path: Path) -> None:
        """Take the label maps from another folder."""
        place = self.maps.findData(str(path))
        if place < 0:
            self.maps.addItem(path.name, str(path))
            place = self.maps.count() - 1
        self.maps.setCurrentIndex(place)
        self._read()

    @Slot()
    def _ask_out(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Keep runs in"), str(Path.home()))
        if name:
            self._settings.setValue("training/runs", name)
            self._own_out = False
            self._suggest_out()

    def _last(self) -> str:
        return str(self._settings.value("training/data", str(Path.home()), str))

    @Slot()
    def _start(self) -> None:
        plan = self.plan()
        try:
            plan.check(self._to_train_on())
        except TrainingError as error:
            self.problem.setText(str(error))
            return
        self.start_asked.emit(plan)

    @Slot()
    def _show_command(self) -> None:
        if self._cluster is None:
            self._cluster = ClusterDialog(self)
        plan = self.plan()
        self._cluster.open_on(plan.arguments(), plan.out.name, plan.hours or 24.0)

    def open_anew(self, start_from: Path | None = None) -> None:
        """Show the dialog with a folder that is free; `start_from` is what to fork from."""
        self._own_out = False
        self._start_from = start_from
        self.setWindowTitle(self.tr("Fork") if start_from else self.tr("New training"))
        self.problem.clear()
        if start_from:
            self.origin.setText(self._origin_of(start_from))
            self.origin.setToolTip(str(start_from))
        self.form.setRowVisible(self.origin, start_from is not None)
        for widget in (self.recipe, self.summary):
            self.form.setRowVisible(widget, start_from is None)
        has_sizes = self.sizes.count() > 1
        self.form.setRowVisible(self.sizes, start_from is None and has_sizes)
        self._suggest_out()
        self.show()
        self.raise_()
        self.activateWindow()

    def _origin_of(self, start: Path) -> str:
        if is_model(start):
            return self.tr("{0}, whose discriminator begins anew").format(start.stem)
        name = self.tr("{0} at {1} kimg, with its settings")
        return name.format(start.parents[1].name, start.stem.lstrip("0") or "0")

    def stop(self) -> None:
        """Wait for the thread that reads pictures."""
        self.card.close_reading()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if file_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        file = file_in(event.mimeData())
        if file:
            self.choose_data(file)
            event.acceptProposedAction()


def _row(first: QWidget, *others: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID)
    row.addWidget(first, 1)
    for widget in others:
        row.addWidget(widget)
    return row
