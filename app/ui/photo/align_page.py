"""The first page of a photo: what is cut out of it, and how it shall be searched for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core.alignment import Crop, cut
from app.core.face_detector import DetectorError
from app.core.projecting import Way
from app.model.projector import OpenedPhoto, Projector
from app.ui.photo.align_view import LEAST, MOST, AlignView, Framing
from app.ui.theme import GRID
from app.ui.widgets.pictures import Thumbnail
from app.ui.widgets.value_row import ValueRow

SIDE = 256


class AlignPage(QWidget):
    """The photo on the left; beside it what the model will be shown, live."""

    other_asked = Signal()
    project_asked = Signal()

    def __init__(self, projector: Projector, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._projector = projector
        self.view = AlignView()
        self.preview = Thumbnail(SIDE, self.tr("The photo as the model will see it"))
        self.notes, self.hint, self.cost, self.found = QLabel(), QLabel(), QLabel(), QLabel()
        self.size_ = ValueRow(self.tr("Zoom"), LEAST, MOST, 0.05, 1, scale=100, suffix=" %")
        self.turn = ValueRow(self.tr("Rotation"), -180, 180, 1, 0, suffix=" °")
        self.way = QComboBox()
        self.way.setAccessibleName(self.tr("How near it shall come"))
        self.next = QPushButton(self.tr("Next face"))
        self.next.setToolTip(self.tr("Move the rings to the next face that was found (N)"))
        self.faces = self._row_of_faces()
        self.undo = QPushButton(self.tr("Undo"))
        self.redo = QPushButton(self.tr("Redo"))
        self.reset = QPushButton(self.tr("Reset"))
        self.other = QPushButton(self.tr("Other photo…"))
        self.go = QPushButton(self.tr("Project"))
        self._lay_out()
        self._connect()
        self.follow_model()

    def _row_of_faces(self) -> QWidget:
        """What the detector found, with the way to the next face."""
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.found, 1)
        layout.addWidget(self.next)
        return row

    def _lay_out(self) -> None:
        side, edits, footer = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        side.setSpacing(GRID)
        title = QLabel(self.tr("What the model will see"))
        title.setProperty("role", "title")
        for label in (self.notes, self.hint, self.cost, self.found):
            label.setWordWrap(True)
            label.setProperty("role", "small")
        for widget in (self.notes, self.hint, self.cost, self.faces):
            widget.setFixedWidth(SIDE)
        for button in (self.undo, self.redo, self.reset):
            edits.addWidget(button)
        for row in (self.size_, self.turn):
            row.setFixedWidth(SIDE)
        near = QLabel(self.tr("How near it shall come"))
        near.setProperty("role", "title")
        near.setBuddy(self.way)
        for above in (title, self.preview, self.faces, self.hint):
            side.addWidget(above)
        for row in (self.size_, self.turn):
            side.addWidget(row)
        side.addLayout(edits)
        for below in (self.notes, near, self.way, self.cost):
            side.addWidget(below)
        side.addStretch(1)
        footer.addWidget(self.other)
        footer.addWidget(self.go)
        side.addLayout(footer)
        for button in (self.next, self.undo, self.redo, self.reset, self.other):
            button.setAutoDefault(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.view, 1)
        layout.addLayout(side)

    def _connect(self) -> None:
        view, keys = self.view, QKeySequence.StandardKey
        self.next.clicked.connect(view.next_face)
        self.undo.clicked.connect(view.undo)
        self.redo.clicked.connect(view.redo)
        self.reset.clicked.connect(view.reset)
        QShortcut(QKeySequence(keys.Undo), self, view.undo)
        QShortcut(QKeySequence("Ctrl+Shift+Z"), self, view.redo)
        QShortcut(QKeySequence("Ctrl+Y"), self, view.redo)
        self.other.clicked.connect(self.other_asked)
        self.go.clicked.connect(self.project_asked)
        for row in (self.size_, self.turn):
            row.edited.connect(lambda _: self._turned())
        self.way.currentIndexChanged.connect(self._explain)
        view.framed.connect(self._refresh)

    # What is shown

    def show_photo(self, photo: OpenedPhoto) -> None:
        """Begin with a photo."""
        self.view.show_photo(photo, self._projector.anchors)
        self.notes.setText("\n".join(self._note(note) for note in photo.photo.notes))
        self.notes.setVisible(bool(self.notes.text()))
        self.view.setFocus()

    def _note(self, note: str) -> str:
        notes = {
            "animated": self.tr("An animation: its first picture is used."),
            "transparent": self.tr("What is transparent lies on white."),
            "cmyk": self.tr("Its colours are for print; they may look a little different."),
            "16-bit": self.tr("Its 16 bits a colour became 8."),
            "palette": self.tr("It has few colours: a palette."),
            "turned": self.tr("The camera's turning was applied."),
        }
        return notes.get(note, note)

    def follow_model(self) -> None:
        """Offer what the open model allows."""
        before, ways = self.way.currentData(), self._projector.ways
        titles: dict[Way, str] = {
            "fast": self.tr("Fast: a first guess"),
            "editable": self.tr("Editable (W)"),
            "faithful": self.tr("Faithful (W+)"),
            "tuned": self.tr("Closest: tune a copy of the model"),
        }
        self.way.clear()
        for way in ways:
            self.way.addItem(titles[way], way)
        self.way.setCurrentIndex(max(0, self.way.findData(before or "faithful")))
        faces = self._projector.anchors is not None
        for row in (self.size_, self.turn):
            row.setVisible(not faces)
        if faces:
            hint = self.tr(
                "Drag the rings onto both eyes and the middle of the mouth; inside the square all "
                "move together. Keys: 1 to 3 choose, arrows move, Shift is fine; the wheel zooms."
            )
        else:
            hint = self.tr(
                "Drag the square over what shall be seen; the wheel changes its size, arrows move "
                "it, Shift is fine."
            )
        self.hint.setText(hint)
        self.go.setEnabled(bool(ways))
        if self._projector.photo:
            self.view.follow(self._projector.anchors)
        self._explain()

    @Slot()
    def _explain(self) -> None:
        costs = {
            "fast": self.tr(
                "About a second. Sliders work best on it, but it resembles the photo only roughly."
            ),
            "editable": self.tr(
                "One row for all layers, some hundred steps. Edits stay clean; details are the "
                "model's own."
            ),
            "faithful": self.tr(
                "A row for each layer, some hundred steps: nearer to the photo, and strong edits "
                "bend a little more."
            ),
            "tuned": self.tr(
                "As faithful, then a copy of the model learns this photo: nearest and slowest. The "
                "copy is a model file of its own."
            ),
        }
        self.cost.setText(costs.get(self.way.currentData(), ""))
        if not self._projector.ways:
            self.cost.setText(self.tr("The open model has no latent that a photo can become."))

    @Slot(object)
    def _refresh(self, framing: Framing) -> None:
        photo = self._projector.photo
        if photo is None:
            return
        self.preview.show_picture(np.asarray(cut(*photo.source(framing.crop, SIDE), SIDE)))
        self.size_.set_number(self._largest() / max(1e-6, framing.crop.side))
        self.turn.set_number(framing.crop.degrees)
        self.undo.setEnabled(self.view.can_undo)
        self.redo.setEnabled(self.view.can_redo)
        self._tell_faces(photo)

    def _tell_faces(self, photo: OpenedPhoto) -> None:
        """What the detector found, and which of it the rings are on; nothing if none looked."""
        wanted = self._projector.anchors is not None
        text = self._problem(photo.problem) if photo.problem else ""
        count = len(photo.faces or ())
        if count > 1 and self.view.face == 0:
            text = self.tr("{0} faces found: the largest is chosen.").format(count)
        elif count > 1:
            text = self.tr("Face {0} of {1}, by size.").format(self.view.face + 1, count)
        elif count:
            text = self.tr("A face was found: look whether the rings are right.")
        elif photo.faces is not None:
            text = self.tr("No face was found: drag the rings there.")
        self.found.setText(text)
        self.faces.setVisible(wanted and bool(text))
        self.next.setVisible(wanted and count > 1)

    def _problem(self, problem: DetectorError) -> str:
        texts = {
            "no OpenCV": self.tr(
                "Finding faces needs OpenCV ({0}): run pip install opencv-python-headless, or "
                "leave the face detector out"
            ),
            "unreadable": self.tr("The face detector {0} cannot be read: {1}; choose another file"),
            "unusable": self.tr(
                "{0} is no face detector that OpenCV can use; choose YuNet's .onnx file, with "
                "OpenCV 4.10 or newer"
            ),
        }
        return texts[problem.kind].format(*problem.details)

    def _largest(self) -> float:
        photo = self._projector.photo
        return float(min(photo.photo.picture.size)) if photo else 1.0

    def _turned(self) -> None:
        zoom = self.size_.slider.number or 1.0
        self.view.set_crop(self._largest() / zoom, self.turn.slider.number)

    @property
    def crop(self) -> Crop:
        """What shall be cut out."""
        return self.view.framing.crop

    @property
    def chosen_way(self) -> Way:
        """How it shall be projected."""
        return self.way.currentData()
