"""The second page of a photo: the search as it goes, what it found, and what to make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.model.projector import Projector
from app.ui.theme import GRID
from app.ui.widgets.pictures import Thumbnail, to_pixmap

if TYPE_CHECKING:  # torch takes a second to load; the window is drawn before
    from gan_models.projection.project import Projected
    from gan_models.projection.search import ProjectionStep

SIDE, FRAME = 256, 56
AMPLIFIED = 2
"""What the difference is multiplied by, so that little ones are seen."""


class ProjectPage(QWidget):
    """Target, the best so far, and how they differ; below, the way there."""

    back_asked = Signal()
    clip_asked = Signal(str)
    compare_asked = Signal()
    film_asked = Signal()
    tuned_asked = Signal()

    def __init__(self, projector: Projector, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._projector = projector
        self.target = Thumbnail(SIDE, self.tr("The photo"))
        self.current = Thumbnail(SIDE, self.tr("The best so far"))
        self.difference = Thumbnail(SIDE, self.tr("Difference"))
        self.bar, self.words, self.more = QProgressBar(), QLabel(), QLabel()
        self.film = self._make_film()
        self.stop = self._button(self.tr("Stop here, keep the best"))
        self.back = self._button(self.tr("Back to the crop"))
        self.save_film = self._button(self.tr("Save film…"))
        self.save_tuned = self._button(self.tr("Save tuned model…"))
        self.compare = self._button(self.tr("Compare in the window"))
        self.smile = self._button(self.tr("Smile clip"))
        self.gender = self._button(self.tr("Gender swap clip"))
        self._explain()
        self._lay_out()
        self._connect()

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        return button

    def _make_film(self) -> QListWidget:
        strip = QListWidget()
        strip.setAccessibleName(self.tr("The way of the search"))
        strip.setViewMode(QListWidget.ViewMode.IconMode)
        strip.setFlow(QListWidget.Flow.LeftToRight)
        strip.setWrapping(False)
        strip.setMovement(QListWidget.Movement.Static)
        strip.setIconSize(QSize(FRAME, FRAME))
        strip.setGridSize(QSize(FRAME + 4, FRAME + 4))
        strip.setFixedHeight(FRAME + 3 * GRID)
        strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return strip

    def _explain(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the search"))
        self.words.setProperty("role", "title")
        self.more.setProperty("role", "small")
        for label in (self.words, self.more):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.film.setToolTip(self.tr("Click to show a state of the search in the window"))
        self.save_film.setToolTip(self.tr("The way of the search as MP4, GIF, WebP or APNG"))
        self.save_tuned.setToolTip(
            self.tr("Write the copy that learned this photo as a model file, and open it")
        )
        self.compare.setToolTip(self.tr("Lay photo and look over each other, with a divider"))

    def _lay_out(self) -> None:
        pictures, ending, footer = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        pictures.setSpacing(2 * GRID)
        titles = (self.tr("Photo"), self.tr("Look"), self.tr("Difference, doubled"))
        shown = (self.target, self.current, self.difference)
        pictures.addStretch(1)
        for title, picture in zip(titles, shown, strict=True):
            column, label = QVBoxLayout(), QLabel(title)
            label.setProperty("role", "small")
            column.addWidget(label)
            column.addWidget(picture)
            pictures.addLayout(column)
        pictures.addStretch(1)
        ending.addWidget(self.bar, 1)
        ending.addStretch(0)
        ending.addWidget(self.stop)
        footer.addWidget(self.back)
        footer.addWidget(self.save_film)
        footer.addStretch(1)
        for button in (self.save_tuned, self.compare, self.smile, self.gender):
            footer.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(pictures)
        layout.addLayout(ending)
        layout.addWidget(self.words)
        layout.addWidget(self.more)
        layout.addStretch(1)
        layout.addWidget(self.film)
        layout.addLayout(footer)

    def _connect(self) -> None:
        projector = self._projector
        self.stop.clicked.connect(projector.stop)
        self.back.clicked.connect(self.back_asked)
        self.save_film.clicked.connect(self.film_asked)
        self.save_tuned.clicked.connect(self.tuned_asked)
        self.compare.clicked.connect(self.compare_asked)
        self.smile.clicked.connect(lambda: self.clip_asked.emit("smile"))
        self.gender.clicked.connect(lambda: self.clip_asked.emit("gender-swap"))
        self.film.itemClicked.connect(lambda item: projector.show_state(self.film.row(item)))
        self.film.itemActivated.connect(lambda item: projector.show_state(self.film.row(item)))
        projector.aligned.connect(self.target.show_picture)
        projector.stepped.connect(self._stepped)
        projector.found.connect(self._found)
        projector.ended.connect(self.follow)

    def begin(self) -> None:
        """A search begins: nothing is shown yet."""
        for picture in (self.target, self.current, self.difference):
            picture.show_picture(None)
        self.film.clear()
        self.bar.setRange(0, 0)
        self.words.setText(self.tr("Cutting the photo…"))
        self.more.clear()
        self.follow()
        self.stop.setFocus()

    @Slot()
    def follow(self) -> None:
        """Offer what can be done now."""
        running, found = self._projector.busy, self._projector.result is not None
        for widget in (self.bar, self.stop):
            widget.setVisible(running)
        self.back.setEnabled(not running)
        self.save_film.setEnabled(not running and len(self._projector.film) > 0)
        self.save_tuned.setVisible(not running and self._projector.tuned)
        clips, shown = self._projector.clips, self._projector.shown
        for name, button in (("smile", self.smile), ("gender-swap", self.gender)):
            button.setVisible(name in clips)
            button.setEnabled(shown and not running)
        self.compare.setEnabled(shown and not running)
        if not running and not found:
            self.words.setText(self.tr("Nothing was found yet."))

    @Slot(object)
    def _stepped(self, step: ProjectionStep) -> None:
        self.bar.setRange(0, max(1, step.total))
        self.bar.setValue(step.done)
        left = self._projector.searching.seconds_left
        stages = {
            "start": self.tr("Looking for a place to begin"),
            "w": self.tr("Searching W"),
            "w+": self.tr("Searching W+, layer by layer"),
            "z": self.tr("Searching Z"),
            "tune": self.tr("Tuning a copy of the model"),
        }
        text = stages.get(step.stage, step.message)
        if left is not None and step.done > 1:
            text = self.tr("{0}, about {1} s left").format(text, max(1, round(left)))
        self.words.setText(text)
        if step.picture is not None:
            self._show(step.picture)
            if self.film.count() < len(self._projector.film):
                item = QListWidgetItem(
                    QIcon(to_pixmap(step.picture, FRAME, self.devicePixelRatioF())), ""
                )
                self.film.addItem(item)
                self.film.scrollToItem(item)

    def _show(self, picture: np.ndarray) -> None:
        self.current.show_picture(picture)
        target = self._projector.target
        if target is not None and target.shape == picture.shape:
            apart = np.abs(target.astype(np.int16) - picture).max(axis=2, keepdims=True)
            grey = (AMPLIFIED * apart).clip(0, 255).astype(np.uint8)
            self.difference.show_picture(np.repeat(grey, 3, axis=2))

    @Slot(object)
    def _found(self, result: Projected) -> None:
        self._show(result.picture)
        words = {
            "typical": self.tr("As good as pictures of this kind get."),
            "loose": self.tr("Like the photo, less closely than pictures of this kind."),
            "foreign": self.tr("Off-domain: expect a likeness, not a copy."),
        }
        likeness = result.likeness
        unmeasured = self.tr("How near real pictures come to this model was not measured.")
        self.words.setText(words[likeness.verdict] if likeness.verdict else unmeasured)
        facts = [self.tr("Likeness {0} %").format(round(100 * likeness.share))]
        if result.identity is not None:
            facts.append(self.tr("same person {0} of 1").format(f"{result.identity:.2f}"))
        self.more.setText(" · ".join(facts))
