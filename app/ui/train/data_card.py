"""What is in a set of pictures, before a training starts on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.data_survey import THUMBNAILS, Survey, survey
from app.core.jobs import Step
from app.model.runner import Runner
from app.ui.theme import GRID
from app.ui.train.class_list import ClassList
from app.ui.widgets.pictures import Thumbnail
from gan_models.datasets.card import DataSetCard
from gan_models.datasets.legend import Legend

TILE = 40
MOST_REJECTS = 200


class DataCard(QWidget):
    """Reads a folder, zip or npz on a thread, and tells what was found."""

    surveyed = Signal()
    """The set was read, or cannot be trained on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: DataSetCard | None = None
        self.reading = Runner(self)
        self.facts, self.bar = QLabel(), QProgressBar()
        self.facts.setWordWrap(True)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Reading the pictures"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.reading.cancel)
        self.tiles = [Thumbnail(TILE, self.tr("A picture of the set")) for _ in range(THUMBNAILS)]
        self.rejects = QPlainTextEdit()
        self.rejects.setReadOnly(True)
        self.rejects.setFixedHeight(9 * GRID)
        self.rejects.setAccessibleName(self.tr("Left out, with reasons"))
        self.classes = ClassList()
        self._lay_out()
        self.reading.progressed.connect(self._progressed)
        self.reading.finished.connect(self._show)
        self.reading.failed.connect(self._fail)
        self.reading.cancelled.connect(lambda: self._fail(self.tr("The pictures were not read.")))

    def _lay_out(self) -> None:
        row, tiles = QHBoxLayout(), QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        tiles.setSpacing(GRID // 2)
        for tile in self.tiles:
            tiles.addWidget(tile)
        tiles.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.facts)
        layout.addLayout(row)
        layout.addLayout(tiles)
        layout.addWidget(self.classes)
        layout.addWidget(self.rejects)
        self._show_parts(reading=False)

    @property
    def paired(self) -> bool:
        """Whether the set has label maps."""
        return self.found is not None and self.found.legend is not None

    def class_table(self) -> str:
        """The classes as the text of a classes.csv; empty where nothing was changed."""
        changed = self.paired and self.classes.changed and self.classes.legend
        return changed.to_csv() if changed else ""

    def read(self, path: Path, maps: str = "") -> None:
        """Read a set, with the label maps of another place; what was shown goes."""
        self.found = None
        self._show_parts(reading=True)
        self.facts.setText(self.tr("Reading {0}…").format(path.name))
        self.bar.setRange(0, 0)
        self.reading.start(survey(path, maps))

    def say(self, text: str) -> None:
        """Describe a set that need not be read."""
        self.reading.cancel()
        self.found = None
        self._show_parts(reading=False)
        self.facts.setText(text)

    def _show_parts(self, reading: bool, tiles: bool = False, rejects: bool = False) -> None:
        self.bar.setVisible(reading)
        self.cancel.setVisible(reading)
        for tile in self.tiles:
            tile.setVisible(tiles)
        self.rejects.setVisible(rejects)
        self.classes.setVisible(self.paired)

    @Slot(object)
    def _progressed(self, step: Step) -> None:
        self.bar.setRange(0, step.total)
        self.bar.setValue(step.done)

    @Slot(object)
    def _show(self, found: Survey) -> None:
        card = self.found = found.card
        if card.legend:
            self.classes.show_legend(card.legend)
        self._show_parts(False, tiles=True, rejects=bool(card.rejected))
        for place, tile in enumerate(self.tiles):
            inside = place < len(found.thumbnails)
            sharp = self.paired and place % 2 == 0  # a map
            tile.show_picture(found.thumbnails[place] if inside else None, sharp=sharp)
            tile.setVisible(inside)
        self.facts.setText("\n".join(self._lines(card)))
        rejected = list(card.rejected.items())[:MOST_REJECTS]
        self.rejects.setPlainText("\n".join(f"{name} {reason}" for name, reason in rejected))
        self.surveyed.emit()

    def _lines(self, card: DataSetCard) -> list[str]:
        sizes = ", ".join(f"{size} ({count})" for size, count in list(card.sizes.items())[:4])
        lines = [self.tr("{0} pictures: {1}").format(card.count, sizes)]
        if card.legend:
            lines = [
                self.tr("{0} pairs of label map and picture: {1}").format(card.count, sizes),
                *self._lines_of_maps(card.maps, card.legend),
            ]
        if card.grey == card.count:
            lines[0] += self.tr(", grey")
        if card.not_square:
            lines.append(
                self.tr("{0} are not square: both ends of the longer side are cut off").format(
                    card.not_square
                )
            )
        mirrored = self.tr("mirrored half the time") if card.mirror else self.tr("not mirrored")
        held = self.tr("{0} held out, never trained on").format(card.held_out)
        lines.append(f"{mirrored}; {held}")
        left_out = [
            (self.tr("{0} repeat others"), len(card.duplicates)),
            (self.tr("{0} are no pictures"), len(card.others)),
            (self.tr("{0} cannot be used:"), len(card.rejected)),
        ]
        gone = [text.format(count) for text, count in left_out if count]
        return [*lines, self.tr("Left out: {0}").format(", ".join(gone))] if gone else lines

    def _lines_of_maps(self, where: str, legend: Legend) -> list[str]:
        held = self.tr("colours") if legend.kind == "colours" else self.tr("class numbers")
        lines = [
            self.tr("label maps: {0}, {1} classes by {2}").format(
                place_words(where), len(legend.entries), held
            )
        ]
        if legend.folded:
            share = f"{legend.folded_share:.1%}"
            text = self.tr("{0} stray values ({1} of the pixels) count as the nearest class")
            lines.append(text.format(legend.folded, share))
        return lines

    @Slot(str)
    def _fail(self, text: str) -> None:
        self.found = None
        self._show_parts(reading=False)
        self.facts.setText(text)
        self.surveyed.emit()

    def close_reading(self) -> None:
        """Wait for the thread."""
        self.reading.close()


def place_words(where: str) -> str:
    """Where label maps are: a folder, or a half in the language of the window."""
    return QCoreApplication.translate("Maps", where)


PLACES = (
    QT_TRANSLATE_NOOP("Maps", "the left half of each picture"),
    QT_TRANSLATE_NOOP("Maps", "the right half of each picture"),
)
"""What a card says of maps that are in no folder."""
