"""What a file is: the open model, or any model, directions, session, exported picture or clip."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.inspection import inspect
from app.core.jobs import Progress
from app.core.recipe_json import from_dict
from app.model.changes import place
from app.model.runner import Runner
from app.ui.theme import GRID

NAMED = 12
"""Names of one list that are shown."""
Row = tuple[str, str]


class FileFacts(QDialog):
    """A form of facts, read in the background; another file can be chosen."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About a file"))
        self.reading = Runner(self)
        self.reading.finished.connect(self._show)
        self.reading.failed.connect(self._fail)
        self.title, self.kind = QLabel(), QLabel()
        self.title.setProperty("role", "title")
        self.kind.setWordWrap(True)
        for label in (self.title, self.kind):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.another = QPushButton(self.tr("Another file…"))
        self.another.setToolTip(
            self.tr("Look into a model, directions, a session, an exported picture or clip")
        )
        self.another.clicked.connect(self.ask)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        buttons = QHBoxLayout()
        buttons.addWidget(self.another)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        for widget in (self.title, self.kind):
            layout.addWidget(widget)
        layout.addWidget(self.area, 1)
        layout.addLayout(buttons)
        self.resize(680, 520)
        self.read(path)

    def read(self, path: Path) -> None:
        """Show what `path` is, as soon as that is known."""
        self._path = path
        self.title.setText(path.name)
        self.kind.setText(self.tr("Reading…"))
        self._fill([])
        self.reading.start(_steps(path))

    @Slot()
    def ask(self) -> None:
        """Let the user choose another file."""
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("About a file"), str(self._path.parent), self.tr("All files (*)")
        )
        if name:
            self.read(Path(name))

    @Slot(str)
    def _fail(self, text: str) -> None:
        self.kind.setText(text)

    @Slot(object)
    def _show(self, facts: dict[str, Any]) -> None:
        kinds = {
            "model": self.tr("A model"),
            "arrays": self.tr("Directions or other arrays, of another tool"),
            "directions": self.tr("Directions of Ganvas, for one model"),
            "session": self.tr("A session"),
            "picture": self.tr("An exported picture, with its recipe"),
            "clip": self.tr("An exported clip, with its recipe"),
        }
        kind = facts["kind"]
        self.kind.setText(kinds.get(kind, kind))
        rows = {"model": self._model_rows, "session": self._session_rows}.get(kind)
        if rows is None:
            rows = self._array_rows if kind in ("arrays", "directions") else self._export_rows
        self._fill([row for row in (*rows(facts), *self._file_rows(facts)) if row[1]])

    def _fill(self, rows: list[Row]) -> None:
        content = QWidget()
        form = QFormLayout(content)
        form.setContentsMargins(0, GRID, GRID, GRID)
        form.setHorizontalSpacing(3 * GRID)
        form.setVerticalSpacing(GRID)
        for name, text in rows:
            value = QLabel(text)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(name, value)
        self.area.setWidget(content)

    def _model_rows(self, facts: dict[str, Any]) -> Iterator[Row]:
        origin = facts["provenance"]
        side = facts["resolution"]
        yield self.tr("Family"), facts["family"]
        yield self.tr("Layout"), str(origin.get("layout", facts["container"]))
        yield (
            self.tr("Picture"),
            self.tr("{0} × {0} pixels, {1} channels").format(side, facts["channels"]),
        )
        yield self.tr("z"), self.tr("{0} numbers").format(facts["z_dim"]) if facts["z_dim"] else ""
        if facts["w_dim"]:
            sizes = (facts["num_ws"], facts["w_dim"])
            yield self.tr("w+"), self.tr("{0} rows of {1} numbers").format(*sizes)
        yield self.tr("Classes"), str(facts["classes"] or "")
        yield self.tr("Classes of its label maps"), str(facts["map_classes"] or "")
        yield self.tr("Controls"), ", ".join(facts["controls"])
        sizes = (facts["layers"], f"{facts['parameters']:,}")
        yield self.tr("Size"), self.tr("{0} layers, {1} parameters").format(*sizes)
        yield self.tr("Sliders"), _listed([d["name"] for d in facts["directions"]])
        yield self.tr("Ignored"), "\n".join(map(str, origin.get("ignored", [])))
        yield self.tr("Assumed"), "\n".join(map(str, origin.get("notes", [])))
        yield self.tr("Licence"), str(origin.get("licence", ""))

    def _array_rows(self, facts: dict[str, Any]) -> Iterator[Row]:
        yield self.tr("Layout"), str(facts.get("layout", ""))
        yield self.tr("Model"), str(facts.get("model", ""))
        yield self.tr("Space"), str(facts.get("space", ""))
        layers = facts.get("layers")
        yield self.tr("Layers"), f"{layers[0]}-{layers[1] - 1}" if layers else ""
        names = facts.get("directions", [])
        names = [str(each["name"] if type(each) is dict else each) for each in names]
        yield self.tr("Directions"), _listed(names)
        arrays = [
            f"{each['name']} {' × '.join(map(str, each['shape']))}".strip()
            for each in facts.get("arrays", [])
        ]
        yield self.tr("Arrays"), _listed(arrays)

    def _session_rows(self, facts: dict[str, Any]) -> Iterator[Row]:
        yield self.tr("Looks"), _listed(facts["looks"])
        yield self.tr("Locked sliders"), _listed(facts["locks"])
        yield from self._recipe_rows(facts["recipe"])

    def _export_rows(self, facts: dict[str, Any]) -> Iterator[Row]:
        if "seconds" in facts:
            figures = (f"{facts['seconds']:g}", f"{facts['fps']:g}", facts["keyframes"])
            yield (
                self.tr("Length"),
                self.tr("{0} s at {1} frames a second, {2} keyframes").format(*figures),
            )
        yield from self._recipe_rows(facts["recipe"])

    def _recipe_rows(self, recipe: dict[str, Any]) -> Iterator[Row]:
        yield self.tr("Model"), str(recipe["model"]["name"])
        yield self.tr("Seed"), str(place(from_dict(recipe))[0])
        yield self.tr("Truncation psi"), f"{recipe['psi']:g}"
        edits = [f"{e['direction']} {e['strength']:+g}" for e in recipe.get("edits", [])]
        yield self.tr("Sliders"), _listed(edits)

    def _file_rows(self, facts: dict[str, Any]) -> Iterator[Row]:
        yield self.tr("File"), str(facts["file"])
        if "bytes" in facts:
            yield self.tr("On disk"), self.tr("{0} MB").format(f"{facts['bytes'] / 1e6:,.2f}")
        yield self.tr("SHA-256"), str(facts.get("sha256", ""))

    def done(self, result: int) -> None:
        self.reading.close()
        super().done(result)


def _listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = f" … (+{len(names) - NAMED})" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _steps(path: Path) -> Generator[Progress, None, dict[str, Any]]:
    yield Progress(0, 1, path.name)
    return inspect(str(path))
