"""Teach a slider: the wall of pictures to mark, what was learned, and how sure it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.jobs import Step
from app.model.teacher import FEWEST, Teacher
from app.ui.teach.mark_view import MarkView
from app.ui.theme import GRID
from app.ui.widgets.icons import IconButton
from app.ui.widgets.pictures import Thumbnail
from app.ui.widgets.section import line
from app.ui.words import words_of

SIDE = 96
GOOD = 10
"""Marks on each side that make a slider good enough to ask about what is unsure."""


class TeachPage(QWidget):
    """Header, wall, and below the slider as the present look shows it."""

    closed = Signal()

    def __init__(self, teacher: Teacher, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.teacher = teacher
        self.view = MarkView(teacher)
        self.name, self.counts = QLineEdit(), QLabel()
        self.keep = self._button(self.tr("Keep…"))
        self.anew = self._button(self.tr("Start over"))
        self.close_button = IconButton("close", self.tr("Back to the picture (Esc)"))
        self.others = self._button(self.tr("Other pictures"))
        self.unsure = self._button(self.tr("Ask what is least sure"))
        self.marked = self._button(self.tr("Show marked"))
        self.bar, self.message, self.sure = QProgressBar(), QLabel(), QLabel()
        marks = (self.tr("Slider at −2"), self.tr("The look as it is"), self.tr("Slider at +2"))
        self.strip = [Thumbnail(SIDE, mark) for mark in marks]
        for thumbnail, mark in zip(self.strip, marks, strict=True):
            thumbnail.setToolTip(mark)
        self._explain()
        self._lay_out()
        self._connect()
        self._follow()

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "chip")
        button.setAutoDefault(False)
        return button

    def _explain(self) -> None:
        self.name.setMinimumWidth(10 * GRID)
        self.name.setMaximumWidth(20 * GRID)
        self.name.setPlaceholderText(self.tr("Name of the slider"))
        self.name.setAccessibleName(self.tr("Name of the slider"))
        self.keep.setToolTip(self.tr("Other sliders whose effect this one shall leave alone"))
        self.anew.setToolTip(self.tr("Forget the marks; the slider stays in its panel"))
        self.others.setToolTip(self.tr("Pictures that were not shown yet (N)"))
        self.unsure.setToolTip(
            self.tr("Show the pictures that would teach most: those nearest to the border (U)")
        )
        self.marked.setToolTip(self.tr("Look at the marks again, to correct them"))
        self.message.setWordWrap(True)
        self.sure.setWordWrap(True)
        self.sure.setToolTip(
            self.tr(
                "Each mark is guessed by a slider that was taught with all the others.\n"
                "The range holds the true share with a probability of 95 %."
            )
        )
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of meeting random pictures"))

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Teach a slider"))
        title.setProperty("role", "title")
        header = QHBoxLayout()
        header.setContentsMargins(2 * GRID, GRID, GRID, GRID // 2)
        header.setSpacing(GRID)
        parts: tuple[QWidget | None, ...] = (
            *(title, self.name, self.counts),
            *(None, self.keep, self.anew, self.close_button),
        )
        for widget in parts:
            header.addWidget(widget) if widget else header.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addWidget(self.view, 1)
        layout.addWidget(line())
        layout.addLayout(self._lesson())
        self.view.setViewportMargins(GRID, GRID // 2, 0, 0)

    def _lesson(self) -> QVBoxLayout:
        """What was learned, and buttons in a row of their own.

        Beside the strip they would widen the page, and so move the wall under the hand, just when
        the slider appears.
        """
        text, asked = QVBoxLayout(), QHBoxLayout()
        strip, learned = QHBoxLayout(), QHBoxLayout()
        for button in (self.unsure, self.others, self.marked):
            asked.addWidget(button)
        asked.addStretch(1)
        for label in (self.sure, self.message, self.bar):
            text.addWidget(label)
        text.addStretch(1)
        strip.setSpacing(GRID // 2)
        for thumbnail in self.strip:
            strip.addWidget(thumbnail)
        learned.setSpacing(2 * GRID)
        learned.addLayout(strip)
        learned.addLayout(text, 1)
        below = QVBoxLayout()
        below.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        below.setSpacing(GRID // 2)
        below.addLayout(learned)
        below.addLayout(asked)
        return below

    def _connect(self) -> None:
        teacher, view = self.teacher, self.view
        teacher.marked.connect(self._follow)
        teacher.listed.connect(self._follow)
        teacher.strip_drawn.connect(self._show_strip)
        teacher.meeting.started.connect(self._follow)
        teacher.meeting.progressed.connect(self._progressed)
        self.name.editingFinished.connect(lambda: teacher.rename(self.name.text()))
        self.others.clicked.connect(teacher.propose_random)
        self.unsure.clicked.connect(teacher.propose_unsure)
        self.marked.clicked.connect(teacher.show_marked)
        self.anew.clicked.connect(self._start_over)
        self.keep.clicked.connect(self._offer_keeps)
        self.close_button.clicked.connect(self.closed)
        view.unsure_asked.connect(teacher.propose_unsure)
        view.others_asked.connect(teacher.propose_random)
        view.left_asked.connect(self.closed)

    @Slot()
    def _start_over(self) -> None:
        self.teacher.start_over()
        self.teacher.begin()
        self.view.setFocus()

    @Slot(object)
    def _progressed(self, step: Step) -> None:
        self.bar.setRange(0, step.total)
        self.bar.setValue(step.done)

    @Slot()
    def _follow(self) -> None:
        """Show what is marked and what to do next."""
        teacher = self.teacher
        more, less = len(teacher.marks.of(1)), len(teacher.marks.of(-1))
        self.bar.setVisible(teacher.meeting.running)
        self.name.setVisible(bool(teacher.name))
        if not self.name.hasFocus():
            self.name.setText(teacher.name)
        self.counts.setText(self.tr("{0} more · {1} less").format(more, less))
        for button in (self.unsure, self.keep):
            button.setEnabled(teacher.lesson is not None)
        for button in (self.marked, self.anew):
            button.setEnabled(len(teacher.marks) > 0)
        kept = len(teacher.marks.keep)
        self.keep.setText(self.tr("Keeps {0}…").format(kept) if kept else self.tr("Keep…"))
        self.sure.setText(self._certainty())
        self.sure.setVisible(teacher.lesson is not None)
        self.message.setText(self._advice(more, less))
        for thumbnail in self.strip:
            thumbnail.setVisible(teacher.lesson is not None)

    def _certainty(self) -> str:
        if self.teacher.lesson is None:
            return ""
        held = self.teacher.lesson.held_out
        low, high = (round(100 * end) for end in held.interval)
        text = self.tr("It guesses {0} of {1} marks right that it was not shown: {2} to {3} %.")
        return text.format(held.right, held.of, low, high)

    def _advice(self, more: int, less: int) -> str:
        if self.teacher.meeting.running:
            return self.tr("Meeting random pictures…")
        if not more and not less:
            return self.tr(
                "Think of something that pictures have more or less of. Mark those that have much "
                "of it with + (click at the right) and those that have little with − (click at "
                "the left). {0} of each make a slider, {1} of each a useful one."
            ).format(FEWEST, GOOD)
        if min(more, less) < FEWEST:
            side = self.tr("more (+)") if more < less else self.tr("less (−)")
            return self.tr("Mark at least {0} pictures as {1}: {2} so far.").format(
                FEWEST, side, min(more, less)
            )
        if min(more, less) < GOOD:
            return self.tr("The slider is in its panel already, and follows each mark.")
        return self.tr(
            "Mark on, or let it ask what it is least sure of: such answers teach it most."
        )

    @Slot()
    def _show_strip(self) -> None:
        pictures = self.teacher.strip
        for number, thumbnail in enumerate(self.strip):
            thumbnail.show_picture(pictures[number] if pictures else None)

    @Slot()
    def _offer_keeps(self) -> None:
        self.keep_menu().popup(self.keep.mapToGlobal(self.keep.rect().bottomLeft()))

    def keep_menu(self) -> QMenu:
        """The other sliders, to be left alone or not."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, direction in self.teacher.keepable.items():
            action = menu.addAction(words_of(direction).title)
            action.setCheckable(True)
            action.setChecked(name in self.teacher.marks.keep)
            action.triggered.connect(lambda on=False, name=name: self._keep(name, on))
        return menu

    def _keep(self, name: str, on: bool) -> None:
        keep = self.teacher.marks.keep
        self.teacher.set_keep(keep | {name} if on else keep - {name})
